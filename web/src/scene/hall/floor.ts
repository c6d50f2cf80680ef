/**
 * The floor with what is painted on it. The floor writes no depth: nothing is ever below it, and so paint that
 * lies in the very same plane cannot flicker.
 */
import {
  CanvasTexture,
  Color,
  Group,
  Mesh,
  MeshLambertMaterial,
  PlaneGeometry,
  Shape,
  ShapeGeometry,
  SRGBColorSpace,
  Vector4,
} from 'three';
import type { Place, Thing } from '../../protocol/types';
import type { WorldModel } from '../contract';
import { type FloorBox, RADIANS, sceneFromSite } from '../coordinates';
import type { Look } from '../theme';

const PAINT_METRES = 0.09;
const JOINT_METRES = 6;

const floorHead = /* glsl */ `
uniform vec4 uHall;
uniform vec3 uJoint;
uniform vec3 uHorizon;
varying vec2 vFloor;
float joint(float along) {
  float pixel = max(fwidth(along), 1e-6);
  float away = abs(fract(along / ${JOINT_METRES.toFixed(1)} + 0.5) - 0.5) * ${JOINT_METRES.toFixed(1)};
  return (1.0 - smoothstep(0.012, 0.012 + pixel * 1.2, away)) * (1.0 - smoothstep(0.15, 0.8, pixel));
}
`;
const floorTone = /* glsl */ `
  diffuseColor.rgb = mix(diffuseColor.rgb, uJoint, max(joint(vFloor.x), joint(vFloor.y)) * 0.9);
`;
/** Outside the hall the floor runs out into the horizon, as a model stands on a sheet of paper. */
const floorFade = /* glsl */ `
  vec2 outside = max(max(uHall.xy - vFloor, vFloor - uHall.zw), 0.0);
  outgoingLight = mix(outgoingLight, uHorizon, smoothstep(0.0, 26.0, length(outside) - 1.0));
`;

function floorMaterial(uniforms: Record<string, { value: unknown }>): MeshLambertMaterial {
  const material = new MeshLambertMaterial({ depthWrite: false });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nvarying vec2 vFloor;')
      .replace(
        '#include <project_vertex>',
        '#include <project_vertex>\nvFloor = (modelMatrix * vec4(transformed, 1.0)).xz;',
      );
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\n${floorHead}`)
      .replace('#include <color_fragment>', floorTone)
      .replace('#include <opaque_fragment>', `${floorFade}\n#include <opaque_fragment>`);
  };
  return material;
}

export class Floor {
  readonly group = new Group();
  private readonly paint = new Group();
  private readonly uniforms = {
    uHall: { value: new Vector4() },
    uJoint: { value: new Color() },
    uHorizon: { value: new Color() },
  };
  private readonly ground = new Mesh(new PlaneGeometry(1, 1), floorMaterial(this.uniforms));
  private readonly aisleMaterial = paintMaterial(0.85);
  private readonly lineMaterial = paintMaterial(0.9);
  private textColour = '#888888';
  private texts: Mesh<PlaneGeometry, MeshLambertMaterial>[] = [];

  constructor() {
    this.ground.rotation.x = -Math.PI / 2;
    this.ground.receiveShadow = true;
    this.ground.renderOrder = -100;
    this.ground.frustumCulled = false;
    this.group.add(this.ground, this.paint);
  }

  setLook(look: Look): void {
    this.ground.material.color.set(look.floor);
    this.uniforms.uJoint.value.set(look.floorJoint);
    this.uniforms.uHorizon.value.set(look.background);
    this.aisleMaterial.color.set(look.aisle);
    this.lineMaterial.color.set(look.paint);
    this.textColour = look.floorText;
    for (const text of this.texts) text.material.color.set(look.floorText);
  }

  build(world: WorldModel, hall: FloorBox): void {
    this.clear();
    this.ground.position.set((hall.minX + hall.maxX) / 2, 0, (hall.minZ + hall.maxZ) / 2);
    this.ground.scale.setScalar(Math.max(hall.maxX - hall.minX, hall.maxZ - hall.minZ) + 900);
    this.uniforms.uHall.value.set(hall.minX, hall.minZ, hall.maxX, hall.maxZ);
    for (const thing of world.document.things) {
      if (!thing.place) continue;
      if (thing.class === 'aisle') this.paintAisle(thing.place);
      else if (thing.class === 'area' || thing.class === 'line' || thing.level === 'floor')
        this.paintArea(thing, thing.place);
    }
  }

  private paintAisle(place: Place): void {
    const [length, width] = place.size;
    this.lay(new Mesh(new PlaneGeometry(length, width), this.aisleMaterial), place, -95);
    const edge = width / 2 - PAINT_METRES / 2;
    for (const side of [-edge, edge]) {
      const line = new Mesh(new PlaneGeometry(length, PAINT_METRES).translate(0, side, 0), this.lineMaterial);
      this.lay(line, place, -93);
    }
  }

  private paintArea(thing: Thing, place: Place): void {
    this.lay(new Mesh(outline(place.size[0], place.size[1]), this.lineMaterial), place, -94);
    const text = floorText(thing.name, place, this.textColour);
    this.texts.push(text);
    this.lay(text, place, -92);
  }

  private lay(mesh: Mesh, place: Place, order: number): void {
    mesh.position.set(...sceneFromSite(...place.position));
    mesh.rotation.set(-Math.PI / 2, 0, place.yawDeg * RADIANS);
    mesh.renderOrder = order;
    mesh.receiveShadow = true;
    this.paint.add(mesh);
  }

  private clear(): void {
    for (const child of this.paint.children) (child as Mesh).geometry.dispose();
    for (const { material } of this.texts) {
      material.map?.dispose();
      material.dispose();
    }
    this.texts = [];
    this.paint.clear();
  }

  dispose(): void {
    this.clear();
    this.ground.geometry.dispose();
    this.ground.material.dispose();
    this.aisleMaterial.dispose();
    this.lineMaterial.dispose();
  }
}

function paintMaterial(opacity: number): MeshLambertMaterial {
  return new MeshLambertMaterial({ transparent: true, opacity, depthWrite: false });
}

/** A painted line along the inside of a rectangle. */
function outline(length: number, width: number): ShapeGeometry {
  const rectangle = (inset: number): [number, number][] => {
    const [x, y] = [length / 2 - inset, width / 2 - inset];
    return [
      [-x, -y],
      [x, -y],
      [x, y],
      [-x, y],
    ];
  };
  const draw = (shape: Shape, points: [number, number][]): Shape => {
    points.forEach(([x, y], i) => {
      if (i === 0) shape.moveTo(x, y);
      else shape.lineTo(x, y);
    });
    shape.closePath();
    return shape;
  };
  const shape = draw(new Shape(), rectangle(0));
  shape.holes.push(draw(new Shape(), rectangle(PAINT_METRES)));
  return new ShapeGeometry(shape);
}

/** The area's name in its lower left corner, as tall as the area allows. */
function floorText(name: string, place: Place, colour: string): Mesh<PlaneGeometry, MeshLambertMaterial> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const font = '600 72px system-ui, "Noto Sans SC", sans-serif';
  context.font = font;
  canvas.width = Math.ceil(context.measureText(name).width) + 24;
  canvas.height = 96;
  context.font = font;
  context.fillStyle = '#ffffff';
  context.textBaseline = 'middle';
  context.fillText(name, 12, 50);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 8;
  const [length, width] = place.size;
  const perPixel = Math.min(1.15 / 96, (length * 0.6) / canvas.width, (width * 0.3) / 96);
  const [w, h] = [canvas.width * perPixel, canvas.height * perPixel];
  const plane = new PlaneGeometry(w, h).translate(-length / 2 + w / 2 + 0.25, -width / 2 + h / 2 + 0.15, 0);
  const material = new MeshLambertMaterial({ map: texture, transparent: true, depthWrite: false });
  material.color.set(colour);
  return new Mesh(plane, material);
}

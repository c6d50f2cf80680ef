/**
 * Soft shades under everything that stands on the floor, and the ring around what is selected.
 * Both are one instanced quad with an analytic rounded box in the shader; no texture, one draw call each.
 */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedMesh,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Vector2,
} from 'three';
import { writeStanding } from '../mesh/matrix';
import type { Look } from '../theme';
import type { Figure } from './figure';

/** How far the shade reaches beyond the footprint. */
const SPILL = 0.85;

const shadeVertex = /* glsl */ `
attribute vec2 aHalf;
varying vec2 vAt;
varying vec2 vHalf;
void main() {
  vHalf = aHalf;
  vAt = position.xz * (aHalf + ${SPILL.toFixed(2)});
  gl_Position = projectionMatrix * modelViewMatrix * instanceMatrix * vec4(vAt.x, 0.0, vAt.y, 1.0);
}
`;
const shadeFragment = /* glsl */ `
uniform float uStrength;
varying vec2 vAt;
varying vec2 vHalf;
void main() {
  vec2 q = abs(vAt) - vHalf + 0.25;
  float away = length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - 0.25;
  float shade = 1.0 - smoothstep(-0.35, ${SPILL.toFixed(2)}, away);
  gl_FragColor = vec4(vec3(0.006, 0.005, 0.004), shade * shade * uStrength);
  #include <colorspace_fragment>
}
`;

function unitQuad(): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute(
    'position',
    new BufferAttribute(new Float32Array([-1, 0, -1, -1, 0, 1, 1, 0, 1, 1, 0, -1]), 3),
  );
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  return geometry;
}

export class ContactShade {
  mesh: InstancedMesh | null = null;
  readonly material = new ShaderMaterial({
    vertexShader: shadeVertex,
    fragmentShader: shadeFragment,
    transparent: true,
    depthWrite: false,
    uniforms: { uStrength: { value: 0.4 } },
  });

  build(figures: readonly Figure[]): InstancedMesh {
    this.clear();
    const geometry = unitQuad();
    const halves = figures.flatMap(({ place }) => [place.size[0] / 2, place.size[1] / 2]);
    geometry.setAttribute('aHalf', new InstancedBufferAttribute(new Float32Array(halves), 2));
    this.mesh = new InstancedMesh(geometry, this.material, figures.length);
    this.mesh.instanceMatrix.setUsage(DynamicDrawUsage);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -80;
    figures.forEach((figure, i) => {
      this.move(figure, i);
    });
    return this.mesh;
  }

  move({ x, y, z, yaw }: Figure, index: number): void {
    if (!this.mesh) return;
    writeStanding(this.mesh.instanceMatrix.array as Float32Array, index * 16, x, y, z, yaw, 1, 1, 1);
    this.mesh.instanceMatrix.needsUpdate = true;
  }

  setLook(look: Look): void {
    (this.material.uniforms.uStrength as { value: number }).value = look.contact;
  }

  clear(): void {
    this.mesh?.geometry.dispose();
    this.mesh?.dispose();
    this.mesh = null;
  }
}

const ringFragment = /* glsl */ `
uniform vec3 uColour;
uniform vec2 uHalf;
varying vec2 vAt;
void main() {
  vec2 q = abs(vAt) - uHalf - 0.12;
  float away = length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - 0.22;
  float pixel = fwidth(away);
  float line = 1.0 - smoothstep(0.035, 0.035 + pixel * 1.5, abs(away));
  float inner = (1.0 - step(0.0, away)) * 0.10;
  gl_FragColor = vec4(uColour, max(line, inner));
  #include <colorspace_fragment>
}
`;
const ringVertex = /* glsl */ `
uniform vec2 uHalf;
varying vec2 vAt;
void main() {
  vAt = vec2(position.x, position.y) * 2.0 * (uHalf + 0.6);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(vAt.x, 0.0, vAt.y, 1.0);
}
`;

/** The accent ring on the floor around the selected thing. */
export class SelectionRing {
  private readonly uniforms = { uColour: { value: new Color() }, uHalf: { value: new Vector2() } };
  readonly mesh = new Mesh(
    new PlaneGeometry(1, 1),
    new ShaderMaterial({
      vertexShader: ringVertex,
      fragmentShader: ringFragment,
      transparent: true,
      depthWrite: false,
      uniforms: this.uniforms,
      side: 2,
    }),
  );

  constructor() {
    this.mesh.renderOrder = -70;
    this.mesh.visible = false;
    this.mesh.frustumCulled = false;
  }

  setLook(look: Look): void {
    this.uniforms.uColour.value.set(look.accent);
  }

  follow(figure: Figure | undefined): void {
    this.mesh.visible = figure !== undefined;
    if (!figure) return;
    this.uniforms.uHalf.value.set(figure.place.size[0] / 2, figure.place.size[1] / 2);
    this.mesh.position.set(figure.x, figure.y, figure.z);
    this.mesh.rotation.y = figure.yaw;
  }
}

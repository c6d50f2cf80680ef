/**
 * The walls as in a doll's house: a wall is only drawn from inside, so whichever stands between the eye and the
 * hall is not there, and a low kerb shows where it is. Pilasters and a band of windows are only tones.
 */
import { Color, Group, Mesh, MeshLambertMaterial, PlaneGeometry } from 'three';
import type { FloorBox } from '../coordinates';
import { MeshBuilder } from '../mesh/builder';
import { type Look, Tone } from '../theme';

const BAY_METRES = 6;
const KERB = 0.28;

const wallHead = /* glsl */ `
uniform vec3 uWindow;
uniform vec3 uPilaster;
uniform float uTall;
varying vec2 vWall;
`;
const wallTone = /* glsl */ `
  float bay = abs(fract(vWall.x / ${BAY_METRES.toFixed(1)}) - 0.5) * ${BAY_METRES.toFixed(1)};
  float pixel = max(fwidth(vWall.x), 1e-4);
  float pilaster = smoothstep(2.72 - pixel, 2.72 + pixel, bay);
  float up = vWall.y / uTall;
  float rise = max(fwidth(vWall.y), 1e-4);
  float band = smoothstep(0.56, 0.56 + rise / uTall, up) * (1.0 - smoothstep(0.84, 0.84 + rise / uTall, up));
  float mullion = smoothstep(0.45, 0.45 + pixel, abs(fract(vWall.x / 1.5) - 0.5) * 1.0);
  diffuseColor.rgb = mix(diffuseColor.rgb, uWindow, band * (1.0 - pilaster) * (1.0 - mullion * 0.6));
  diffuseColor.rgb = mix(diffuseColor.rgb, uPilaster, pilaster);
  diffuseColor.rgb *= mix(0.86, 1.0, smoothstep(0.0, 1.4, vWall.y));
  // The wall fades upwards: it says where the hall ends, it does not close it.
  diffuseColor.a = 1.0 - smoothstep(0.70, 1.0, up);
`;

export class Walls {
  readonly group = new Group();
  private readonly uniforms = {
    uWindow: { value: new Color() },
    uPilaster: { value: new Color() },
    uTall: { value: 6 },
  };
  private readonly material = new MeshLambertMaterial({ transparent: true });
  private readonly kerbMaterial = new MeshLambertMaterial();

  constructor() {
    this.material.onBeforeCompile = (shader) => {
      Object.assign(shader.uniforms, this.uniforms);
      shader.vertexShader = shader.vertexShader
        .replace('#include <common>', '#include <common>\nvarying vec2 vWall;')
        .replace('#include <project_vertex>', '#include <project_vertex>\nvWall = position.xy;');
      shader.fragmentShader = shader.fragmentShader
        .replace('#include <common>', `#include <common>\n${wallHead}`)
        .replace('#include <color_fragment>', wallTone);
    };
  }

  setLook(look: Look): void {
    this.material.color.set(look.wall);
    this.kerbMaterial.color.set(look.wall);
    this.uniforms.uWindow.value.set(look.wallWindow);
    this.uniforms.uPilaster.value.set(look.pilaster);
  }

  build(hall: FloorBox): void {
    this.clear();
    const tall = Math.max(5.2, hall.height + 1.6);
    this.uniforms.uTall.value = tall;
    const [l, w] = [hall.maxX - hall.minX, hall.maxZ - hall.minZ];
    const [x, z] = [(hall.minX + hall.maxX) / 2, (hall.minZ + hall.maxZ) / 2];
    this.wall(l, tall, x, hall.minZ, 0);
    this.wall(l, tall, x, hall.maxZ, Math.PI);
    this.wall(w, tall, hall.minX, z, Math.PI / 2);
    this.wall(w, tall, hall.maxX, z, -Math.PI / 2);
    this.kerb(hall);
  }

  private wall(length: number, tall: number, x: number, z: number, yaw: number): void {
    const mesh = new Mesh(new PlaneGeometry(length, tall).translate(0, tall / 2, 0), this.material);
    mesh.position.set(x, 0, z);
    mesh.rotation.y = yaw;
    mesh.receiveShadow = false;
    mesh.renderOrder = -60;
    this.group.add(mesh);
  }

  private kerb({ minX, maxX, minZ, maxZ }: FloorBox): void {
    const t = 0.24;
    const mesh = new MeshBuilder()
      .box([minX - t, maxX + t], [0, KERB], [minZ - t, minZ], Tone.body)
      .box([minX - t, maxX + t], [0, KERB], [maxZ, maxZ + t], Tone.body)
      .box([minX - t, minX], [0, KERB], [minZ, maxZ], Tone.body)
      .box([maxX, maxX + t], [0, KERB], [minZ, maxZ], Tone.body)
      .build();
    const kerb = new Mesh(mesh, this.kerbMaterial);
    kerb.castShadow = true;
    kerb.receiveShadow = true;
    this.group.add(kerb);
  }

  private clear(): void {
    for (const child of this.group.children) (child as Mesh).geometry.dispose();
    this.group.clear();
  }

  dispose(): void {
    this.clear();
    this.material.dispose();
    this.kerbMaterial.dispose();
  }
}

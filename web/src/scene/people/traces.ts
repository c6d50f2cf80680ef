/** What people leave on the floor and in the air: the disc under each, the ring of who speaks, the rays of who points. */
import {
  CircleGeometry,
  Color,
  CylinderGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  MeshBasicMaterial,
  type PerspectiveCamera,
  Quaternion,
  RingGeometry,
  SphereGeometry,
  Vector3,
} from 'three';
import type { Avatar, PeopleScene } from '../contract';
import { AVATARS_MAX } from './avatars';
import { SHOULDER_HEIGHT, SHOULDER_WIDTH } from './shape';

const UP = new Vector3(0, 1, 0);
const FLAT = new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), -Math.PI / 2);
/** A ray is at least this wide in the picture, as a share of the distance. */
const RAY_WIDTH = 0.0011;
const DOT_WIDTH = 0.006;

function instanced(
  geometry: CircleGeometry | CylinderGeometry | SphereGeometry | RingGeometry,
  opacity: number,
): InstancedMesh {
  const material = new MeshBasicMaterial({
    transparent: true,
    opacity,
    depthWrite: false,
    toneMapped: false,
  });
  const mesh = new InstancedMesh(geometry, material, AVATARS_MAX + 1);
  mesh.frustumCulled = false;
  mesh.count = 0;
  return mesh;
}

export class Traces {
  readonly group = new Group();
  private readonly shades = instanced(new CircleGeometry(0.42, 24), 0.2);
  private readonly rings = instanced(new RingGeometry(0.4, 0.47, 32), 0.9);
  private readonly voices = instanced(new RingGeometry(0.93, 1, 40), 0.75);
  private readonly rays = instanced(new CylinderGeometry(1, 1, 1, 8, 1, true).translate(0, 0.5, 0), 0.8);
  private readonly dots = instanced(new SphereGeometry(1, 14, 10), 0.95);
  private readonly matrix = new Matrix4();
  private readonly turn = new Quaternion();
  private readonly from = new Vector3();
  private readonly to = new Vector3();
  private readonly way = new Vector3();
  private readonly size = new Vector3();
  private readonly colour = new Color();
  private readonly black = new Color('#000000');
  private clockMs = 0;

  constructor() {
    this.group.add(this.shades, this.rings, this.voices, this.rays, this.dots);
  }

  private get all(): readonly InstancedMesh[] {
    return [this.shades, this.rings, this.voices, this.rays, this.dots];
  }

  update(people: PeopleScene, deltaMs: number, camera: PerspectiveCamera): void {
    this.clockMs += deltaMs;
    for (const mesh of this.all) mesh.count = 0;
    for (const avatar of people.avatars) this.trace(avatar, camera);
    if (people.ownRay) this.ownRay(people.ownRay, people.ownColour, camera);
    for (const mesh of this.all) {
      mesh.visible = mesh.count > 0;
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
    }
  }

  private trace(avatar: Avatar, camera: PerspectiveCamera): void {
    const { x, y, z } = avatar;
    this.colour.set(avatar.colour);
    if (!avatar.isElsewhen) this.disc(this.shades, x, z + 0.012, -y, 1, this.black);
    this.disc(this.rings, x, z + 0.02, -y, avatar.isAbove ? 1.7 : 1, this.colour);
    if (avatar.isSpeaking) {
      const beat = (this.clockMs % 900) / 900;
      this.disc(this.voices, x, z + 0.024, -y, 0.5 + beat * 0.55, this.colour);
    }
    if (!avatar.ray) return;
    const [c, s] = [Math.cos(avatar.yaw), Math.sin(avatar.yaw)];
    // From the right hand: beside the shoulder, a little ahead.
    this.from.set(x + s * SHOULDER_WIDTH + c * 0.5, z + SHOULDER_HEIGHT, -(y - c * SHOULDER_WIDTH + s * 0.5));
    this.ray(avatar.ray, camera);
  }

  private ownRay(ray: readonly [number, number, number], colour: string, camera: PerspectiveCamera): void {
    this.colour.set(colour);
    this.from.set(0.25, -0.3, -0.6).applyMatrix4(camera.matrixWorld);
    this.ray(ray, camera);
  }

  private ray([x, y, z]: readonly [number, number, number], camera: PerspectiveCamera): void {
    this.to.set(x, z, -y);
    this.way.subVectors(this.to, this.from);
    const length = this.way.length();
    if (length < 0.05) return;
    this.turn.setFromUnitVectors(UP, this.way.divideScalar(length));
    const near = Math.min(this.from.distanceTo(camera.position), this.to.distanceTo(camera.position));
    const width = Math.max(0.008, near * RAY_WIDTH);
    this.put(this.rays, this.from, this.size.set(width, length, width), this.colour);
    this.turn.identity();
    const dot = Math.max(0.05, this.to.distanceTo(camera.position) * DOT_WIDTH);
    this.put(this.dots, this.to, this.size.set(dot, dot, dot), this.colour);
  }

  private disc(mesh: InstancedMesh, x: number, y: number, z: number, scale: number, colour: Color): void {
    this.turn.copy(FLAT);
    this.put(mesh, this.to.set(x, y, z), this.size.set(scale, scale, scale), colour);
  }

  private put(mesh: InstancedMesh, at: Vector3, size: Vector3, colour: Color): void {
    if (mesh.count > AVATARS_MAX) return;
    mesh.setMatrixAt(mesh.count, this.matrix.compose(at, this.turn, size));
    mesh.setColorAt(mesh.count, colour);
    mesh.count++;
  }

  dispose(): void {
    for (const mesh of this.all) {
      mesh.geometry.dispose();
      (mesh.material as MeshBasicMaterial).dispose();
      mesh.dispose();
    }
  }
}

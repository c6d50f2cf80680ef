/**
 * The people of the hall: a handful of instanced meshes for all of them. Whoever is at another instant is drawn
 * translucent, as a visitor from another time.
 */
import {
  type BufferGeometry,
  Color,
  DynamicDrawUsage,
  Euler,
  Group,
  InstancedMesh,
  Matrix4,
  MeshLambertMaterial,
  Quaternion,
  Vector3,
} from 'three';
import type { Avatar, PeopleScene } from '../contract';
import {
  armGeometry,
  HEAD_HEIGHT,
  headGeometry,
  helmetGeometry,
  SHOULDER_HEIGHT,
  SHOULDER_WIDTH,
  standGeometry,
  vestGeometry,
} from './shape';

/** As many as a server shows one by one; more are not drawn. */
export const AVATARS_MAX = 256;
const UP = new Vector3(0, 1, 0);
const ONE = new Vector3(1, 1, 1);
/** How far a step swings the arms, rad, and how long a stride is, m. */
const SWING = 0.6;
const STRIDE_METRES = 1.5;
const POINTING = Math.PI / 2;

interface Parts {
  stand: InstancedMesh;
  vest: InstancedMesh;
  arms: InstancedMesh;
  head: InstancedMesh;
  helmet: InstancedMesh;
}

/** One look: of those who are here now, or of those from another time. */
class Cast {
  readonly group = new Group();
  readonly parts: Parts;
  /** One for parts that carry the person's colour, one for the others: a material that serves both is set up anew for each. */
  private readonly coloured: MeshLambertMaterial;
  private readonly plain: MeshLambertMaterial;
  count = 0;

  constructor(opacity: number) {
    const look = { vertexColors: true, transparent: opacity < 1, opacity };
    this.coloured = new MeshLambertMaterial(look);
    this.plain = new MeshLambertMaterial(look);
    const part = (geometry: BufferGeometry, material: MeshLambertMaterial, each = 1): InstancedMesh => {
      const mesh = new InstancedMesh(geometry, material, AVATARS_MAX * each);
      mesh.instanceMatrix.setUsage(DynamicDrawUsage);
      mesh.frustumCulled = false;
      mesh.receiveShadow = true;
      mesh.count = 0;
      this.group.add(mesh);
      return mesh;
    };
    this.parts = {
      stand: part(standGeometry(), this.plain),
      vest: part(vestGeometry(), this.coloured),
      arms: part(armGeometry(), this.coloured, 2),
      head: part(headGeometry(), this.plain),
      helmet: part(helmetGeometry(), this.coloured),
    };
  }

  flush(): void {
    for (const mesh of Object.values(this.parts)) {
      mesh.count = mesh === this.parts.arms ? this.count * 2 : this.count;
      mesh.visible = this.count > 0;
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
    }
    this.count = 0;
  }

  dispose(): void {
    for (const mesh of Object.values(this.parts)) {
      mesh.geometry.dispose();
      mesh.dispose();
    }
    this.coloured.dispose();
    this.plain.dispose();
  }
}

/** What a body does over time, by seat. */
interface Gait {
  walked: number;
  seenMs: number;
}

export class Avatars {
  readonly group = new Group();
  private readonly here = new Cast(1);
  private readonly elsewhen = new Cast(0.42);
  private readonly gaits = new Map<number, Gait>();
  private readonly at = new Vector3();
  private readonly turn = new Quaternion();
  private readonly limb = new Quaternion();
  private readonly euler = new Euler();
  private readonly body = new Matrix4();
  private readonly joint = new Matrix4();
  private readonly matrix = new Matrix4();
  private readonly colour = new Color();
  private readonly eye = new Vector3();
  private clockMs = 0;

  constructor() {
    this.group.add(this.here.group, this.elsewhen.group);
  }

  /** `eye` is that of a walker, before whom people give way; null when nobody walks. */
  update(people: PeopleScene, deltaMs: number, eye: Vector3 | null): void {
    this.clockMs += deltaMs;
    if (eye) this.eye.copy(eye);
    for (const avatar of people.avatars) {
      const cast = avatar.isElsewhen ? this.elsewhen : this.here;
      if (cast.count >= AVATARS_MAX || (eye && this.isTooNear(avatar, people.personalSpace))) continue;
      this.place(cast, avatar, deltaMs);
    }
    this.here.flush();
    this.elsewhen.flush();
    if (this.gaits.size > 2 * AVATARS_MAX) this.forget();
  }

  private isTooNear({ x, y }: Avatar, metres: number): boolean {
    return Math.hypot(x - this.eye.x, -y - this.eye.z) < metres;
  }

  private forget(): void {
    for (const [seat, { seenMs }] of this.gaits) if (this.clockMs - seenMs > 60_000) this.gaits.delete(seat);
  }

  private place(cast: Cast, avatar: Avatar, deltaMs: number): void {
    const { parts, count } = cast;
    const gait = this.gaitOf(avatar, deltaMs);
    const step = (gait.walked / STRIDE_METRES) * Math.PI * 2;
    const pace = Math.min(1, avatar.speed / 1.5);
    this.at.set(avatar.x, avatar.z + Math.abs(Math.sin(step)) * 0.035 * pace, -avatar.y);
    this.turn.setFromAxisAngle(UP, avatar.yaw);
    this.body.compose(this.at, this.turn, ONE);
    this.colour.set(avatar.colour);
    this.write(parts.stand, count, this.body, false);
    this.write(parts.vest, count, this.body, true);
    this.placeHead(parts, count, avatar);
    const swing = Math.sin(step) * SWING * pace;
    this.placeArm(parts, count * 2, -1, -swing, this.outward(avatar, -1));
    this.placeArm(parts, count * 2 + 1, 1, this.rightArm(avatar, swing), this.outward(avatar, 1));
    cast.count++;
  }

  private gaitOf({ seat, speed }: Avatar, deltaMs: number): Gait {
    let gait = this.gaits.get(seat);
    if (!gait) {
      gait = { walked: 0, seenMs: 0 };
      this.gaits.set(seat, gait);
    }
    gait.walked = speed > 0.1 ? gait.walked + (speed * deltaMs) / 1000 : gait.walked;
    gait.seenMs = this.clockMs;
    return gait;
  }

  private placeHead({ head, helmet }: Parts, index: number, avatar: Avatar): void {
    const nod = avatar.gesture === 'yes' ? Math.sin(this.clockMs / 110) * 0.22 : 0;
    const shake = avatar.gesture === 'no' ? Math.sin(this.clockMs / 120) * 0.35 : 0;
    this.at.set(0, HEAD_HEIGHT, 0).applyMatrix4(this.body);
    // Nobody looks over the own back: what the neck cannot do, the body would.
    this.euler.set(0, avatar.headYaw + shake, Math.max(-0.9, Math.min(0.9, avatar.pitch)) + nod, 'YXZ');
    this.turn.setFromEuler(this.euler);
    this.matrix.compose(this.at, this.turn, ONE);
    this.write(head, index, this.matrix, false);
    this.write(helmet, index, this.matrix, true);
  }

  /** How far the right arm is lifted to the front, rad. */
  private rightArm(avatar: Avatar, swing: number): number {
    if (avatar.ray) return POINTING + this.rise(avatar);
    if (avatar.gesture === 'clap') return 1.1;
    return avatar.gesture === 'wave' || avatar.gesture === 'hand' ? 0 : swing;
  }

  /** How steeply it is pointed. */
  private rise({ x, y, z, ray }: Avatar): number {
    if (!ray) return 0;
    return Math.atan2(ray[2] - z - SHOULDER_HEIGHT, Math.hypot(ray[0] - x, ray[1] - y));
  }

  /** How far an arm is lifted to its side, rad. */
  private outward({ gesture }: Avatar, side: number): number {
    const beat = Math.sin(this.clockMs / 140);
    if (gesture === 'clap') return (beat * 0.25 - 0.2) * -side;
    if (side < 0) return 0.06 * side;
    if (gesture === 'hand') return 2.85;
    return gesture === 'wave' ? 2.5 + beat * 0.35 : 0.06;
  }

  private placeArm(parts: Parts, index: number, side: number, lift: number, outward: number): void {
    this.at.set(0, SHOULDER_HEIGHT, side * SHOULDER_WIDTH);
    this.euler.set(-outward, 0, lift, 'XZY');
    this.joint.compose(this.at, this.limb.setFromEuler(this.euler), ONE);
    this.write(parts.arms, index, this.matrix.multiplyMatrices(this.body, this.joint), true);
  }

  private write(mesh: InstancedMesh, index: number, matrix: Matrix4, isColoured: boolean): void {
    mesh.setMatrixAt(index, matrix);
    if (isColoured) mesh.setColorAt(index, this.colour);
  }

  dispose(): void {
    this.here.dispose();
    this.elsewhen.dispose();
  }
}

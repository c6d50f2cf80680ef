/** What a spot on the screen, or a walker, meets in the hall. Boxes of all figures, and the rays against them. */
import { type PerspectiveCamera, Raycaster, Vector2, type Vector3 } from 'three';
import { PickField, type Ray } from '../pick';
import type { Figure } from './figure';
import type { Troupe } from './troupe';

const WALKER_RADIUS = 0.32;

export class Pointing {
  private readonly field = new PickField();
  private readonly caster = new Raycaster();
  private readonly ndc = new Vector2();
  private readonly ray: Ray = { ox: 0, oy: 0, oz: 0, dx: 0, dy: 0, dz: 0 };
  private width = 1;
  private height = 1;

  constructor(
    private readonly troupe: Troupe,
    private readonly camera: PerspectiveCamera,
  ) {}

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  build(): void {
    this.field.resize(this.troupe.figures.length);
    this.troupe.figures.forEach((figure, i) => {
      this.place(figure, i);
    });
  }

  place({ x, y, z, yaw, place }: Figure, index: number): void {
    this.field.set(index, x, y, z, yaw, place.size[0], place.size[2], place.size[1]);
  }

  figureAt(x: number, y: number): Figure | undefined {
    this.aim(x, y);
    return this.troupe.figures[this.field.pick(this.ray)];
  }

  /** The point that lies under a spot on the screen: on a thing or on the floor, but never beyond `farthest`. */
  pointAt(x: number, y: number, farthest: number, out: Vector3): Vector3 {
    this.aim(x, y);
    const meets = this.field.pick(this.ray) >= 0;
    const toFloor = this.ray.dy < -0.02 ? -this.ray.oy / this.ray.dy : Infinity;
    const way = Math.min(meets ? this.field.distance : toFloor, farthest);
    return out.set(
      this.ray.ox + this.ray.dx * way,
      this.ray.oy + this.ray.dy * way,
      this.ray.oz + this.ray.dz * way,
    );
  }

  private aim(x: number, y: number): void {
    this.ndc.set((x / this.width) * 2 - 1, 1 - (y / this.height) * 2);
    this.caster.setFromCamera(this.ndc, this.camera);
    const { origin, direction } = this.caster.ray;
    this.setRay(origin.x, origin.y, origin.z, direction.x, direction.y, direction.z);
  }

  private setRay(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
    this.ray.ox = ox;
    this.ray.oy = oy;
    this.ray.oz = oz;
    this.ray.dx = dx;
    this.ray.dy = dy;
    this.ray.dz = dz;
  }

  /** Another thing stands between the eye and the top of this one. */
  isBehindOthers(figure: Figure): boolean {
    const eye = this.camera.position;
    const x = figure.x - eye.x;
    const y = figure.y + figure.place.size[2] * 0.9 - eye.y;
    const z = figure.z - eye.z;
    const away = Math.hypot(x, y, z);
    this.setRay(eye.x, eye.y, eye.z, x / away, y / away, z / away);
    const first = this.troupe.figures[this.field.pick(this.ray)];
    return first !== undefined && first !== figure && this.field.distance < away - 1;
  }

  pushOut(at: { x: number; z: number }): void {
    this.field.pushOut(at.x, at.z, WALKER_RADIUS, at);
  }
}

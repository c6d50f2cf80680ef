/** Moves the camera: follows the hand with a little inertia, flies with easing, walks at eye height. */
import type { PerspectiveCamera } from 'three';
import type { CameraPose } from '../contract';
import type { FloorBox } from '../coordinates';
import { fitStance, shiftAim } from './fit';
import {
  copyStance,
  directionX,
  directionY,
  directionZ,
  EYE_HEIGHT,
  easeInOut,
  keepAboveFloor,
  mixStance,
  poseOfStance,
  type Stance,
  stanceOfPose,
} from './stance';

const ORBIT_VIEW_DEG = 32;
const WALK_VIEW_DEG = 62;
const FOLLOW_MS = 55;
const SHORTEST_FLIGHT_MS = 250;
const LONGEST_FLIGHT_MS = 600;
const RADIANS_PER_PIXEL = 0.0052;

/** Where in the window the picture shall lie: middle and half extent in shares of half the window. */
export interface FitWindow {
  x: number;
  y: number;
  halfX: number;
  halfY: number;
}

export class CameraRig {
  mode: CameraPose['mode'] = 'orbit';
  /** The hand has moved the camera, so the view is no longer fitted by itself. */
  isTouched = false;
  /** The picture differs from the one before. */
  moved = true;
  readonly now: Stance = { x: 0, y: 1, z: 0, azimuth: 0.6, elevation: 0.55, distance: 60 };
  private readonly goal: Stance = { ...this.now };
  private readonly start: Stance = { ...this.now };
  private flightMs = 0;
  private flownMs = 0;
  private viewDeg = ORBIT_VIEW_DEG;
  private farthest = 400;
  private readonly calm = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');

  constructor(private readonly camera: PerspectiveCamera) {}

  /** One step; the only place that writes to three's camera. */
  update(deltaMs: number): void {
    this.moved = this.step(deltaMs);
    const s = this.now;
    const eyeY = s.y + directionY(s) * s.distance;
    this.camera.position.set(s.x + directionX(s) * s.distance, eyeY, s.z + directionZ(s) * s.distance);
    // Euler order YXZ without a roll: the horizon stays level by construction.
    this.camera.rotation.set(-s.elevation, s.azimuth, 0, 'YXZ');
    this.camera.fov = this.viewDeg;
    this.camera.near = Math.max(0.08, s.distance * 0.02);
    this.camera.far = Math.max(900, s.distance * 6);
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
  }

  private step(deltaMs: number): boolean {
    const view = this.mode === 'walk' ? WALK_VIEW_DEG : ORBIT_VIEW_DEG;
    const follow = this.calm?.matches ? 1 : 1 - Math.exp(-deltaMs / FOLLOW_MS);
    const turned = Math.abs(view - this.viewDeg) > 0.01;
    this.viewDeg = turned ? this.viewDeg + (view - this.viewDeg) * Math.min(1, follow * 0.5) : view;
    if (this.flownMs < this.flightMs) {
      this.flownMs += deltaMs;
      mixStance(this.now, this.start, this.goal, easeInOut(this.flownMs / this.flightMs));
      return true;
    }
    const away = this.awayFromGoal();
    if (away < 1e-4) {
      copyStance(this.now, this.goal);
      return turned || away > 0;
    }
    mixStance(this.now, this.now, this.goal, follow);
    return true;
  }

  private awayFromGoal(): number {
    const [a, b] = [this.now, this.goal];
    const metres =
      Math.abs(a.x - b.x) + Math.abs(a.y - b.y) + Math.abs(a.z - b.z) + Math.abs(a.distance - b.distance);
    return metres + Math.abs(a.azimuth - b.azimuth) * 10 + Math.abs(a.elevation - b.elevation) * 10;
  }

  /** Eases to a stance in 250 to 600 ms, by how far it is. */
  flyToStance(to: Stance, ease = true): void {
    copyStance(this.start, this.now);
    copyStance(this.goal, to);
    keepAboveFloor(this.goal);
    const way =
      Math.hypot(to.x - this.now.x, to.y - this.now.y, to.z - this.now.z) +
      Math.abs(to.distance - this.now.distance);
    const isEased = ease && !this.calm?.matches;
    this.flightMs = isEased ? Math.min(LONGEST_FLIGHT_MS, SHORTEST_FLIGHT_MS + way * 8) : 0;
    this.flownMs = 0;
    if (!isEased) copyStance(this.now, this.goal);
    this.moved = true;
  }

  /** The hand takes over: a flight ends where it is, but a walker is always set down on his feet. */
  private take(): void {
    this.isTouched = true;
    if (this.flownMs < this.flightMs && this.mode === 'orbit') copyStance(this.goal, this.now);
    this.flightMs = 0;
  }

  turn(dx: number, dy: number): void {
    this.take();
    const hand = this.mode === 'walk' ? -0.6 : 1;
    this.goal.azimuth -= dx * RADIANS_PER_PIXEL * hand;
    this.goal.elevation += dy * RADIANS_PER_PIXEL * 0.8 * hand;
    keepAboveFloor(this.goal);
  }

  /** Moves over the floor as if the hand held it. */
  pan(dx: number, dy: number, viewHeight: number): void {
    this.take();
    const reach = this.mode === 'walk' ? 6 : this.goal.distance;
    const perPixel = (2 * reach * Math.tan((this.viewDeg * Math.PI) / 360)) / viewHeight;
    const ahead = (dy * perPixel) / Math.max(0.35, Math.sin(this.goal.elevation));
    this.stepOver(-dx * perPixel, ahead);
  }

  /** To the right and ahead, metres. */
  stepOver(right: number, ahead: number): void {
    const c = Math.cos(this.goal.azimuth);
    const s = Math.sin(this.goal.azimuth);
    this.goal.x += right * c - ahead * s;
    this.goal.z += -right * s - ahead * c;
  }

  /** Comes closer to a point (or away) so that the point stays under the cursor. */
  zoom(factor: number, x: number, y: number, z: number): void {
    this.take();
    const distance = Math.max(1.4, Math.min(this.farthest, this.goal.distance * factor));
    const k = distance / this.goal.distance;
    this.goal.x = x + (this.goal.x - x) * k;
    this.goal.y = Math.max(0, y + (this.goal.y - y) * k);
    this.goal.z = z + (this.goal.z - z) * k;
    this.goal.distance = distance;
    keepAboveFloor(this.goal);
  }

  /** One step on foot; `free` moves the goal out of what stands in the way. */
  walk(right: number, ahead: number, free: (at: Stance) => void): void {
    this.take();
    this.stepOver(right, ahead);
    this.goal.y = EYE_HEIGHT;
    free(this.goal);
  }

  /** Stands up or sits back; `free` moves the walker out of what stands where he would. */
  setMode(mode: CameraPose['mode'], free: (at: Stance) => void): void {
    if (mode === this.mode) return;
    this.mode = mode;
    this.isTouched = true;
    const s = { ...this.goal };
    // The walker starts a few steps before what was looked at; who stops walking looks at what was before him.
    const back = mode === 'walk' ? Math.min(s.distance, 9) : -8;
    s.x += Math.sin(s.azimuth) * back;
    s.z += Math.cos(s.azimuth) * back;
    Object.assign(
      s,
      mode === 'walk'
        ? { y: EYE_HEIGHT, elevation: 0.06, distance: 0 }
        : { y: 1, elevation: 0.5, distance: 18 },
    );
    if (mode === 'walk') free(s);
    this.flyToStance(s);
  }

  /** Fits a box into the window from three quarters; the picture is centred, not the box. */
  fit(box: FloorBox, azimuth: number, elevation: number, ease: boolean, free: FitWindow): void {
    this.mode = 'orbit';
    const s: Stance = {
      x: (box.minX + box.maxX) / 2,
      y: 0,
      z: (box.minZ + box.maxZ) / 2,
      azimuth,
      elevation,
      distance: 1,
    };
    const half = Math.tan((ORBIT_VIEW_DEG * Math.PI) / 360);
    const wide = half * this.camera.aspect;
    // Where panels cover the sides, the empty corners of the picture may reach under them.
    const reach = free.halfX < 0.95 ? 1.22 : 0.98;
    fitStance(box, s, wide * free.halfX * reach, half * free.halfY);
    shiftAim(s, free.x, free.y, wide, half);
    this.farthest = Math.max(this.farthest, s.distance * 2.2);
    this.flyToStance(s, ease);
  }

  pose(): CameraPose {
    return poseOfStance(this.now, this.mode);
  }

  setPose(pose: CameraPose, ease: boolean): void {
    this.mode = pose.mode;
    this.isTouched = true;
    if (!ease) this.viewDeg = pose.mode === 'walk' ? WALK_VIEW_DEG : ORBIT_VIEW_DEG;
    this.flyToStance(stanceOfPose(pose), ease);
  }
}

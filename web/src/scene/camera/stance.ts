/**
 * How the camera stands, as six numbers: a point, two angles, a distance.
 * Orbiting, the eye circles the point; walking, the distance is 0 and the point is the eye itself. So every change
 * between the two is one easing, and the horizon cannot tilt.
 */
import type { CameraPose } from '../contract';

export interface Stance {
  x: number;
  y: number;
  z: number;
  /** Where the eye is seen from the point: 0 is south (scene +z), counter-clockwise from above. */
  azimuth: number;
  /** Angle of the eye above the horizon; negative looks up. */
  elevation: number;
  distance: number;
}

export const EYE_HEIGHT = 1.7;
const LOWEST_EYE = 0.35;
const WALK_LOOK_METRES = 6;

export function copyStance(to: Stance, from: Stance): void {
  to.x = from.x;
  to.y = from.y;
  to.z = from.z;
  to.azimuth = from.azimuth;
  to.elevation = from.elevation;
  to.distance = from.distance;
}

export function directionX(s: Stance): number {
  return Math.sin(s.azimuth) * Math.cos(s.elevation);
}

export function directionY(s: Stance): number {
  return Math.sin(s.elevation);
}

export function directionZ(s: Stance): number {
  return Math.cos(s.azimuth) * Math.cos(s.elevation);
}

/** Keeps the eye above the floor and the picture upright. */
export function keepAboveFloor(s: Stance): void {
  s.y = Math.max(0, s.y);
  if (s.distance <= 0.01) {
    s.elevation = Math.max(-1.3, Math.min(1.3, s.elevation));
    return;
  }
  const lowest = Math.asin(Math.max(-1, Math.min(1, (LOWEST_EYE - s.y) / s.distance)));
  s.elevation = Math.max(Math.max(0.02, lowest), Math.min(1.54, s.elevation));
}

/** 0..1 with rest at both ends. */
export function easeInOut(t: number): number {
  const u = Math.max(0, Math.min(1, t));
  return u * u * u * (u * (u * 6 - 15) + 10);
}

/** The stance between two others; distances grow by ratio so that a flight keeps its pace on the screen. */
export function mixStance(out: Stance, a: Stance, b: Stance, t: number): void {
  out.x = a.x + (b.x - a.x) * t;
  out.y = a.y + (b.y - a.y) * t;
  out.z = a.z + (b.z - a.z) * t;
  const way = Math.atan2(Math.sin(b.azimuth - a.azimuth), Math.cos(b.azimuth - a.azimuth));
  out.azimuth = a.azimuth + way * t;
  out.elevation = a.elevation + (b.elevation - a.elevation) * t;
  const isWalk = a.distance < 0.1 || b.distance < 0.1;
  out.distance = isWalk
    ? a.distance + (b.distance - a.distance) * t
    : a.distance * (b.distance / a.distance) ** t;
}

export function stanceOfPose(pose: CameraPose): Stance {
  const [px, py, pz] = pose.position;
  const [tx, ty, tz] = pose.target;
  const [dx, dy, dz] = [px - tx, py - ty, pz - tz];
  const length = Math.hypot(dx, dy, dz) || 1;
  const azimuth = Math.atan2(dx, dz);
  const elevation = Math.asin(dy / length);
  if (pose.mode === 'walk') return { x: px, y: py, z: pz, azimuth, elevation, distance: 0 };
  return { x: tx, y: ty, z: tz, azimuth, elevation, distance: length };
}

export function poseOfStance(s: Stance, mode: CameraPose['mode']): CameraPose {
  const [dx, dy, dz] = [directionX(s), directionY(s), directionZ(s)];
  const eye: CameraPose['position'] = [s.x + dx * s.distance, s.y + dy * s.distance, s.z + dz * s.distance];
  const ahead = mode === 'walk' ? s.distance + WALK_LOOK_METRES : s.distance;
  return { position: eye, target: [eye[0] - dx * ahead, eye[1] - dy * ahead, eye[2] - dz * ahead], mode };
}

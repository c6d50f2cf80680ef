/**
 * The one place where the site frame (z up) becomes the three.js frame (y up).
 * `docs/wire.md`: metres, right-handed, `(x, y, z)` is drawn at `(x, z, -y)`; a yaw turns counter-clockwise
 * seen from above in both frames, so it keeps its sign.
 */
import type { Place } from '../protocol/types';

export type Triple = readonly [number, number, number];

export const RADIANS = Math.PI / 180;

export function sceneFromSite(x: number, y: number, z: number): [number, number, number] {
  return [x, z, -y];
}

export function siteFromScene(x: number, y: number, z: number): [number, number, number] {
  return [x, -z, y];
}

/** Half of the footprint's extent along the scene's x and z, for a box that is turned by the place's yaw. */
export function footprintReach(place: Place): [number, number] {
  const [length, width] = place.size;
  const c = Math.abs(Math.cos(place.yawDeg * RADIANS));
  const s = Math.abs(Math.sin(place.yawDeg * RADIANS));
  return [(c * length + s * width) / 2, (s * length + c * width) / 2];
}

/** Axis-aligned box over the floor, in the scene's x and z. */
export interface FloorBox {
  minX: number;
  maxX: number;
  minZ: number;
  maxZ: number;
  height: number;
}

export function emptyBox(): FloorBox {
  return { minX: Infinity, maxX: -Infinity, minZ: Infinity, maxZ: -Infinity, height: 0 };
}

export function growBox(box: FloorBox, place: Place): void {
  const [reachX, reachZ] = footprintReach(place);
  const [x, , z] = sceneFromSite(...place.position);
  box.minX = Math.min(box.minX, x - reachX);
  box.maxX = Math.max(box.maxX, x + reachX);
  box.minZ = Math.min(box.minZ, z - reachZ);
  box.maxZ = Math.max(box.maxZ, z + reachZ);
  box.height = Math.max(box.height, place.position[2] + place.size[2]);
}

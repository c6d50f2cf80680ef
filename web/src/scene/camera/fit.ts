/** Fits a box into a view: the distance from which all of it is seen, and the aim that centres it on the screen. */
import type { FloorBox } from '../coordinates';
import { directionX, directionY, directionZ, type Stance } from './stance';

const ROUNDS = 6;

interface Extent {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** Calls back with each corner in the camera's own axes, measured from the point that it looks at. */
function eachCorner(
  box: FloorBox,
  s: Stance,
  visit: (right: number, up: number, toEye: number) => void,
): void {
  const [c, n] = [Math.cos(s.azimuth), Math.sin(s.azimuth)];
  for (const x of [box.minX - s.x, box.maxX - s.x]) {
    for (const y of [-s.y, box.height - s.y]) {
      for (const z of [box.minZ - s.z, box.maxZ - s.z]) {
        const up = y * Math.cos(s.elevation) - (x * n + z * c) * Math.sin(s.elevation);
        visit(x * c - z * n, up, x * directionX(s) + y * directionY(s) + z * directionZ(s));
      }
    }
  }
}

/** The least distance from which all corners lie inside the half angles, given by their tangents. */
export function fitDistance(box: FloorBox, s: Stance, halfX: number, halfY: number): number {
  let distance = 4;
  eachCorner(box, s, (right, up, toEye) => {
    distance = Math.max(distance, toEye + Math.abs(right) / halfX, toEye + Math.abs(up) / halfY);
  });
  return distance;
}

function extentOnScreen(box: FloorBox, s: Stance): Extent {
  const extent: Extent = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  eachCorner(box, s, (right, up, toEye) => {
    const depth = s.distance - toEye;
    extent.left = Math.min(extent.left, right / depth);
    extent.right = Math.max(extent.right, right / depth);
    extent.bottom = Math.min(extent.bottom, up / depth);
    extent.top = Math.max(extent.top, up / depth);
  });
  return extent;
}

/** Near corners look larger than far ones, so the aim is shifted over the floor until the picture is centred. */
export function fitStance(box: FloorBox, s: Stance, halfX: number, halfY: number): void {
  for (let round = 0; round < ROUNDS; round++) {
    s.distance = fitDistance(box, s, halfX, halfY);
    const { left, right, bottom, top } = extentOnScreen(box, s);
    const aside = ((left + right) / 2) * s.distance;
    const ahead = (((bottom + top) / 2) * s.distance) / Math.sin(s.elevation);
    s.x += aside * Math.cos(s.azimuth) - ahead * Math.sin(s.azimuth);
    s.z += -aside * Math.sin(s.azimuth) - ahead * Math.cos(s.azimuth);
  }
  s.distance = fitDistance(box, s, halfX, halfY);
}

/** Shifts the aim so that what was in the middle of the picture comes to lie at (x, y), in shares of half the view. */
export function shiftAim(s: Stance, x: number, y: number, halfX: number, halfY: number): void {
  const aside = -x * halfX * s.distance;
  const ahead = (-y * halfY * s.distance) / Math.sin(s.elevation);
  s.x += aside * Math.cos(s.azimuth) - ahead * Math.sin(s.azimuth);
  s.z += -aside * Math.sin(s.azimuth) - ahead * Math.cos(s.azimuth);
}

import { describe, expect, it } from 'vitest';
import { emptyBox, footprintReach, growBox, sceneFromSite, siteFromScene } from './coordinates';

const place = (x: number, y: number, yawDeg: number) => ({
  position: [x, y, 0] as [number, number, number],
  yawDeg,
  size: [4, 2, 3] as [number, number, number],
  proposed: false,
});

describe('coordinates', () => {
  it('draws north away from the viewer and up upwards', () => {
    expect(sceneFromSite(1, 2, 3)).toEqual([1, 3, -2]);
  });

  it('comes back to where it started', () => {
    expect(siteFromScene(...sceneFromSite(1.5, -2.25, 0.75))).toEqual([1.5, -2.25, 0.75]);
  });

  it('swaps length and width for a quarter turn', () => {
    const [alongX, alongZ] = footprintReach(place(0, 0, 90));
    expect(alongX).toBeCloseTo(1);
    expect(alongZ).toBeCloseTo(2);
  });

  it('grows a box around footprints in the frame of the scene', () => {
    const box = emptyBox();
    growBox(box, place(10, 5, 0));
    growBox(box, place(-10, -5, 0));
    expect(box).toEqual({ minX: -12, maxX: 12, minZ: -6, maxZ: 6, height: 3 });
  });
});

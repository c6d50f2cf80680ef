import { describe, expect, it } from 'vitest';
import { fitDistance, fitStance } from './fit';
import { keepAboveFloor, mixStance, poseOfStance, type Stance, stanceOfPose } from './stance';

const stance = (over: Partial<Stance> = {}): Stance => ({
  x: 1,
  y: 2,
  z: 3,
  azimuth: 0.5,
  elevation: 0.4,
  distance: 20,
  ...over,
});

describe('stances', () => {
  it('come back from an address as they were sent', () => {
    const sent = stance();
    const back = stanceOfPose(poseOfStance(sent, 'orbit'));
    for (const key of Object.keys(sent) as (keyof Stance)[]) expect(back[key]).toBeCloseTo(sent[key]);
  });

  it('walking, the point is the eye', () => {
    const pose = poseOfStance(stance({ distance: 0 }), 'walk');
    expect(pose.position).toEqual([1, 2, 3]);
    expect(stanceOfPose(pose).azimuth).toBeCloseTo(0.5);
  });

  it('never put the eye below the floor', () => {
    const low = stance({ y: 0.5, elevation: -1, distance: 30 });
    keepAboveFloor(low);
    expect(low.y + Math.sin(low.elevation) * low.distance).toBeGreaterThan(0.3);
  });

  it('turn the shorter way round', () => {
    const out = stance();
    mixStance(out, stance({ azimuth: 3 }), stance({ azimuth: -3 }), 0.5);
    expect(Math.abs(out.azimuth)).toBeCloseTo(Math.PI);
  });
});

describe('fitting the hall', () => {
  const box = { minX: -40, maxX: 40, minZ: -20, maxZ: 20, height: 5 };

  it('sees all corners, and no less would do', () => {
    const s = stance({ x: 0, y: 0, z: 0 });
    const distance = fitDistance(box, s, 0.5, 0.3);
    expect(distance).toBeGreaterThan(60);
    expect(fitDistance(box, { ...s, elevation: 1.5 }, 10, 10)).toBeLessThan(distance);
  });

  it('comes closer by centring the picture', () => {
    const s = stance({ x: 0, y: 0, z: 0 });
    const before = fitDistance(box, s, 0.5, 0.3);
    fitStance(box, s, 0.5, 0.3);
    expect(s.distance).toBeLessThanOrEqual(before);
  });
});

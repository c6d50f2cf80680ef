import { describe, expect, it } from 'vitest';
import { PickField, type Ray } from './pick';

function towards(from: [number, number, number], to: [number, number, number]): Ray {
  const [x, y, z] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.hypot(x, y, z);
  return { ox: from[0], oy: from[1], oz: from[2], dx: x / length, dy: y / length, dz: z / length };
}

function field(): PickField {
  const boxes = new PickField();
  boxes.resize(3);
  boxes.set(0, 0, 0, 0, 0, 4, 2, 1);
  boxes.set(1, 0, 0, -6, 0, 4, 2, 1);
  boxes.set(2, 12, 0, 0, Math.PI / 4, 6, 2, 0.5);
  return boxes;
}

describe('picking', () => {
  it('takes the nearest of two boxes on the ray', () => {
    const boxes = field();
    expect(boxes.pick(towards([0, 1, 20], [0, 1, 0]))).toBe(0);
    expect(boxes.distance).toBeCloseTo(19.5);
    expect(boxes.pick(towards([0, 1, -20], [0, 1, 0]))).toBe(1);
  });

  it('misses what it passes by, what is behind it, and the sky', () => {
    const boxes = field();
    expect(boxes.pick(towards([0, 3, 20], [0, 3, 0]))).toBe(-1);
    expect(boxes.pick(towards([0, 1, 20], [0, 1, 40]))).toBe(-1);
    expect(boxes.pick(towards([0, 1, 20], [0, 60, 0]))).toBe(-1);
  });

  it('knows that a box is turned', () => {
    const boxes = field();
    // A yaw of 45° turns the length from +x towards -z.
    expect(boxes.pick(towards([13.9, 9, -1.9], [13.9, 0, -1.9]))).toBe(2);
    expect(boxes.pick(towards([13.9, 9, 1.9], [13.9, 0, 1.9]))).toBe(-1);
  });

  it('agrees with a walk along the ray for many rays', () => {
    const boxes = field();
    const inside = (x: number, y: number, z: number): boolean =>
      y >= 0 && y <= 2 && Math.abs(x) <= 2 && (Math.abs(z) <= 0.5 || Math.abs(z + 6) <= 0.5);
    for (let i = 0; i < 200; i++) {
      const ray = towards([-8 + (i % 17), 5, 9], [-4 + ((i * 7) % 9), 0.3, -7 + ((i * 3) % 11)]);
      let seen = false;
      for (let t = 0; t < 30; t += 0.01)
        seen ||= inside(ray.ox + ray.dx * t, ray.oy + ray.dy * t, ray.oz + ray.dz * t);
      const hit = boxes.pick(ray);
      if (hit !== 2) expect(hit >= 0).toBe(seen);
    }
  });

  it('pushes a walker out of a box by the nearest side', () => {
    const out = { x: 0, z: 0 };
    field().pushOut(0.2, 0.4, 0.3, out);
    expect(out).toEqual({ x: expect.closeTo(0.2), z: expect.closeTo(0.8) });
    field().pushOut(5, 3, 0.3, out);
    expect(out).toEqual({ x: 5, z: 3 });
  });
});

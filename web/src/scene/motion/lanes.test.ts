import { describe, expect, it } from 'vitest';
import { BEHIND_MAX, Lanes, Vehicle } from './lanes';

const STEP_S = 0.05;
const SPEED = 1.2;

function overlaps(a: Vehicle, b: Vehicle): boolean {
  // Two boxes that are parallel or square to each other, as in aisles.
  const along = Math.abs(Math.cos(a.yaw - b.yaw));
  const across = Math.abs(Math.sin(a.yaw - b.yaw));
  const [x, z] = [b.x - a.x, b.z - a.z];
  const [c, s] = [Math.cos(a.yaw), Math.sin(a.yaw)];
  return (
    Math.abs(x * c - z * s) < a.halfLength + along * b.halfLength + across * b.halfWidth - 0.02 &&
    Math.abs(x * s + z * c) < a.halfWidth + across * b.halfLength + along * b.halfWidth - 0.02
  );
}

/** An aisle along x and one along z that cross at the origin, both 3.6 m wide. */
function hall(vehicles: number): Lanes {
  const lanes = new Lanes();
  lanes.setAisles([
    { x: 0, z: 0, yaw: 0, halfLength: 40, halfWidth: 1.8 },
    { x: 0, z: 0, yaw: Math.PI / 2, halfLength: 40, halfWidth: 1.8 },
  ]);
  for (let i = 0; i < vehicles; i++) lanes.vehicles.push(new Vehicle(0.7, 0.4));
  return lanes;
}

type Pose = [x: number, z: number, yaw: number];

function drive(
  lanes: Lanes,
  ways: ((s: number) => Pose)[],
  seconds: number,
  check: (s: number) => void,
): void {
  for (let s = 0; s < seconds; s += STEP_S) {
    lanes.vehicles.forEach((vehicle, i) => {
      const [x, z, yaw] = (ways[i] as (s: number) => Pose)(s);
      vehicle.report(x, z, yaw, lanes.sideAt(x, z), STEP_S, false);
    });
    lanes.step(STEP_S);
    check(s);
  }
}

describe('lanes', () => {
  it('draws a vehicle that stands where it says it stands', () => {
    const lanes = hall(1);
    drive(lanes, [() => [3, 0.2, 1]], 3, () => {});
    const [vehicle] = lanes.vehicles as [Vehicle];
    expect([vehicle.x, vehicle.z, vehicle.yaw, vehicle.behind]).toEqual([3, 0.2, 1, 0]);
  });

  it('keeps to the right-hand side while it drives, and comes back when it stands', () => {
    const lanes = hall(1);
    const [vehicle] = lanes.vehicles as [Vehicle];
    const way = (s: number): Pose => [Math.min(12, -12 + SPEED * s), 0, 0];
    let seen = 0;
    drive(lanes, [way], 30, (s) => {
      if (s > 8 && s < 18) seen = Math.max(seen, vehicle.z);
    });
    expect(seen).toBeCloseTo(0.9);
    expect(vehicle.z).toBeCloseTo(0);
    expect(vehicle.x).toBeCloseTo(12);
  });

  it('lets two that meet head-on in the middle of an aisle pass beside each other', () => {
    const lanes = hall(2);
    const [a, b] = lanes.vehicles as [Vehicle, Vehicle];
    const east = (s: number): Pose => [-14 + SPEED * s, 0, 0];
    const west = (s: number): Pose => [14 - SPEED * s, 0, Math.PI];
    drive(lanes, [east, west], 22, (s) => expect(overlaps(a, b), `at ${s} s`).toBe(false));
    expect(a.behind).toBeLessThan(0.5);
    expect(b.behind).toBeLessThan(0.5);
  });

  it('lets one of two wait at a crossing and make up for it', () => {
    const lanes = hall(2);
    const [a, b] = lanes.vehicles as [Vehicle, Vehicle];
    let longest = 0;
    const east = (s: number): Pose => [-10 + SPEED * s, 0, 0];
    const north = (s: number): Pose => [0, 10 - SPEED * s, Math.PI / 2];
    drive(lanes, [east, north], 24, (s) => {
      expect(overlaps(a, b), `at ${s} s`).toBe(false);
      longest = Math.max(longest, a.behind, b.behind);
    });
    expect(longest).toBeGreaterThan(0.5);
    expect(Math.max(a.behind, b.behind)).toBeLessThan(0.3);
  });

  it('queues behind one that stands', () => {
    const lanes = hall(2);
    const [a, b] = lanes.vehicles as [Vehicle, Vehicle];
    const way = (s: number): Pose => [Math.min(0, -10 + SPEED * s), 0, 0];
    drive(lanes, [() => [0, 0.4, 0], way], 40, (s) => expect(overlaps(a, b), `at ${s} s`).toBe(false));
    expect(b.behind).toBeGreaterThan(1);
    expect(b.behind).toBeLessThan(3);
  });

  it('is never ahead of its last report and never far behind, whatever the others do', () => {
    const lanes = hall(3);
    let seed = 11;
    const dice = (): number => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const at = [0, 0, 0];
    const ways = at.map((_, i) => (): Pose => {
      at[i] = (at[i] as number) + (dice() < 0.7 ? SPEED * STEP_S : 0);
      return [-15 + (at[i] as number), 0, 0];
    });
    drive(lanes, ways, 30, () => {
      lanes.vehicles.forEach((vehicle, i) => {
        expect(vehicle.behind).toBeGreaterThanOrEqual(0);
        expect(vehicle.behind).toBeLessThanOrEqual(BEHIND_MAX + 0.1);
        expect(vehicle.x).toBeLessThanOrEqual(-15 + (at[i] as number) + 1e-6);
      });
    });
  });

  it('has no way behind it after a jump in the record', () => {
    const lanes = hall(1);
    const [vehicle] = lanes.vehicles as [Vehicle];
    drive(lanes, [(s) => [-10 + SPEED * s, 5, 0]], 2, () => {});
    vehicle.report(30, 10, 2, 0, STEP_S, false);
    lanes.step(STEP_S);
    expect([vehicle.x, vehicle.z, vehicle.yaw, vehicle.behind]).toEqual([30, 10, 2, 0]);
  });
});

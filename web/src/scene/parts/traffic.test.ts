import { describe, expect, it } from 'vitest';
import type { Relation, Signal } from '../../protocol/types';
import type { WorldModel } from '../contract';
import type { Figure } from '../hall/figure';
import type { Cell } from '../hall/stage';
import type { Troupe } from '../hall/troupe';
import { Traffic } from './traffic';

/** A figure that keeps only what traffic asks for. */
class Stand {
  hasPart = false;
  order = 0;
  roams = false;
  z = 0;
  level = 0;
  awaited = 0;
  constructor(
    readonly thing: { id: number },
    readonly x: number,
    private readonly places: number,
  ) {}
  get standingStock(): number {
    return Math.max(0, this.level - this.awaited);
  }
  unsettle(): void {}
  partSpot(out: Float32Array): void {
    out.set([this.x, 1, 0]);
  }
  stockSpot(out: Float32Array): boolean {
    if (this.places > 0) this.partSpot(out);
    return this.places > 0;
  }
  awaitStock(): boolean {
    if (this.places > 0) this.awaited++;
    return this.places > 0;
  }
  receiveStock(): void {
    this.awaited--;
  }
  settleStock(): void {
    this.awaited = 0;
  }
}

const relations: Relation[] = [
  { kind: 'flows-to', from: 1, to: 2 },
  { kind: 'flows-to', from: 2, to: 3 },
  { kind: 'served-by', from: 2, to: 4 },
];

/** Buffer 1 → machine 2, loaded by robot 4 → buffer 3. */
function plant() {
  const stands = [new Stand({ id: 1 }, 0, 9), new Stand({ id: 2 }, 5, 0), new Stand({ id: 3 }, 9, 9)];
  stands.push(new Stand({ id: 4 }, 4, 0));
  const figures = stands as unknown as Figure[];
  const byThing = new Map(figures.map((figure) => [figure.thing.id, figure]));
  const traffic = new Traffic({ figures, byThing } as unknown as Troupe);
  const slot = { batch: { matrices: new Float32Array(16), setLook() {}, touchMatrix() {} }, index: 0 };
  traffic.travel.reserve({ reserve: () => slot } as unknown as Cell);
  const signals = [1, 3].map((thing) => ({ thing, role: 'level' }) as Signal);
  traffic.setWorld({ document: { signals, relations } } as unknown as WorldModel);
  const [buffer, machine, next, robot] = stands as [Stand, Stand, Stand, Stand];
  const at = (id: number): Figure => byThing.get(id) as Figure;
  const level = (stand: Stand, to: number, ms: number): void => {
    const by = to - stand.level;
    stand.level = to;
    traffic.level(at(stand.thing.id), by, ms);
  };
  const part = (stand: Stand, serial: string, ms: number): void =>
    traffic.part(at(stand.thing.id), serial, ms);
  return { traffic, buffer, machine, next, robot, level, part };
}

describe('traffic', () => {
  it('sends a part from a machine into a buffer that only counts, and counts it when it is there', () => {
    const { traffic, machine, next, level, part } = plant();
    part(machine, 'P-1', 0);
    next.level = 4;
    level(next, 5, 1000);
    part(machine, '', 1000);
    expect(next.standingStock).toBe(4);
    expect(traffic.travel.update(16)).toBe(true);
    traffic.travel.update(5000);
    expect(next.standingStock).toBe(5);
    expect(traffic.travel.update(16)).toBe(false);
  });

  it('sees the old part leave although the new one comes with the same sample', () => {
    const { machine, next, level, part } = plant();
    part(machine, 'P-1', 0);
    level(next, 1, 1000);
    part(machine, 'P-2', 1000);
    expect(next.awaited).toBe(1);
  });

  it('draws a part from a buffer that counts to a machine that names it, once', () => {
    const { traffic, buffer, machine, level, part } = plant();
    buffer.level = 3;
    part(buffer, 'P-1', 0);
    level(buffer, 2, 1000);
    part(buffer, 'P-2', 1000);
    part(machine, 'P-1', 1000);
    expect(machine.hasPart).toBe(false);
    traffic.travel.update(5000);
    expect(machine.hasPart).toBe(true);
    expect(traffic.travel.update(16)).toBe(false);
  });

  it('brings a part that robot and machine report at once to the one and then to the other', () => {
    const { traffic, buffer, machine, robot, part } = plant();
    part(buffer, 'P-1', 0);
    part(buffer, 'P-2', 1000);
    part(robot, 'P-1', 1000);
    part(machine, 'P-1', 1000);
    expect([robot.hasPart, machine.hasPart]).toEqual([false, false]);
    traffic.travel.update(5000);
    expect(machine.hasPart).toBe(false);
    expect(traffic.travel.update(16)).toBe(true);
    traffic.travel.update(5000);
    expect([robot.hasPart, machine.hasPart]).toEqual([false, true]);
    part(robot, '', 2000);
    expect([robot.hasPart, machine.hasPart]).toEqual([false, true]);
  });

  it('moves nothing that only one side reported', () => {
    const { traffic, buffer, next, level } = plant();
    buffer.level = 5;
    level(buffer, 3, 0);
    level(next, 1, 60_000);
    expect(traffic.travel.update(16)).toBe(false);
    expect(next.standingStock).toBe(1);
  });

  it('has nothing on its way after a jump in time', () => {
    const { traffic, machine, next, level, part } = plant();
    part(machine, 'P-1', 0);
    level(next, 1, 10);
    part(machine, '', 10);
    traffic.clear();
    expect(next.standingStock).toBe(1);
    expect(traffic.travel.update(16)).toBe(false);
  });
});

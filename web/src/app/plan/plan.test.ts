import { describe, expect, it } from 'vitest';
import { PlantModel } from '../../client/model';
import type { Operation, Plan } from '../../protocol/futures';
import type { Thing } from '../../protocol/types';
import { carried, hasMoved, isAllowed, nudged, shifted, snapStep, takeUp } from './drag';
import { layoutPlan, movedBetween, neighbour, ROW, rowAt, rowOf, stepAt } from './layout';

const MINUTE = 60_000;
const thing = (id: number, name: string, parent: number | null): Thing => ({
  id,
  key: name,
  name,
  class: 'turning-machine',
  level: 'work-unit',
  parent,
  place: null,
  nameplate: {},
});
const world = new PlantModel(
  {
    at: '',
    things: [
      thing(1, 'Line 1', null),
      thing(2, 'Line 2', null),
      thing(11, 'TU-1', 1),
      thing(12, 'TU-2', 1),
      thing(21, 'GR-1', 2),
    ],
    signals: [],
    relations: [],
    alarms: [],
  },
  1,
);
const operation = (
  id: string,
  order: string,
  on: number,
  from: number,
  to: number,
  more = {},
): Operation => ({
  id,
  order,
  segment: id,
  thing: on,
  start: new Date(from * MINUTE).toISOString(),
  end: new Date(to * MINUTE).toISOString(),
  setupS: 0,
  frozen: false,
  pinned: false,
  alternatives: [on],
  ...more,
});
const plan: Plan = {
  id: 'p',
  name: 'p',
  made: 0,
  reason: null,
  objective: 'tardiness',
  from: 0,
  accepted: false,
  bound: null,
  evaluation: { makespanS: 0, tardinessS: 0, late: 0, setupS: 0, energyKwh: 0 },
  operations: [
    operation('a2', 'A', 21, 60, 90),
    operation('a1', 'A', 11, 0, 30, { frozen: true }),
    operation('b1', 'B', 11, 45, 75, { alternatives: [11, 12], setupS: 600 }),
    operation('b2', 'B', 21, 100, 130),
  ],
  orders: [
    { key: 'A', due: 80 * MINUTE, completion: 90 * MINUTE, tardinessS: 600 },
    { key: 'B', due: null, completion: 130 * MINUTE, tardinessS: 0 },
  ],
  closed: [{ thing: 12, from: 0, to: 10 * MINUTE, why: 'maintenance' }],
};
const gantt = layoutPlan(plan, world);
const stepOf = (id: string) => {
  const step = gantt.byId.get(id);
  if (!step) throw new Error(id);
  return step;
};

describe('the layout of a plan', () => {
  it('has a row for every machine that could do something, under its line', () => {
    expect(gantt.rows.map(({ thing: id, name }) => [id, name])).toEqual([
      [null, 'Line 1'],
      [11, 'TU-1'],
      [12, 'TU-2'],
      [null, 'Line 2'],
      [21, 'GR-1'],
    ]);
    expect(gantt.height).toBe(2 * ROW.group + 3 * ROW.machine);
  });

  it('keeps operations in order of time, by machine and by order', () => {
    expect(gantt.byThing.get(11)?.map(({ id }) => id)).toEqual(['a1', 'b1']);
    expect(gantt.byOrder.get('A')?.map(({ id }) => id)).toEqual(['a1', 'a2']);
    expect(gantt.orders.get('A')?.late).toBe(true);
    expect(gantt.orders.get('B')?.late).toBe(false);
    expect(gantt.closed.get(12)).toHaveLength(1);
  });

  it('finds rows and operations under a point', () => {
    const row = rowOf(gantt, 11);
    expect(rowAt(gantt, (row?.top ?? 0) + 3)?.name).toBe('TU-1');
    expect(rowAt(gantt, -5)).toBeUndefined();
    expect(stepAt(gantt, (row?.top ?? 0) + 3, 50 * MINUTE, 0)?.id).toBe('b1');
    expect(stepAt(gantt, (row?.top ?? 0) + 3, 40 * MINUTE, 0)).toBeUndefined();
    expect(stepAt(gantt, (row?.top ?? 0) + 3, 44 * MINUTE, 2 * MINUTE)?.id).toBe('b1');
    expect(stepAt(gantt, 3, 50 * MINUTE, 0)).toBeUndefined();
  });

  it('walks from operation to operation', () => {
    expect(neighbour(gantt, 'a1', 'right')?.id).toBe('b1');
    expect(neighbour(gantt, 'a1', 'left')).toBeUndefined();
    expect(neighbour(gantt, 'b1', 'down')?.id).toBe('a2');
    expect(neighbour(gantt, 'b2', 'up')?.id).toBe('b1');
    expect(neighbour(gantt, 'gone', 'up')).toBeUndefined();
  });

  it('knows what moved between two plans', () => {
    const after = {
      ...plan,
      operations: plan.operations.map((was) => (was.id === 'b1' ? { ...was, thing: 12 } : was)),
    };
    expect([...movedBetween(plan, after)]).toEqual(['b1']);
    expect(movedBetween(plan, plan).size).toBe(0);
  });
});

describe('an operation in the hand', () => {
  const held = takeUp(stepOf('b1'), false);
  if (!held) throw new Error('b1 can be moved');

  it('stays where it is when it has begun', () => expect(takeUp(stepOf('a1'), true)).toBeUndefined());

  it('goes with the pointer in round steps, and only onto machines that may do it', () => {
    expect(carried(held, 7.4 * MINUTE, 12, MINUTE, 0)).toMatchObject({ thing: 12, start: 52 * MINUTE });
    expect(carried(held, 0, 21, MINUTE, 0)).toMatchObject({ thing: 11, start: 45 * MINUTE });
    expect(carried(held, -99 * MINUTE, null, MINUTE, 20 * MINUTE).start).toBe(20 * MINUTE);
    expect(isAllowed(held, 21)).toBe(false);
  });

  it('goes with the arrows', () => {
    expect(nudged(held, 1, 5 * MINUTE, 0).start).toBe(50 * MINUTE);
    expect(nudged(held, -20, 5 * MINUTE, 10 * MINUTE).start).toBe(10 * MINUTE);
    const down = shifted(gantt, held, 1);
    expect(down.thing).toBe(12);
    expect(shifted(gantt, down, 1).thing).toBe(12);
    expect(shifted(gantt, down, -1).thing).toBe(11);
  });

  it('knows whether dropping it changes anything', () => {
    expect(hasMoved(held)).toBe(false);
    expect(hasMoved(nudged(held, 1, MINUTE, 0))).toBe(true);
    expect(hasMoved(shifted(gantt, held, 1))).toBe(true);
  });

  it('snaps to steps that one can see', () => {
    expect(snapStep(3_600_000)).toBe(MINUTE);
    expect(snapStep(48 * 3_600_000)).toBeGreaterThan(5 * MINUTE);
  });
});

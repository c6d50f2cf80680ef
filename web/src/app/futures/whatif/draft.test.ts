import { describe, expect, it } from 'vitest';
import { PlantModel } from '../../../client/model';
import type { Signal, Thing } from '../../../protocol/types';
import { CHANGE_KINDS, choicesOf, dayClock, daySeconds, factorOf, newChange, percentOf } from './draft';

const place = { position: [0, 0, 0], yawDeg: 0, size: [1, 1, 1], proposed: false } as Thing['place'];
const thing = (id: number, key: string, kind: string): Thing => ({
  id,
  key,
  name: key,
  class: kind,
  level: 'work-unit',
  parent: null,
  place,
  nameplate: {},
});
const state = (of: number): Signal => ({
  id: of,
  thing: of,
  key: `${of}`,
  name: 'State',
  path: [],
  kind: 'enumeration',
  role: 'state',
});
const model = new PlantModel(
  {
    at: '',
    things: [
      thing(1, 'GR-1', 'grinding-machine'),
      thing(2, 'GR-4', 'grinding-machine'),
      thing(3, 'BU-1', 'buffer'),
      thing(4, 'AGV-1', 'agv'),
    ],
    signals: [state(1), state(2), state(4)],
    relations: [],
    alarms: [],
  },
  1,
);
const orders = [{ key: 'PO-8', material: 'drive', quantity: 5, done: 0 }];
const choices = choicesOf(model, orders);

describe('a what-if draft', () => {
  it('tells machines, buffers and vehicles apart', () => {
    expect(choices.machines.map(({ key }) => key)).toEqual(['GR-1', 'GR-4']);
    expect(choices.buffers.map(({ key }) => key)).toEqual(['BU-1']);
    expect(choices.vehicles.map(({ key }) => key)).toEqual(['AGV-1']);
  });

  it('starts from the machine that one looks at, and names a copy freely', () => {
    expect(newChange('add-machine', choices, 2, 0)).toEqual({ change: 'add-machine', like: 2, name: 'GR-5' });
    expect(newChange('buffer', choices, 2, 0)).toMatchObject({ thing: 3 });
    expect(newChange('vehicles', choices, null, 0)).toMatchObject({ like: 4, count: 2 });
    expect(newChange('order-add', choices, null, 0)).toMatchObject({
      order: { key: 'PO-9', material: 'drive' },
    });
  });

  it.each(CHANGE_KINDS)('has something to start from in an empty plant: %s', (kind) => {
    const nothing = { machines: [], buffers: [], vehicles: [], orders: [] };
    expect(newChange(kind, nothing, null, 0).change).toBe(kind);
  });

  it('writes factors as percent and shifts as clock times', () => {
    expect(percentOf(1.075)).toBe(7.5);
    expect(factorOf(-20)).toBe(0.8);
    expect(dayClock(6 * 3600 + 1800)).toBe('06:30');
    expect(daySeconds('06:30', false)).toBe(23_400);
    expect(daySeconds('00:00', true)).toBe(86_400);
    expect(dayClock(86_400)).toBe('00:00');
  });
});

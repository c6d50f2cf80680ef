import { describe, expect, it } from 'vitest';
import type { Signal } from '../../protocol/types';
import type { SignalTable, WorldModel } from '../contract';
import { Pattern } from '../mesh/matter';
import type { Figure } from './figure';
import { Tidings } from './tidings';

const T0 = 1_000_000;

/** One machine with a state (signal 1) and one buffer with a level (signal 2). */
function plant() {
  const signals = [
    { id: 1, thing: 1, role: 'state', staleAfterMs: 60_000 },
    { id: 2, thing: 2, role: 'level' },
  ] as Signal[];
  const stand = (id: number) => ({
    thing: { id },
    state: null,
    pattern: Pattern.plain,
    trust: 'good',
    measuredMs: 0,
    level: 0,
    order: 0,
    writeLook() {},
    writeStock() {},
    unsettle() {},
  });
  const [machine, buffer] = [stand(1), stand(2)] as unknown as [Figure, Figure];
  const table = {
    capacity: 3,
    value: new Float64Array(3),
    time: new Float64Array(3),
    previousValue: new Float64Array(3),
    previousTime: new Float64Array(3),
    status: new Uint16Array(3),
    type: new Uint8Array(3),
    text: [] as (string | undefined)[],
    version: new Uint32Array(3),
    frame: 0,
    keyframe: 0,
  } satisfies SignalTable;
  const put = (id: number, value: number | string | null, time: number, status = 0): void => {
    table.value[id] = typeof value === 'number' ? value : Number.NaN;
    table.text[id] = typeof value === 'string' ? value : undefined;
    table.type[id] = value === null ? 0 : typeof value === 'number' ? 2 : 4;
    table.time[id] = time;
    table.status[id] = status;
    table.version[id] = (table.version[id] as number) + 1;
    table.frame++;
  };
  const world = {
    role: (thing: number, role: string) => signals.find((s) => s.thing === thing && s.role === role),
  } as unknown as WorldModel;
  const tidings = new Tidings();
  tidings.listen([machine, buffer], world);
  const told: string[] = [];
  const read = (ageInstantMs = T0): void =>
    tidings.read(table, ageInstantMs, 1000, {
      begin: () => told.push('begin'),
      part: () => told.push('part'),
      level: (_, by) => told.push(`level ${by}`),
    });
  return { machine, buffer, table, put, read, told };
}

describe('tidings', () => {
  it('tells how a level changes, but not the first one', () => {
    const { buffer, put, read, told } = plant();
    put(2, 5, T0);
    read();
    expect([buffer.level, told]).toEqual([5, ['begin']]);
    put(2, 3, T0 + 10);
    read();
    expect([buffer.level, told]).toEqual([3, ['begin', 'level -2']]);
  });

  it('takes what a keyframe says for a beginning', () => {
    const { buffer, table, put, read, told } = plant();
    put(2, 5, T0);
    read();
    table.keyframe++;
    put(2, 9, T0 - 60_000);
    read();
    expect([buffer.level, told]).toEqual([9, ['begin', 'begin']]);
  });

  it('forgets the state of a thing of which a keyframe says nothing', () => {
    const { machine, table, put, read } = plant();
    put(1, 'running', T0);
    read();
    expect(machine.state).toBe('running');
    table.keyframe++;
    table.frame++;
    table.type.fill(0);
    table.time.fill(0);
    read();
    expect([machine.state, machine.pattern]).toEqual(['unknown', Pattern.outlined]);
  });

  it('hatches what is stale, and knows since when', () => {
    const { machine, put, read } = plant();
    put(1, 'running', T0);
    read(T0 + 59_000);
    expect([machine.trust, machine.pattern]).toEqual(['good', Pattern.plain]);
    read(T0 + 61_000);
    expect([machine.trust, machine.pattern, machine.measuredMs]).toEqual(['stale', Pattern.hatched, T0]);
  });

  it('tells a bad value from a source that nobody hears', () => {
    const { machine, put, read } = plant();
    put(1, 'running', T0, 0x8000);
    read();
    expect([machine.trust, machine.pattern]).toEqual(['bad', Pattern.hatched]);
    put(1, null, T0 + 10, 0x8031);
    read();
    expect([machine.trust, machine.pattern]).toEqual(['stale', Pattern.hatched]);
    put(1, 'idle', T0 + 20);
    read();
    expect([machine.trust, machine.pattern]).toEqual(['good', Pattern.plain]);
  });
});

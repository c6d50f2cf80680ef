import { describe, expect, it } from 'vitest';
import type { SignalTable } from '../contract';
import { between, betweenAngles, ShownValues } from './shown';

function tableOfOne() {
  const table = {
    capacity: 2,
    value: new Float64Array(2),
    time: new Float64Array(2),
    previousValue: new Float64Array(2),
    previousTime: new Float64Array(2),
    status: new Uint16Array(2),
    type: new Uint8Array(2),
    text: [] as (string | undefined)[],
    version: new Uint32Array(2),
    frame: 0,
    keyframe: 0,
  } satisfies SignalTable;
  const put = (value: number, time: number): void => {
    table.previousValue[1] = table.value[1] as number;
    table.previousTime[1] = table.time[1] as number;
    table.value[1] = value;
    table.time[1] = time;
    table.type[1] = 3;
    table.version[1] = (table.version[1] as number) + 1;
  };
  return { table, put };
}

describe('the law between two samples', () => {
  it('starts at the previous, ends at the newest and never goes beyond', () => {
    expect(between(10, 20, 0, 100)).toBe(10);
    expect(between(10, 20, 50, 100)).toBe(15);
    expect(between(10, 20, 100, 100)).toBe(20);
    expect(between(10, 20, 5000, 100)).toBe(20);
    expect(between(10, 20, -30, 100)).toBe(10);
  });

  it('shows the newest when the two have no time between them', () => {
    expect(between(10, 20, 0, 0)).toBe(20);
    expect(between(10, 20, 0, -5)).toBe(20);
  });

  it('turns the shorter way round', () => {
    expect(betweenAngles(350, 10, 50, 100)).toBe(0);
    expect(betweenAngles(10, 350, 50, 100)).toBe(360);
  });
});

describe('shown values', () => {
  const start = 1_000_000;

  it('is not a number before anything was measured', () => {
    const shown = new ShownValues();
    shown.setTable(tableOfOne().table);
    shown.begin(start, 16);
    expect(shown.value(1)).toBeNaN();
    expect(shown.value(-1)).toBeNaN();
    expect(shown.value(99)).toBeNaN();
  });

  it('walks to a new sample in the time that lay between the samples', () => {
    const { table, put } = tableOfOne();
    const shown = new ShownValues();
    shown.setTable(table);
    put(0, start);
    shown.begin(start, 16);
    shown.begin(start + 16, 16);
    expect(shown.value(1)).toBe(0);
    put(10, start + 100);
    shown.begin(start + 150, 134);
    expect(shown.value(1)).toBe(0);
    shown.begin(start + 200, 50);
    expect(shown.value(1)).toBeCloseTo(5);
    shown.begin(start + 400, 200);
    expect(shown.value(1)).toBe(10);
  });

  it('shows what held at the instant when playback stands', () => {
    const { table, put } = tableOfOne();
    const shown = new ShownValues();
    shown.setTable(table);
    put(0, start);
    shown.begin(start + 50, 16);
    shown.value(1);
    put(10, start + 40);
    for (let i = 0; i < 20; i++) shown.begin(start + 50, 16);
    expect(shown.value(1)).toBe(10);
  });

  it('does not travel through a jump in time', () => {
    const { table, put } = tableOfOne();
    const shown = new ShownValues();
    shown.setTable(table);
    put(0, start);
    shown.begin(start, 16);
    shown.begin(start + 16, 16);
    shown.value(1);
    put(10, start - 60_000);
    shown.begin(start - 59_990, 16);
    expect(shown.jumped).toBe(true);
    expect(shown.value(1)).toBe(10);
  });
});

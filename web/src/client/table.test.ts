import { describe, expect, it } from 'vitest';
import { encodeFrame, type PlainFrame, type PlainUpdate } from '../../mock/encode';
import { decodeFrame, FrameError } from '../protocol/frame';
import { LiveTable } from './table';

function frame(kind: PlainFrame['kind'], instantMs: number, updates: PlainUpdate[]) {
  const instantNs = `${instantMs}000000`;
  return decodeFrame(encodeFrame({ kind, live: true, playing: false, epoch: 1, instantNs, updates }));
}

const number = (signal: number, value: number, age = 0): PlainUpdate => ({
  signal,
  value,
  age,
  status: 0,
  type: 3,
});

describe('LiveTable', () => {
  it('keeps the sample and the one before it', () => {
    const table = new LiveTable(4);
    table.apply(frame('keyframe', 10_000, [number(2, 5, 0.5)]));
    table.apply(frame('delta', 11_000, [number(2, 7, 0.25)]));
    expect([table.value[2], table.time[2]]).toEqual([7, 10_750]);
    expect([table.previousValue[2], table.previousTime[2]]).toEqual([5, 9_500]);
    expect(table.version[2]).toBe(2);
    expect(table.frame).toBe(2);
  });

  it('has no sample before the first one: nothing is interpolated across a jump', () => {
    const table = new LiveTable(4);
    table.apply(frame('keyframe', 10_000, [number(1, 5)]));
    table.apply(frame('keyframe', 5_000, [number(1, 9)]));
    expect([table.previousValue[1], table.previousTime[1]]).toEqual([9, 5_000]);
  });

  it('forgets what a keyframe does not name', () => {
    const table = new LiveTable(4);
    table.apply(frame('keyframe', 10_000, [number(1, 5), number(2, 6)]));
    table.apply(frame('keyframe', 5_000, [number(1, 5)]));
    expect([table.time[2], table.type[2]]).toEqual([0, 0]);
  });

  it('grows for a larger id and keeps what it has', () => {
    const table = new LiveTable(4);
    table.apply(frame('keyframe', 10_000, [number(1, 5)]));
    table.apply(frame('delta', 10_100, [number(5000, 8)]));
    expect(table.capacity).toBeGreaterThan(5000);
    expect([table.value[1], table.value[5000]]).toEqual([5, 8]);
  });

  it('keeps texts, and drops them when the type changes', () => {
    const table = new LiveTable(4);
    table.apply(frame('keyframe', 1000, [{ signal: 3, value: 'running', age: 0, status: 0, type: 4 }]));
    expect(table.text[3]).toBe('running');
    table.apply(frame('delta', 2000, [{ signal: 3, value: null, age: 0, status: 0x8000, type: 0 }]));
    expect([table.text[3], table.status[3]]).toEqual([undefined, 0x8000]);
  });

  it('refuses an absurd id instead of taking the memory for it', () => {
    expect(() => new LiveTable(4).apply(frame('delta', 1000, [number(4_294_967_295, 1)]))).toThrow(
      FrameError,
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Signal } from '../../protocol/types';
import type { HallWords, SignalTable } from '../contract';
import { doubtOf, shownNumber } from './words';

const words: HallWords = {
  stale: (ms) => `no news for ${ms / 60_000} min`,
  bad: (ms) => `bad, ${ms / 1000} s`,
};
const now = 1_000_000_000;

function tableWith(value: number, ageMs: number, status = 0): SignalTable {
  const one = (x: number): Float64Array => Float64Array.of(0, x);
  return {
    capacity: 2,
    value: one(value),
    time: one(ageMs < 0 ? 0 : now - ageMs),
    previousValue: one(0),
    previousTime: one(0),
    status: Uint16Array.of(0, status),
    type: Uint8Array.of(0, 3),
    text: [],
    version: Uint32Array.of(0, 1),
    frame: 1,
    keyframe: 1,
  };
}

const signal: Signal = {
  id: 1,
  thing: 1,
  key: 'k',
  name: 'Temperature',
  path: [],
  kind: 'number',
  unit: 'Cel',
  role: 'temperature',
  staleAfterMs: 60_000,
};

describe('the number of a label', () => {
  it('stands alone while it is fresh and good', () => {
    expect(shownNumber(tableWith(61.6, 1000), signal, words, now)).toBe('62 °C');
  });

  it('says its age when it is stale, and that it is bad', () => {
    expect(shownNumber(tableWith(61.6, 300_000), signal, words, now)).toBe('62 °C · no news for 5 min');
    expect(shownNumber(tableWith(61.6, 3000, 0x8000), signal, words, now)).toBe('62 °C · bad, 3 s');
    expect(shownNumber(tableWith(Number.NaN, 3000, 0x8000), signal, words, now)).toBe('bad, 3 s');
  });

  it('does not grow stale where nobody said when it would', () => {
    const { staleAfterMs: _, ...patient } = signal;
    expect(shownNumber(tableWith(61.6, 9e8), patient, words, now)).toBe('62 °C');
  });

  it('is empty where nothing was measured', () => {
    expect(shownNumber(tableWith(61.6, -1), signal, words, now)).toBe('');
    expect(shownNumber(null, signal, words, now)).toBe('');
  });

  it('has no age before its sample', () => {
    expect(doubtOf('stale', -5000, words)).toBe('no news for 0 min');
    expect(doubtOf('bad', 1000, null)).toBe('');
  });
});

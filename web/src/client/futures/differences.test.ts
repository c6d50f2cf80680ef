import { describe, expect, it } from 'vitest';
import type { StationReport } from '../../protocol/futures';
import type { Thing } from '../../protocol/types';
import { differencesOf, stationDifferences } from './differences';

const thing = (id: number, key: string, placed = true) =>
  ({ id, key, place: placed ? { position: [0, 0, 0] } : null }) as unknown as Thing;
const station = (id: number, running: number, good: number) =>
  ({ thing: id, running, good }) as StationReport;

describe('differences between branches', () => {
  it('are things that stand in one and not in the other', () => {
    const base = [thing(1, 'A'), thing(2, 'B'), thing(3, 'line', false)];
    const { added, removed } = differencesOf(base, [thing(1, 'A'), thing(9, 'C'), thing(8, 'order', false)]);
    expect(added.map(({ key }) => key)).toEqual(['C']);
    expect(removed.map(({ key }) => key)).toEqual(['B']);
  });

  it('are figures of the stations that both have', () => {
    const found = stationDifferences(
      [station(1, 0.5, 10), station(2, 0.4, 7)],
      [station(1, 0.6, 12), station(3, 1, 1)],
      'good',
    );
    expect([...found]).toEqual([[1, 2]]);
    expect(stationDifferences([station(1, 0.5, 1)], [station(1, 0.6, 1)], 'running').get(1)).toBeCloseTo(0.1);
  });
});

import { describe, expect, it } from 'vitest';
import type { Future } from '../../client/futures/branches';
import type { Signal } from '../../protocol/types';
import { expectedColumns, expectingBranch, together } from './expected';
import { NO_COLUMNS } from './series';

const future = (
  id: string,
  forkedAt: number,
  until: number,
  purpose: Future['purpose'] = 'forecast',
): Future => ({
  id,
  name: id,
  parent: 'live',
  forkedAt,
  until,
  purpose,
  changes: [],
  kept: false,
});
const futures = [future('new', 90, 190), future('if', 50, 150, 'what-if'), future('old', 10, 80)];
const signal = { id: 1, thing: 7, key: 'BU-1/level', role: 'level' } as Signal;
const bands = {
  t: [10, 20],
  series: [{ name: 'level', thing: 7, unit: '', p10: [1, 2], p50: [2, 3], p90: [3, 4], mean: [2, 3] }],
};

describe('what a plot expected', () => {
  it('is of the branch in view, of the newest forecast, or of the one that one had then', () => {
    expect(expectingBranch(futures, 'if', 60, 100)?.id).toBe('if');
    expect(expectingBranch(futures, 'live', null, 100)?.id).toBe('new');
    expect(expectingBranch(futures, 'live', 40, 100)?.id).toBe('old');
    expect(expectingBranch(futures, 'live', 5, 100)).toBeUndefined();
  });

  it('is the band of many runs where there is one', () => {
    expect(expectedColumns(bands, signal, NO_COLUMNS)).toMatchObject({
      low: [1, 2],
      mean: [2, 3],
      high: [3, 4],
    });
    expect(expectedColumns(bands, { ...signal, role: 'power', key: 'x' }, NO_COLUMNS)).toBe(NO_COLUMNS);
    expect(expectedColumns(undefined, signal, NO_COLUMNS)).toBe(NO_COLUMNS);
  });

  it('shares a scale with what came, as far as it is in sight', () => {
    const both = together(
      { ...NO_COLUMNS, low: [5], high: [6] },
      { ...NO_COLUMNS, x: [1, 50], low: [0, 4], high: [9, 8] },
      10,
      60,
    );
    expect([both.low, both.high]).toEqual([
      [5, 4],
      [6, 8],
    ]);
  });
});

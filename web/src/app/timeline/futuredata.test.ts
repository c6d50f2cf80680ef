import { describe, expect, it } from 'vitest';
import type { Future } from '../../client/futures/branches';
import { branchAt, laneY } from './future';
import { drawnBranches, drawnForecasts, expectedAt } from './futuredata';

const future = (id: string, forkedAt: number, purpose: Future['purpose'], kept = false): Future => ({
  id,
  name: id,
  parent: 'live',
  forkedAt,
  until: forkedAt + 600_000,
  purpose,
  changes: [],
  kept,
});
const bands = {
  t: [60_000, 120_000, 180_000, 600_000],
  series: [
    {
      name: 'output',
      thing: null,
      unit: '',
      p10: [1, 2, 3, 4],
      p50: [2, 4, 6, 8],
      p90: [3, 6, 9, 12],
      mean: [],
    },
  ],
};
const window = { from: 0, to: 600_000 };
const nobody = { shown: 'live', hovered: null, compared: [] };

describe('what the strip draws', () => {
  it('scales what is expected to its own bars, and knows what lies ahead', () => {
    const drawn = drawnForecasts([future('f', 0, 'forecast')], () => bands, window, 30_000, 60_000);
    expect(drawn[0]?.points.map(({ middle }) => middle).slice(0, 3)).toEqual([1, 2, 3]);
    expect(drawn[0]?.isAhead).toBe(true);
    expect(drawnForecasts([future('f', 0, 'forecast')], () => undefined, window, 30_000, 0)).toEqual([]);
  });

  it('gives the lanes to what is looked at, compared or kept, and does not shuffle them', () => {
    const many = ['e', 'd', 'c', 'b', 'a'].map((id, i) =>
      future(id, 50_000 - i * 1000, 'what-if', id === 'a'),
    );
    expect(drawnBranches(many, window, nobody).map(({ future: { id } }) => id)).toEqual(['e', 'd', 'a']);
    const looking = { ...nobody, shown: 'b', compared: ['c'] };
    expect(drawnBranches(many, window, looking).map(({ future: { id } }) => id)).toEqual(['c', 'b', 'a']);
    expect(drawnBranches(many, { from: 700_000, to: 800_000 }, nobody)).toEqual([]);
  });

  it('finds the line under the pointer', () => {
    const branches = drawnBranches([future('a', 0, 'what-if')], window, nobody);
    const scene = { window, width: 600, branches };
    expect(branchAt(scene, 300, laneY(0) + 2)?.id).toBe('a');
    expect(branchAt(scene, 300, laneY(1) + 2)).toBeUndefined();
  });

  it('says what was expected at an instant', () => {
    expect(expectedAt([future('f', 0, 'forecast')], () => bands, 90_000)).toEqual({
      low: 2,
      middle: 4,
      high: 6,
      minutes: 1,
    });
    expect(expectedAt([], () => bands, 90_000)).toBeUndefined();
  });
});

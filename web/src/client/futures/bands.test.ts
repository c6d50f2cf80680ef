import { describe, expect, it } from 'vitest';
import { bandAt, pointsOf, seriesOf } from './bands';

const bands = {
  t: [600, 1200, 1800],
  series: [
    {
      name: 'output',
      thing: null,
      unit: '',
      p10: [8, 9, 10],
      p50: [10, 11, 12],
      p90: [12, 13, 14],
      mean: [10, 11, 12],
    },
    { name: 'level', thing: 7, unit: '', p10: [1, 1, 1], p50: [2, 2, 2], p90: [3, 3], mean: [2, 2, 2] },
  ],
};
const output = seriesOf(bands, 'output');
const level = seriesOf(bands, 'level', 7);
if (!output || !level) throw new Error('the series are there');

describe('bands', () => {
  it('are found by name and thing', () => {
    expect(seriesOf(bands, 'level')).toBeUndefined();
    expect(level.thing).toBe(7);
  });

  it('stand in the middle of their buckets, scaled to the bars beside them', () => {
    expect(pointsOf(bands, output, 0, 2000, 300)).toEqual([
      { t: 300, low: 4, middle: 5, high: 6 },
      { t: 900, low: 4.5, middle: 5.5, high: 6.5 },
      { t: 1500, low: 5, middle: 6, high: 7 },
    ]);
    expect(pointsOf(bands, output, 400, 1400, null).map(({ middle }) => middle)).toEqual([11]);
  });

  it('leave out what the server did not say', () =>
    expect(pointsOf(bands, level, 0, 2000, null)).toHaveLength(2));

  it('are read at an instant', () => {
    expect(bandAt(bands, output, 601)).toEqual({ low: 9, middle: 11, high: 13, widthMs: 600 });
    expect(bandAt(bands, output, 1801)).toBeUndefined();
    expect(bandAt(bands, output, -1)).toBeUndefined();
    expect(bandAt({ t: [], series: [] }, output, 5)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Bucket } from '../../protocol/rest';
import { append, columnsOfBuckets, columnsOfSamples, gapAt, holdUntil, rangeOf, valueAt } from './series';

const bucket = (t: number, mean: number): Bucket => ({
  t,
  min: mean - 1,
  max: mean + 1,
  mean,
  first: mean,
  last: mean,
  count: 5,
  bad: 0,
});
const GAP = { from: '1970-01-01T00:00:00.200Z', to: '1970-01-01T00:00:00.400Z', cause: 'connection lost' };

describe('plot columns', () => {
  it('hold a value over empty buckets', () => {
    const columns = columnsOfBuckets([bucket(0, 1), bucket(500, 9)], [], 100, 1000);
    expect(valueAt(columns, 450)).toBe(1);
    expect(valueAt(columns, 560)).toBe(9);
  });

  it('break at a recorded gap and say why', () => {
    const columns = columnsOfBuckets([bucket(0, 1), bucket(100, 2), bucket(400, 9)], [GAP], 100, 1000);
    expect(columns.mean).toContain(null);
    expect(valueAt(columns, 300)).toBeNull();
    expect([gapAt(columns, 300), gapAt(columns, 450)]).toEqual(['connection lost', undefined]);
  });

  it('leave out buckets in which nothing good was measured', () => {
    expect(columnsOfBuckets([bucket(0, Number.NaN)], [], 100, 1000).x).toEqual([]);
  });

  it('do not hold a value over what the source called bad', () => {
    const bad = { ...bucket(200, Number.NaN), bad: 3 };
    const columns = columnsOfBuckets([bucket(0, 1), bad, bucket(800, 9)], [], 100, 1000);
    expect(valueAt(columns, 500)).toBeNull();
  });

  it('hold the last value to the end of the window, but not into a gap', () => {
    expect(valueAt(holdUntil(columnsOfBuckets([bucket(0, 1)], [], 100, 1000), 900), 900)).toBe(1);
    expect(holdUntil(columnsOfBuckets([bucket(0, 1)], [GAP], 100, 1000), 900).x).toHaveLength(1);
  });

  it('hold over a long pause of a source that reports only changes', () => {
    const columns = columnsOfSamples(
      [
        [0, 1, 0],
        [1000, 2, 0],
        [2000, 3, 0],
        [60_000, 9, 0],
      ],
      [],
      90_000,
    );
    expect(valueAt(columns, 59_999.5)).toBe(3);
  });

  it('give a flat line a range that one can read', () => {
    expect(
      rangeOf(
        columnsOfSamples(
          [
            [0, 0, 0],
            [10, 0, 0],
          ],
          [],
          100,
        ),
        [],
        undefined,
      ),
    ).toEqual([0, 1]);
  });

  it('show bad samples as nothing', () => {
    const columns = columnsOfSamples(
      [
        [0, 1, 0],
        [10, 5, 0x8000],
        [20, true, 0],
      ],
      [],
      1000,
    );
    expect(columns.mean).toEqual([1, null, 1]);
  });

  it('rise in time, whatever comes', () => {
    const columns = columnsOfSamples(
      [
        [0, 1, 0],
        [100, 2, 0],
        [100, 3, 0],
        [600, 4, 0],
      ],
      [GAP],
      1000,
    );
    expect([...columns.x].sort((a, b) => a - b)).toEqual(columns.x);
    expect(append(columns, 500, 5)).toBe(false);
    expect(append(columns, 700, 5)).toBe(true);
  });

  it('bring a limit into the picture when the data comes near', () => {
    const columns = columnsOfBuckets([bucket(0, 4)], [], 100, 1000);
    expect(rangeOf(columns, [4.5, 7.1], undefined)[1]).toBeGreaterThan(7);
    expect(rangeOf(columns, [400], undefined)[1]).toBeLessThan(10);
  });
});

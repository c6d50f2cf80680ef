import { describe, expect, it } from 'vitest';
import { LIVE } from '../view';
import {
  baseOf,
  changesHall,
  endOfFutures,
  type Future,
  forecastAt,
  futuresOf,
  newestForecast,
  standAt,
  stretchesOf,
} from './branches';

const NOW = 100;
const future = (id: string, forkedAt: number, until: number, change: Partial<Future> = {}): Future => ({
  id,
  name: id,
  parent: 'live',
  forkedAt,
  until,
  purpose: 'forecast',
  changes: [],
  kept: false,
  ...change,
});
const old = future('old', 20, 60);
const stale = future('stale', 70, 170);
const fresh = future('fresh', 95, 195);
const whatIf = future('if', 50, 150, { purpose: 'what-if' });
const all = [fresh, stale, whatIf, old];

describe('branches', () => {
  it('leaves out live, which has no end', () => {
    const wire = {
      id: 'live',
      name: 'Live',
      parent: null,
      forkedAt: null,
      until: null,
      purpose: null,
      changes: [],
      kept: true,
    };
    const fork = {
      ...wire,
      id: 'a',
      forkedAt: '1970-01-01T00:00:01Z',
      until: '1970-01-01T00:00:02Z',
      purpose: 'forecast' as const,
    };
    expect(futuresOf([wire, fork])).toMatchObject([{ id: 'a', forkedAt: 1000, until: 2000 }]);
  });

  it('shows the newest forecast that has not run out', () => {
    expect(newestForecast(all, NOW)?.id).toBe('fresh');
    expect(newestForecast([old], NOW)).toBeUndefined();
    expect(forecastAt(all, 80)?.id).toBe('stale');
    expect(forecastAt(all, 10)).toBeUndefined();
  });

  it('ends where the longest future ends', () => {
    expect(endOfFutures(all, NOW)).toBe(195);
    expect(endOfFutures([], NOW)).toBe(NOW);
  });

  it('draws each instant as the forecast before it expected it', () => {
    expect(stretchesOf(all, 0, 200, 9).map(({ future: { id }, from, to }) => [id, from, to])).toEqual([
      ['old', 20, 60],
      ['stale', 70, 95],
      ['fresh', 95, 195],
    ]);
    expect(stretchesOf(all, 0, 200, 1)).toHaveLength(1);
    expect(stretchesOf(all, 61, 69, 9)).toEqual([]);
  });
});

describe('where a view stands', () => {
  const on = (branch: string) => ({ ...LIVE, branch, at: 0 });
  it('is the past left of now and the newest forecast right of it', () => {
    expect(standAt(30, LIVE, all, NOW)).toEqual({ kind: 'at', branch: 'live', at: 30 });
    expect(standAt(120, LIVE, all, NOW)).toEqual({ kind: 'at', branch: 'fresh', at: 120 });
    expect(standAt(NOW, LIVE, [], NOW)).toEqual({ kind: 'live' });
    expect(standAt(120, LIVE, [old], NOW)).toEqual({ kind: 'nothing' });
  });

  it('never runs beyond the end of a branch', () => {
    expect(standAt(999, LIVE, all, NOW)).toEqual({ kind: 'at', branch: 'fresh', at: 195 });
    expect(standAt(999, on('if'), all, NOW)).toEqual({ kind: 'at', branch: 'if', at: 150 });
  });

  it('stays on a what-if from its fork on, and leaves it before', () => {
    expect(standAt(60, on('if'), all, NOW)).toEqual({ kind: 'at', branch: 'if', at: 60 });
    expect(standAt(40, on('if'), all, NOW)).toEqual({ kind: 'at', branch: 'live', at: 40 });
  });

  it('gives a forecast up for what came, but keeps one that was opened to look back', () => {
    expect(standAt(97, on('fresh'), all, NOW)).toEqual({ kind: 'at', branch: 'live', at: 97 });
    expect(standAt(40, on('old'), all, NOW)).toEqual({ kind: 'at', branch: 'old', at: 40 });
    expect(standAt(65, on('old'), all, NOW)).toEqual({ kind: 'at', branch: 'live', at: 65 });
  });
});

describe('comparing', () => {
  it('starts from the parent, or else from the forecast nearest to the fork', () => {
    expect(baseOf(whatIf, all)?.id).toBe('stale');
    expect(baseOf({ ...whatIf, parent: 'old' }, all)?.id).toBe('old');
    expect(baseOf(whatIf, [whatIf])).toBeUndefined();
  });

  it('knows which changes stand other machines in the hall', () => {
    expect(changesHall({ changes: [{ change: 'speed', thing: 1, factor: 2 }] })).toBe(false);
    expect(changesHall({ changes: [{ change: 'remove-machine', thing: 1 }] })).toBe(true);
  });
});

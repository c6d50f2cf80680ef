import { describe, expect, it } from 'vitest';
import { bucketQuery, followNow, keepInside, pan, reveal, spanOf, wholeRecord, zoom } from './window';

const HOUR = 3_600_000;
const bounds = { earliest: 0, now: 8 * HOUR };

describe('the timeline window', () => {
  it('keeps room for futures right of now', () => {
    const window = followNow(bounds.now, HOUR);
    expect(spanOf(window)).toBeCloseTo(HOUR);
    expect(window.to).toBeGreaterThan(bounds.now);
  });

  it('zooms around the pointer', () => {
    const before = { from: 2 * HOUR, to: 4 * HOUR };
    const after = zoom(before, 0.5, 2.5 * HOUR, bounds);
    expect((2.5 * HOUR - after.from) / spanOf(after)).toBeCloseTo(0.25);
    expect(spanOf(after)).toBeCloseTo(HOUR);
  });

  it('cannot be lost in empty time', () => {
    expect(pan(followNow(bounds.now, HOUR), 100 * HOUR, bounds)).toEqual(followNow(bounds.now, HOUR));
    expect(keepInside({ from: -99 * HOUR, to: -98 * HOUR }, bounds).to).toBeGreaterThan(0);
  });

  it('moves only as far as it must to show an instant', () => {
    const window = { from: 2 * HOUR, to: 4 * HOUR };
    expect(reveal(window, 3 * HOUR, bounds)).toBe(window);
    expect(reveal(window, 4 * HOUR, bounds).to).toBeCloseTo(4.2 * HOUR);
  });

  it('shows the whole record', () => {
    const window = wholeRecord(bounds);
    expect(window.from).toBeLessThanOrEqual(0);
    expect(window.to).toBeGreaterThan(bounds.now);
  });

  it('asks for buckets that stay where they are while the window moves', () => {
    const a = bucketQuery({ from: 1000, to: 1000 + HOUR }, 200);
    const b = bucketQuery({ from: 9000, to: 9000 + HOUR }, 200);
    expect(a.step).toBe(b.step);
    expect(a.from % a.step).toBe(0);
    expect((a.to - a.from) / a.buckets).toBe(a.step);
    expect(a.buckets).toBeLessThan(204);
  });
});

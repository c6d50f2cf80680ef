/** Turns the server's buckets or raw samples into the columns that a plot draws. Pure. */
import { fromWire } from '../../client/instant';
import type { Bucket, Gap, RawSample } from '../../protocol/rest';

export interface Columns {
  /** Ms since the epoch, rising. */
  x: number[];
  low: (number | null)[];
  high: (number | null)[];
  mean: (number | null)[];
  gaps: { from: number; to: number; cause: string }[];
  raw: boolean;
}

export const NO_COLUMNS: Columns = { x: [], low: [], high: [], mean: [], gaps: [], raw: false };

export function columnsOfBuckets(
  buckets: readonly Bucket[],
  gaps: readonly Gap[],
  stepMs: number,
  now: number,
): Columns {
  const columns = empty(gaps, now, false);
  let before: Bucket | undefined;
  for (const bucket of buckets) {
    if (!Number.isFinite(bucket.mean)) {
      before = undefined;
      interrupt(columns, bucket.t);
      continue;
    }
    if (before) bridge(columns, before.t + stepMs, before.last, bucket.t, stepMs);
    push(columns, bucket.t + stepMs / 2, bucket.min, bucket.max, bucket.mean);
    before = bucket;
  }
  return columns;
}

export function columnsOfSamples(samples: readonly RawSample[], gaps: readonly Gap[], now: number): Columns {
  const columns = empty(gaps, now, true);
  const pause = pauseOf(samples);
  let before: number | undefined;
  for (const [time, value, status] of samples) {
    const number = status >> 14 >= 2 || value === null || typeof value === 'string' ? null : Number(value);
    const last = columns.mean.at(-1);
    if (before !== undefined && !breakAtGap(columns, before, time) && last != null && time - before > pause) {
      push(columns, time - 1, last, last, last);
    }
    if (before === undefined || time > before) push(columns, time, number, number, number);
    before = time;
  }
  return columns;
}

/** A pause much longer than usual between two samples means that the value held, not that it slid along. */
function pauseOf(samples: readonly RawSample[]): number {
  const steps = samples.slice(1).map(([time], i) => time - (samples[i]?.[0] ?? time));
  steps.sort((a, b) => a - b);
  return Math.max(2000, 10 * (steps[steps.length >> 1] ?? 0));
}

function empty(gaps: readonly Gap[], now: number, raw: boolean): Columns {
  const known = gaps.map((gap) => ({
    from: fromWire(gap.from),
    to: gap.to === null ? now : fromWire(gap.to),
    cause: gap.cause,
  }));
  return { x: [], low: [], high: [], mean: [], gaps: known, raw };
}

function push(
  columns: Columns,
  x: number,
  low: number | null,
  high: number | null,
  mean: number | null,
): void {
  columns.x.push(x);
  columns.low.push(low);
  columns.high.push(high);
  columns.mean.push(mean);
}

/** The source said that it has no good value: what it said before does not hold on. */
function interrupt(columns: Columns, at: number): void {
  if (columns.mean.at(-1) != null) push(columns, Math.max(at, (columns.x.at(-1) ?? 0) + 1), null, null, null);
}

/** The last value holds until something else is said, if no gap began since. */
export function holdUntil(columns: Columns, to: number): Columns {
  const at = columns.x.at(-1);
  const last = columns.mean.at(-1);
  const silent = columns.gaps.some((gap) => at !== undefined && gap.to > at && gap.from < to);
  if (at !== undefined && last != null && to > at && !silent) push(columns, to, last, last, last);
  return columns;
}

/** A source that reports only changes leaves buckets empty: its value held. A recorded gap is another matter. */
function bridge(columns: Columns, from: number, last: number, to: number, stepMs: number): void {
  if (breakAtGap(columns, from - stepMs, to + stepMs)) return;
  if (to - from < stepMs) return;
  push(columns, from, last, last, last);
  push(columns, to - 1, last, last, last);
}

function breakAtGap(columns: Columns, from: number, to: number): boolean {
  const gap = columns.gaps.find((candidate) => candidate.from >= from && candidate.to <= to);
  if (!gap) return false;
  push(columns, Math.max(gap.from, (columns.x.at(-1) ?? 0) + 1), null, null, null);
  return true;
}

/** Puts a live value at the end; what is already known at that time stays. */
export function append(columns: Columns, time: number, value: number): boolean {
  if (time <= (columns.x.at(-1) ?? 0) || !Number.isFinite(value)) return false;
  push(columns, time, value, value, value);
  return true;
}

/** The value that the plot shows at a time: the last point at or before it, none inside a gap. */
export function valueAt(columns: Columns, ms: number): number | null {
  let low = 0;
  let high = columns.x.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((columns.x[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return (columns.x[low] ?? Number.POSITIVE_INFINITY) <= ms ? (columns.mean[low] ?? null) : null;
}

export function gapAt(columns: Columns, ms: number): string | undefined {
  return columns.gaps.find((gap) => ms >= gap.from && ms <= gap.to)?.cause;
}

/** The vertical range: the data with some air, and a limit when the data comes near it. */
export function rangeOf(
  columns: Columns,
  limits: readonly number[],
  fallback: readonly [number, number] | undefined,
): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of columns.low) if (value !== null && value < low) low = value;
  for (const value of columns.high) if (value !== null && value > high) high = value;
  if (low > high) return fallback ? [fallback[0], fallback[1]] : [0, 1];
  for (const limit of limits) if (high > limit * 0.55 && limit > high) high = limit;
  if (high - low < 1e-9) return flat(low);
  const air = Math.max((high - low) * 0.08, Math.abs(high) * 0.002);
  return [low >= 0 && low < (high - low) * 0.6 ? 0 : low - air, high + air];
}

/** A value that does not change lies in a range that one can read. */
function flat(value: number): [number, number] {
  if (value === 0) return [0, 1];
  const air = Math.abs(value) * 0.1;
  return [value - air, value + air];
}

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
    // Nothing good was measured in a bucket whose mean is null.
    if (!Number.isFinite(bucket.mean)) continue;
    if (before) bridge(columns, before.t + stepMs, before.last, bucket.t, stepMs);
    push(columns, bucket.t + stepMs / 2, bucket.min, bucket.max, bucket.mean);
    before = bucket;
  }
  return columns;
}

export function columnsOfSamples(samples: readonly RawSample[], gaps: readonly Gap[], now: number): Columns {
  const columns = empty(gaps, now, true);
  let before: number | undefined;
  for (const [time, value, status] of samples) {
    const number = status >> 14 >= 2 || value === null || typeof value === 'string' ? null : Number(value);
    if (before !== undefined) breakAtGap(columns, before, time);
    if (before === undefined || time > before) push(columns, time, number, number, number);
    before = time;
  }
  return columns;
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
  const air = Math.max((high - low) * 0.08, Math.abs(high) * 0.002, 1e-6);
  return [low >= 0 && low < (high - low) * 0.6 ? 0 : low - air, high + air];
}

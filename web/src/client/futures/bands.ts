/** What was expected, as points that can be drawn beside what came. Pure. */
import type { BandSeries, Bands } from '../../protocol/futures';
import type { ThingId } from '../../protocol/types';

export interface BandPoint {
  /** The middle of its bucket, ms since the epoch. */
  t: number;
  low: number;
  middle: number;
  high: number;
}

/** The series of the whole plant when no thing is named. */
export function seriesOf(bands: Bands, name: string, thing: ThingId | null = null): BandSeries | undefined {
  return bands.series.find((series) => series.name === name && series.thing === thing);
}

/** The width of the bucket that ends at `t[i]`; the first is as wide as the second. */
function widthAt(t: readonly number[], i: number): number {
  const [end = 0, before] = [t[i], t[i - 1]];
  return before === undefined ? (t[1] ?? end + 600_000) - end : end - before;
}

/**
 * The points between two instants. Counts are per bucket: `perMs` scales them to the buckets of what came beside
 * them; null leaves values as they are.
 */
export function pointsOf(
  bands: Bands,
  series: BandSeries,
  from: number,
  to: number,
  perMs: number | null,
): BandPoint[] {
  const points: BandPoint[] = [];
  for (let i = 0; i < bands.t.length; i++) {
    const width = widthAt(bands.t, i);
    const t = (bands.t[i] ?? 0) - width / 2;
    if (t < from || t > to || width <= 0) continue;
    const scale = perMs === null ? 1 : perMs / width;
    const [low, middle, high] = [series.p10[i], series.p50[i], series.p90[i]];
    if (low === undefined || middle === undefined || high === undefined) continue;
    points.push({ t, low: low * scale, middle: middle * scale, high: high * scale });
  }
  return points;
}

/** What was expected in the bucket around an instant. */
export function bandAt(
  bands: Bands,
  series: BandSeries,
  ms: number,
): (Omit<BandPoint, 't'> & { widthMs: number }) | undefined {
  const i = bands.t.findIndex((end) => ms <= end);
  const widthMs = widthAt(bands.t, i);
  if (i < 0 || ms < (bands.t[i] ?? 0) - widthMs) return undefined;
  const [low, middle, high] = [series.p10[i], series.p50[i], series.p90[i]];
  if (low === undefined || middle === undefined || high === undefined) return undefined;
  return { low, middle, high, widthMs };
}

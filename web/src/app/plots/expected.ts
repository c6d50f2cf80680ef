/** What was expected of a signal, for the plot that shows what came. Pure. */
import { pointsOf } from '../../client/futures/bands';
import { type Future, forecastAt, futureOf, newestForecast } from '../../client/futures/branches';
import type { Bands } from '../../protocol/futures';
import type { Signal } from '../../protocol/types';
import { type Columns, NO_COLUMNS } from './series';

/** The branch whose expectation is drawn: the one in view, or the forecast that one had at the instant. */
export function expectingBranch(
  futures: readonly Future[],
  branch: string,
  instant: number | null,
  now: number,
): Future | undefined {
  if (branch !== 'live') return futureOf(futures, branch);
  return instant === null ? newestForecast(futures, now) : forecastAt(futures, instant);
}

/** The band of many replications where the server has one for the signal; else the one run that is stored whole. */
export function expectedColumns(bands: Bands | undefined, signal: Signal, stored: Columns): Columns {
  const series = bands?.series.find(
    ({ name, thing }) => thing === signal.thing && (name === signal.role || name === signal.key),
  );
  if (!bands || !series) return stored;
  const points = pointsOf(bands, series, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, null);
  return {
    ...NO_COLUMNS,
    x: points.map(({ t }) => t),
    low: points.map(({ low }) => low),
    high: points.map(({ high }) => high),
    mean: points.map(({ middle }) => middle),
  };
}

/** Both in one, to find a scale that holds what came and what was expected. */
export function together(a: Columns, b: Columns, from: number, to: number): Columns {
  const keep = (_: unknown, i: number) => (b.x[i] ?? 0) >= from && (b.x[i] ?? 0) <= to;
  return { ...a, low: [...a.low, ...b.low.filter(keep)], high: [...a.high, ...b.high.filter(keep)] };
}

/** What the strip draws of the futures: chosen and scaled here, so that drawing stays drawing. */
import { bandAt, pointsOf, seriesOf } from '../../client/futures/bands';
import { type Future, forecastAt, stretchesOf } from '../../client/futures/branches';
import type { Bands } from '../../protocol/futures';
import { BRANCH_LANES, type DrawnBranch, type DrawnForecast } from './future';
import type { TimeWindow } from './window';

const FORECASTS_MAX = 8;

export interface Chosen {
  shown: string;
  hovered: string | null;
  compared: readonly string[];
}

export function drawnForecasts(
  futures: readonly Future[],
  bandsOf: (id: string) => Bands | undefined,
  window: TimeWindow,
  stepMs: number,
  now: number,
): DrawnForecast[] {
  return stretchesOf(futures, window.from, window.to, FORECASTS_MAX).flatMap(({ future, from, to }) => {
    const bands = bandsOf(future.id);
    const series = bands && seriesOf(bands, 'output');
    if (!bands || !series) return [];
    return [{ future, points: pointsOf(bands, series, from, to, stepMs), isAhead: to > now }];
  });
}

/** The what-ifs that have a lane: those that somebody looks at or compares come first, then the newest. */
export function drawnBranches(futures: readonly Future[], window: TimeWindow, chosen: Chosen): DrawnBranch[] {
  const rank = ({ id, kept }: Future) =>
    id === chosen.shown ? 3 : chosen.compared.includes(id) ? 2 : kept ? 1 : 0;
  const inSight = futures.filter(
    ({ purpose, forkedAt, until }) => purpose === 'what-if' && until > window.from && forkedAt < window.to,
  );
  const picked = [...inSight].sort((a, b) => rank(b) - rank(a)).slice(0, BRANCH_LANES.most);
  // A lane belongs to a branch by its age, so that a click does not shuffle the lines.
  return inSight
    .filter((future) => picked.includes(future))
    .map((future, lane) => ({
      future,
      lane,
      isShown: future.id === chosen.shown,
      isHovered: future.id === chosen.hovered,
      isCompared: chosen.compared.includes(future.id),
    }));
}

export interface Expected {
  low: number;
  middle: number;
  high: number;
  minutes: number;
}

/** The output that was expected around an instant, for the reader who points there. */
export function expectedAt(
  futures: readonly Future[],
  bandsOf: (id: string) => Bands | undefined,
  ms: number,
): Expected | undefined {
  const forecast = forecastAt(futures, ms);
  const bands = forecast && bandsOf(forecast.id);
  const series = bands && seriesOf(bands, 'output');
  const found = bands && series ? bandAt(bands, series, ms) : undefined;
  if (!found) return undefined;
  const { low, middle, high, widthMs } = found;
  return {
    low: Math.round(low),
    middle: Math.round(middle),
    high: Math.round(high),
    minutes: Math.round(widthMs / 60_000),
  };
}

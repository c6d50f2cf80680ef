/** Which branches there are at an instant, and what they mean for where a view may stand. Pure: ms in, ms out. */
import type { Branch } from '../../protocol/futures';
import { fromWire } from '../instant';
import type { View } from '../view';

/** A branch with its instants as ms since the epoch. */
export interface Future extends Omit<Branch, 'forkedAt' | 'until'> {
  forkedAt: number;
  until: number;
}

export function futuresOf(branches: readonly Branch[]): Future[] {
  return branches.flatMap((branch) => {
    if (branch.id === 'live' || branch.forkedAt === null || branch.until === null) return [];
    return [{ ...branch, forkedAt: fromWire(branch.forkedAt), until: fromWire(branch.until) }];
  });
}

export function futureOf(futures: readonly Future[], id: string): Future | undefined {
  return futures.find((future) => future.id === id);
}

/** The forecast that was made last and has not run out: what is right of now. */
export function newestForecast(futures: readonly Future[], now: number): Future | undefined {
  return latest(futures.filter(({ purpose, until }) => purpose === 'forecast' && until > now));
}

/** The forecast that one had at an instant. */
export function forecastAt(futures: readonly Future[], ms: number): Future | undefined {
  return latest(
    futures.filter(({ purpose, forkedAt, until }) => purpose === 'forecast' && forkedAt <= ms && ms <= until),
  );
}

function latest(futures: readonly Future[]): Future | undefined {
  return futures.reduce<Future | undefined>(
    (best, future) => (best === undefined || future.forkedAt > best.forkedAt ? future : best),
    undefined,
  );
}

/** Where the record of all that lies ahead ends; now, when nothing does. */
export function endOfFutures(futures: readonly Future[], now: number): number {
  return Math.max(
    now,
    ...futures.filter(({ purpose }) => purpose !== 'validation').map(({ until }) => until),
  );
}

export interface Stretch {
  future: Future;
  from: number;
  to: number;
}

/** What was expected of each instant of the window by the forecast made last before it. */
export function stretchesOf(futures: readonly Future[], from: number, to: number, most: number): Stretch[] {
  const forecasts = futures
    .filter(({ purpose }) => purpose === 'forecast')
    .sort((a, b) => a.forkedAt - b.forkedAt);
  const stretches = forecasts.map((future, i) => ({
    future,
    from: future.forkedAt,
    to: Math.min(future.until, forecasts[i + 1]?.forkedAt ?? Number.POSITIVE_INFINITY),
  }));
  return stretches.filter((stretch) => stretch.to > from && stretch.from < to).slice(-most);
}

export type Standing = { kind: 'live' } | { kind: 'at'; branch: string; at: number } | { kind: 'nothing' };

/**
 * Where a view stands that somebody moves to an instant: on what came while there is some, on the newest forecast
 * beyond now, and on its own branch as long as the instant is this branch's own.
 */
export function standAt(ms: number, view: View, futures: readonly Future[], now: number): Standing {
  const own = futureOf(futures, view.branch);
  if (own && isOwnTime(own, ms, now)) return { kind: 'at', branch: own.id, at: Math.min(ms, own.until) };
  if (ms < now) return { kind: 'at', branch: 'live', at: ms };
  const forecast = newestForecast(futures, now);
  if (!forecast) return ms > now ? { kind: 'nothing' } : { kind: 'live' };
  return { kind: 'at', branch: forecast.id, at: Math.min(ms, forecast.until) };
}

/** A forecast gives way to what came; a what-if is looked at from its fork on. */
function isOwnTime(own: Future, ms: number, now: number): boolean {
  if (own.purpose === 'forecast' && own.until > now) return ms > now;
  return ms >= own.forkedAt && (ms <= own.until || own.until >= now);
}

/** Whether the branch stands other machines in the hall than its parent. */
export function changesHall(branch: Pick<Branch, 'changes'>): boolean {
  return branch.changes.some(
    ({ change }) => change === 'add-machine' || change === 'remove-machine' || change === 'vehicles',
  );
}

/** What a comparison starts from: the forecast nearest to the branch's fork, which has the same random numbers. */
export function baseOf(future: Future, futures: readonly Future[]): Future | undefined {
  const parent = futureOf(futures, future.parent ?? '');
  if (parent) return parent;
  return futures
    .filter(({ purpose, id }) => purpose === 'forecast' && id !== future.id)
    .sort((a, b) => Math.abs(a.forkedAt - future.forkedAt) - Math.abs(b.forkedAt - future.forkedAt))[0];
}

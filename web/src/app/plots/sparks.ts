/** One request for all sparklines in sight, shared and kept for a while. */
import type { Bucket, Gap } from '../../protocol/rest';
import type { SignalId } from '../../protocol/types';
import { app } from '../app.svelte';

const SPARK_MS = 20 * 60_000;
export const SPARK_BUCKETS = 44;
const REFRESH_MS = 10_000;
const GATHER_MS = 120;
/** Servers limit what one call may ask. */
const SIGNALS_MAX = 64;

type Draw = (buckets: readonly Bucket[], gaps: readonly Gap[], from: number, to: number) => void;

const wanted = new Map<SignalId, Draw>();
let timer: ReturnType<typeof setTimeout> | undefined;
let abort: AbortController | undefined;

/** Draws now-ish and again every few seconds, until the returned function is called. */
export function wantSpark(signal: SignalId, draw: Draw): () => void {
  wanted.set(signal, draw);
  soon(GATHER_MS);
  return () => {
    wanted.delete(signal);
  };
}

/** The view jumped: all sparklines are about another stretch of time. */
export function refreshSparks(): void {
  soon(GATHER_MS * 2);
}

function soon(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void read(), ms);
}

async function read(): Promise<void> {
  if (wanted.size === 0) return;
  abort?.abort();
  abort = new AbortController();
  const to = app.session.instant();
  const range = { from: to - SPARK_MS, to, branch: app.view.branch, asKnownAt: app.view.asKnownAt };
  try {
    const ids = [...wanted.keys()].slice(0, SIGNALS_MAX);
    const { series } = await app.api.buckets(ids, range, SPARK_BUCKETS, abort.signal);
    for (const { signal, buckets, gaps } of series) wanted.get(signal)?.(buckets, gaps, range.from, range.to);
  } catch {
    // A sparkline that cannot be read stays as it was; the value beside it tells its age.
  }
  const still = app.view.at !== null && app.view.speed === 0;
  if (!still) soon(REFRESH_MS);
}

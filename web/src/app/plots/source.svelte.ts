/** The data of all plots of one thing: one stretch of time, one request, newest wish last. */
import { isAbort } from '../../client/api';
import type { Signal, SignalId } from '../../protocol/types';
import { app } from '../app.svelte';
import { append, type Columns, columnsOfBuckets, columnsOfSamples, holdUntil, NO_COLUMNS } from './series';

export interface PlotRange {
  from: number;
  to: number;
}

const BUCKETS = 320;
/** With so few measurements in the window each one is drawn, not a summary. */
const RAW_MAX = 1200;
const SETTLE_MS = 120;
/** In the past some of what came after the instant stays in sight: the point of looking back. */
const AFTER_SHARE = 0.25;

export class PlotSource {
  columns: ReadonlyMap<SignalId, Columns> = $state.raw(new Map());
  spanMs = $state(60 * 60_000);
  zoomed: PlotRange | null = $state.raw(null);
  private readAt = 0;
  private readFor: PlotRange = { from: 0, to: 0 };
  private key = '';
  private abort: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  range(): PlotRange {
    if (this.zoomed) return this.zoomed;
    const instant = app.session.instant();
    if (app.view.at === null) return { from: instant - this.spanMs, to: instant };
    const to = Math.min(app.session.serverNow(), instant + this.spanMs * AFTER_SHARE);
    return { from: to - this.spanMs, to };
  }

  /** Called with every tick: appends live values, and reads again when the window has moved on. */
  tick(signals: readonly Signal[], nowMs: number): void {
    if (app.view.at === null && !this.zoomed) this.appendLive(signals);
    const range = this.range();
    const span = range.to - range.from;
    const key = `${signals.map(({ id }) => id).join()} ${span} ${app.view.asKnownAt}`;
    const moved = Math.abs(range.from - this.readFor.from) > span / 40;
    const aged = app.view.at === null && nowMs - this.readAt > Math.max(5000, span / 200);
    if (key === this.key && !moved && !aged) return;
    this.key = key;
    this.readFor = range;
    this.readAt = nowMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(signals, range), SETTLE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  private appendLive(signals: readonly Signal[]): void {
    const { table } = app.session;
    for (const { id } of signals) {
      const columns = this.columns.get(id);
      if (columns && (table.status[id] ?? 0) >> 14 < 2)
        append(columns, table.time[id] ?? 0, table.value[id] ?? Number.NaN);
    }
  }

  private async read(signals: readonly Signal[], range: PlotRange): Promise<void> {
    this.abort?.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const ids = signals.map(({ id }) => id);
    const asked = { ...range, asKnownAt: app.view.asKnownAt };
    const now = app.session.serverNow();
    try {
      const { series } = await app.api.buckets(ids, asked, BUCKETS, signal);
      const few = series
        .filter(({ buckets }) => buckets.reduce((sum, { count }) => sum + count, 0) <= RAW_MAX)
        .map((entry) => entry.signal);
      const raw =
        few.length > 0 ? (await app.api.samples(few, asked, RAW_MAX * few.length, signal)).series : [];
      const columns = new Map<SignalId, Columns>(ids.map((id) => [id, NO_COLUMNS]));
      for (const entry of series) {
        const samples = raw.find((candidate) => candidate.signal === entry.signal)?.samples;
        const step = (range.to - range.from) / BUCKETS;
        const found = samples
          ? columnsOfSamples(samples, entry.gaps, now)
          : columnsOfBuckets(entry.buckets, entry.gaps, step, now);
        columns.set(entry.signal, holdUntil(found, Math.min(range.to, now)));
      }
      this.columns = columns;
    } catch (error) {
      if (!isAbort(error)) this.readAt = performance.now();
    }
  }
}

/** The data of all plots of one thing: one stretch of time, one request, newest wish last. */
import { isAbort } from '../../client/api';
import { changesHall } from '../../client/futures/branches';
import { isLive } from '../../client/view';
import type { BucketsAnswer } from '../../protocol/rest';
import type { Signal, SignalId } from '../../protocol/types';
import { app } from '../app.svelte';
import { expectedColumns, expectingBranch } from './expected';
import { append, type Columns, columnsOfBuckets, columnsOfSamples, holdUntil, NO_COLUMNS } from './series';

export interface PlotRange {
  from: number;
  to: number;
}

const BUCKETS = 320;
/** With so few measurements in the window each one is drawn, not a summary. */
const RAW_MAX = 1200;
const SETTLE_MS = 120;
/** Some of what came, or is expected, after the instant stays in sight: the point of looking back and ahead. */
const AFTER_SHARE = 0.25;
const NOTHING: BucketsAnswer = { from: 0, to: 0, series: [] };

export class PlotSource {
  columns: ReadonlyMap<SignalId, Columns> = $state.raw(new Map());
  /** What a forecast or the branch in view expects: dashed. */
  expected: ReadonlyMap<SignalId, Columns> = $state.raw(new Map());
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
    const known = Math.max(app.session.serverNow(), this.expecting()?.until ?? 0);
    const to = Math.min(known, instant + this.spanMs * AFTER_SHARE);
    if (isLive(app.view) && this.expecting() === undefined)
      return { from: instant - this.spanMs, to: instant };
    return { from: to - this.spanMs, to };
  }

  private expecting() {
    const instant = isLive(app.view) ? null : app.session.instant();
    return expectingBranch(app.futures.list, app.view.branch, instant, app.session.serverNow());
  }

  /** Called with every tick: appends live values, and reads again when the window has moved on. */
  tick(signals: readonly Signal[], nowMs: number): void {
    if (isLive(app.view) && !this.zoomed) this.appendLive(signals);
    const range = this.range();
    const span = range.to - range.from;
    const key = `${signals.map(({ id }) => id).join()} ${span} ${app.view.asKnownAt} ${this.expecting()?.id}`;
    const moved = Math.abs(range.from - this.readFor.from) > span / 40;
    const aged = isLive(app.view) && nowMs - this.readAt > Math.max(5000, span / 200);
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
    const expects = this.readExpected(signals, range, signal);
    try {
      const { series } = await this.readBuckets(ids, asked, signal);
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
      this.expected = await expects;
    } catch (error) {
      if (!isAbort(error)) this.readAt = performance.now();
    }
  }

  /** A machine that only a branch has is unknown to what came. */
  private async readBuckets(ids: SignalId[], asked: PlotRange, signal: AbortSignal): Promise<BucketsAnswer> {
    try {
      return await app.api.buckets(ids, asked, BUCKETS, signal);
    } catch (error) {
      const { shown } = app.futures;
      if (isAbort(error) || !shown || !changesHall(shown)) throw error;
      return NOTHING;
    }
  }

  /** Without a forecast, or when it cannot be read, what came stands alone. */
  private async readExpected(
    signals: readonly Signal[],
    range: PlotRange,
    abort: AbortSignal,
  ): Promise<ReadonlyMap<SignalId, Columns>> {
    const future = this.expecting();
    const expected = new Map<SignalId, Columns>();
    const from = Math.max(range.from, future?.forkedAt ?? 0);
    const to = Math.min(range.to, future?.until ?? 0);
    if (!future || to <= from) return expected;
    const ids = signals.map(({ id }) => id);
    const bands = app.futures.bands(future.id);
    const asked = { from, to, branch: future.id };
    const { series } = await app.api.buckets(ids, asked, BUCKETS, abort).catch(() => NOTHING);
    for (const signal of signals) {
      const buckets = series.find((entry) => entry.signal === signal.id)?.buckets ?? [];
      const stored = holdUntil(columnsOfBuckets(buckets, [], (to - from) / BUCKETS, to), to);
      expected.set(signal.id, expectedColumns(bands, signal, stored));
    }
    return expected;
  }
}

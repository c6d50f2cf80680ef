/** The stretch of time that the timeline and the plan under the hall both show. */
import type { App } from '../app.svelte';
import {
  FUTURE_SHARES,
  followNow,
  pan,
  reveal,
  SPANS_MS,
  spanOf,
  type TimeBounds,
  type TimeWindow,
  wholeRecord,
  zoom,
} from './window';

/** NOW moves to its new place in this time when room for a future is made. */
const EASE_MS = 250;

export class ShownTime {
  /** Null while the window follows NOW. */
  private fixed: TimeWindow | null = $state.raw(null);
  span = $state(SPANS_MS['8h'] * 1.2);
  /** Where the plan on the chart ends, so that the window reaches it; 0 without one. */
  planEnd = 0;
  private share: number = FUTURE_SHARES.none;
  private shareBefore: number = FUTURE_SHARES.none;
  private sharedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly app: App) {}

  bounds(): TimeBounds {
    const { time, session } = this.app;
    return {
      earliest: time.earliest(),
      now: session.serverNow(),
      latest: Math.max(time.latest(), this.planEnd),
    };
  }

  current(): TimeWindow {
    return this.fixed ?? followNow(this.app.session.serverNow(), this.span, this.easedShare());
  }

  get follows(): boolean {
    return this.fixed === null;
  }

  /** Makes room right of NOW: for a forecast some, for a plan most. */
  makeRoom(room: keyof typeof FUTURE_SHARES): void {
    const share = FUTURE_SHARES[room];
    if (share === this.share) return;
    this.shareBefore = this.easedShare();
    this.share = share;
    this.sharedAt = matchMedia('(prefers-reduced-motion: reduce)').matches
      ? Number.NEGATIVE_INFINITY
      : performance.now();
  }

  private easedShare(): number {
    const part = Math.min(1, (performance.now() - this.sharedAt) / EASE_MS);
    return this.shareBefore + (this.share - this.shareBefore) * (1 - (1 - part) ** 2);
  }

  setSpan(name: keyof typeof SPANS_MS | 'all'): void {
    if (name === 'all') {
      this.move(wholeRecord(this.bounds()));
      return;
    }
    this.span = SPANS_MS[name] * 1.2;
    const centre = this.app.session.instant();
    const away = this.app.tense === 'past' || this.app.tense === 'future';
    this.fixed = away ? { from: centre - this.span / 2, to: centre + this.span / 2 } : null;
  }

  move(window: TimeWindow): void {
    this.span = spanOf(window);
    this.fixed = window;
  }

  pan(from: TimeWindow, deltaMs: number): void {
    this.move(pan(from, deltaMs, this.bounds()));
  }

  /** Back in the present the window follows it again. */
  followNow(): void {
    this.fixed = null;
  }

  /** A running playhead takes the window along. */
  reveal(instant: number): void {
    const before = this.current();
    const after = reveal(before, instant, this.bounds());
    if (after.from !== before.from || after.to !== before.to) this.move(after);
  }

  /** While the window follows NOW, NOW keeps its place; else the instant under the pointer does. */
  rescale(factor: number, around: number): void {
    const window = this.current();
    if (this.fixed) this.move(zoom(window, factor, around, this.bounds()));
    else this.span = spanOf(zoom(window, factor, this.bounds().now, this.bounds()));
  }
}

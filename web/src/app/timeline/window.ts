/** The stretch of time that the timeline shows, and how it moves. Pure: ms in, ms out. */
export interface TimeWindow {
  from: number;
  to: number;
}

export interface TimeBounds {
  earliest: number;
  now: number;
  /** Where the last of the known futures ends; now or left out when there is none. */
  latest?: number;
}

export const SPANS_MS = { '1h': 3_600_000, '8h': 28_800_000, '1d': 86_400_000, '4d': 345_600_000 } as const;

const SPAN_MIN_MS = 60_000;
/** Beyond the end of the last future so much of the window stays empty. */
const FUTURE_MARGIN = 0.04;
const SPAN_MAX_MS = 40 * 365 * 86_400_000;
/** The server counts production by the minute: finer bars would be teeth of a comb. */
const BUCKET_MIN_MS = 60_000;
/** The part of the window right of NOW that is kept for futures: before there is one, when there is, and for plans. */
export const FUTURE_SHARES = { none: 0.16, some: 0.38, most: 0.8 } as const;

/** The window with NOW at its fixed place, for as long as the view is live. */
export function followNow(now: number, span: number, share: number = FUTURE_SHARES.none): TimeWindow {
  return { from: now - span * (1 - share), to: now + span * share };
}

export function spanOf(window: TimeWindow): number {
  return window.to - window.from;
}

/** Zooms so that the instant under the pointer stays under the pointer. */
export function zoom(window: TimeWindow, factor: number, around: number, bounds: TimeBounds): TimeWindow {
  const span = Math.min(SPAN_MAX_MS, Math.max(SPAN_MIN_MS, spanOf(window) * factor));
  const share = (around - window.from) / spanOf(window);
  const from = around - share * span;
  return keepInside({ from, to: from + span }, bounds);
}

export function pan(window: TimeWindow, deltaMs: number, bounds: TimeBounds): TimeWindow {
  return keepInside({ from: window.from + deltaMs, to: window.to + deltaMs }, bounds);
}

/** Some of the record always stays in sight: nobody gets lost in empty time. */
export function keepInside(window: TimeWindow, bounds: TimeBounds): TimeWindow {
  const span = spanOf(window);
  const latest = Math.max(followNow(bounds.now, span).to, (bounds.latest ?? 0) + span * FUTURE_MARGIN);
  if (window.to > latest) return { from: latest - span, to: latest };
  const earliest = Math.min(bounds.earliest, bounds.now - span) - span * 0.05;
  if (window.from < earliest) return { from: earliest, to: earliest + span };
  return window;
}

/** The least shift that brings the instant into the middle four fifths; a far jump lands in the middle. */
export function reveal(window: TimeWindow, instant: number, bounds: TimeBounds): TimeWindow {
  const span = spanOf(window);
  const margin = span * 0.1;
  if (instant < window.from - span || instant > window.to + span)
    return pan(window, instant - span / 2 - window.from, bounds);
  if (instant < window.from + margin) return pan(window, instant - margin - window.from, bounds);
  if (instant > window.to - margin) return pan(window, instant + margin - window.to, bounds);
  return window;
}

/** All of the record and of the futures, with some room for more of them. */
export function wholeRecord(bounds: TimeBounds): TimeWindow {
  const past = Math.max(SPAN_MIN_MS * 10, bounds.now - bounds.earliest) * 1.02;
  const ahead = Math.max(
    (past * FUTURE_SHARES.none) / (1 - FUTURE_SHARES.none),
    (bounds.latest ?? 0) - bounds.now,
  );
  return { from: bounds.now - past, to: bounds.now + ahead * (1 + FUTURE_MARGIN) };
}

const STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
  604_800, 2_592_000, 7_776_000, 31_536_000,
].map((seconds) => seconds * 1000);

/** A round step that cuts the span into at most so many parts. */
export function roundStep(span: number, partsMax: number): number {
  return STEPS_MS.find((step) => span / step <= partsMax) ?? STEPS_MS.at(-1) ?? 31_536_000_000;
}

/** The stretch to ask the server for: aligned to the bucket width, so that bars stand still while the window moves. */
export function bucketQuery(
  window: TimeWindow,
  bucketsMax: number,
): { from: number; to: number; buckets: number; step: number } {
  const step = Math.max(BUCKET_MIN_MS, roundStep(spanOf(window), bucketsMax));
  const from = Math.floor(window.from / step) * step;
  const to = Math.ceil(window.to / step) * step;
  return { from, to, buckets: Math.round((to - from) / step), step };
}

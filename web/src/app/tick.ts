/**
 * The two rhythms of the screen: every picture for the hall, ten times a second for numbers and marks.
 * Listeners write to the DOM themselves; no reactive store runs at these rates.
 */
type Listener = (nowMs: number) => void;

const PANEL_INTERVAL_MS = 100;

const panels = new Set<Listener>();
let lastPanels = 0;

/** Calls the listener at most ten times a second, and once right away. */
export function onTick(listener: Listener): () => void {
  panels.add(listener);
  listener(performance.now());
  return () => panels.delete(listener);
}

export function startLoop(draw: (nowMs: number, deltaMs: number) => void): () => void {
  let before = performance.now();
  let handle = requestAnimationFrame(step);
  function step(now: number): void {
    handle = requestAnimationFrame(step);
    draw(now, now - before);
    before = now;
    if (now - lastPanels < PANEL_INTERVAL_MS) return;
    lastPanels = now;
    for (const listener of panels) listener(now);
  }
  return () => cancelAnimationFrame(handle);
}

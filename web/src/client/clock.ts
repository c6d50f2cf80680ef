/**
 * Which instant the picture shows. Frames arrive in steps; the picture moves evenly between them,
 * one frame interval behind the newest frame, and never past it: nothing is shown that nobody measured.
 */
const INTERVAL_START_MS = 120;
const INTERVAL_MAX_MS = 1000;

export class InstantClock {
  private instant = 0;
  private receivedAt = 0;
  private intervalMs = INTERVAL_START_MS;
  private shown = 0;
  private rate = 1;
  private serverOffset = 0;

  /** The view was set to an instant; no frame of it has come yet. */
  jump(instantMs: number, nowMs: number): void {
    this.instant = instantMs;
    this.shown = instantMs;
    this.receivedAt = nowMs;
    this.rate = 0;
  }

  /** `rate` is site seconds per second: 1 live, the speed in playback, 0 while paused. */
  onFrame(instantMs: number, nowMs: number, rate: number, keyframe: boolean): void {
    const step = nowMs - this.receivedAt;
    if (!keyframe && step > 0 && step < INTERVAL_MAX_MS) this.intervalMs += (step - this.intervalMs) * 0.1;
    if (keyframe) this.shown = instantMs - rate * this.intervalMs;
    this.instant = instantMs;
    this.receivedAt = nowMs;
    this.rate = rate;
  }

  /** The instant to draw; within one view it never steps back. */
  at(nowMs: number): number {
    const elapsed = nowMs - this.receivedAt - this.intervalMs;
    const target = this.instant + Math.min(0, elapsed) * this.rate;
    if (target > this.shown || this.rate === 0) this.shown = target;
    return this.shown;
  }

  /** What the server's clock said, so that NOW can be drawn while the view stands elsewhere. */
  setServerNow(serverMs: number, nowMs: number): void {
    this.serverOffset = serverMs - nowMs;
  }

  serverNow(nowMs: number): number {
    return nowMs + this.serverOffset;
  }
}

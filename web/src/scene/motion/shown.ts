/**
 * The value that is drawn for a signal: between the previous and the newest sample, never beyond the newest.
 *
 * The picture runs a little behind: the way from the previous sample to the newest is walked after the newest has
 * arrived, in the time that lay between the two. While nothing is being played (paused) or after a jump in time
 * there is no way to walk, and the value that held at the instant is drawn as it is.
 */
import type { SignalTable } from '../contract';

/** A machine that stood for a minute and then reports a new angle did not creep there for a minute. */
const LONGEST_WALK_MS = 1000;
/** An instant further away than this is a jump, not playback. */
const JUMP_WALL_MS = 2500;
const PAUSED_AFTER_MS = 200;

/** The law itself: `elapsed` since the newest sample arrived, over the interval between the two samples. */
export function between(previous: number, newest: number, elapsed: number, interval: number): number {
  if (!(interval > 0) || elapsed >= interval) return newest;
  if (elapsed <= 0) return previous;
  return previous + (newest - previous) * (elapsed / interval);
}

/** The same for headings in degrees, by the shorter way round. */
export function betweenAngles(previous: number, newest: number, elapsed: number, interval: number): number {
  const way = ((((newest - previous) % 360) + 540) % 360) - 180;
  return between(newest - way, newest, elapsed, interval);
}

export class ShownValues {
  private table: SignalTable | null = null;
  private arrivedAt = new Float64Array(0);
  private seen = new Uint32Array(0);
  private instantMs = 0;
  private stillMs = 0;
  private snaps = true;
  private longestMs = LONGEST_WALK_MS;
  /** The instant moved by more than playback explains, so nothing travels between before and after. */
  jumped = false;

  setTable(table: SignalTable): void {
    this.table = table;
    this.seen.fill(0);
  }

  begin(instantMs: number, wallDeltaMs: number): void {
    const moved = instantMs - this.instantMs;
    const rate = Math.max(1, moved / Math.max(1, wallDeltaMs));
    this.stillMs = moved === 0 ? this.stillMs + wallDeltaMs : 0;
    this.jumped = moved < -1 || (rate > 1100 && moved > JUMP_WALL_MS) || this.instantMs === 0;
    this.snaps = this.jumped || this.stillMs > PAUSED_AFTER_MS;
    this.longestMs = LONGEST_WALK_MS * Math.min(rate, 1000);
    this.instantMs = instantMs;
    this.fit();
  }

  /** The table may have grown since the last picture. */
  private fit(): void {
    const capacity = this.table?.capacity ?? 0;
    if (capacity <= this.seen.length) return;
    const seen = new Uint32Array(capacity);
    const arrivedAt = new Float64Array(capacity);
    seen.set(this.seen);
    arrivedAt.set(this.arrivedAt);
    this.seen = seen;
    this.arrivedAt = arrivedAt;
  }

  /** NaN when the signal has no number. */
  value(id: number): number {
    return this.show(id, between);
  }

  heading(id: number): number {
    return this.show(id, betweenAngles);
  }

  private show(id: number, law: typeof between): number {
    const table = this.table;
    if (!table || id < 0 || id >= this.seen.length) return Number.NaN;
    const kind = table.type[id] as number;
    const time = table.time[id] as number;
    if (time === 0 || kind === 0 || kind === 4) return Number.NaN;
    this.notice(table, id);
    const newest = table.value[id] as number;
    const before = table.previousTime[id] as number;
    if (this.snaps || before === 0) return newest;
    const interval = Math.min(time - before, this.longestMs);
    return law(
      table.previousValue[id] as number,
      newest,
      this.instantMs - (this.arrivedAt[id] as number),
      interval,
    );
  }

  private notice(table: SignalTable, id: number): void {
    const version = table.version[id] as number;
    if (this.seen[id] === version) return;
    // What is seen for the first time has no way behind it.
    this.arrivedAt[id] = this.seen[id] === 0 ? Number.NEGATIVE_INFINITY : this.instantMs;
    this.seen[id] = version;
  }
}

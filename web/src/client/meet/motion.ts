/**
 * How somebody else is drawn between the few poses that come: a moment behind, between two known ones.
 *
 * The moment is as long as this person's poses need: people near by come often and are drawn nearly at once, people
 * far away come seldom. When a pose is late, the walk goes on for a little (dead reckoning) and then stands.
 */
import type { BodyRecord, Gesture, Spot } from '../../protocol/meet';

const KEPT = 8;
const DELAY_MS_MIN = 70;
const DELAY_MS_MAX = 600;
/** Longest time that a walk is continued without news. */
const RECKON_MS = 250;
/** Poses that are further apart than this in time are no walk. */
const GAP_MS = 1500;
/** How fast the delay follows: up at once, down slowly, so that it does not swing. */
const EASE = 0.1;

interface Known {
  timeMs: number;
  position: Spot;
  yaw: number;
  headYaw: number;
  pitch: number;
}

/** Where and how somebody is drawn; written anew each picture. */
export interface Shown {
  x: number;
  y: number;
  z: number;
  yaw: number;
  headYaw: number;
  pitch: number;
  /** Metres per second over the floor. */
  speed: number;
}

export class Motion {
  readonly shown: Shown = { x: 0, y: 0, z: 0, yaw: 0, headYaw: 0, pitch: 0, speed: 0 };
  isSpeaking = false;
  isAbove = false;
  gesture: Gesture = 'none';
  ray: Spot | null = null;
  /** How far behind the room's time this person is drawn. */
  delayMs = DELAY_MS_MIN;
  private readonly known: Known[] = [];

  /** A pose that came with a frame of this time; `lateMs` is how much later than usual the frame came. */
  take(record: BodyRecord, timeMs: number, lateMs: number): void {
    const last = this.known.at(-1);
    const at = Math.max(timeMs - record.ageMs, (last?.timeMs ?? -Infinity) + 1);
    if (record.hasLeapt) this.known.length = 0;
    else if (last) this.wait(at - last.timeMs, lateMs);
    // Whoever stood still for long begins to walk now, not long ago.
    if (last && !record.hasLeapt && at - last.timeMs > GAP_MS) this.known.push({ ...last, timeMs: at - 100 });
    const { position, yaw, headYaw, pitch } = record;
    this.known.push({ timeMs: at, position, yaw, headYaw, pitch });
    if (this.known.length > KEPT) this.known.shift();
    this.isSpeaking = record.isSpeaking;
    this.isAbove = record.isAbove;
    this.gesture = record.gesture;
    this.ray = record.ray;
  }

  private wait(betweenMs: number, lateMs: number): void {
    if (betweenMs > GAP_MS) return;
    const wanted = Math.max(DELAY_MS_MIN, Math.min(DELAY_MS_MAX, betweenMs * 1.25 + Math.max(0, lateMs)));
    this.delayMs += (wanted - this.delayMs) * (wanted > this.delayMs ? 0.5 : EASE);
  }

  /** Brings `shown` to the room's time. */
  update(roomMs: number): Shown {
    const { shown, known } = this;
    const at = roomMs - this.delayMs;
    let next = known.findIndex(({ timeMs }) => timeMs > at);
    if (next === -1) next = known.length;
    const from = known[next - 1] ?? known[0];
    if (!from) return shown;
    const to = known[next];
    if (next > 0 && to) this.between(from, to, (at - from.timeMs) / (to.timeMs - from.timeMs));
    else if (next > 1) this.beyond(known[next - 2] as Known, from, at - from.timeMs);
    else this.between(from, from, 0);
    return shown;
  }

  private between(a: Known, b: Known, share: number): void {
    const { shown } = this;
    shown.x = a.position[0] + (b.position[0] - a.position[0]) * share;
    shown.y = a.position[1] + (b.position[1] - a.position[1]) * share;
    shown.z = a.position[2] + (b.position[2] - a.position[2]) * share;
    shown.yaw = a.yaw + turnBetween(a.yaw, b.yaw) * share;
    shown.headYaw = a.headYaw + turnBetween(a.headYaw, b.headYaw) * share;
    shown.pitch = a.pitch + (b.pitch - a.pitch) * share;
    shown.speed =
      a === b
        ? 0
        : (Math.hypot(b.position[0] - a.position[0], b.position[1] - a.position[1]) * 1000) /
          (b.timeMs - a.timeMs);
  }

  /** The walk goes on slower and slower, and comes to rest a little further on; a later pose takes it from there. */
  private beyond(a: Known, b: Known, passedMs: number): void {
    const t = Math.min(1, passedMs / RECKON_MS);
    const share = ((t - (t * t) / 2) * RECKON_MS) / (b.timeMs - a.timeMs);
    this.between(a, b, 1 + share);
    this.shown.speed *= 1 - t;
  }
}

/** The shorter way from one angle to another. */
export function turnBetween(from: number, to: number): number {
  return Math.atan2(Math.sin(to - from), Math.cos(to - from));
}

/** The room's time on this machine's clock: as the frame that was least late says. */
export class RoomClock {
  private offsetMs = Number.NEGATIVE_INFINITY;
  lateMs = 0;

  /** A frame of this time has come now. */
  frame(timeMs: number, nowMs: number): void {
    const offset = timeMs - nowMs;
    // Drifts down slowly, so that one early frame does not count for ever.
    this.offsetMs = Math.max(offset, this.offsetMs - 0.05);
    this.lateMs = this.offsetMs - offset;
  }

  at(nowMs: number): number {
    return Number.isFinite(this.offsetMs) ? nowMs + this.offsetMs : 0;
  }
}

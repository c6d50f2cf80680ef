/**
 * The newest sample of every signal in typed arrays: written by frames, read by the hall each picture
 * and by the panels ten times a second, without any reactive store between them.
 */
import { type Frame, FrameError, frameText, ValueType } from '../protocol/frame';
import type { SignalId } from '../protocol/types';
import type { SignalTable } from '../scene/contract';

/** Ids are small and dense by contract; a larger one means a broken frame, not a reason to take a gigabyte. */
const CAPACITY_MAX = 1 << 22;

export class LiveTable implements SignalTable {
  capacity = 0;
  value = new Float64Array(0);
  time = new Float64Array(0);
  previousValue = new Float64Array(0);
  previousTime = new Float64Array(0);
  status = new Uint16Array(0);
  type = new Uint8Array(0);
  text: (string | undefined)[] = [];
  version = new Uint32Array(0);
  frame = 0;
  keyframe = 0;

  constructor(capacity = 1024) {
    this.grow(capacity);
  }

  apply(frame: Frame): void {
    this.frame++;
    const largest = largestSignal(frame);
    if (largest >= CAPACITY_MAX) throw new FrameError(`signal id ${largest} is beyond the table`);
    if (largest >= this.capacity) this.grow(largest + 1);
    if (frame.kind === 'keyframe') this.forget();
    for (let i = 0; i < frame.count; i++) this.write(frame, i);
  }

  /** A keyframe is all there is at its instant: what it does not name had no value then. */
  private forget(): void {
    this.keyframe++;
    this.time.fill(0);
    this.previousTime.fill(0);
    this.type.fill(ValueType.absent);
  }

  private write(frame: Frame, i: number): void {
    const id = frame.signal[i] ?? 0;
    const type = frame.type[i] ?? 0;
    const value = type === ValueType.text ? Number.NaN : (frame.value[i] ?? Number.NaN);
    const time = frame.instantMs - (frame.age[i] ?? 0) * 1000;
    const known = (this.time[id] ?? 0) > 0 && this.type[id] === type;
    this.previousValue[id] = known ? (this.value[id] ?? value) : value;
    this.previousTime[id] = known ? (this.time[id] ?? time) : time;
    this.value[id] = value;
    this.time[id] = time;
    this.status[id] = frame.status[i] ?? 0;
    this.type[id] = type;
    this.text[id] = type === ValueType.text ? frameText(frame, i) : undefined;
    this.version[id] = (this.version[id] ?? 0) + 1;
  }

  private grow(needed: number): void {
    const capacity = Math.min(CAPACITY_MAX, Math.max(needed, this.capacity * 2));
    this.value = longer(this.value, new Float64Array(capacity));
    this.time = longer(this.time, new Float64Array(capacity));
    this.previousValue = longer(this.previousValue, new Float64Array(capacity));
    this.previousTime = longer(this.previousTime, new Float64Array(capacity));
    this.status = longer(this.status, new Uint16Array(capacity));
    this.type = longer(this.type, new Uint8Array(capacity));
    this.version = longer(this.version, new Uint32Array(capacity));
    this.capacity = capacity;
  }

  /** The text of a text signal, or undefined when there is none. */
  textOf(id: SignalId | undefined): string | undefined {
    return id === undefined ? undefined : this.text[id];
  }
}

function largestSignal(frame: Frame): number {
  let largest = 0;
  for (let i = 0; i < frame.count; i++) largest = Math.max(largest, frame.signal[i] ?? 0);
  return largest;
}

function longer<A extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

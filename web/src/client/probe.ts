/**
 * Measures how old a sample is when it is first in the picture, for `e2e/pixel.mjs`. It does nothing until it is
 * started. A sample that a newer one of its signal replaced before any picture was drawn was never shown: it is
 * counted, not measured.
 */
import type { Frame } from '../protocol/frame';
import type { SignalId } from '../protocol/types';

/** The longest measurement: what comes after is left out. */
const SIGHTINGS_MAX = 200_000;

/** All ms since the epoch, by the clocks of the source and of this computer. */
export interface Sighting {
  signal: SignalId;
  measured: number;
  received: number;
  drawn: number;
}

interface Waiting {
  measured: number;
  received: number;
}

export class Probe {
  isOn = false;
  /** Samples that were replaced before a picture showed them. */
  superseded = 0;
  pictures = 0;
  private watched: ReadonlySet<SignalId> = new Set();
  private readonly waiting = new Map<SignalId, Waiting>();
  private sightings: Sighting[] = [];

  constructor(private readonly now: () => number = () => performance.timeOrigin + performance.now()) {}

  start(signals: Iterable<SignalId>): void {
    this.watched = new Set(signals);
    this.waiting.clear();
    this.sightings = [];
    this.superseded = 0;
    this.pictures = 0;
    this.isOn = true;
  }

  /** A frame has come. Keyframes repeat old samples; only what has just changed is news. */
  received(frame: Frame): void {
    if (!this.isOn || !frame.live || frame.kind === 'keyframe') return;
    const received = this.now();
    for (let i = 0; i < frame.count; i++) {
      const signal = frame.signal[i] ?? 0;
      if (!this.watched.has(signal)) continue;
      if (this.waiting.has(signal)) this.superseded++;
      this.waiting.set(signal, { measured: frame.instantMs - (frame.age[i] ?? 0) * 1000, received });
    }
  }

  /** A picture has been drawn from everything that was received before it, and the card has finished it. */
  drawn(): void {
    this.pictures++;
    const drawn = this.now();
    for (const [signal, { measured, received }] of this.waiting) {
      if (this.sightings.length < SIGHTINGS_MAX) this.sightings.push({ signal, measured, received, drawn });
    }
    this.waiting.clear();
  }

  stop(): Sighting[] {
    this.isOn = false;
    this.waiting.clear();
    return this.sightings;
  }
}

/**
 * What every signal of the synthetic plant is worth at any instant, by formula: the past needs no store,
 * and two reads of one instant agree. Times are ms since the epoch.
 */
import type { Signal, Thing } from '../src/protocol/types';
import type { Plant } from './plant';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
const CYCLE_MS = 84_000;

export interface Reading {
  value: number | string | null;
  /** When the source measured it. */
  time: number;
  status: number;
}

export interface Stop {
  thing: number;
  from: number;
  to: number;
  code: string;
  priority: 1 | 2 | 3 | 4;
  message: string;
}

export function noise(seed: number, t: number): number {
  const x = Math.sin(seed * 12.9898 + t * 78.233) * 43_758.5453;
  return x - Math.floor(x);
}

/** Smooth noise in −1…1 with the given period. */
function drift(seed: number, t: number, period: number): number {
  const k = Math.floor(t / period);
  const f = t / period - k;
  const s = f * f * (3 - 2 * f);
  return (noise(seed, k % 10_007) * (1 - s) + noise(seed, (k + 1) % 10_007) * s) * 2 - 1;
}

export class Formula {
  readonly stops: Stop[] = [];
  readonly gap: { from: number; to: number; thing: number; cause: string };
  private readonly things = new Map<number, Thing>();

  constructor(
    readonly plant: Plant,
    readonly opened: number,
    /** Another one gives another life of the same plant. */
    private readonly seed = 0,
  ) {
    for (const thing of plant.things) this.things.set(thing.id, thing);
    this.planStops();
    const line3 = plant.things.find((thing) => thing.key === 'FU-1');
    this.gap = {
      from: opened - 2.6 * HOUR,
      to: opened - 2.45 * HOUR,
      thing: line3?.id ?? 0,
      cause: 'connection lost',
    };
  }

  get earliest(): number {
    return this.opened - 8 * HOUR;
  }

  /** Up to where there is something to read. */
  get end(): number {
    return Date.now();
  }

  /** The grinder breaks six and three hours ago, and will break again twenty minutes from the start. */
  private planStops(): void {
    const grinder = this.plant.things.find((thing) => thing.key === 'GR-3');
    for (const before of [6 * HOUR, 3 * HOUR, -0.6 * HOUR]) {
      const from = this.opened - before;
      if (grinder)
        this.stops.push({
          thing: grinder.id,
          from,
          to: from + 24 * MINUTE,
          code: 'SPN-701',
          priority: 1,
          message: 'Spindle bearing: vibration above the limit, spindle stopped',
        });
    }
    const texts = [
      'Tool life reached',
      'Coolant level low',
      'Chip conveyor jammed',
      'Door did not close',
      'Hydraulic pressure low',
    ];
    for (const machine of this.plant.machines) {
      for (let k = 0; k < 9; k++) {
        if (noise(machine.id + this.seed, k) > 0.2) continue;
        const from = this.opened - 8 * HOUR + (k + noise(machine.id + 99, k)) * HOUR;
        const rank = 2 + Math.floor(noise(machine.id + 7, k) * 3);
        const length = (3 + 14 * noise(machine.id + 3, k)) * MINUTE;
        this.stops.push({
          thing: machine.id,
          from,
          to: from + length,
          code: `M-${100 + k}`,
          priority: rank as 2 | 3 | 4,
          message: texts[(machine.id + k) % texts.length] ?? '',
        });
      }
    }
    this.stops.sort((a, b) => a.from - b.from);
  }

  stopOf(thing: number, t: number): Stop | undefined {
    return this.stops.find((stop) => stop.thing === thing && stop.from <= t && t < stop.to);
  }

  stateOf(thing: Thing, t: number): string {
    if (this.stopOf(thing.id, t)?.priority === 1 || (this.stopOf(thing.id, t)?.priority ?? 4) === 2)
      return 'down';
    const starving = this.stops.some(
      (stop) =>
        stop.priority === 1 &&
        stop.from + 3 * MINUTE <= t &&
        t < stop.to + 3 * MINUTE &&
        thing.id > stop.thing &&
        thing.id < stop.thing + 4,
    );
    if (starving) return 'starved';
    const slot = Math.floor((t + thing.id * 7 * MINUTE) / (13 * MINUTE));
    const dice = noise(thing.id + 31 + this.seed, slot % 9973);
    if (thing.key === 'AS-2') return 'planned-stop';
    return dice < 0.8
      ? 'running'
      : dice < 0.87
        ? 'idle'
        : dice < 0.92
          ? 'blocked'
          : dice < 0.96
            ? 'starved'
            : 'setup';
  }

  read(signal: Signal, t: number): Reading {
    const thing = this.things.get(signal.thing);
    if (!thing) return { value: null, time: 0, status: 0x8000 };
    if (thing.key === 'TB-3' && signal.role === 'current')
      return { value: 11.8, time: Math.min(t, this.opened) - 25 * MINUTE, status: 0x4090 };
    const quiet = t >= this.gap.from && t < this.gap.to && thing.id === this.gap.thing;
    const step = this.stepMs(signal);
    const time = quiet ? this.gap.from : Math.floor(t / step) * step;
    return { value: this.value(signal, thing, time), time, status: quiet ? 0x80a9 : 0 };
  }

  private stepMs(signal: Signal): number {
    if (/^(axis|joint|pose|progress)/.test(signal.role ?? '')) return 200;
    return /^(state|part|order|condition|part-count|scrap-count|level|program|connection-state)$/.test(
      signal.role ?? '',
    )
      ? 1000
      : 500;
  }

  private value(signal: Signal, thing: Thing, t: number): number | string | null {
    const running = this.stateOf(thing, t) === 'running';
    const cycle = (t + thing.id * 9173) / CYCLE_MS;
    const phase = cycle % 1;
    const made = Math.floor(cycle) - Math.floor((this.earliest + thing.id * 9173) / CYCLE_MS);
    const d = drift(signal.id, t, 7000);
    switch (signal.role) {
      case 'state':
        return this.stateOf(thing, t);
      case 'part':
        return phase > 0.06 ? `P${10_000 + thing.id * 100 + (made % 1000)}` : '';
      case 'order':
        return `PO-${4410 + (Math.floor(made / 40) % 7)}`;
      case 'part-count':
        return made;
      case 'scrap-count':
        return Math.floor(made / 37);
      case 'progress':
        return running ? phase : 0;
      case 'condition':
        return this.condition(thing, t);
      case 'spindle-speed':
        return running ? 2400 + 900 * Math.sign(Math.sin(phase * 12)) + 20 * d : 0;
      case 'spindle-load':
        return running ? 48 + 22 * Math.sin(phase * 19) + 6 * d : 0;
      case 'vibration':
        return this.vibration(thing, t, running, d);
      case 'temperature':
        return this.temperature(thing, t, d);
      case 'power':
        return thing.class === 'energy-meter'
          ? 140 + 30 * d
          : running
            ? 14 + 5 * Math.sin(phase * 19) + d
            : 1.8 + 0.1 * d;
      case 'energy':
        return ((t - this.earliest) / HOUR) * 150 + 88_000;
      case 'current':
        return 22 + 8 * Math.sin(phase * 9) + d;
      case 'pressure':
        return running ? 30 + 14 * Math.sin(phase * 6.28) + d : 0;
      case 'feedrate':
        return running ? 1800 + 700 * Math.sin(phase * 31) : 0;
      case 'axis-x':
        return running ? 200 + 190 * Math.sin(phase * 25) : 10;
      case 'axis-z':
        return running ? 300 + 280 * Math.sin(phase * 17) : 20;
      case 'belt-speed':
        return 0.3;
      case 'level':
        return Math.round((thing.class === 'rack' ? 38 : 6) + 4 * drift(signal.id, t, 240_000));
      case 'capacity':
        return thing.class === 'rack' ? 48 : 12;
      case 'battery':
        return 30 + 65 * Math.abs(((t / HOUR + thing.id * 0.3) % 2) - 1);
      case 'program':
        return `O${1200 + (Math.floor(made / 40) % 7)}`;
      case 'pose-x':
        return 46 + 38 * Math.sin(t / 21_000 + thing.id);
      case 'pose-y':
        return thing.place?.position[1] ?? 0;
      case 'pose-heading':
        return Math.cos(t / 21_000 + thing.id) >= 0 ? 0 : 180;
      case 'connection-state':
        return thing.key === 'CON-3' && noise(5, Math.floor(t / (20 * MINUTE)) % 97) < 0.4
          ? 'degraded'
          : 'connected';
      case 'connection-lag':
        return 0.03 + 0.02 * Math.abs(d);
      case 'connection-received':
        return Math.floor((t - this.earliest) / 4);
      case 'connection-lost':
        return thing.key === 'CON-3' ? 12 : 0;
      case 'connection-reconnects':
        return thing.key === 'CON-1' ? 1 : 0;
      case 'connection-error':
        return '';
      default:
        return signal.role?.startsWith('joint') ? 70 * Math.sin(phase * 12.57 + signal.id) : d;
    }
  }

  private vibration(thing: Thing, t: number, running: boolean, d: number): number {
    const base = (running ? 1.4 : 0.15) + 0.25 * Math.abs(d);
    if (thing.key !== 'GR-3') return base;
    const next = this.stops.find((stop) => stop.thing === thing.id && stop.from > t);
    const hoursLeft = next ? (next.from - t) / HOUR : 9;
    return base + (running && hoursLeft < 1.6 ? 6.2 * ((1.6 - hoursLeft) / 1.6) ** 2 : 0);
  }

  private temperature(thing: Thing, t: number, d: number): number {
    if (thing.class === 'furnace') return 918 + 6 * drift(thing.id, t, 600_000) + d;
    if (thing.class === 'quench-tank') return 62 + 5 * drift(thing.id, t, 300_000);
    return 44 + 4 * drift(thing.id, t, 400_000) + 0.3 * d;
  }

  private condition(thing: Thing, t: number): string {
    const stop = this.stopOf(thing.id, t);
    if (stop)
      return `${stop.priority <= 2 ? 'FAULT' : 'WARNING'}|${stop.code}|${stop.priority}||${stop.message}`;
    if (thing.key === 'GR-3' && this.vibration(thing, t, true, 0) > 4.5)
      return 'WARNING|SPN-700|3|HIGH|Spindle vibration above the warning limit';
    return 'NORMAL||||';
  }
}

/** Pretends to be the client: a world model and a signal table that a made-up plant fills ten times a second. */

import type { Relation, Signal, SignalId, Thing, ThingId } from '../src/protocol/types';
import type { SignalTable, WorldModel } from '../src/scene/contract';
import type { PlantBuilder } from './plant';

export function worldModel(plant: PlantBuilder): WorldModel {
  const document = plant.document();
  const signals = new Map<ThingId, Signal[]>();
  for (const signal of plant.signals)
    signals.set(signal.thing, [...(signals.get(signal.thing) ?? []), signal]);
  const children = new Map<ThingId, Thing[]>();
  for (const thing of plant.things)
    if (thing.parent !== null) children.set(thing.parent, [...(children.get(thing.parent) ?? []), thing]);
  const relations: readonly Relation[] = [];
  return {
    revision: 1,
    document,
    thing: (id) => document.things[id - 1],
    children: (id) => children.get(id) ?? [],
    signal: (id) => document.signals[id - 1],
    signalsOf: (id) => signals.get(id) ?? [],
    role: (id, role) => signals.get(id)?.find((signal) => signal.role === role),
    relations: () => relations,
  };
}

export class PretendTable implements SignalTable {
  readonly value: Float64Array;
  readonly time: Float64Array;
  readonly previousValue: Float64Array;
  readonly previousTime: Float64Array;
  readonly status: Uint16Array;
  readonly type: Uint8Array;
  readonly text: (string | undefined)[];
  readonly version: Uint32Array;
  frame = 0;
  keyframe = 0;

  constructor(readonly capacity: number) {
    this.value = new Float64Array(capacity);
    this.time = new Float64Array(capacity);
    this.previousValue = new Float64Array(capacity);
    this.previousTime = new Float64Array(capacity);
    this.status = new Uint16Array(capacity);
    this.type = new Uint8Array(capacity);
    this.text = new Array<string | undefined>(capacity);
    this.version = new Uint32Array(capacity);
  }

  number(id: SignalId, value: number, now: number): void {
    this.previousValue[id] = this.time[id] === 0 ? value : (this.value[id] as number);
    this.previousTime[id] = this.time[id] as number;
    this.value[id] = value;
    this.time[id] = now;
    this.type[id] = 3;
    this.version[id] = (this.version[id] as number) + 1;
  }

  words(id: SignalId, text: string, now: number): void {
    if (this.text[id] === text) return;
    this.text[id] = text;
    this.time[id] = now;
    this.type[id] = 4;
    this.version[id] = (this.version[id] as number) + 1;
  }
}

/** A repeatable random number of 0..1 for a thing. */
export function chance(seed: number): number {
  const x = Math.sin(seed * 127.1 + 11.7) * 43758.5453;
  return x - Math.floor(x);
}

const special: Record<string, string> = {
  'Lathe 3': 'starved',
  'Mill 2': 'setup',
  'Grinder 2': 'down',
  'Hobber 4': 'blocked',
  'Bench 3': 'planned-stop',
  'Press 2': 'down',
  'EDM 1': 'unknown',
  'Station 4': 'idle',
  'Hobber 5': 'idle',
};

/** One step of the made-up plant. Text changes rarely, numbers in every step. */
export function step(
  plant: PlantBuilder,
  table: PretendTable,
  now: number,
  seconds: number,
  mixesStates: boolean,
): void {
  for (const signal of plant.signals) {
    const thing = plant.things[signal.thing - 1] as Thing;
    const phase = seconds * 0.6 + chance(thing.id) * 20;
    const state = mixesStates ? (special[thing.name] ?? 'running') : 'running';
    const runs = state === 'running';
    const wave = runs ? Math.sin(phase) : 0;
    const set = (value: number): void => table.number(signal.id, value, now);
    switch (signal.role) {
      case 'state':
        table.words(signal.id, state, now);
        break;
      case 'order':
        table.words(signal.id, `PO-${1000 + Math.floor(chance(thing.id * 3) * 4)}`, now);
        break;
      case 'part':
        table.words(signal.id, partIn(thing, seconds, state), now);
        break;
      case 'level':
        set(4 + Math.round(chance(thing.id) * (thing.class === 'rack' ? 24 : 8)));
        break;
      case 'capacity':
        set(30);
        break;
      case 'spindle-speed':
        set(runs ? 900 + chance(thing.id) * 1500 + 8 * Math.sin(phase * 3) : 0);
        break;
      case 'axis-x':
        set(wave * 180);
        break;
      case 'axis-y':
        set(Math.cos(phase * 0.7) * (runs ? 120 : 0));
        break;
      case 'axis-z':
        set(Math.sin(phase * 1.7) * (runs ? 150 : 0));
        break;
      case 'belt-speed':
        set(0.25);
        break;
      case 'temperature':
        set((thing.class === 'furnace' ? 920 : 58) + wave * 3);
        break;
      case 'progress':
        set((phase / 6) % 1);
        break;
      case 'battery':
        set(40 + chance(thing.id) * 50);
        break;
      case 'joint-1':
        set(wave * 80);
        break;
      case 'joint-2':
        set(-10 + Math.sin(phase * 1.3) * 30 * (runs ? 1 : 0));
        break;
      case 'joint-3':
        set(20 + Math.cos(phase * 1.1) * 25 * (runs ? 1 : 0));
        break;
      case 'joint-4':
        set(wave * 60);
        break;
      case 'joint-5':
        set(40 + wave * 30);
        break;
      case 'joint-6':
        set((phase * 30) % 360);
        break;
      case 'pose-x':
        set(drive(thing.id, seconds)[0]);
        break;
      case 'pose-y':
        set(drive(thing.id, seconds)[1]);
        break;
      case 'pose-heading':
        set(drive(thing.id, seconds)[2]);
        break;
      default:
        set(12 + chance(signal.id) * 20 + wave);
    }
  }
  table.frame++;
}

/** In the assembly line a part goes from station to station; elsewhere machines keep theirs. */
function partIn(thing: Thing, seconds: number, state: string): string {
  if (thing.class === 'agv') return chance(thing.id) > 0.4 ? `P-A${thing.id}` : '';
  if (thing.class === 'assembly-station') {
    const place = Number(thing.name.at(-1));
    const turn = Math.floor(seconds / 5);
    return `P-${turn - place}`;
  }
  return state === 'starved' || state === 'unknown' ? '' : `P-M${thing.id}`;
}

/** Round and round on the main and the north aisle. */
function drive(id: number, seconds: number): [x: number, y: number, heading: number] {
  const [halfX, y0, y1] = [34, 2, 19.6];
  const length = 4 * halfX + 2 * (y1 - y0);
  let s = (seconds * 1.3 + chance(id) * length) % length;
  if (s < 2 * halfX) return [-halfX + s, y0, 0];
  s -= 2 * halfX;
  if (s < y1 - y0) return [halfX, y0 + s, 90];
  s -= y1 - y0;
  if (s < 2 * halfX) return [halfX - s, y1, 180];
  return [-halfX, y1 - (s - 2 * halfX), 270];
}

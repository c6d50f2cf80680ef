/** What a label says: one number that matters for the kind of thing, with a unit a reader knows. */

import type { Signal, ThingId } from '../../protocol/types';
import type { HallWords, SignalTable, WorldModel } from '../contract';

const telling = [
  'spindle-speed',
  'temperature',
  'level',
  'belt-speed',
  'pressure',
  'battery',
  'vibration',
  'power',
  'part-count',
  'spindle-load',
  'progress',
];

/** How a unit is written, and with how many digits after the point, so that numbers do not dance. */
const units: Record<string, readonly [word: string, digits: number]> = {
  Cel: ['°C', 0],
  deg: ['°', 0],
  '/min': ['/min', 0],
  '{rev}/min': ['/min', 0],
  '{rpm}': ['min⁻¹', 0],
  '1/min': ['/min', 0],
  'm/s': ['m/s', 2],
  'mm/s': ['mm/s', 2],
  bar: ['bar', 1],
  kW: ['kW', 1],
  W: ['W', 0],
  '%': ['%', 0],
};

export function tellingSignal(world: WorldModel, thing: ThingId): Signal | undefined {
  for (const role of telling) {
    const signal = world.role(thing, role);
    if (signal) return signal;
  }
  return undefined;
}

export function numberText(value: number, signal: Signal): string {
  if (signal.role === 'progress') return `${Math.round(value * 100)} %`;
  const [word, digits] = units[signal.unit ?? ''] ?? [signal.unit ?? '', signal.kind === 'integer' ? 0 : 1];
  return word === '' || word === '1' ? value.toFixed(digits) : `${value.toFixed(digits)} ${word}`;
}

/** Bits 15 and 14 of a status say how good a sample is. */
const BAD = 2;

/** Why a thing or a number is not to be believed, with its age; without words the reader is told by the hatch alone. */
export function doubtOf(trust: 'stale' | 'bad', ageMs: number, words: HallWords | null): string {
  return words?.[trust](Math.max(0, ageMs)) ?? '';
}

/** Empty when nothing was ever measured; a number that is stale or bad says so and how old it is. */
export function shownNumber(
  table: SignalTable | null,
  signal: Signal | undefined,
  words: HallWords | null,
  ageInstantMs: number,
): string {
  if (!table || !signal || signal.id >= table.capacity || table.time[signal.id] === 0) return '';
  const value = table.value[signal.id] as number;
  const text =
    signal.role === 'level'
      ? String(Math.round(value) || 0)
      : Number.isFinite(value)
        ? numberText(value, signal)
        : '';
  const ageMs = ageInstantMs - (table.time[signal.id] as number);
  const isBad = (table.status[signal.id] as number) >> 14 >= BAD;
  if (!isBad && !(ageMs > (signal.staleAfterMs ?? Infinity))) return text;
  const doubt = doubtOf(isBad ? 'bad' : 'stale', ageMs, words);
  return text === '' || doubt === '' ? text + doubt : `${text} · ${doubt}`;
}

/** What a label says: one number that matters for the kind of thing, with a unit a reader knows. */
import type { SignalTable, WorldModel } from '../contract';
import type { Signal, ThingId } from '../../protocol/types';

const telling = ['spindle-speed', 'temperature', 'level', 'belt-speed', 'pressure', 'battery', 'vibration', 'power', 'part-count', 'spindle-load', 'progress'];

const unitWords: Record<string, string> = {
  Cel: '°C', deg: '°', '/min': '/min', '{rev}/min': '/min', '1/min': '/min', 'm/s': 'm/s', bar: 'bar', kW: 'kW', W: 'W', '%': '%', '1': '',
};

export function tellingSignal(world: WorldModel, thing: ThingId): Signal | undefined {
  for (const role of telling) {
    const signal = world.role(thing, role);
    if (signal) return signal;
  }
  return undefined;
}

/** Three figures that matter; the number of digits does not dance with the value. */
export function numberText(value: number, signal: Signal): string {
  if (signal.role === 'progress') return `${Math.round(value * 100)} %`;
  const size = Math.max(Math.abs(value), Math.abs(signal.range?.[1] ?? 0));
  const digits = signal.kind === 'integer' || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const unit = unitWords[signal.unit ?? ''] ?? signal.unit ?? '';
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}

/** Empty when nothing was ever measured. */
export function shownNumber(table: SignalTable | null, signal: Signal | undefined): string {
  if (!table || !signal || signal.id >= table.capacity || table.time[signal.id] === 0) return '';
  if (signal.role === 'level') return String(Math.round(table.value[signal.id] ?? 0));
  const value = table.value[signal.id] as number;
  return Number.isFinite(value) ? numberText(value, signal) : '';
}

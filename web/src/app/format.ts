/** Values, units and durations as text whose width does not jump. */

import { ValueType } from '../protocol/frame';
import { stateOf } from '../protocol/states';
import type { Signal } from '../protocol/types';
import type { SignalTable } from '../scene/contract';
import type { Words } from './words/en';

/** UCUM codes that read differently on a screen. */
const UNITS: Record<string, string> = {
  Cel: '°C',
  deg: '°',
  '1': '',
  '/min': 'min⁻¹',
  '1/min': 'min⁻¹',
  '{rev}/min': 'min⁻¹',
  '{rpm}': 'min⁻¹',
  'm/s2': 'm/s²',
  m2: 'm²',
  m3: 'm³',
  'm3/h': 'm³/h',
  'kW.h': 'kWh',
  Ohm: 'Ω',
  um: 'µm',
};

export function unitText(signal: Signal): string {
  const unit = signal.unit ?? '';
  // What stands in braces is a remark in UCUM: the word of the trade, such as {count}.
  return UNITS[unit] ?? unit.replace(/[{}]/g, '');
}

/** The number of decimals belongs to the signal, not to the value: a column of digits stays a column. */
export function decimalsOf(signal: Signal): number {
  if (signal.kind === 'integer') return 0;
  if (signal.role === 'connection-lag') return 3;
  const span = signal.range ? Math.abs(signal.range[1] - signal.range[0]) : 100;
  if (span > 2000) return 0;
  if (span > 50) return 1;
  return span > 2 ? 2 : 3;
}

export function numberText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '—';
  const [whole = '', part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ' ') : whole;
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '−' : '';
  return sign + (part === undefined ? grouped : `${grouped}.${part}`);
}

export function valueText(table: SignalTable, signal: Signal, t: Words): string {
  const id = signal.id;
  if (!(table.time[id] ?? 0)) return t.noValue;
  const value = table.value[id] ?? Number.NaN;
  switch (table.type[id]) {
    case ValueType.boolean:
      return value ? t.yes : t.no;
    case ValueType.integer:
      return memberText(signal, value) ?? numberText(value, 0);
    case ValueType.number:
      return memberText(signal, value) ?? numberText(value, decimalsOf(signal));
    case ValueType.text:
      return wordText(signal, table.text[id] ?? '', t);
    default:
      return t.noValue;
  }
}

function memberText(signal: Signal, value: number): string | undefined {
  return signal.members?.find(([number]) => number === value)?.[1];
}

function wordText(signal: Signal, text: string, t: Words): string {
  if (text === '') return t.noValue;
  if (signal.role === 'state') return t.states[stateOf(text)];
  if (signal.role === 'connection-state') return (t.connectionStates as Record<string, string>)[text] ?? text;
  if (signal.role === 'condition') return text.split('|').filter(Boolean).join(' · ');
  return text;
}

/** `<1 s`, `12 s`, `5 min`, `3 h`, `2 days`: one unit, whole. */
export function durationText(ms: number, t: Words): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return t.under1s;
  if (seconds < 60) return t.seconds(seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t.hours(hours) : t.days(Math.floor(hours / 24));
}

export function speedText(speed: number): string {
  return `${speed}×`;
}

export type Health = 'good' | 'uncertain' | 'bad' | 'stale' | 'absent';

/** What a reader must know before trusting the value; bad weighs more than stale. */
export function healthOf(table: SignalTable, signal: Signal, instant: number): Health {
  const id = signal.id;
  const time = table.time[id] ?? 0;
  if (!time) return 'absent';
  const severity = (table.status[id] ?? 0) >> 14;
  if (severity >= 2) return 'bad';
  if (signal.staleAfterMs !== undefined && instant - time > signal.staleAfterMs) return 'stale';
  return severity === 1 ? 'uncertain' : 'good';
}

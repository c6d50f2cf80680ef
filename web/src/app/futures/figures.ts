/** KPIs and differences as text: each unit as a reader of that figure expects it, each sign written out. */
import { numberText } from '../format';
import type { FuturesWords } from './words';

/** Shares read as percent, times by their size; other units keep their name. */
type Kind = 'share' | 'time' | 'count' | 'number';

function kindOf(unit: string): Kind {
  if (unit === '1' || unit === '') return 'share';
  if (unit === 's') return 'time';
  return /piece|^\{/.test(unit) ? 'count' : 'number';
}

export interface Figure {
  text: string;
  unit: string;
}

/** `scale` decides how long times are written, so that a column and its differences share one unit. */
export function figure(value: number, unit: string, scale = value): Figure {
  switch (kindOf(unit)) {
    case 'share':
      return { text: numberText(value * 100, 1), unit: '%' };
    case 'time':
      return timeFigure(value, scale);
    case 'count':
      return { text: numberText(value, Math.abs(scale) < 100 ? 1 : 0), unit: '' };
    case 'number':
      return { text: numberText(value, decimals(scale)), unit: wordOf(unit) };
  }
}

function timeFigure(seconds: number, scale: number): Figure {
  if (Math.abs(scale) >= 2 * 3600) return { text: numberText(seconds / 3600, 2), unit: 'h' };
  if (Math.abs(scale) >= 120) return { text: numberText(seconds / 60, 1), unit: 'min' };
  return { text: numberText(seconds, 1), unit: 's' };
}

function decimals(scale: number): number {
  const size = Math.abs(scale);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 3;
}

function wordOf(unit: string): string {
  return { EUR: '€', 'kW.h': 'kWh' }[unit] ?? unit.replace(/[{}]/g, '');
}

export function figureText(value: number, unit: string, scale = value): string {
  const { text, unit: word } = figure(value, unit, scale);
  return word === '' ? text : `${text} ${word}`;
}

/** A difference carries its sign always: `+12`, `−3`. */
export function differenceText(value: number, unit: string, scale: number): string {
  const text = figureText(value, unit, scale);
  const isNothing = !/[1-9]/.test(text);
  return value > 0 && !isNothing ? `+${text}` : text;
}

export type Turn = 'better' | 'worse' | 'more' | 'less' | 'same';

/** What a difference means for who reads it; more is not better for every figure. */
export function turnOf(difference: number, better: 'more' | 'less' | null): Turn {
  if (difference === 0 || !Number.isFinite(difference)) return 'same';
  const turn = difference > 0 ? 'more' : 'less';
  if (better === null) return turn;
  return turn === better ? 'better' : 'worse';
}

/** The arrow shows which way the number went, the word whether that is good. */
export function arrowOf(difference: number): string {
  if (difference === 0 || !Number.isFinite(difference)) return '=';
  return difference > 0 ? '↑' : '↓';
}

export function turnWord(turn: Turn, w: FuturesWords): string {
  return w[turn];
}

/** Seconds as the two largest units that matter: `2 d 3 h`, `3 h 20 min`, `45 min`. */
export function spanText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Which values a reader wants first. */
import type { Signal } from '../../protocol/types';

const FIRST = [
  'vibration spindle-load spindle-speed temperature pressure current power energy battery level capacity belt-speed',
  'progress part-count scrap-count part order program tool mode feedrate feed-override',
  'axis-x axis-y axis-z joint-1 joint-2 joint-3 joint-4 joint-5 joint-6 pose-x pose-y pose-heading',
].flatMap((line) => line.split(' '));

const rank = new Map(FIRST.map((role, index) => [role, index]));

/** Shown elsewhere in the inspector: the state as a badge, conditions as alarms. */
const ELSEWHERE = new Set(['state', 'condition']);

export function orderedSignals(signals: readonly Signal[]): Signal[] {
  const place = (signal: Signal) => rank.get(signal.role ?? '') ?? FIRST.length;
  return signals
    .filter((signal) => !ELSEWHERE.has(signal.role ?? ''))
    .sort((a, b) => place(a) - place(b) || a.id - b.id);
}

const PLOTTED_FIRST = [
  'vibration',
  'temperature',
  'spindle-load',
  'power',
  'current',
  'pressure',
  'level',
  'battery',
  'connection-lag',
];

/** What is plotted before anybody chose: the two signals that tell most about a thing. */
export function plottedAtStart(signals: readonly Signal[]): number[] {
  const chosen: number[] = [];
  for (const role of PLOTTED_FIRST) {
    const signal = signals.find((candidate) => candidate.role === role);
    if (signal && chosen.length < 2) chosen.push(signal.id);
  }
  if (chosen.length > 0) return chosen;
  const number = signals.find((signal) => signal.kind === 'number');
  return number ? [number.id] : [];
}

export function isPlottable(signal: Signal): boolean {
  return signal.kind === 'number' || signal.kind === 'integer' || signal.kind === 'boolean';
}

/** The words that the hall draws itself, from the table of the reader's language. */
import type { HallWords } from '../../scene/contract';
import { durationText } from '../format';
import type { Words } from './en';

export function hallWords(t: Words): HallWords {
  return {
    stale: (ageMs) => t.hallStale(durationText(ageMs, t)),
    bad: (ageMs) => t.hallBad(durationText(ageMs, t)),
  };
}

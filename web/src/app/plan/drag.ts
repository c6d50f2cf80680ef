/** An operation in the hand: where it would be put, by pointer or by keys, and whether it may. Pure. */
import type { ThingId } from '../../protocol/types';
import { roundStep } from '../timeline/window';
import type { Gantt, Step } from './layout';

export interface Held {
  step: Step;
  thing: ThingId;
  start: number;
  /** Taken up with the keyboard: arrows move it. */
  byKeys: boolean;
}

/** Finer than this nobody plans. */
const SNAP_MIN_MS = 60_000;
const SNAPS_IN_WINDOW = 400;

/** A round step of a few pixels. */
export function snapStep(spanMs: number): number {
  return Math.max(SNAP_MIN_MS, roundStep(spanMs, SNAPS_IN_WINDOW));
}

export function snapped(ms: number, step: number): number {
  return Math.round(ms / step) * step;
}

export function takeUp(step: Step, byKeys: boolean): Held | undefined {
  return step.frozen ? undefined : { step, thing: step.thing, start: step.start, byKeys };
}

export function isAllowed({ step }: Held, thing: ThingId): boolean {
  return thing === step.thing || step.alternatives.includes(thing);
}

/** The pointer has carried it: by this much in time, and over this machine if it may be there. */
export function carried(
  held: Held,
  deltaMs: number,
  over: ThingId | null,
  step: number,
  earliest: number,
): Held {
  const thing = over !== null && isAllowed(held, over) ? over : held.thing;
  const start = deltaMs === 0 ? held.step.start : snapped(held.step.start + deltaMs, step);
  return { ...held, thing, start: Math.max(earliest, start) };
}

export function nudged(held: Held, steps: number, step: number, earliest: number): Held {
  return { ...held, start: Math.max(earliest, snapped(held.start + steps * step, step)) };
}

/** The next machine up or down that may do it; the last one holds. */
export function shifted(gantt: Gantt, held: Held, direction: 1 | -1): Held {
  const machines = gantt.rows.flatMap(({ thing }) => (thing === null ? [] : [thing]));
  for (let i = machines.indexOf(held.thing) + direction; i >= 0 && i < machines.length; i += direction) {
    const thing = machines[i];
    if (thing !== undefined && isAllowed(held, thing)) return { ...held, thing };
  }
  return held;
}

export function hasMoved({ step, thing, start }: Held): boolean {
  return thing !== step.thing || start !== step.start;
}

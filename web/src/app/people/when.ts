/** Where in time somebody is, beside what is shown here. */
import { fromWire } from '../../client/instant';
import { isLive, type View } from '../../client/view';
import type { Person } from '../../protocol/meet';

/** Views that are no further apart than this show the same. */
const SAME_MS = 2000;

/** The instant that somebody sees, ms since the epoch; null is live. */
export function instantOf(person: Person, roomMs: number): number | null {
  if (person.at === null) return null;
  return fromWire(person.at) + (roomMs - fromWire(person.set)) * person.speed;
}

/** Whether somebody sees another time than is shown. */
export function isElsewhen(person: Person, roomMs: number, view: View, shownMs: number): boolean {
  if (person.branch !== view.branch) return true;
  const instant = instantOf(person, roomMs);
  if (instant === null) return !isLive(view);
  return isLive(view) || Math.abs(instant - shownMs) > SAME_MS;
}

/** The view that joins somebody. */
export function joined(person: Person, roomMs: number): View {
  return {
    branch: person.branch,
    at: instantOf(person, roomMs),
    speed: person.at === null ? 1 : person.speed,
    asKnownAt: null,
  };
}

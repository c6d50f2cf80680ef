/** A view is (branch, instant): the one value that says what the whole screen shows. */
import type { Interest, ViewMessage } from '../protocol/control';
import { toWire } from './instant';

export interface View {
  readonly branch: string;
  /** Ms since the epoch where the view was set; null is live. */
  readonly at: number | null;
  /** Site seconds per second: 0 stands still, 1 is real time. Without meaning when live. */
  readonly speed: number;
  readonly asKnownAt: number | null;
}

export const LIVE: View = { branch: 'live', at: null, speed: 1, asKnownAt: null };

export const SPEEDS = [0.1, 0.5, 1, 2, 10, 60, 300, 1000] as const;

export function sameView(a: View, b: View): boolean {
  return a.branch === b.branch && a.at === b.at && a.speed === b.speed && a.asKnownAt === b.asKnownAt;
}

export function isLive(view: View): boolean {
  return view.at === null && view.branch === 'live';
}

/** The next speed up or down the ladder; the ends hold. */
export function nextSpeed(speed: number, step: 1 | -1): number {
  const ladder: readonly number[] = SPEEDS;
  const found = ladder.findIndex((rung) => rung >= speed);
  const index = Math.min(ladder.length - 1, Math.max(0, (found < 0 ? ladder.length - 1 : found) + step));
  return ladder[index] ?? 1;
}

export function viewMessage(view: View, epoch: number, rateHz: number, interest: Interest): ViewMessage {
  return {
    type: 'view',
    epoch,
    branch: view.branch,
    at: view.at === null ? null : toWire(view.at),
    speed: view.speed,
    asKnownAt: view.asKnownAt === null ? null : toWire(view.asKnownAt),
    rateHz,
    interest,
  };
}

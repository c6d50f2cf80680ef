/**
 * Which workpiece is where, and which ones are on their way.
 *
 * A serial that leaves one thing and appears in another within a few seconds has travelled; one that appears
 * first and leaves afterwards has travelled too, because the two signals come from two machines. The ledger only
 * keeps books: it knows no positions and draws nothing.
 */
import type { ThingId } from '../../protocol/types';

export interface PartMove {
  serial: string;
  from: ThingId;
  to: ThingId;
}

/** A part that left and has not appeared within this time went somewhere that nobody watches. */
export const FORGET_AFTER_MS = 6000;

interface Departure {
  from: ThingId;
  atMs: number;
}

export class PartLedger {
  private readonly holds = new Map<ThingId, string>();
  private readonly holder = new Map<string, ThingId>();
  private readonly departed = new Map<string, Departure>();

  serialIn(thing: ThingId): string {
    return this.holds.get(thing) ?? '';
  }

  /** Books what the thing says it holds now; answers the move that this completes, if any. */
  report(thing: ThingId, serial: string, nowMs: number): PartMove | null {
    const before = this.holds.get(thing) ?? '';
    if (before === serial) return null;
    if (before !== '') this.leave(thing, before, nowMs);
    if (serial === '') return null;
    const from = this.originOf(serial, thing, nowMs);
    this.holds.set(thing, serial);
    this.holder.set(serial, thing);
    this.departed.delete(serial);
    return from === null ? null : { serial, from, to: thing };
  }

  private leave(thing: ThingId, serial: string, nowMs: number): void {
    this.holds.delete(thing);
    // When the part has already appeared elsewhere, its journey has been told.
    if (this.holder.get(serial) !== thing) return;
    this.holder.delete(serial);
    this.departed.set(serial, { from: thing, atMs: nowMs });
    this.forget(nowMs);
  }

  /** True when the thing holds a part that nobody has reported to be elsewhere since. */
  hasPart(thing: ThingId): boolean {
    const serial = this.serialIn(thing);
    return serial !== '' && this.holder.get(serial) === thing;
  }

  /** The part has left its thing and has not appeared in another. */
  isAway(serial: string): boolean {
    return this.departed.has(serial);
  }

  /** The part's journey has been told otherwise. */
  forgetDeparture(serial: string): void {
    this.departed.delete(serial);
  }

  private originOf(serial: string, to: ThingId, nowMs: number): ThingId | null {
    const present = this.holder.get(serial);
    if (present !== undefined) return present === to ? null : present;
    const departure = this.departed.get(serial);
    const isFresh = departure !== undefined && Math.abs(nowMs - departure.atMs) <= FORGET_AFTER_MS;
    return isFresh && departure.from !== to ? departure.from : null;
  }

  private forget(nowMs: number): void {
    for (const [serial, { atMs }] of this.departed) {
      if (Math.abs(nowMs - atMs) > FORGET_AFTER_MS) this.departed.delete(serial);
    }
  }

  clear(): void {
    this.holds.clear();
    this.holder.clear();
    this.departed.clear();
  }
}

/** A mark for an order, 1–255, the same on every screen; 0 stands for no order. */
export function orderCode(order: string): number {
  if (order === '') return 0;
  let hash = 2166136261;
  for (let i = 0; i < order.length; i++) hash = Math.imul(hash ^ order.charCodeAt(i), 16777619);
  return 1 + ((hash >>> 0) % 255);
}

/**
 * Parts that pass between things which only say how many they hold.
 *
 * A count that falls on one side of a `flows-to` and one that rises on the other at nearly the same time are one part
 * that moved. Each fall and each rise is used once, so never more parts travel than both sides reported; a fall
 * without a rise, or a rise without a fall, moves nothing. Like the ledger of serials this only keeps books.
 */
import type { Relation, ThingId } from '../../protocol/types';

export interface Handover {
  from: ThingId;
  to: ThingId;
  /** The serial of the part where the giving side knows it; empty where it only counts. */
  serial: string;
}

/** How far apart the two samples of one handover may be measured. */
export const TOGETHER_MS = 2000;
/** A flood of changes must not grow the book: the oldest are forgotten. */
const OPEN_MAX = 256;

interface Entry {
  thing: ThingId;
  atMs: number;
  serial: string;
}

type Neighbours = Map<ThingId, Set<ThingId>>;

export class Handovers {
  private readonly outlets: Neighbours = new Map();
  private readonly inlets: Neighbours = new Map();
  /** What went out of a thing and has not been seen coming in anywhere, and the other way round. */
  private readonly given: Entry[] = [];
  private readonly taken: Entry[] = [];
  /** Changes of a count that a serial has told already, before the count itself did. */
  private readonly toldOut: Entry[] = [];
  private readonly toldIn: Entry[] = [];

  /** Who can pass parts to whom: along the flow, and by the robot or vehicle that serves a thing. */
  setRelations(relations: readonly Relation[]): void {
    this.outlets.clear();
    this.inlets.clear();
    for (const { kind, from, to } of relations) if (kind === 'flows-to') this.join(from, to);
    for (const { kind, from: served, to: server } of relations) {
      if (kind !== 'served-by') continue;
      for (const next of [...(this.outlets.get(served) ?? [])]) this.join(server, next);
      for (const before of [...(this.inlets.get(served) ?? [])]) this.join(before, server);
    }
    for (const { kind, from: served, to: server } of relations) {
      if (kind !== 'served-by') continue;
      this.join(served, server);
      this.join(server, served);
    }
  }

  private join(from: ThingId, to: ThingId): void {
    if (from === to) return;
    put(this.outlets, from, to);
    put(this.inlets, to, from);
  }

  /** The thing holds one part less; answers the handover that this completes. */
  gave(from: ThingId, atMs: number, serial = ''): Handover | null {
    if (takeOne(this.toldOut, atMs, ({ thing }) => thing === from)) return null;
    const receivers = this.outlets.get(from);
    const match = takeOne(this.taken, atMs, ({ thing }) => receivers?.has(thing) === true);
    if (match) return { from, to: match.thing, serial };
    add(this.given, { thing: from, atMs, serial });
    return null;
  }

  /** The thing holds one part more. */
  took(to: ThingId, atMs: number): Handover | null {
    if (takeOne(this.toldIn, atMs, ({ thing }) => thing === to)) return null;
    const givers = this.inlets.get(to);
    const match = takeOne(this.given, atMs, ({ thing }) => givers?.has(thing) === true);
    if (match) return { from: match.thing, to, serial: match.serial };
    add(this.taken, { thing: to, atMs, serial: '' });
    return null;
  }

  /**
   * A serial has told that a part went from one thing to another: the counts of those that count do not tell it
   * again, whether they have changed already or are about to.
   */
  tell(from: ThingId, to: ThingId, atMs: number, counts: (thing: ThingId) => boolean): void {
    const out = takeOne(this.given, atMs, ({ thing }) => thing === from);
    if (!out && counts(from)) add(this.toldOut, { thing: from, atMs, serial: '' });
    const into = takeOne(this.taken, atMs, ({ thing }) => thing === to);
    if (!into && counts(to)) add(this.toldIn, { thing: to, atMs, serial: '' });
  }

  clear(): void {
    for (const list of [this.given, this.taken, this.toldOut, this.toldIn]) list.length = 0;
  }
}

function put(map: Neighbours, from: ThingId, to: ThingId): void {
  const known = map.get(from);
  if (known) known.add(to);
  else map.set(from, new Set([to]));
}

function add(list: Entry[], entry: Entry): void {
  const isOpen = ({ atMs }: Entry): boolean => Math.abs(entry.atMs - atMs) <= TOGETHER_MS;
  if (list.length > 0 && !list.every(isOpen)) list.splice(0, list.length, ...list.filter(isOpen));
  if (list.length >= OPEN_MAX) list.shift();
  list.push(entry);
}

/** Takes the entry that is nearest in time out of the list. */
function takeOne(list: Entry[], atMs: number, fits: (entry: Entry) => boolean): Entry | undefined {
  let best = -1;
  let bestMs = TOGETHER_MS;
  list.forEach((entry, i) => {
    const apart = Math.abs(entry.atMs - atMs);
    if (apart > bestMs || (best >= 0 && apart === bestMs) || !fits(entry)) return;
    best = i;
    bestMs = apart;
  });
  return best < 0 ? undefined : list.splice(best, 1)[0];
}

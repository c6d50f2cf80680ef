/**
 * Joins the books of parts to the figures: decides which parts are seen travelling and which are just there.
 * Serials tell a journey for certain; where a side only counts, a fall and a rise along the flow tell it.
 */
import type { ThingId } from '../../protocol/types';
import type { WorldModel } from '../contract';
import type { Figure } from '../hall/figure';
import type { Troupe } from '../hall/troupe';
import { Handovers } from './handovers';
import { PartLedger } from './ledger';
import { type Spot, Travel } from './travel';

/** A vehicle hands over to what it stands beside; further away the part was not handed over but lost sight of. */
const HAND_OVER_METRES = 7;
const FARTHEST_METRES = 70;
/** Further hand-overs of a part that is still on its way are not drawn. */
const QUEUE_MAX = 3;

export class Traffic {
  readonly travel = new Travel();
  private readonly ledger = new PartLedger();
  private readonly handovers = new Handovers();
  private counting: ReadonlySet<ThingId> = new Set();
  /** Parts that are on their way, with what they do after arriving. */
  private readonly underway = new Map<string, (() => void)[]>();
  /** How many parts are coming to a thing that shows only one. */
  private readonly coming = new Map<ThingId, number>();
  private readonly spot = new Float32Array(3);

  constructor(private readonly troupe: Troupe) {}

  setWorld(world: WorldModel): void {
    this.clear();
    const { signals, relations } = world.document;
    this.handovers.setRelations(relations);
    this.counting = new Set(signals.filter(({ role }) => role === 'level').map(({ thing }) => thing));
  }

  /** What a thing held when the view began: nothing travelled there. */
  beginPart(figure: Figure, serial: string, atMs: number): void {
    this.ledger.report(figure.thing.id, serial, atMs);
    this.showPart(figure);
  }

  /** What a thing says it holds, measured at the instant. The part shows at once, unless it is seen coming. */
  part(figure: Figure, serial: string, atMs: number): void {
    const { id } = figure.thing;
    const isCounting = this.counting.has(id);
    const before = this.ledger.serialIn(id);
    const move = this.ledger.report(id, serial, atMs);
    this.showPart(figure);
    // A thing with place for one is its own count: what it held has gone, what it holds has come.
    if (!isCounting && before !== serial && this.ledger.isAway(before))
      this.follow(this.handovers.gave(id, atMs, before));
    if (move) {
      this.handovers.tell(move.from, id, atMs, (thing) => this.counting.has(thing));
      this.send(move.from, figure, serial);
    } else if (!isCounting && serial !== '' && serial !== before) {
      const handover = this.handovers.took(id, atMs);
      if (handover) this.send(handover.from, figure, serial);
    }
  }

  /** A thing that counts holds this many parts more, or less when negative. */
  level(figure: Figure, by: number, atMs: number): void {
    const { id } = figure.thing;
    for (let n = 0; n < Math.abs(by); n++)
      this.follow(by < 0 ? this.handovers.gave(id, atMs) : this.handovers.took(id, atMs));
  }

  private follow(handover: { from: ThingId; to: ThingId; serial: string } | null): void {
    const figure = handover ? this.troupe.byThing.get(handover.to) : undefined;
    if (!handover || !figure) return;
    if (handover.serial !== '') this.ledger.forgetDeparture(handover.serial);
    this.send(handover.from, figure, '');
  }

  /** `serial` names the part where the receiver shows it; where the receiver only counts it is empty. */
  private send(fromThing: ThingId, to: Figure, serial: string): void {
    const from = this.troupe.byThing.get(fromThing);
    if (!from) return;
    this.showPart(from);
    const reach = from.roams || to.roams ? HAND_OVER_METRES : FARTHEST_METRES;
    if (Math.hypot(to.x - from.x, to.z - from.z) > reach) return;
    const isStocked = to.awaitStock();
    const isHeldBack = !isStocked && (serial !== '' || !this.counting.has(to.thing.id));
    if (isHeldBack) this.hold(to);
    const arrive = (): void => {
      if (isStocked) to.receiveStock();
      if (isHeldBack) this.release(to);
    };
    const start = (): void =>
      this.travel.start(this.startOf(from), this.endOf(to), to.order || from.order, () => {
        arrive();
        this.goOn(serial);
      });
    this.startOrQueue(serial, start, arrive);
  }

  /** A robot and the machine that it loads report the same part at once: it goes to the one, then to the other. */
  private startOrQueue(serial: string, start: () => void, arrive: () => void): void {
    const queue = serial === '' ? undefined : this.underway.get(serial);
    if (queue && queue.length >= QUEUE_MAX) arrive();
    else if (queue) queue.push(start);
    else {
      if (serial !== '') this.underway.set(serial, []);
      start();
    }
  }

  private goOn(serial: string): void {
    const next = this.underway.get(serial)?.shift();
    if (next) next();
    else this.underway.delete(serial);
  }

  /** The part is still coming, so the thing does not show it yet. */
  private hold(figure: Figure): void {
    this.coming.set(figure.thing.id, (this.coming.get(figure.thing.id) ?? 0) + 1);
    this.showPart(figure);
  }

  private release(figure: Figure): void {
    const { id } = figure.thing;
    const left = (this.coming.get(id) ?? 1) - 1;
    if (left > 0) this.coming.set(id, left);
    else this.coming.delete(id);
    this.showPart(figure);
  }

  private showPart(figure: Figure): void {
    figure.hasPart = this.ledger.hasPart(figure.thing.id) && !this.coming.has(figure.thing.id);
    figure.unsettle();
  }

  private startOf(figure: Figure): Spot {
    if (!figure.stockSpot(this.spot, figure.standingStock)) figure.partSpot(this.spot);
    return spotOf(this.spot);
  }

  private endOf(figure: Figure): Spot {
    if (!figure.stockSpot(this.spot, figure.standingStock - 1)) figure.partSpot(this.spot);
    return spotOf(this.spot);
  }

  /** A jump in time: whatever was on its way has arrived or has not left. */
  clear(): void {
    this.underway.clear();
    this.travel.clear();
    this.coming.clear();
    for (const figure of this.troupe.figures) figure.settleStock();
    this.ledger.clear();
    this.handovers.clear();
  }
}

function spotOf(out: Float32Array): Spot {
  return [out[0] as number, out[1] as number, out[2] as number];
}

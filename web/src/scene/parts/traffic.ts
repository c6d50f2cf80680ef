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

export class Traffic {
  readonly travel = new Travel();
  private readonly ledger = new PartLedger();
  private readonly handovers = new Handovers();
  private counting: ReadonlySet<ThingId> = new Set();
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
    figure.hasPart = serial !== '';
    figure.unsettle();
  }

  /** What a thing says it holds, measured at the instant. The part shows at once, unless it is seen coming. */
  part(figure: Figure, serial: string, atMs: number): void {
    const { id } = figure.thing;
    const before = this.ledger.serialIn(id);
    const move = this.ledger.report(id, serial, atMs);
    figure.hasPart = serial !== '';
    figure.unsettle();
    if (move) {
      this.handovers.tell(move.from, id, atMs, (thing) => this.counting.has(thing));
      this.send(move.from, figure, true);
    } else if (!this.counting.has(id)) {
      this.partOfOne(figure, before, serial, atMs);
    }
  }

  /** A thing that has place for one part got one from, or gave one to, something that only counts. */
  private partOfOne(figure: Figure, before: string, serial: string, atMs: number): void {
    const { id } = figure.thing;
    if (before !== '' && this.ledger.isAway(before)) this.follow(this.handovers.gave(id, atMs, before));
    if (serial === '' || serial === before) return;
    const handover = this.handovers.took(id, atMs);
    if (handover) this.send(handover.from, figure, true);
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
    this.send(handover.from, figure, false);
  }

  /** `isNamed`: the part that travels is the one that the thing shows by its serial. */
  private send(fromThing: ThingId, to: Figure, isNamed: boolean): void {
    const from = this.troupe.byThing.get(fromThing);
    if (!from) return;
    const start = this.startOf(from);
    const end = this.endOf(to);
    const metres = Math.hypot(end[0] - start[0], end[2] - start[2]);
    const reach = from.roams || to.roams ? HAND_OVER_METRES : FARTHEST_METRES;
    if (metres > reach) return;
    const isStocked = to.awaitStock();
    if (!isStocked && (isNamed || !this.counting.has(to.thing.id))) to.hasPart = false;
    this.travel.start(start, end, to.order || from.order, () => {
      if (isStocked) to.receiveStock();
      to.hasPart = this.ledger.serialIn(to.thing.id) !== '';
      to.unsettle();
    });
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
    this.travel.clear();
    this.ledger.clear();
    this.handovers.clear();
  }
}

function spotOf(out: Float32Array): Spot {
  return [out[0] as number, out[1] as number, out[2] as number];
}

/** Joins the ledger's moves to the figures: decides which parts are seen travelling and which are just there. */
import type { Figure } from '../hall/figure';
import type { Troupe } from '../hall/troupe';
import { PartLedger } from './ledger';
import { type Spot, Travel } from './travel';

/** A vehicle hands over to what it stands beside; further away the part was not handed over but lost sight of. */
const HAND_OVER_METRES = 7;
const FARTHEST_METRES = 70;

export class Traffic {
  readonly travel = new Travel();
  private readonly ledger = new PartLedger();
  private readonly spot = new Float32Array(3);

  constructor(private readonly troupe: Troupe) {}

  /** What a thing says it holds. The part shows at once, unless it is seen coming. */
  report(figure: Figure, serial: string, nowMs: number): void {
    const move = this.ledger.report(figure.thing.id, serial, nowMs);
    const from = move ? this.troupe.byThing.get(move.from) : undefined;
    figure.hasPart = serial !== '';
    figure.unsettle();
    if (!from) return;
    const start = this.spotOf(from);
    const end = this.spotOf(figure);
    const metres = Math.hypot(end[0] - start[0], end[2] - start[2]);
    const reach = from.roams || figure.roams ? HAND_OVER_METRES : FARTHEST_METRES;
    if (metres > reach) return;
    figure.hasPart = false;
    this.travel.start(start, end, figure.order || from.order, () => {
      figure.hasPart = this.ledger.serialIn(figure.thing.id) !== '';
      figure.unsettle();
    });
  }

  private spotOf(figure: Figure): Spot {
    figure.partSpot(this.spot);
    return [this.spot[0] as number, this.spot[1] as number, this.spot[2] as number];
  }

  clear(): void {
    this.travel.clear();
    this.ledger.clear();
  }
}

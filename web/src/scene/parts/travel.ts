/** Parts on their way from one thing to another: a short eased move, drawn from a small pool. */
import type { Cell, Slot } from '../hall/stage';
import { partMesh } from '../kinds/workpiece';
import { writeStanding } from '../mesh/matrix';

const MOST = 48;
const METRES_PER_SECOND = 5;
const SHORTEST_S = 0.7;
const LONGEST_S = 2.4;
/** Height at which parts travel: that of a conveyor's belt. */
const TRAVEL_HEIGHT = 0.85;

export type Spot = [number, number, number];

/** Rest at both ends. */
function eased(t: number): number {
  return t * t * (3 - 2 * t);
}

/** Where the part is when a share `t` of its time has passed: down to belt height, over, and up again. */
export function travelPoint(out: Spot, from: Readonly<Spot>, to: Readonly<Spot>, t: number): void {
  const s = eased(Math.max(0, Math.min(1, t)));
  out[0] = from[0] + (to[0] - from[0]) * s;
  out[2] = from[2] + (to[2] - from[2]) * s;
  const straight = from[1] + (to[1] - from[1]) * s;
  const sink = Math.min(1, 4 * s * (1 - s) * 1.6);
  out[1] = straight + (TRAVEL_HEIGHT - straight) * sink;
}

export function travelSeconds(from: Readonly<Spot>, to: Readonly<Spot>): number {
  const metres = Math.hypot(to[0] - from[0], to[2] - from[2]);
  return Math.max(SHORTEST_S, Math.min(LONGEST_S, metres / METRES_PER_SECOND));
}

interface Journey {
  isOn: boolean;
  from: Spot;
  to: Spot;
  passedS: number;
  wholeS: number;
  arrive: (() => void) | null;
}

export class Travel {
  private slots: Slot[] = [];
  private readonly journeys: Journey[] = Array.from({ length: MOST }, () => ({
    isOn: false,
    from: [0, 0, 0],
    to: [0, 0, 0],
    passedS: 0,
    wholeS: 1,
    arrive: null,
  }));
  private readonly at: Spot = [0, 0, 0];

  reserve(cell: Cell): void {
    const mesh = partMesh('tray', 0.44);
    this.slots = this.journeys.map(() => cell.reserve(mesh));
  }

  /** Sends a part on its way; with the pool exhausted it arrives at once. */
  start(from: Spot, to: Spot, order: number, arrive: () => void): void {
    const index = this.journeys.findIndex((journey) => !journey.isOn);
    const journey = this.journeys[index];
    const slot = this.slots[index];
    if (!journey || !slot) {
      arrive();
      return;
    }
    Object.assign(journey, { isOn: true, from, to, passedS: 0, wholeS: travelSeconds(from, to), arrive });
    slot.batch.setLook(slot.index, 0, 0, 0, order);
  }

  update(wallDeltaMs: number): boolean {
    let any = false;
    for (let i = 0; i < MOST; i++) {
      const journey = this.journeys[i] as Journey;
      if (!journey.isOn) continue;
      any = true;
      journey.passedS += wallDeltaMs / 1000;
      const isDone = journey.passedS >= journey.wholeS;
      travelPoint(this.at, journey.from, journey.to, journey.passedS / journey.wholeS);
      this.draw(i, isDone ? 0 : 1);
      if (isDone) this.end(journey);
    }
    return any;
  }

  private draw(index: number, scale: number): void {
    const slot = this.slots[index] as Slot;
    writeStanding(
      slot.batch.matrices,
      slot.index * 16,
      this.at[0],
      this.at[1],
      this.at[2],
      0,
      scale,
      scale,
      scale,
    );
    slot.batch.touchMatrix(slot.index);
  }

  private end(journey: Journey): void {
    const { arrive } = journey;
    journey.isOn = false;
    journey.arrive = null;
    // What arrives may go on at once, in this very place of the pool.
    arrive?.();
  }

  /** A jump in time: whatever was on its way has arrived or has not left. */
  clear(): void {
    for (let i = 0; i < MOST; i++) {
      const journey = this.journeys[i] as Journey;
      if (!journey.isOn) continue;
      if (this.slots[i]?.batch.mesh) this.draw(i, 0);
      this.end(journey);
    }
  }
}

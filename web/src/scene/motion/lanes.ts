/**
 * Where vehicles are drawn so that they do not pass through each other.
 *
 * A vehicle reports where it is, but not how wide the world around it is: two of them may report the very middle of
 * one aisle. So each is drawn on the right-hand side of the aisle while it drives, and it waits where another one
 * stands in its way. It only ever moves along the way that it has reported, at or behind its last shown sample,
 * never ahead of it; and it is never far behind: a queue of vehicles is a picture, the record is the truth.
 */

/** A vehicle may be drawn this far behind what it reports, metres along its way. */
export const BEHIND_MAX = 6;
/** So near behind another one it may stand for as long as that one stands; further back it goes on after a while. */
const QUEUE_MAX = 3;
const WAIT_MAX_S = 8;
/** A step longer than this is a jump in the record: there is no way between. */
const JUMP_METRES = 2.5;
/** Points of the way are kept at this distance; they reach back further than anybody is drawn behind. */
const POINT_METRES = 0.1;
const POINTS = 128;
/** Air between two vehicles. */
const GAP = 0.3;
const SIDE_GAP = 0.1;
/** How fast one that waited makes up for it, beside what it drives anyway. */
const CATCH_UP_M_S = 1.2;
/** To the side per metre driven, and per second when it stands. */
const SIDE_PER_METRE = 0.45;
const SIDE_PER_SECOND = 0.3;
/** Samples come in steps: who moved within this time drives. */
const DRIVES_FOR_S = 0.6;

/** A painted aisle: its middle, its direction, half its length and half its width. */
export interface Aisle {
  x: number;
  z: number;
  yaw: number;
  halfLength: number;
  halfWidth: number;
}

/** One vehicle: where it reported to be, and where it is drawn. Scene frame, yaw counter-clockwise from above. */
export class Vehicle {
  x = 0;
  z = 0;
  yaw = 0;
  /** Metres along its way between what it reported and where it is drawn. */
  behind = 0;
  isDriving = false;
  /** `behind` at the end of the last step; what was added since was driven in this one. */
  private drawnBehind = 0;
  private reportedX = Number.NaN;
  private reportedZ = Number.NaN;
  private side = 0;
  private stillS = Infinity;
  private waitedS = 0;
  private length = 0;
  private newest = 0;
  private count = 0;
  private readonly xs = new Float64Array(POINTS);
  private readonly zs = new Float64Array(POINTS);
  private readonly yaws = new Float64Array(POINTS);
  private readonly lengths = new Float64Array(POINTS);

  constructor(
    readonly halfLength: number,
    readonly halfWidth: number,
  ) {}

  /** It has reported where it is at least once. */
  get isKnown(): boolean {
    return this.count > 0;
  }

  /** Takes what the vehicle reports now. */
  report(x: number, z: number, yaw: number, sideWanted: number, deltaS: number, jumped: boolean): void {
    const moved = Math.hypot(x - this.reportedX, z - this.reportedZ);
    const isJump = jumped || !(moved <= JUMP_METRES);
    this.stillS = moved > 1e-4 ? 0 : this.stillS + deltaS;
    this.isDriving = this.stillS < DRIVES_FOR_S;
    const side = this.isDriving ? sideWanted : 0;
    const step = isJump ? Infinity : SIDE_PER_METRE * moved + SIDE_PER_SECOND * deltaS;
    this.side += Math.max(-step, Math.min(step, side - this.side));
    this.reportedX = x;
    this.reportedZ = z;
    // The right hand of somebody who looks along +x at yaw 0 points along the scene's +z.
    const toX = x + Math.sin(yaw) * this.side;
    const toZ = z + Math.cos(yaw) * this.side;
    if (isJump) this.begin(toX, toZ, yaw);
    else this.lengthen(toX, toZ, yaw);
  }

  private begin(x: number, z: number, yaw: number): void {
    this.count = 1;
    this.newest = 0;
    this.length = 0;
    this.behind = 0;
    this.drawnBehind = 0;
    this.waitedS = 0;
    this.put(x, z, yaw);
    this.place();
  }

  private lengthen(x: number, z: number, yaw: number): void {
    const before = this.count > 1 ? (this.newest + POINTS - 1) % POINTS : this.newest;
    const step = Math.hypot(x - (this.xs[this.newest] as number), z - (this.zs[this.newest] as number));
    // The newest point moves with the report until it is far enough from the one before to stay.
    const isFar = this.length - (this.lengths[before] as number) >= POINT_METRES || this.count === 1;
    this.length += step;
    this.behind += step;
    if (isFar && step > 0) {
      this.newest = (this.newest + 1) % POINTS;
      this.count = Math.min(POINTS, this.count + 1);
    }
    this.put(x, z, yaw);
  }

  private put(x: number, z: number, yaw: number): void {
    this.xs[this.newest] = x;
    this.zs[this.newest] = z;
    this.yaws[this.newest] = yaw;
    this.lengths[this.newest] = this.length;
  }

  /**
   * Goes on along its way as far as it may in this step, unless `isFree` finds somebody there. What it drove in this
   * step it drives again here, so that one that never waited is never behind.
   */
  advance(deltaS: number, isFree: (vehicle: Vehicle) => boolean): void {
    if (this.behind === 0) {
      this.place();
      return;
    }
    const before = this.behind;
    const driven = Math.max(0, before - this.drawnBehind);
    this.behind = Math.max(0, before - driven * 1.5 - CATCH_UP_M_S * deltaS);
    this.place();
    const isBarred = !isFree(this);
    this.waitedS = isBarred ? this.waitedS + deltaS : Math.max(0, this.waitedS - deltaS);
    const isTired = this.waitedS > WAIT_MAX_S && before > QUEUE_MAX;
    if (isBarred && !isTired) {
      this.behind = Math.min(before, BEHIND_MAX);
      this.place();
    }
    this.drawnBehind = this.behind;
  }

  /** Writes the point of the way that lies `behind` the newest. */
  private place(): void {
    const at = this.length - this.behind;
    let later = this.newest;
    for (let n = 1; n < this.count; n++) {
      const earlier = (later + POINTS - 1) % POINTS;
      const from = this.lengths[earlier] as number;
      if (from <= at) {
        this.mix(earlier, later, (at - from) / ((this.lengths[later] as number) - from || 1));
        return;
      }
      later = earlier;
    }
    this.mix(later, later, 0);
    this.behind = this.length - (this.lengths[later] as number);
  }

  private mix(a: number, b: number, t: number): void {
    const yaw = this.yaws[a] as number;
    const turn = (this.yaws[b] as number) - yaw;
    this.x = (this.xs[a] as number) * (1 - t) + (this.xs[b] as number) * t;
    this.z = (this.zs[a] as number) * (1 - t) + (this.zs[b] as number) * t;
    this.yaw = yaw + Math.atan2(Math.sin(turn), Math.cos(turn)) * t;
  }

  /** The other one stands before this one, in the way of its body. */
  meets(other: Vehicle): boolean {
    const x = other.x - this.x;
    const z = other.z - this.z;
    // Most are far away, and that is found without an angle.
    const near = this.halfLength + this.halfWidth + other.halfLength + other.halfWidth + GAP;
    if (Math.abs(x) > near || Math.abs(z) > near) return false;
    const c = Math.cos(this.yaw);
    const s = Math.sin(this.yaw);
    const ahead = x * c - z * s;
    if (ahead <= 0) return false;
    const along = Math.abs(Math.cos(other.yaw - this.yaw));
    const across = Math.abs(Math.sin(other.yaw - this.yaw));
    const reach = this.halfLength + along * other.halfLength + across * other.halfWidth + GAP;
    const width = this.halfWidth + across * other.halfLength + along * other.halfWidth + SIDE_GAP;
    return ahead < reach && Math.abs(x * s + z * c) < width;
  }
}

export class Lanes {
  readonly vehicles: Vehicle[] = [];
  private aisles: readonly Aisle[] = [];
  /** Whose turn it is. */
  private rank = 0;

  setAisles(aisles: readonly Aisle[]): void {
    this.aisles = aisles;
  }

  /** The middle of the right-hand lane of the aisle that the place lies in, metres from the aisle's own middle. */
  sideAt(x: number, z: number): number {
    let side = 0;
    for (const aisle of this.aisles) {
      const c = Math.cos(aisle.yaw);
      const s = Math.sin(aisle.yaw);
      const [dx, dz] = [x - aisle.x, z - aisle.z];
      if (Math.abs(dx * c - dz * s) > aisle.halfLength || Math.abs(dx * s + dz * c) > aisle.halfWidth)
        continue;
      side = Math.max(side, aisle.halfWidth / 2);
    }
    return side;
  }

  /** All have reported: each goes on, earlier ones first. */
  step(deltaS: number): void {
    for (let i = 0; i < this.vehicles.length; i++) {
      this.rank = i;
      (this.vehicles[i] as Vehicle).advance(deltaS, this.isFree);
    }
  }

  /** Of two that stand in each other's way the earlier one goes; nobody waits for one that waits for him. */
  private readonly isFree = (vehicle: Vehicle): boolean => {
    for (let i = 0; i < this.vehicles.length; i++) {
      const other = this.vehicles[i] as Vehicle;
      if (other === vehicle || !other.isKnown || !vehicle.meets(other)) continue;
      const isMutual = (other.isDriving || other.behind > 0) && other.meets(vehicle);
      if (!isMutual || i < this.rank) return false;
    }
    return true;
  };
}

/** The vehicles of the hall: their poses are read from signals, and their lanes say where that is drawn. */
import type { WorldModel } from '../contract';
import { RADIANS, sceneFromSite } from '../coordinates';
import { Lanes, Vehicle } from '../motion/lanes';
import type { ShownValues } from '../motion/shown';
import type { Figure } from './figure';

/** A picture that took longer does not let vehicles leap. */
const LONGEST_STEP_S = 0.25;

export class Fleet {
  private readonly lanes = new Lanes();
  private figures: readonly Figure[] = [];

  build(figures: readonly Figure[], world: WorldModel): void {
    this.figures = figures.filter(({ roams }) => roams);
    this.lanes.vehicles.length = 0;
    for (const { place } of this.figures)
      this.lanes.vehicles.push(new Vehicle(place.size[0] / 2, place.size[1] / 2));
    this.lanes.setAisles(
      world.document.things.flatMap(({ class: kind, place }) => {
        if (kind !== 'aisle' || !place) return [];
        const [x, , z] = sceneFromSite(...place.position);
        const [length, width] = place.size;
        return [{ x, z, yaw: place.yawDeg * RADIANS, halfLength: length / 2, halfWidth: width / 2 }];
      }),
    );
  }

  /** True when a vehicle is drawn elsewhere than before. */
  step(shown: ShownValues, wallDeltaMs: number): boolean {
    const deltaS = Math.min(LONGEST_STEP_S, wallDeltaMs / 1000);
    for (let i = 0; i < this.figures.length; i++)
      this.report(this.figures[i] as Figure, this.lanes.vehicles[i] as Vehicle, shown, deltaS);
    this.lanes.step(deltaS);
    let moved = false;
    for (let i = 0; i < this.figures.length; i++) {
      const vehicle = this.lanes.vehicles[i] as Vehicle;
      if (vehicle.isKnown && (this.figures[i] as Figure).moveTo(vehicle.x, vehicle.z, vehicle.yaw))
        moved = true;
    }
    return moved;
  }

  /** A vehicle whose position nobody knows stays where it was last seen. */
  private report(figure: Figure, vehicle: Vehicle, shown: ShownValues, deltaS: number): void {
    const x = shown.value(figure.poseX);
    const y = shown.value(figure.poseY);
    if (Number.isNaN(x) || Number.isNaN(y)) return;
    const heading = shown.heading(figure.poseHeading);
    const yaw = Number.isNaN(heading) ? figure.yaw : heading * RADIANS;
    vehicle.report(x, -y, yaw, this.lanes.sideAt(x, -y), deltaS, shown.jumped);
  }
}

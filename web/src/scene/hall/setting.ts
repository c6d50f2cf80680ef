/** What the machines stand in: light, floor, walls, and the soft shades under what stands on the floor. */
import { Group, type PerspectiveCamera, type Vector3 } from 'three';
import type { WorldModel } from '../contract';
import type { FloorBox } from '../coordinates';
import type { Look } from '../theme';
import type { Figure } from './figure';
import { Floor } from './floor';
import { ContactShade } from './ground';
import { Light } from './light';
import type { Troupe } from './troupe';
import { Walls } from './walls';

const MARGIN_METRES = 1.5;
/** A plant in which nothing has a place yet. */
const EMPTY_HALL: FloorBox = { minX: -10, maxX: 10, minZ: -10, maxZ: 10, height: 3 };

export class Setting {
  readonly group = new Group();
  /** The floor between the walls. */
  box: FloorBox = EMPTY_HALL;
  private readonly light = new Light();
  private readonly floor = new Floor();
  private readonly walls = new Walls();
  private readonly shade = new ContactShade();
  private readonly standing = new Group();

  constructor() {
    this.group.add(this.light.group, this.floor.group, this.walls.group, this.standing);
  }

  setLook(look: Look): void {
    for (const room of [this.light, this.floor, this.walls, this.shade]) room.setLook(look);
  }

  build(world: WorldModel, troupe: Troupe): void {
    this.box = boxAround(troupe.bounds);
    this.floor.build(world, this.box);
    this.walls.build(this.box);
    this.standing.clear();
    this.standing.add(this.shade.build(troupe.figures));
  }

  /** A vehicle takes its shade along. */
  follow(figure: Figure, index: number): void {
    this.shade.move(figure, index);
  }

  followEye(camera: PerspectiveCamera): void {
    this.light.follow(camera);
  }

  /** True when the shadows of another stretch of floor are wanted. */
  aimLight(at: Vector3, distance: number): boolean {
    return this.light.aim(at, distance);
  }

  dispose(): void {
    this.shade.clear();
    this.floor.dispose();
    this.walls.dispose();
    this.light.dispose();
  }
}

function boxAround(b: FloorBox): FloorBox {
  if (!Number.isFinite(b.minX)) return EMPTY_HALL;
  const m = MARGIN_METRES;
  return { minX: b.minX - m, maxX: b.maxX + m, minZ: b.minZ - m, maxZ: b.maxZ + m, height: b.height };
}

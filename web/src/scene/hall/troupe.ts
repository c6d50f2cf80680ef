/** All figures of the hall. Builds them from the world, and each frame moves those that are in sight. */
import type { ThingId } from '../../protocol/types';
import type { WorldModel } from '../contract';
import { emptyBox, type FloorBox, growBox, sceneFromSite } from '../coordinates';
import { Rig } from '../kinds/rig';
import { Highlight } from '../mesh/matter';
import type { ShownValues } from '../motion/shown';
import { designOfThing, Figure } from './figure';
import { Fleet } from './fleet';
import { Pool } from './pool';
import { ROAMING, type Stage } from './stage';

const notDrawn = new Set(['site', 'area', 'line', 'aisle', 'connection']);
const LONGEST_STEP_S = 0.1;

export class Troupe {
  readonly figures: Figure[] = [];
  readonly byThing = new Map<ThingId, Figure>();
  bounds: FloorBox = emptyBox();
  /** Something that casts a shadow moved in this frame. */
  moved = false;
  private cells = new Int32Array(0);
  private readonly fleet = new Fleet();
  private readonly rig = new Rig();

  build(world: WorldModel, stage: Stage): void {
    this.figures.length = 0;
    this.byThing.clear();
    this.bounds = emptyBox();
    for (const { place } of world.document.things) if (place) growBox(this.bounds, place);
    stage.setExtent(Math.max(this.bounds.maxX - this.bounds.minX, this.bounds.maxZ - this.bounds.minZ));
    this.cast(world, stage);
    this.fleet.build(this.figures, world);
    stage.make();
    this.figures.forEach((figure, i) => {
      figure.writeAll();
      this.growCell(figure, stage, this.cells[i] as number);
    });
  }

  /** Makes a figure for every thing that is drawn, cell by cell, so that neighbours lie together in memory. */
  private cast(world: WorldModel, stage: Stage): void {
    const roles = world.document.things.flatMap((thing) => {
      const { place } = thing;
      if (!place || notDrawn.has(thing.class) || thing.level === 'floor' || thing.level === 'connection')
        return [];
      const roams =
        world.role(thing.id, 'pose-x') !== undefined && world.role(thing.id, 'pose-y') !== undefined;
      const [x, , z] = sceneFromSite(...place.position);
      return [
        { thing, place, cell: roams ? ROAMING : stage.cellAt(x, z), design: designOfThing(thing, place) },
      ];
    });
    roles.sort((a, b) => a.cell - b.cell);
    const pieces = roles.reduce((sum, { design }) => sum + design.pieces.length, 0);
    const channels = roles.reduce((sum, { design }) => sum + design.channels.length, 0);
    const pool = new Pool(roles.length, pieces, channels);
    this.cells = Int32Array.from(roles, ({ cell }) => cell);
    for (const { thing, place, cell } of roles) {
      const figure = new Figure(thing, place, world, pool);
      figure.reserve(stage.cell(cell));
      this.figures.push(figure);
      this.byThing.set(thing.id, figure);
    }
  }

  private growCell(figure: Figure, stage: Stage, index: number): void {
    const { length, height, width } = figure.design.size;
    const reach = Math.hypot(length, width) / 2;
    const bounds = stage.cell(index).bounds;
    bounds.min.min({ x: figure.x - reach, y: 0, z: figure.z - reach });
    bounds.max.max({ x: figure.x + reach, y: figure.y + height, z: figure.z + reach });
  }

  /** Moves what is in sight. */
  drive(
    stage: Stage,
    shown: ShownValues,
    instantMs: number,
    instantDeltaMs: number,
    wallDeltaMs: number,
  ): void {
    this.moved = this.fleet.step(shown, wallDeltaMs);
    this.rig.deltaS = Math.min(LONGEST_STEP_S, Math.max(0, instantDeltaMs / 1000));
    this.rig.clockS = instantMs / 1000;
    for (let i = 0; i < this.figures.length; i++) {
      const figure = this.figures[i] as Figure;
      const cell = this.cells[i] as number;
      if (cell !== ROAMING && !stage.cell(cell).isNear) continue;
      if (figure.drive(this.rig, shown)) this.moved = true;
    }
  }

  highlight(thing: ThingId | null, kind: number): void {
    const figure = thing === null ? undefined : this.byThing.get(thing);
    if (!figure || figure.highlight === kind) return;
    figure.highlight = kind;
    figure.writeLook();
  }

  clearHighlight(thing: ThingId | null): void {
    this.highlight(thing, Highlight.none);
  }
}

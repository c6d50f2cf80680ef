/**
 * All figures of the hall. Builds them from the world, and each frame brings those that are in sight up to date.
 * What changes rarely (state, part, order, level) is found by comparing version numbers in flat arrays.
 */

import { stateOf } from '../../protocol/states';
import type { ThingId } from '../../protocol/types';
import type { SignalTable, WorldModel } from '../contract';
import { emptyBox, type FloorBox, growBox, sceneFromSite } from '../coordinates';
import { Rig } from '../kinds/rig';
import { Highlight, Pattern } from '../mesh/matter';
import type { ShownValues } from '../motion/shown';
import { orderCode } from '../parts/ledger';
import { designOfThing, Figure } from './figure';
import { Pool } from './pool';
import { ROAMING, type Stage } from './stage';

const notDrawn = new Set(['site', 'area', 'line', 'aisle', 'connection']);
const SLOW_ROLES = ['state', 'part', 'order', 'level'] as const;
const BAD = 2;
const STALE_CHECK_MS = 500;
const LONGEST_STEP_S = 0.1;

export type PartReport = (figure: Figure, serial: string) => void;

export class Troupe {
  readonly figures: Figure[] = [];
  readonly byThing = new Map<ThingId, Figure>();
  bounds: FloorBox = emptyBox();
  /** Rises when a state, a part or a level changed, so that marks and the map know that they are old. */
  revision = 0;
  /** Something that casts a shadow moved in this frame. */
  moved = false;
  private cells = new Int32Array(0);
  private slow = new Int32Array(0);
  private slowSeen = new Uint32Array(0);
  private staleAfter = new Float64Array(0);
  private seenFrame = -1;
  private sinceStaleMs = 0;
  private readonly rig = new Rig();

  build(world: WorldModel, stage: Stage): void {
    this.figures.length = 0;
    this.byThing.clear();
    this.bounds = emptyBox();
    for (const { place } of world.document.things) if (place) growBox(this.bounds, place);
    stage.setExtent(Math.max(this.bounds.maxX - this.bounds.minX, this.bounds.maxZ - this.bounds.minZ));
    this.cast(world, stage);
    stage.make();
    this.figures.forEach((figure, i) => {
      figure.writeAll();
      this.growCell(figure, stage, this.cells[i] as number);
    });
    this.listSlowSignals(world);
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

  private listSlowSignals(world: WorldModel): void {
    const signals = this.figures.flatMap(({ thing }) => SLOW_ROLES.map((role) => world.role(thing.id, role)));
    this.slow = Int32Array.from(signals, (signal) => signal?.id ?? -1);
    this.slowSeen = new Uint32Array(signals.length);
    this.staleAfter = Float64Array.from(
      this.figures,
      (_, i) => signals[i * SLOW_ROLES.length]?.staleAfterMs ?? Infinity,
    );
    this.seenFrame = -1;
    this.figures.forEach((figure, i) => {
      // A thing that never says how it is looks like a piece of furniture; one that should and has not is unknown.
      const speaks = (this.slow[i * SLOW_ROLES.length] as number) >= 0;
      figure.state = speaks ? 'unknown' : null;
      figure.pattern = speaks ? Pattern.outlined : Pattern.plain;
      figure.writeLook();
    });
  }

  forgetTable(): void {
    this.slowSeen.fill(0);
    this.seenFrame = -1;
  }

  /** Brings the slow things up to date: once per frame of the wire, not per picture. */
  readSlow(table: SignalTable, instantMs: number, wallDeltaMs: number, report: PartReport): void {
    this.sinceStaleMs += wallDeltaMs;
    if (table.frame !== this.seenFrame) {
      this.seenFrame = table.frame;
      this.compareVersions(table, report);
    }
    if (this.sinceStaleMs >= STALE_CHECK_MS) {
      this.sinceStaleMs = 0;
      this.checkAges(table, instantMs);
    }
  }

  private compareVersions(table: SignalTable, report: PartReport): void {
    for (let k = 0; k < this.slow.length; k++) {
      const id = this.slow[k] as number;
      if (id < 0 || id >= table.capacity) continue;
      const version = table.version[id] as number;
      if (version === this.slowSeen[k]) continue;
      this.slowSeen[k] = version;
      const figure = this.figures[(k / SLOW_ROLES.length) | 0] as Figure;
      this.apply(figure, k % SLOW_ROLES.length, id, table, report);
    }
  }

  private apply(figure: Figure, role: number, id: number, table: SignalTable, report: PartReport): void {
    const isAbsent = table.type[id] === 0;
    const text = isAbsent ? '' : (table.text[id] ?? '');
    if (role === 0) figure.state = isAbsent ? 'unknown' : stateOf(text);
    if (role === 0) this.applyPattern(figure, table, id, false);
    if (role === 1) report(figure, text);
    if (role === 2) figure.order = orderCode(text);
    if (role === 3 && !this.applyLevel(figure, isAbsent ? 0 : (table.value[id] as number))) return;
    figure.writeLook();
    figure.unsettle();
    this.revision++;
  }

  /** True when the number of parts to be seen is another one. */
  private applyLevel(figure: Figure, value: number): boolean {
    const level = Math.max(0, Math.round(value) || 0);
    if (level === figure.level) return false;
    figure.level = level;
    figure.writeStock();
    return true;
  }

  private applyPattern(figure: Figure, table: SignalTable, id: number, isStale: boolean): boolean {
    const isBad = (table.status[id] as number) >> 14 === BAD;
    const before = figure.pattern;
    if (figure.state === 'unknown') figure.pattern = Pattern.outlined;
    else if (isBad || isStale) figure.pattern = Pattern.hatched;
    else figure.pattern = figure.state === 'planned-stop' ? Pattern.crosshatched : Pattern.plain;
    return figure.pattern !== before;
  }

  private checkAges(table: SignalTable, instantMs: number): void {
    for (let i = 0; i < this.figures.length; i++) {
      const id = this.slow[i * SLOW_ROLES.length] as number;
      if (id < 0 || id >= table.capacity || table.time[id] === 0) continue;
      const figure = this.figures[i] as Figure;
      const isStale = instantMs - (table.time[id] as number) > (this.staleAfter[i] as number);
      if (this.applyPattern(figure, table, id, isStale)) {
        figure.writeLook();
        this.revision++;
      }
    }
  }

  /** Moves what is in sight. */
  drive(stage: Stage, shown: ShownValues, instantMs: number, instantDeltaMs: number): void {
    this.moved = false;
    this.rig.deltaS = Math.min(LONGEST_STEP_S, Math.max(0, instantDeltaMs / 1000));
    this.rig.clockS = instantMs / 1000;
    for (let i = 0; i < this.figures.length; i++) {
      const figure = this.figures[i] as Figure;
      const cell = this.cells[i] as number;
      if (cell === ROAMING) {
        if (figure.drivePose(shown)) this.moved = true;
      } else if (!stage.cell(cell).isNear) continue;
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

/** One thing on the stage: its design, where its pieces live in the batches, and how it stands at the moment. */

import type { MachineState } from '../../protocol/states';
import type { Place, Thing } from '../../protocol/types';
import type { WorldModel } from '../contract';
import { RADIANS, sceneFromSite } from '../coordinates';
import type { Design, Piece } from '../kinds/design';
import { designOf } from '../kinds/registry';
import { type Rig, STRIDE } from '../kinds/rig';
import type { Batch } from '../mesh/batch';
import { scaleInPlace, turnInPlace, writeMoved, writeStanding } from '../mesh/matrix';
import { Highlight, Pattern } from '../mesh/matter';
import type { ShownValues } from '../motion/shown';
import type { Pool } from './pool';
import type { Cell, Slot } from './stage';

export function designOfThing(thing: Thing, place: Place): Design {
  const [length, width, height] = place.size;
  return designOf(thing.class, { length, height, width });
}

export type Trust = 'good' | 'stale' | 'bad';

export class Figure {
  readonly design: Design;
  readonly base: Float32Array;
  private readonly stretch: [number, number, number];
  private readonly pose: Float32Array;
  private readonly signal: Float64Array;
  private readonly span: Float64Array;
  private readonly channels: Int32Array;
  /** Which pieces stand otherwise than they were last written. */
  private readonly moved: Uint8Array;
  /** Where each piece's matrix lives: the array of its batch, and the place in it. */
  private matrices: Float32Array[] = [];
  private readonly places: Int32Array;
  private batches: Batch[] = [];
  private pieces: Slot[] = [];
  private blocks: Slot[] = [];
  private stock: Slot[] = [];
  /** The pose of a vehicle in the site frame; -1 when it has none. */
  readonly poseX: number;
  readonly poseY: number;
  readonly poseHeading: number;

  x = 0;
  y = 0;
  z = 0;
  yaw = 0;
  state: MachineState | null = null;
  pattern: number = Pattern.plain;
  highlight: number = Highlight.none;
  order = 0;
  hasPart = false;
  /** Whether what the thing says of itself can be believed, and when it was measured; ms since the epoch. */
  trust: Trust = 'good';
  measuredMs = 0;
  level = 0;
  /** Parts of the level that are still on their way here. */
  private awaited = 0;
  private unsettled = true;

  constructor(
    readonly thing: Thing,
    readonly place: Place,
    world: WorldModel,
    pool: Pool,
  ) {
    this.design = designOfThing(thing, place);
    const { pieces, channels, size } = this.design;
    this.stretch = [place.size[0] / size.length, place.size[2] / size.height, place.size[1] / size.width];
    const own = pool.take(pieces.length, channels.length);
    this.base = own.base;
    this.pose = own.pose;
    this.moved = own.moved;
    this.places = own.places;
    this.signal = own.signal;
    this.span = own.span;
    this.channels = own.channels;
    for (let i = 0; i < pieces.length; i++) this.pose[i * STRIDE + 4] = 1;
    channels.forEach((role, i) => {
      const signal = world.role(thing.id, role);
      this.channels[i] = signal?.id ?? -1;
      this.span.set(signal?.range ?? [0, 0], i * 2);
    });
    this.poseX = world.role(thing.id, 'pose-x')?.id ?? -1;
    this.poseY = world.role(thing.id, 'pose-y')?.id ?? -1;
    this.poseHeading = world.role(thing.id, 'pose-heading')?.id ?? -1;
    const [x, y, z] = sceneFromSite(...place.position);
    this.stand(x, y, z, place.yawDeg * RADIANS);
  }

  get roams(): boolean {
    return this.poseX >= 0 && this.poseY >= 0;
  }

  private stand(x: number, y: number, z: number, yaw: number): void {
    this.x = x;
    this.y = y;
    this.z = z;
    this.yaw = yaw;
    writeStanding(this.base, 0, x, y, z, yaw, ...this.stretch);
  }

  reserve(cell: Cell): void {
    const { pieces, blocks, slots, slotMesh } = this.design;
    this.pieces = pieces.map((piece) => cell.reserve(piece.mesh));
    this.blocks = blocks.map(() => ({ batch: cell.blocks, index: cell.blocks.reserve() }));
    this.stock = slotMesh ? slots.map(() => cell.reserve(slotMesh)) : [];
  }

  /** Stands the thing elsewhere; true when that is another place than before. */
  moveTo(x: number, z: number, yaw: number): boolean {
    if (x === this.x && z === this.z && yaw === this.yaw) return false;
    this.stand(x, this.y, z, yaw);
    this.unsettle();
    this.writeBlocks();
    if (this.stock.length > 0) this.writeStock();
    return true;
  }

  /** Moves the pieces by the signals; does nothing when no value changed and nothing runs by itself. */
  drive(rig: Rig, shown: ShownValues): boolean {
    const drive = this.design.drive;
    const changed = this.readSignals(shown) || this.unsettled;
    const runs = this.state === 'running';
    if (!changed && !(drive && runs)) return false;
    this.unsettled = false;
    if (drive) {
      rig.running = runs;
      rig.point(this.signal, this.span, this.pose, this.moved);
      drive(rig);
      this.unsettled = rig.restless;
    }
    return this.writePieces();
  }

  private readSignals(shown: ShownValues): boolean {
    let changed = false;
    for (let i = 0; i < this.channels.length; i++) {
      const id = this.channels[i] as number;
      const value = id < 0 ? Number.NaN : shown.value(id);
      // A value that went missing leaves the piece where it was last seen.
      if (Number.isNaN(value) || value === this.signal[i]) continue;
      this.signal[i] = value;
      changed = true;
    }
    return changed;
  }

  /** Writes the pieces that moved and those that hang on them. Earlier pieces carry later ones, so one pass does. */
  private writePieces(): boolean {
    const { pieces } = this.design;
    let any = false;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as Piece;
      if (piece.parent >= 0 && this.moved[piece.parent] === 1) this.moved[i] = 1;
      if (this.moved[i] === 0) continue;
      this.writePiece(i, piece);
      any = true;
    }
    if (any) this.moved.fill(0);
    return any;
  }

  private writePiece(i: number, { at, parent, axis }: Piece): void {
    const p = i * STRIDE;
    const { pose } = this;
    const out = this.matrices[i] as Float32Array;
    const to = this.places[i] as number;
    const carrier = parent < 0 ? this.base : (this.matrices[parent] as Float32Array);
    const from = parent < 0 ? 0 : (this.places[parent] as number);
    const x = at[0] + (pose[p] as number);
    const y = at[1] + (pose[p + 1] as number);
    const z = at[2] + (pose[p + 2] as number);
    writeMoved(out, to, carrier, from, x, y, z);
    const angle = pose[p + 3] as number;
    if (angle !== 0) turnInPlace(out, to, axis, angle);
    const scale = i === this.design.part && !this.hasPart ? 0 : (pose[p + 4] as number);
    if (scale !== 1) scaleInPlace(out, to, scale, scale, scale);
    (this.batches[i] as Batch).touchMatrix(to >> 4);
  }

  private writeBlocks(): void {
    this.design.blocks.forEach(([x, y, z, length, height, width], i) => {
      const slot = this.blocks[i] as Slot;
      writeMoved(slot.batch.matrices, slot.index * 16, this.base, 0, x, y, z);
      scaleInPlace(slot.batch.matrices, slot.index * 16, length, height, width);
      slot.batch.touchMatrix(slot.index);
    });
  }

  /** Stands the parts of the level in their places, in the order in which the kind fills them. */
  writeStock(): void {
    this.design.slots.forEach(([x, y, z], i) => {
      const slot = this.stock[i] as Slot;
      writeMoved(slot.batch.matrices, slot.index * 16, this.base, 0, x, y, z);
      if (i >= this.standingStock) scaleInPlace(slot.batch.matrices, slot.index * 16, 0, 0, 0);
      slot.batch.touchMatrix(slot.index);
    });
  }

  /** Parts of the level that stand in their places: never more than were reported. */
  get standingStock(): number {
    return Math.max(0, this.level - this.awaited);
  }

  /** One of the reported parts is still coming; false when this thing has no places to see it in. */
  awaitStock(): boolean {
    if (this.stock.length === 0) return false;
    this.awaited++;
    this.writeStock();
    return true;
  }

  receiveStock(): void {
    this.awaited = Math.max(0, this.awaited - 1);
    this.writeStock();
  }

  /** Nothing is on its way any more. */
  settleStock(): void {
    if (this.awaited === 0) return;
    this.awaited = 0;
    this.writeStock();
  }

  /** Where a part of the stock stands, in the scene; false when this thing has no such places. */
  stockSpot(out: Float32Array, place: number): boolean {
    const slot = this.stock[Math.max(0, Math.min(this.stock.length - 1, place))];
    if (!slot) return false;
    for (let i = 0; i < 3; i++) out[i] = slot.batch.matrices[slot.index * 16 + 12 + i] as number;
    return true;
  }

  writeLook(): void {
    const darkness = this.state === 'down' ? 1 : 0;
    for (const list of [this.pieces, this.blocks, this.stock]) {
      for (const { batch, index } of list)
        batch.setLook(index, this.pattern, this.highlight, darkness, this.order);
    }
  }

  /** Where the workpiece sits, in the scene; a thing that shows none is met at the middle of its front. */
  partSpot(out: Float32Array): void {
    const { part, size } = this.design;
    const matrix = part < 0 ? this.base : (this.matrices[part] as Float32Array);
    const from = part < 0 ? 12 : (this.places[part] as number) + 12;
    for (let i = 0; i < 3; i++) out[i] = matrix[from + i] as number;
    if (part < 0) out[1] = this.y + Math.min(1, size.height * 0.6);
  }

  /** Something that no signal tells has changed: part in or out, state, order. */
  unsettle(): void {
    this.unsettled = true;
    this.moved.fill(1);
  }

  /** The buffers are made: everything is written for the first time. */
  writeAll(): void {
    this.matrices = this.pieces.map(({ batch }) => batch.matrices);
    this.batches = this.pieces.map(({ batch }) => batch);
    this.places.set(this.pieces.map(({ index }) => index * 16));
    this.moved.fill(1);
    this.writeBlocks();
    this.writeStock();
    this.writeLook();
    this.writePieces();
  }
}

/** One thing on the stage: its design, where its pieces live in the batches, and how it stands at the moment. */

import type { MachineState } from '../../protocol/states';
import type { Place, Thing } from '../../protocol/types';
import type { WorldModel } from '../contract';
import { RADIANS, sceneFromSite } from '../coordinates';
import type { Design } from '../kinds/design';
import { designOf } from '../kinds/registry';
import { type Rig, STRIDE } from '../kinds/rig';
import { copyMatrix, scaleInPlace, turnInPlace, writeMoved, writeStanding } from '../mesh/matrix';
import { Highlight, Pattern } from '../mesh/matter';
import type { ShownValues } from '../motion/shown';
import type { Cell, Slot } from './stage';

const MOST_PIECES = 64;
/** World matrices of the pieces of the figure that is being posed. */
const scratch = new Float32Array(16 * MOST_PIECES);

export class Figure {
  readonly design: Design;
  readonly base = new Float32Array(16);
  private readonly stretch: [number, number, number];
  private readonly pose: Float32Array;
  private readonly signal: Float64Array;
  private readonly span: Float64Array;
  private readonly channels: Int32Array;
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
  level = 0;
  private unsettled = true;

  constructor(
    readonly thing: Thing,
    readonly place: Place,
    world: WorldModel,
  ) {
    const [length, width, height] = place.size;
    this.design = designOf(thing.class, { length, height, width });
    const drawn = this.design.size;
    this.stretch = [length / drawn.length, height / drawn.height, width / drawn.width];
    this.pose = new Float32Array(this.design.pieces.length * STRIDE);
    for (let i = 0; i < this.design.pieces.length; i++) this.pose[i * STRIDE + 4] = 1;
    const signals = this.design.channels.map((role) => world.role(thing.id, role));
    this.channels = Int32Array.from(signals, (signal) => signal?.id ?? -1);
    this.signal = new Float64Array(signals.length).fill(Number.NaN);
    this.span = new Float64Array(signals.length * 2);
    signals.forEach((signal, i) => {
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

  /** Reads the pose of a vehicle; true when it has moved. */
  drivePose(shown: ShownValues): boolean {
    const x = shown.value(this.poseX);
    const y = shown.value(this.poseY);
    const heading = shown.heading(this.poseHeading);
    if (Number.isNaN(x) || Number.isNaN(y)) return false;
    const yaw = Number.isNaN(heading) ? this.yaw : heading * RADIANS;
    if (x === this.x && -y === this.z && yaw === this.yaw) return false;
    this.stand(x, this.y, -y, yaw);
    this.unsettled = true;
    this.writeBlocks();
    return true;
  }

  /** Moves the pieces by the signals; does nothing when no value changed and nothing runs by itself. */
  drive(rig: Rig, shown: ShownValues): boolean {
    const drive = this.design.drive;
    const changed = this.readSignals(shown) || this.unsettled;
    rig.running = this.state === 'running';
    if (!drive || !(changed || rig.running)) {
      if (changed) this.writePieces();
      this.unsettled = false;
      return changed;
    }
    rig.point(this.signal, this.span, this.pose);
    drive(rig);
    this.unsettled = rig.restless;
    if (changed || rig.restless) this.writePieces();
    return changed || rig.restless;
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

  private writePieces(): void {
    const { pieces, part } = this.design;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as (typeof pieces)[number];
      const slot = this.pieces[i] as Slot;
      const at = i * STRIDE;
      const [x, y, z] = piece.at;
      const parent = piece.parent < 0 ? this.base : scratch;
      const from = piece.parent < 0 ? 0 : piece.parent * 16;
      writeMoved(
        scratch,
        i * 16,
        parent,
        from,
        x + (this.pose[at] as number),
        y + (this.pose[at + 1] as number),
        z + (this.pose[at + 2] as number),
      );
      const angle = this.pose[at + 3] as number;
      if (angle !== 0) turnInPlace(scratch, i * 16, piece.axis, angle);
      const scale = i === part && !this.hasPart ? 0 : (this.pose[at + 4] as number);
      if (scale !== 1) scaleInPlace(scratch, i * 16, scale, scale, scale);
      copyMatrix(slot.batch.matrices, slot.index * 16, scratch, i * 16);
      slot.batch.touchMatrix(slot.index);
    }
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
      if (i >= this.level) scaleInPlace(slot.batch.matrices, slot.index * 16, 0, 0, 0);
      slot.batch.touchMatrix(slot.index);
    });
  }

  writeLook(): void {
    const darkness = this.state === 'down' ? 1 : 0;
    for (const list of [this.pieces, this.blocks, this.stock]) {
      for (const { batch, index } of list)
        batch.setLook(index, this.pattern, this.highlight, darkness, this.order);
    }
  }

  /** The middle of the workpiece's place, in the scene. */
  partSpot(out: Float32Array): void {
    const { part, pieces } = this.design;
    this.writePieces();
    const from = part < 0 ? -1 : part * 16;
    for (let i = 0; i < 3; i++)
      out[i] = from < 0 ? (this.base[12 + i] as number) : (scratch[from + 12 + i] as number);
    if (pieces.length === 0 || part < 0) out[1] = this.design.size.height * 0.6;
  }

  /** Something that no signal tells has changed: part in or out, state, order. */
  unsettle(): void {
    this.unsettled = true;
  }

  writeAll(): void {
    this.writeBlocks();
    this.writeStock();
    this.writeLook();
    this.writePieces();
  }
}

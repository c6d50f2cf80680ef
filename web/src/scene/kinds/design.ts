/**
 * How a kind of machine is described: pieces of mesh, each hung on the thing or on an earlier piece, a few blocks
 * that keep its silhouette from far away, the places where parts lie, and a drive that moves the pieces.
 */
import type { BufferGeometry } from 'three';
import { type Axis, MeshBuilder } from '../mesh/builder';
import type { Rig } from './rig';
import { type PartShape, partMesh } from './workpiece';

/** Length along the thing's own x, height along y, width along z: the thing's place in the scene's order. */
export interface Size {
  length: number;
  height: number;
  width: number;
}

export type Spot = readonly [number, number, number];
export type Block = readonly [x: number, y: number, z: number, length: number, height: number, width: number];
export type Drive = (rig: Rig) => void;

export interface Piece {
  mesh: BufferGeometry;
  /** An earlier piece that carries this one, or -1 for the thing itself. */
  parent: number;
  at: Spot;
  axis: 0 | 1 | 2;
}

export interface Design {
  size: Size;
  pieces: readonly Piece[];
  blocks: readonly Block[];
  /** The piece that is the workpiece, or -1 when the kind shows none. */
  part: number;
  /** Where the parts of a `level` stand, in the order in which they fill. */
  slots: readonly Spot[];
  slotMesh: BufferGeometry | null;
  channels: readonly string[];
  drive: Drive | null;
}

interface Mount {
  at?: Spot;
  axis?: Axis;
  on?: number;
}

export class Drawing {
  private readonly pieces: Piece[] = [];
  private readonly blocks: Block[] = [];
  private part = -1;
  private slots: Spot[] = [];
  private slotMesh: BufferGeometry | null = null;
  private channels: readonly string[] = [];
  private move: Drive | null = null;

  constructor(readonly size: Size) {}

  /** Adds a piece and answers its index. A moving piece is drawn about its own pivot, `at`. */
  piece(draw: (mesh: MeshBuilder) => void, mount: Mount = {}): number {
    const mesh = new MeshBuilder();
    draw(mesh);
    return this.hang(mesh.build(), mount);
  }

  workpiece(shape: PartShape, diameter: number, mount: Mount): number {
    this.part = this.hang(partMesh(shape, diameter), mount);
    return this.part;
  }

  private hang(mesh: BufferGeometry, { at = [0, 0, 0], axis = 'x', on = -1 }: Mount): number {
    this.pieces.push({ mesh, parent: on, at, axis: axis === 'x' ? 0 : axis === 'y' ? 1 : 2 });
    return this.pieces.length - 1;
  }

  /** What is left of the shape from far away; without any the whole size is one block. */
  block(...block: Block): this {
    this.blocks.push(block);
    return this;
  }

  store(shape: PartShape, diameter: number, slots: Spot[]): this {
    this.slots = slots;
    this.slotMesh = partMesh(shape, diameter);
    return this;
  }

  drive(channels: readonly string[], move: Drive): this {
    this.channels = channels;
    this.move = move;
    return this;
  }

  finish(): Design {
    const { length, height, width } = this.size;
    const blocks: Block[] =
      this.blocks.length > 0 ? this.blocks : [[0, height / 2, 0, length, height, width]];
    const { size, pieces, part, slots, slotMesh, channels, move } = this;
    return { size, pieces, blocks, part, slots, slotMesh, channels, drive: move };
  }
}

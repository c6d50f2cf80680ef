/**
 * Where instances live: spatial cells, each with its near meshes and one mesh of blocks for the distance.
 * Culling and the choice of detail are decided per cell, so they cost the same for ten machines and ten thousand.
 */
import {
  Box3,
  type BufferGeometry,
  Frustum,
  Group,
  type Material,
  Matrix4,
  type PerspectiveCamera,
  Vector3,
} from 'three';
import { Batch } from '../mesh/batch';
import { MeshBuilder } from '../mesh/builder';
import { Tone } from '../theme';

/** A place in a batch. */
export interface Slot {
  batch: Batch;
  index: number;
}

const CELL_METRES = 28;
/** Beyond this distance a cell shows blocks instead of machines. */
const NEAR_METRES = 150;
/** Vehicles leave any cell, so they have one of their own that is never culled. */
export const ROAMING = 0;

export class Cell {
  readonly bounds = new Box3();
  readonly near = new Group();
  readonly far = new Group();
  readonly meshes = new Map<BufferGeometry, Batch>();
  readonly blocks: Batch;
  isNear = true;

  constructor(block: BufferGeometry) {
    this.blocks = new Batch(block);
  }

  reserve(mesh: BufferGeometry): Slot {
    let batch = this.meshes.get(mesh);
    if (!batch) {
      batch = new Batch(mesh);
      this.meshes.set(mesh, batch);
    }
    return { batch, index: batch.reserve() };
  }
}

export class Stage {
  readonly group = new Group();
  readonly cells: Cell[] = [];
  nearMetres = NEAR_METRES;
  private readonly block = new MeshBuilder().box([-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5], Tone.body).build();
  private readonly byKey = new Map<string, number>();
  private readonly frustum = new Frustum();
  private readonly projection = new Matrix4();
  private readonly eye = new Vector3();

  constructor(private readonly material: Material) {
    this.clear();
  }

  cellAt(x: number, z: number): number {
    const key = `${Math.floor(x / CELL_METRES)} ${Math.floor(z / CELL_METRES)}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.byKey.set(key, this.cells.length);
    this.cells.push(new Cell(this.block));
    return this.cells.length - 1;
  }

  cell(index: number): Cell {
    return this.cells[index] as Cell;
  }

  /** Everything is reserved: the buffers are made. */
  make(): void {
    for (const cell of this.cells) {
      for (const batch of cell.meshes.values()) cell.near.add(batch.make(this.material, true));
      cell.far.add(cell.blocks.make(this.material, false));
      this.group.add(cell.near, cell.far);
    }
  }

  /** Chooses per cell: hidden, near or far. In a picture that renews the shadows nothing is hidden. */
  update(camera: PerspectiveCamera, keepsAll: boolean): void {
    this.projection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.projection);
    this.eye.setFromMatrixPosition(camera.matrixWorld);
    for (let i = ROAMING + 1; i < this.cells.length; i++) {
      const cell = this.cells[i] as Cell;
      const inSight = keepsAll || this.frustum.intersectsBox(cell.bounds);
      cell.isNear = inSight && cell.bounds.distanceToPoint(this.eye) < this.nearMetres;
      cell.near.visible = cell.isNear;
      cell.far.visible = inSight && !cell.isNear;
    }
  }

  clear(): void {
    for (const cell of this.cells) {
      for (const batch of cell.meshes.values()) batch.dispose();
      cell.blocks.dispose();
    }
    this.group.clear();
    this.cells.length = 0;
    this.byKey.clear();
    this.cells.push(new Cell(this.block));
  }
}

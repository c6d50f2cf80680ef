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

const SMALLEST_CELL = 40;
const LARGEST_CELL = 80;
/** Beyond this distance a cell shows blocks instead of machines. */
const NEAR_METRES = 320;
/** From further away nothing throws a shadow into the picture. */
const SHADOW_METRES = 30;
/** The nearest cells are drawn in full until this many draw calls are spent; the others are blocks. */
const NEAR_DRAW_CALLS = 700;
/** Vehicles leave any cell, so they have one of their own that is never culled. */
export const ROAMING = 0;

export class Cell {
  readonly bounds = new Box3();
  readonly near = new Group();
  readonly far = new Group();
  readonly meshes = new Map<BufferGeometry, Batch>();
  /** The same batches as a list, for the loop of every picture. */
  readonly batches: Batch[] = [];
  readonly blocks: Batch;
  isNear = true;
  distance = 0;

  constructor(block: BufferGeometry) {
    this.blocks = new Batch(block);
  }

  reserve(mesh: BufferGeometry): Slot {
    let batch = this.meshes.get(mesh);
    if (!batch) {
      batch = new Batch(mesh);
      this.meshes.set(mesh, batch);
      this.batches.push(batch);
    }
    return { batch, index: batch.reserve() };
  }
}

export class Stage {
  readonly group = new Group();
  readonly cells: Cell[] = [];
  nearMetres = NEAR_METRES;
  nearDrawCalls = NEAR_DRAW_CALLS;
  private cellMetres = SMALLEST_CELL;
  private readonly byDistance: Cell[] = [];
  private readonly block = new MeshBuilder().box([-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5], Tone.body).build();
  private readonly byKey = new Map<string, number>();
  private readonly frustum = new Frustum();
  private readonly projection = new Matrix4();
  private readonly eye = new Vector3();

  constructor(private readonly material: Material) {
    this.clear();
  }

  /** About eight cells along the longer side: small enough to cull, large enough to batch. */
  setExtent(metres: number): void {
    this.cellMetres = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, metres / 8));
  }

  cellAt(x: number, z: number): number {
    const key = `${Math.floor(x / this.cellMetres)} ${Math.floor(z / this.cellMetres)}`;
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
    this.byDistance.push(...this.cells.slice(ROAMING + 1));
    this.cell(ROAMING).far.visible = false;
  }

  /**
   * Chooses per cell: hidden, near or far. In a picture that renews the shadows, cells that are out of sight but
   * near enough to throw a shadow into it are drawn too.
   */
  update(camera: PerspectiveCamera, renewsShadows: boolean): void {
    this.projection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.projection);
    this.eye.setFromMatrixPosition(camera.matrixWorld);
    for (const cell of this.byDistance) cell.distance = cell.bounds.distanceToPoint(this.eye);
    this.byDistance.sort(nearestFirst);
    let drawCalls = 0;
    for (const cell of this.byDistance) {
      const inSight = this.frustum.intersectsBox(cell.bounds);
      const fits = drawCalls === 0 || drawCalls + cell.meshes.size <= this.nearDrawCalls;
      cell.isNear = inSight && fits && cell.distance < this.nearMetres;
      if (cell.isNear) drawCalls += cell.meshes.size;
      cell.near.visible = cell.isNear || (renewsShadows && !inSight && cell.distance < SHADOW_METRES);
      cell.far.visible = inSight && !cell.isNear;
    }
  }

  /** Hands what moved to the graphics card, for the cells that are drawn. */
  flush(): void {
    for (const cell of this.cells) {
      if (!cell.isNear && !cell.far.visible && !cell.near.visible) continue;
      for (const batch of cell.batches) batch.flush();
      cell.blocks.flush();
    }
  }

  clear(): void {
    for (const cell of this.cells) {
      for (const batch of cell.meshes.values()) batch.dispose();
      cell.blocks.dispose();
    }
    this.group.clear();
    this.cells.length = 0;
    this.byDistance.length = 0;
    this.byKey.clear();
    this.cells.push(new Cell(this.block));
  }
}

function nearestFirst(a: Cell, b: Cell): number {
  return a.distance - b.distance;
}

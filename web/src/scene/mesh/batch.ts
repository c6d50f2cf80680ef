/**
 * All instances of one mesh in one cell: one draw call.
 *
 * Places are reserved first and the buffers are made once, at exactly that length. Afterwards a change marks only
 * its own stretch for upload, through one range object that is used again and again.
 */
import {
  BufferGeometry,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedMesh,
  type Material,
} from 'three';
import { LOOK_SIZE } from './matter';

interface Stretch {
  start: number;
  count: number;
}

export class Batch {
  mesh: InstancedMesh | null = null;
  matrices: Float32Array = new Float32Array(0);
  looks = new Uint8Array(0);
  private count = 0;
  private lowest = Infinity;
  private highest = -1;
  private lookAttribute: InstancedBufferAttribute | null = null;
  private readonly matrixStretch: Stretch = { start: 0, count: 0 };
  private readonly lookStretch: Stretch = { start: 0, count: 0 };

  constructor(private readonly source: BufferGeometry) {}

  /** Answers the index of one more instance. */
  reserve(): number {
    if (this.mesh) throw new Error('a batch cannot grow after it was made');
    return this.count++;
  }

  make(material: Material, shadows: boolean): InstancedMesh {
    const geometry = new BufferGeometry();
    for (const [name, attribute] of Object.entries(this.source.attributes))
      geometry.setAttribute(name, attribute);
    this.looks = new Uint8Array(this.count * LOOK_SIZE);
    this.lookAttribute = new InstancedBufferAttribute(this.looks, LOOK_SIZE);
    this.lookAttribute.setUsage(DynamicDrawUsage);
    geometry.setAttribute('aLook', this.lookAttribute);
    const mesh = new InstancedMesh(geometry, material, this.count);
    mesh.instanceMatrix.setUsage(DynamicDrawUsage);
    mesh.frustumCulled = false;
    mesh.matrixAutoUpdate = false;
    mesh.castShadow = shadows;
    mesh.receiveShadow = true;
    this.matrices = mesh.instanceMatrix.array as Float32Array;
    this.matrices.fill(0);
    this.mesh = mesh;
    return mesh;
  }

  /** Only notes the stretch: this runs for every moving piece, `flush` once per batch and picture. */
  touchMatrix(index: number): void {
    if (index < this.lowest) this.lowest = index;
    if (index > this.highest) this.highest = index;
  }

  /** Hands the noted stretch to three for upload. */
  flush(): void {
    if (this.highest < this.lowest || !this.mesh) return;
    const count = this.highest - this.lowest + 1;
    touch(this.mesh.instanceMatrix, this.matrixStretch, this.lowest * 16, count * 16);
    this.lowest = Infinity;
    this.highest = -1;
  }

  setLook(index: number, pattern: number, highlight: number, darkness: number, order: number): void {
    const at = index * LOOK_SIZE;
    this.looks[at] = pattern;
    this.looks[at + 1] = highlight;
    this.looks[at + 2] = darkness;
    this.looks[at + 3] = order;
    if (this.lookAttribute) touch(this.lookAttribute, this.lookStretch, at, LOOK_SIZE);
  }

  dispose(): void {
    // The vertex buffers belong to the design and outlive the batch; only what is the batch's own is freed.
    this.mesh?.geometry.deleteAttribute('position');
    this.mesh?.geometry.deleteAttribute('normal');
    this.mesh?.geometry.deleteAttribute('aMark');
    this.mesh?.geometry.dispose();
    this.mesh?.dispose();
  }
}

/** three empties the ranges when it has uploaded them; until then the one stretch grows. */
function touch(attribute: InstancedBufferAttribute, stretch: Stretch, start: number, count: number): void {
  if (attribute.updateRanges.length === 0) {
    stretch.start = start;
    stretch.count = count;
    attribute.updateRanges.push(stretch);
  } else {
    const end = Math.max(stretch.start + stretch.count, start + count);
    stretch.start = Math.min(stretch.start, start);
    stretch.count = end - stretch.start;
  }
  attribute.needsUpdate = true;
}

/** The crowd: people who are too far or too many to be told apart, as grey figures about a spot. */
import { Color, InstancedMesh, Matrix4, MeshLambertMaterial } from 'three';
import type { CrowdSpot } from '../contract';
import { pawnGeometry } from './shape';

const PAWNS_MAX = 600;
/** So many figures stand for a spot at most; its label says how many there are. */
const PAWNS_EACH = 14;

export class Crowds {
  private readonly material = new MeshLambertMaterial({
    color: new Color('#9aa0a6'),
    transparent: true,
    opacity: 0.75,
  });
  readonly mesh = new InstancedMesh(pawnGeometry(), this.material, PAWNS_MAX);
  private readonly matrix = new Matrix4();
  private shown: readonly CrowdSpot[] = [];

  constructor() {
    this.mesh.frustumCulled = false;
    this.mesh.count = 0;
  }

  update(crowd: readonly CrowdSpot[]): void {
    if (crowd === this.shown) return;
    this.shown = crowd;
    let count = 0;
    for (const spot of crowd) {
      for (let i = 0; i < Math.min(spot.count, PAWNS_EACH) && count < PAWNS_MAX; i++) {
        // A spiral: the same figures in the same places whenever the same crowd is told.
        const angle = i * 2.4 + spot.x;
        const radius = spot.side * 0.42 * Math.sqrt((i + 0.5) / PAWNS_EACH);
        this.matrix.makeRotationY(angle * 3);
        this.matrix.setPosition(spot.x + Math.cos(angle) * radius, 0, -spot.y + Math.sin(angle) * radius);
        this.mesh.setMatrixAt(count++, this.matrix);
      }
    }
    this.mesh.count = count;
    this.mesh.visible = count > 0;
    this.mesh.instanceMatrix.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.material.dispose();
    this.mesh.dispose();
  }
}

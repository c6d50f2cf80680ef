/**
 * What stands in one branch and not in another: machines that only a branch has, translucent in blue with their
 * outline, and machines that it takes away, as an outline alone. Ghosts throw no shadow and cannot be selected.
 */
import { Group, Mesh, type PerspectiveCamera } from 'three';
import type { GhostScene } from '../contract';
import { createGhostMatter, Pattern } from '../mesh/matter';
import type { Look } from '../theme';
import type { Figure } from './figure';
import { Stage } from './stage';
import { Troupe } from './troupe';

const NOBODY: readonly Figure[] = [];

export class Ghosts {
  readonly group = new Group();
  private readonly matter = createGhostMatter();
  private readonly stage = new Stage(this.matter.material);
  private readonly troupe = new Troupe();
  private isEmpty = true;

  constructor() {
    this.group.add(this.stage.group);
    this.group.visible = false;
  }

  get figures(): readonly Figure[] {
    return this.isEmpty ? NOBODY : this.troupe.figures;
  }

  setLook(look: Look): void {
    this.matter.setLook(look);
  }

  set(ghosts: GhostScene | null): void {
    this.stage.clear();
    this.isEmpty = ghosts === null || ghosts.world.document.things.length === 0;
    this.group.visible = !this.isEmpty;
    if (ghosts === null || this.isEmpty) return;
    this.troupe.build(ghosts.world, this.stage);
    for (const figure of this.troupe.figures) {
      figure.pattern = ghosts.removed.has(figure.thing.id) ? Pattern.outlined : Pattern.plain;
      figure.writeLook();
    }
    this.stage.group.traverse((object) => {
      if (object instanceof Mesh) object.castShadow = object.receiveShadow = false;
    });
  }

  update(camera: PerspectiveCamera): void {
    if (this.isEmpty) return;
    this.stage.update(camera, false);
    this.stage.flush();
  }

  dispose(): void {
    this.stage.clear();
    this.matter.dispose();
  }
}

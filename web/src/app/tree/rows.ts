/** The plant tree as the flat list of rows that a virtualised list needs. */
import type { PlantModel } from '../../client/model';
import type { Alarm, Thing, ThingId } from '../../protocol/types';

export interface TreeRow {
  thing: Thing;
  depth: number;
  branches: boolean;
  expanded: boolean;
  /** Place among its siblings, for screen readers: the list shows only a window of them. */
  position: number;
  siblings: number;
}

/** Painted floor belongs to the hall, not to the hierarchy of equipment. */
function belongs(thing: Thing): boolean {
  return thing.level !== 'floor';
}

/** Equipment first in the plant's own order, connections after it. */
function childrenOf(things: readonly Thing[]): Thing[] {
  const shown = things.filter(belongs);
  const last = (thing: Thing) => (thing.level === 'connection' ? 1 : 0);
  return shown.sort((a, b) => last(a) - last(b));
}

export function treeRows(model: PlantModel, folded: ReadonlySet<ThingId>, filter: string): TreeRow[] {
  const wanted = filter.trim() === '' ? undefined : matching(model, filter.trim().toLowerCase());
  const rows: TreeRow[] = [];
  const visit = (things: readonly Thing[], depth: number): void => {
    const shown = childrenOf(things).filter((thing) => !wanted || wanted.has(thing.id));
    shown.forEach((thing, index) => {
      const children = model.children(thing.id).some(belongs) ? model.children(thing.id) : [];
      const expanded = wanted !== undefined || !folded.has(thing.id);
      rows.push({
        thing,
        depth,
        branches: children.length > 0,
        expanded,
        position: index + 1,
        siblings: shown.length,
      });
      if (children.length > 0 && expanded) visit(children, depth + 1);
    });
  };
  visit(model.roots(), 0);
  return rows;
}

/** Every thing that matches, with all that stands above it. */
function matching(model: PlantModel, text: string): Set<ThingId> {
  const found = new Set<ThingId>();
  for (const thing of model.document.things) {
    if (!`${thing.name} ${thing.key} ${thing.class}`.toLowerCase().includes(text)) continue;
    found.add(thing.id);
    for (const above of model.pathOf(thing)) found.add(above.id);
  }
  return found;
}

/** In a large plant everything below the areas starts folded. */
const UNFOLDED_THINGS_MAX = 300;

export function foldedAtStart(model: PlantModel): Set<ThingId> {
  const { things } = model.document;
  if (things.length <= UNFOLDED_THINGS_MAX) return new Set();
  return new Set(
    things.filter((thing) => thing.level !== 'enterprise' && thing.level !== 'site').map((thing) => thing.id),
  );
}

/** The most urgent open alarm at or below each thing. */
export function worstByThing(model: PlantModel, alarms: readonly Alarm[]): Map<ThingId, Alarm['priority']> {
  const worst = new Map<ThingId, Alarm['priority']>();
  const note = (id: ThingId, priority: Alarm['priority']) => {
    const before = worst.get(id);
    if (before === undefined || priority < before) worst.set(id, priority);
  };
  for (const { thing, priority } of alarms) {
    note(thing, priority);
    const found = model.thing(thing);
    if (found) for (const above of model.pathOf(found)) note(above.id, priority);
  }
  return worst;
}

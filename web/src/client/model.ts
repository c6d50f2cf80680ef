/** The world document with the lookups that the hall and the panels share. */
import type { Relation, Signal, SignalId, Thing, ThingId, WorldDocument } from '../protocol/types';
import type { WorldModel } from '../scene/contract';

const NO_THINGS: readonly Thing[] = [];
const NO_SIGNALS: readonly Signal[] = [];
const NO_RELATIONS: readonly Relation[] = [];

export class PlantModel implements WorldModel {
  private readonly things = new Map<ThingId, Thing>();
  private readonly byKey = new Map<string, Thing>();
  private readonly signals = new Map<SignalId, Signal>();
  private readonly childrenOf = new Map<ThingId | null, Thing[]>();
  private readonly signalsByThing = new Map<ThingId, Signal[]>();
  private readonly relationsByThing = new Map<ThingId, Relation[]>();

  constructor(
    readonly document: WorldDocument,
    readonly revision: number,
  ) {
    for (const thing of document.things) {
      this.things.set(thing.id, thing);
      this.byKey.set(thing.key, thing);
    }
    for (const thing of document.things) push(this.childrenOf, this.parentOf(thing), thing);
    for (const signal of document.signals) {
      this.signals.set(signal.id, signal);
      push(this.signalsByThing, signal.thing, signal);
    }
    for (const relation of document.relations) {
      push(this.relationsByThing, relation.from, relation);
      if (relation.to !== relation.from) push(this.relationsByThing, relation.to, relation);
    }
  }

  /** A thing whose parent is not in the document stands at the top rather than nowhere. */
  private parentOf(thing: Thing): ThingId | null {
    return thing.parent !== null && this.things.has(thing.parent) ? thing.parent : null;
  }

  thing(id: ThingId): Thing | undefined {
    return this.things.get(id);
  }

  thingByKey(key: string): Thing | undefined {
    return this.byKey.get(key);
  }

  roots(): readonly Thing[] {
    return this.childrenOf.get(null) ?? NO_THINGS;
  }

  children(id: ThingId): readonly Thing[] {
    return this.childrenOf.get(id) ?? NO_THINGS;
  }

  signal(id: SignalId): Signal | undefined {
    return this.signals.get(id);
  }

  signalsOf(thing: ThingId): readonly Signal[] {
    return this.signalsByThing.get(thing) ?? NO_SIGNALS;
  }

  role(thing: ThingId, role: string): Signal | undefined {
    return this.signalsOf(thing).find((signal) => signal.role === role);
  }

  relations(thing: ThingId): readonly Relation[] {
    return this.relationsByThing.get(thing) ?? NO_RELATIONS;
  }

  /** From the top of the plant down to the thing's parent. */
  pathOf(thing: Thing): Thing[] {
    const path: Thing[] = [];
    let above = thing.parent === null ? undefined : this.things.get(thing.parent);
    while (above && !path.includes(above)) {
      path.unshift(above);
      above = above.parent === null ? undefined : this.things.get(above.parent);
    }
    return path;
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export const EMPTY_MODEL = new PlantModel({ at: '', things: [], signals: [], relations: [], alarms: [] }, 0);

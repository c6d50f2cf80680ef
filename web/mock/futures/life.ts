/** A branch of the synthetic plant: its parent's past, and another life from the fork on, with the changes made. */
import type { Change } from '../../src/protocol/futures';
import type { Signal, Thing } from '../../src/protocol/types';
import { Formula, HOUR, type Reading } from '../formula';
import type { Plant } from '../plant';

export class BranchFormula extends Formula {
  constructor(
    private readonly parent: Formula,
    private readonly forkedAt: number,
    private readonly until: number,
    changes: readonly Change[],
    seed: number,
  ) {
    super(changedPlant(parent.plant, changes), forkedAt + 8 * HOUR, seed);
    this.gap.from = this.gap.to = 0;
    this.stops.splice(0, this.stops.length, ...this.stops.filter((stop) => stop.from >= forkedAt));
    this.stops.unshift(...parent.stops.filter((stop) => stop.from < forkedAt));
  }

  override get earliest(): number {
    return this.parent?.earliest ?? super.earliest;
  }

  override get end(): number {
    return this.until;
  }

  override read(signal: Signal, t: number): Reading {
    const known = this.parent.plant.signals[signal.id - 1];
    return t < this.forkedAt && known ? this.parent.read(known, t) : super.read(signal, t);
  }

  override stateOf(thing: Thing, t: number): string {
    return t < this.forkedAt ? this.parent.stateOf(thing, t) : super.stateOf(thing, t);
  }
}

function changedPlant(plant: Plant, changes: readonly Change[]): Plant {
  let things = [...plant.things];
  const signals = [...plant.signals];
  const relations = [...plant.relations];
  const copy = (like: Thing, key: string, name: string, dy: number) => {
    const place = like.place && {
      ...like.place,
      position: [like.place.position[0], like.place.position[1] + dy, 0] as [number, number, number],
      proposed: true,
    };
    const thing: Thing = { ...like, id: nextId(things), key, name, place, nameplate: {} };
    things.push(thing);
    for (const signal of plant.signals.filter((candidate) => candidate.thing === like.id))
      signals.push({ ...signal, id: nextId(signals), thing: thing.id, key: `${key}/${signal.role}` });
    for (const relation of plant.relations) {
      if (relation.from === like.id) relations.push({ ...relation, from: thing.id });
      if (relation.to === like.id) relations.push({ ...relation, to: thing.id });
    }
  };
  for (const change of changes) {
    const like = 'like' in change ? plant.things.find((thing) => thing.id === change.like) : undefined;
    if (change.change === 'add-machine' && like) copy(like, change.name, change.name, 3.4);
    if (change.change === 'vehicles' && like)
      for (let n = 1; n < change.count; n++) copy(like, `${like.key}-${n + 1}`, `${like.name} ${n + 1}`, n);
    if (change.change === 'remove-machine') things = things.filter((thing) => thing.id !== change.thing);
  }
  const here = new Set(things.map((thing) => thing.id));
  return {
    things,
    signals: signals.filter((signal) => here.has(signal.thing)),
    relations: relations.filter(({ from, to }) => here.has(from) && here.has(to)),
    machines: things.filter((thing) => thing.level === 'work-unit'),
  };
}

function nextId(list: readonly { id: number }[]): number {
  return Math.max(...list.map(({ id }) => id)) + 1;
}

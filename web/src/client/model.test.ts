import { describe, expect, it } from 'vitest';
import { buildPlant } from '../../mock/plant';
import type { Thing, WorldDocument } from '../protocol/types';
import { PlantModel } from './model';

const plant: WorldDocument = { at: '', alarms: [], ...buildPlant() };
const model = new PlantModel(plant, 1);

describe('PlantModel', () => {
  it('finds things by key and id', () => {
    const grinder = model.thingByKey('GR-3');
    expect(grinder && model.thing(grinder.id)).toBe(grinder);
  });

  it('walks from the site to the machine', () => {
    const path = model.pathOf(model.thingByKey('GR-3') as Thing);
    expect(path.map(({ key }) => key)).toEqual(['AURORA', 'A2', 'L2']);
  });

  it('knows signals by thing and role', () => {
    const grinder = model.thingByKey('GR-3') as Thing;
    expect(model.role(grinder.id, 'vibration')?.key).toBe('GR-3/vibration');
    expect(model.signalsOf(grinder.id).length).toBeGreaterThan(10);
  });

  it('shows a relation to both of its ends', () => {
    const [from, to] = [model.thingByKey('TU-3'), model.thingByKey('TU-4')] as [Thing, Thing];
    const flows = (thing: Thing) =>
      model
        .relations(thing.id)
        .filter((relation) => relation.kind === 'flows-to' && relation.from === from.id);
    expect(flows(from)).toEqual(flows(to));
    expect(flows(to)).toHaveLength(1);
  });

  it('puts a thing with an unknown parent at the top, and survives a circle of parents', () => {
    const thing = (id: number, parent: number | null): Thing => ({
      id,
      key: `t${id}`,
      name: '',
      class: 'x',
      level: 'work-unit',
      parent,
      place: null,
      nameplate: {},
    });
    const odd = new PlantModel(
      { ...plant, things: [thing(1, 99), thing(2, 3), thing(3, 2)], signals: [], relations: [] },
      1,
    );
    expect(odd.roots().map(({ id }) => id)).toEqual([1]);
    expect(odd.pathOf(thing(2, 3)).length).toBeLessThan(3);
  });
});

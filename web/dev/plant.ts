/** A made-up plant for looking at the hall without a server: three lines, a store, four vehicles. */
import type { Relation, Signal, Thing, WorldDocument } from '../src/protocol/types';

export class PlantBuilder {
  readonly things: Thing[] = [];
  readonly signals: Signal[] = [];
  readonly relations: Relation[] = [];

  thing(
    kind: string,
    name: string,
    parent: number | null,
    place: [x: number, y: number, yaw: number] | null,
    size: [number, number, number],
    level = 'work-unit',
  ): number {
    const id = this.things.length + 1;
    this.things.push({
      id,
      key: name.toLowerCase().replaceAll(' ', '-'),
      name,
      class: kind,
      level,
      parent,
      nameplate: {},
      place: place ? { position: [place[0], place[1], 0], yawDeg: place[2], size, proposed: false } : null,
    });
    return id;
  }

  signal(thing: number, role: string, unit?: string, range?: [number, number]): number {
    const id = this.signals.length + 1;
    const isText = ['state', 'part', 'order'].includes(role);
    this.signals.push({
      id,
      thing,
      key: role,
      name: role,
      path: [role],
      kind: isText ? 'text' : 'number',
      role,
      ...(unit ? { unit } : {}),
      ...(range ? { range } : {}),
    });
    return id;
  }

  document(): WorldDocument {
    return {
      at: new Date().toISOString(),
      things: this.things,
      signals: this.signals,
      relations: this.relations,
      alarms: [],
    };
  }
}

const kinds: Record<
  string,
  { size: [number, number, number]; signals: [role: string, unit?: string, range?: [number, number]][] }
> = {
  'turning-machine': {
    size: [3.4, 2.0, 2.1],
    signals: [
      ['spindle-speed', '/min'],
      ['axis-x', 'mm'],
      ['axis-z', 'mm'],
      ['power', 'kW'],
    ],
  },
  'milling-machine': {
    size: [3.0, 2.6, 2.7],
    signals: [
      ['spindle-speed', '/min'],
      ['axis-x', 'mm'],
      ['axis-y', 'mm'],
      ['axis-z', 'mm'],
    ],
  },
  'grinding-machine': {
    size: [3.4, 2.2, 2.0],
    signals: [
      ['spindle-speed', '/min'],
      ['axis-x', 'mm'],
      ['axis-z', 'mm'],
    ],
  },
  'gear-hobbing-machine': {
    size: [2.8, 2.4, 2.7],
    signals: [
      ['spindle-speed', '/min'],
      ['axis-z', 'mm'],
    ],
  },
  'edm-machine': { size: [2.2, 2.0, 2.4], signals: [['axis-z', 'mm']] },
  press: { size: [2.4, 2.2, 4.0], signals: [['pressure', 'bar']] },
  furnace: { size: [12, 2.6, 2.8], signals: [['temperature', 'Cel'], ['progress']] },
  'quench-tank': { size: [3.0, 2.2, 3.2], signals: [['temperature', 'Cel'], ['progress']] },
  'washing-machine': { size: [3.2, 2.0, 2.3], signals: [['temperature', 'Cel']] },
  robot: {
    size: [1.0, 1.0, 2.2],
    signals: ['1', '2', '3', '4', '5', '6'].map((n): [string, string] => [`joint-${n}`, 'deg']),
  },
  'assembly-station': { size: [2.4, 1.6, 2.3], signals: [['part-count']] },
  'test-bench': {
    size: [3.2, 1.8, 1.9],
    signals: [
      ['spindle-speed', '/min'],
      ['vibration', 'mm/s'],
    ],
  },
  'measuring-machine': {
    size: [2.4, 2.0, 2.8],
    signals: [
      ['axis-x', 'mm'],
      ['axis-y', 'mm'],
      ['axis-z', 'mm'],
    ],
  },
  conveyor: { size: [6, 0.9, 0.95], signals: [['belt-speed', 'm/s']] },
  buffer: { size: [2.4, 1.6, 1.1], signals: [['level'], ['capacity']] },
  rack: { size: [8, 1.3, 4.6], signals: [['level'], ['capacity']] },
  agv: {
    size: [1.5, 0.9, 0.42],
    signals: [
      ['pose-x', 'm'],
      ['pose-y', 'm'],
      ['pose-heading', 'deg'],
      ['battery', '%'],
    ],
  },
  'charging-station': { size: [0.7, 0.5, 1.3], signals: [] },
  'energy-meter': { size: [0.7, 0.35, 1.7], signals: [['power', 'kW']] },
  controller: { size: [1.8, 0.6, 2.0], signals: [] },
};
const stateless = new Set(['rack', 'charging-station', 'energy-meter', 'controller']);

export function addMachine(
  plant: PlantBuilder,
  kind: string,
  name: string,
  parent: number,
  x: number,
  y: number,
  yaw = 0,
  size?: [number, number, number],
): number {
  const known = kinds[kind] ?? { size: [1, 1, 1], signals: [] };
  const id = plant.thing(kind, name, parent, [x, y, yaw], size ?? (known.size as [number, number, number]));
  if (!stateless.has(kind)) for (const role of ['state', 'part', 'order']) plant.signal(id, role);
  for (const [role, unit, range] of known.signals) plant.signal(id, role, unit, range);
  return id;
}

export const kindNames = Object.keys(kinds);

export function samplePlant(): PlantBuilder {
  const plant = new PlantBuilder();
  const site = plant.thing('site', 'Gear plant', null, null, [0, 0, 0], 'site');
  const line = (name: string, x: number, y: number, l: number, w: number): number =>
    plant.thing('area', name, site, [x, y, 0], [l, w, 0], 'area');
  const aisle = (name: string, x: number, y: number, l: number, w: number): number =>
    plant.thing('aisle', name, site, [x, y, 0], [l, w, 0], 'floor');
  aisle('Main aisle', 0, 2, 72, 3.2);
  aisle('North aisle', 0, 19.6, 72, 3);
  aisle('South aisle', 0, -15.6, 72, 3);
  const blanks = line('Blanks', -24, 10.8, 22, 13);
  const gears = line('Gear cutting', 1, 10.8, 25, 13);
  const heat = line('Heat treatment', 25.5, 10.8, 20, 13);
  const hard = line('Hard finishing', -23, -6.8, 24, 13);
  const assembly = line('Assembly', 3, -6.8, 25, 13);
  const test = line('Test and dispatch', 26.5, -6.8, 18, 13);
  const store = line('Store', 0, 25.2, 72, 7);
  for (let i = 0; i < 4; i++)
    addMachine(plant, 'turning-machine', `Lathe ${i + 1}`, blanks, -32 + i * 5, 14.2);
  for (let i = 0; i < 3; i++)
    addMachine(plant, 'milling-machine', `Mill ${i + 1}`, blanks, -32 + i * 5, 7.2, 180);
  addMachine(plant, 'robot', 'Robot B1', blanks, -24.6, 10.6, 90);
  addMachine(plant, 'buffer', 'Blanks buffer', blanks, -16.2, 7.4);
  addMachine(plant, 'edm-machine', 'EDM 1', blanks, -15.2, 14);
  for (let i = 0; i < 5; i++)
    addMachine(plant, 'gear-hobbing-machine', `Hobber ${i + 1}`, gears, -9 + i * 4.6, 14.2);
  addMachine(plant, 'washing-machine', 'Washer 1', gears, -8, 7);
  addMachine(plant, 'conveyor', 'Conveyor G1', gears, 0, 9.4, 0, [12, 0.9, 0.95]);
  addMachine(plant, 'buffer', 'Gear buffer', gears, 8.4, 7.2);
  addMachine(plant, 'measuring-machine', 'CMM 1', gears, 11.2, 10.2, 90);
  addMachine(plant, 'furnace', 'Furnace 1', heat, 24, 14.4);
  addMachine(plant, 'furnace', 'Furnace 2', heat, 24, 10.4);
  addMachine(plant, 'quench-tank', 'Quench 1', heat, 32.6, 12.4, 90);
  addMachine(plant, 'press', 'Press 1', heat, 18, 6.8);
  addMachine(plant, 'press', 'Press 2', heat, 21.6, 6.8);
  addMachine(plant, 'buffer', 'Heat buffer', heat, 26, 6.6);
  for (let i = 0; i < 4; i++)
    addMachine(plant, 'grinding-machine', `Grinder ${i + 1}`, hard, -31 + i * 5.4, -3.2);
  addMachine(plant, 'washing-machine', 'Washer 2', hard, -31, -10.6, 180);
  addMachine(plant, 'measuring-machine', 'CMM 2', hard, -26, -10.2, 180);
  addMachine(plant, 'buffer', 'Hard buffer', hard, -21, -10.6);
  addMachine(plant, 'controller', 'Cell cabinet', hard, -16, -12.4, 180);
  addMachine(plant, 'conveyor', 'Conveyor A1', assembly, 2, -6.8, 0, [18, 0.9, 0.95]);
  for (let i = 0; i < 4; i++)
    addMachine(plant, 'assembly-station', `Station ${i + 1}`, assembly, -5 + i * 4.6, -3.4);
  for (let i = 0; i < 3; i++) addMachine(plant, 'robot', `Robot A${i + 1}`, assembly, -3 + i * 5, -9, 90);
  addMachine(plant, 'buffer', 'Housing buffer', assembly, 11.6, -10.6);
  for (let i = 0; i < 3; i++) addMachine(plant, 'test-bench', `Bench ${i + 1}`, test, 21 + i * 5, -3.4);
  addMachine(plant, 'controller', 'Test cabinet', test, 20, -12.2, 180);
  addMachine(plant, 'unheard-of', 'Labeller', test, 24, -10.8, 180, [1.6, 1.0, 1.8]);
  addMachine(plant, 'energy-meter', 'Meter', test, 34.4, -12.4, 180);
  for (let i = 0; i < 6; i++) addMachine(plant, 'rack', `Rack ${i + 1}`, store, -28 + i * 10, 26.6);
  for (let i = 0; i < 4; i++) addMachine(plant, 'agv', `AGV ${i + 1}`, site, -20 + i * 10, 2);
  for (let i = 0; i < 2; i++)
    addMachine(plant, 'charging-station', `Charger ${i + 1}`, test, 29 + i * 2, -12.4, 180);
  return plant;
}

/** `count` machines of all kinds in rows, for measuring. */
export function stressPlant(count: number): PlantBuilder {
  const plant = new PlantBuilder();
  const site = plant.thing('site', 'Stress', null, null, [0, 0, 0], 'site');
  const columns = Math.ceil(Math.sqrt(count));
  const movers = kindNames.filter((kind) => !['furnace', 'rack', 'agv', 'conveyor'].includes(kind));
  for (let i = 0; i < count; i++) {
    const kind = movers[i % movers.length] as string;
    addMachine(plant, kind, `${kind} ${i}`, site, (i % columns) * 4.6, Math.floor(i / columns) * 4.2);
  }
  return plant;
}

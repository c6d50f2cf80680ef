/** A synthetic maker of electric drives: its things, signals and relations. Only for development and tests. */
import type { Place, Relation, Signal, Thing, WorldDocument } from '../src/protocol/types';

export interface Plant extends Omit<WorldDocument, 'at' | 'alarms'> {
  machines: Thing[];
}

interface Kind {
  class: string;
  size: [number, number, number];
  /** role, name, kind, unit, lo, hi, warn, alarm */
  signals: [string, string, Signal['kind'], string?, number?, number?, number?, number?][];
}

const COMMON: Kind['signals'] = [
  ['state', 'State', 'enumeration'],
  ['part', 'Workpiece', 'text'],
  ['order', 'Production order', 'text'],
  ['part-count', 'Parts made', 'integer'],
  ['scrap-count', 'Scrap', 'integer'],
  ['progress', 'Cycle progress', 'number', '1', 0, 1],
  ['power', 'Power', 'number', 'kW', 0, 40],
  ['condition', 'Condition', 'text'],
];
const SPINDLE: Kind['signals'] = [
  ['spindle-speed', 'Spindle speed', 'number', '/min', 0, 8000],
  ['spindle-load', 'Spindle load', 'number', '%', 0, 120, 90, 110],
  ['vibration', 'Spindle vibration', 'number', 'mm/s', 0, 12, 4.5, 7.1],
  ['temperature', 'Spindle bearing temperature', 'number', 'Cel', 15, 90, 65, 75],
  ['axis-x', 'X axis position', 'number', 'mm', 0, 400],
  ['axis-z', 'Z axis position', 'number', 'mm', 0, 600],
  ['feedrate', 'Feed rate', 'number', 'mm/min', 0, 6000],
  ['program', 'Program', 'text'],
];
const JOINTS: Kind['signals'] = [1, 2, 3, 4, 5, 6].map((n) => [
  `joint-${n}`,
  `Joint ${n}`,
  'number',
  'deg',
  -180,
  180,
]);

const KINDS: Record<string, Kind> = {
  TU: { class: 'turning-machine', size: [3.6, 2, 2.1], signals: [...COMMON, ...SPINDLE] },
  MI: { class: 'milling-machine', size: [3.2, 2.6, 2.6], signals: [...COMMON, ...SPINDLE] },
  GR: { class: 'grinding-machine', size: [3.4, 2.2, 2.2], signals: [...COMMON, ...SPINDLE] },
  GH: { class: 'gear-hobbing-machine', size: [3, 2.4, 2.8], signals: [...COMMON, ...SPINDLE] },
  WA: {
    class: 'washing-machine',
    size: [3, 2, 2],
    signals: [...COMMON, ['temperature', 'Bath temperature', 'number', 'Cel', 20, 80, 70, 75]],
  },
  FU: {
    class: 'furnace',
    size: [5, 2.6, 2.8],
    signals: [...COMMON, ['temperature', 'Chamber temperature', 'number', 'Cel', 20, 980, 940, 960]],
  },
  QU: {
    class: 'quench-tank',
    size: [2.4, 2, 1.6],
    signals: [...COMMON, ['temperature', 'Oil temperature', 'number', 'Cel', 20, 120, 90, 100]],
  },
  RO: { class: 'robot', size: [1.4, 1.4, 2], signals: [...COMMON, ...JOINTS] },
  AS: {
    class: 'assembly-station',
    size: [2.2, 1.6, 2],
    signals: [...COMMON, ['pressure', 'Pressing force', 'number', 'kN', 0, 60, 50, 55]],
  },
  TB: {
    class: 'test-bench',
    size: [2.6, 1.6, 2],
    signals: [...COMMON, ['current', 'Motor current', 'number', 'A', 0, 50, 42, 46]],
  },
  BU: {
    class: 'buffer',
    size: [2, 1.2, 0.9],
    signals: [
      ['level', 'Parts in buffer', 'integer'],
      ['capacity', 'Capacity', 'integer'],
    ],
  },
  CV: {
    class: 'conveyor',
    size: [6, 0.8, 0.9],
    signals: [
      ['belt-speed', 'Belt speed', 'number', 'm/s', 0, 1],
      ['part', 'Workpiece', 'text'],
    ],
  },
  RK: {
    class: 'rack',
    size: [8, 1.4, 4.5],
    signals: [
      ['level', 'Pallets', 'integer'],
      ['capacity', 'Capacity', 'integer'],
    ],
  },
  AGV: {
    class: 'agv',
    size: [1.4, 0.9, 0.4],
    signals: [
      ['state', 'State', 'enumeration'],
      ['pose-x', 'Position x', 'number', 'm'],
      ['pose-y', 'Position y', 'number', 'm'],
      ['pose-heading', 'Heading', 'number', 'deg'],
      ['battery', 'Battery', 'number', '%', 0, 100],
      ['part', 'Load', 'text'],
    ],
  },
  EM: {
    class: 'energy-meter',
    size: [0.6, 0.4, 1.8],
    signals: [
      ['power', 'Active power', 'number', 'kW', 0, 400],
      ['energy', 'Active energy', 'number', 'kWh'],
      ['current', 'Current L1', 'number', 'A', 0, 600],
    ],
  },
};

const NAMES: Record<string, string> = {
  TU: 'Lathe',
  MI: 'Mill',
  GR: 'Grinder',
  GH: 'Gear hobber',
  WA: 'Washer',
  FU: 'Furnace',
  QU: 'Quench',
  RO: 'Robot',
  AS: 'Assembly',
  TB: 'Test bench',
  BU: 'Buffer',
  CV: 'Conveyor',
  RK: 'Rack',
  AGV: 'AGV',
  EM: 'Meter',
};

/** A line: its key, name, area, the y of its axis, and the kinds that stand along it from west to east. */
const LINES: [string, string, string, number, string][] = [
  ['L1', 'Line 1 · shafts', 'Machining', 38, 'RK CV TU TU BU MI MI BU GR GR WA'],
  ['L2', 'Line 2 · gears', 'Gear cutting', 28, 'CV TU TU BU GH GH GH BU GR GR WA'],
  ['L3', 'Line 3 · heat treatment', 'Heat treatment', 18, 'CV WA FU FU QU QU BU GR CV'],
  ['L4', 'Line 4 · drives', 'Assembly', 8, 'RK CV AS RO AS RO AS BU TB TB TB'],
];

class Builder {
  readonly things: Thing[] = [];
  readonly signals: Signal[] = [];
  readonly relations: Relation[] = [];
  private readonly counts = new Map<string, number>();

  thing(
    key: string,
    name: string,
    className: string,
    level: string,
    parent: Thing | null,
    place: Place | null,
  ): Thing {
    const thing: Thing = {
      id: this.things.length + 1,
      key,
      name,
      class: className,
      level,
      parent: parent?.id ?? null,
      place,
      nameplate: {},
    };
    this.things.push(thing);
    return thing;
  }

  number(code: string): number {
    const next = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, next);
    return next;
  }

  unit(code: string, parent: Thing, at: [number, number], yawDeg = 0): Thing {
    const kind = KINDS[code];
    if (!kind) throw new Error(`no kind ${code}`);
    const n = this.number(code);
    const place: Place = { position: [at[0], at[1], 0], yawDeg, size: kind.size, proposed: false };
    const level = code === 'AGV' ? 'vehicle' : 'work-unit';
    const thing = this.thing(`${code}-${n}`, `${NAMES[code]} ${n}`, kind.class, level, parent, place);
    thing.nameplate = {
      manufacturerName: ['Hartmann & Voss', 'Kestrel Machine Tools', 'Nordhavn Automation'][n % 3] ?? '',
      manufacturerProductDesignation: `${NAMES[code]} ${400 + n * 20}`,
      serialNumber: `${code}${String(20_310 + n * 17)}`,
      yearOfConstruction: String(2014 + (n % 9)),
    };
    for (const spec of kind.signals) this.signal(thing, spec);
    return thing;
  }

  signal(thing: Thing, [role, name, kind, unit, lo, hi, warn, alarm]: Kind['signals'][number]): Signal {
    const signal: Signal = {
      id: this.signals.length + 1,
      thing: thing.id,
      key: `${thing.key}/${role}`,
      name,
      path: [name],
      kind,
      role,
      staleAfterMs: 30_000,
    };
    if (unit) signal.unit = unit;
    if (lo !== undefined && hi !== undefined) signal.range = [lo, hi];
    if (warn !== undefined && alarm !== undefined) signal.limits = { warn, alarm };
    this.signals.push(signal);
    return signal;
  }
}

export function buildPlant(copies = 1): Plant {
  const b = new Builder();
  const site = b.thing('AURORA', 'Aurora Drives', 'site', 'site', null, null);
  const connections = ['OPC UA · machining', 'Sparkplug · assembly', 'MTConnect · gear cutting'].map(
    (name, i) => {
      const connection = b.thing(`CON-${i + 1}`, name, 'connection', 'connection', site, null);
      for (const role of ['state', 'lag', 'received', 'lost', 'reconnects', 'error']) {
        const kind =
          role === 'state'
            ? 'enumeration'
            : role === 'error'
              ? 'text'
              : role === 'lag'
                ? 'number'
                : 'integer';
        const unit: [string] | [] = role === 'lag' ? ['s'] : [];
        b.signal(connection, [`connection-${role}`, `Connection ${role}`, kind, ...unit]);
      }
      return connection;
    },
  );
  const lines = Array.from({ length: copies }, (_, copy) => LINES.map((line) => ({ line, copy }))).flat();
  lines.forEach(({ line: [key, name, areaName, y0, codes], copy }, index) => {
    const y = y0 + copy * 44;
    const area = b.thing(`A${index + 1}`, areaName, 'area', 'area', site, {
      position: [46, y, 0],
      yawDeg: 0,
      size: [88, 9, 0],
      proposed: false,
    });
    const line = b.thing(copy === 0 ? key : `${key}.${copy}`, name, 'line', 'work-center', area, null);
    const units = codes.split(' ').map((code, i) => b.unit(code, line, [6 + i * 8, y]));
    const meter = b.unit('EM', line, [90, y + 3]);
    const connection = connections[[0, 2, 0, 1][index % 4] ?? 0];
    units.forEach((unit, i) => {
      const next = units[i + 1];
      if (next) b.relations.push({ kind: 'flows-to', from: unit.id, to: next.id });
      if (connection) b.relations.push({ kind: 'connected-by', from: unit.id, to: connection.id });
      b.relations.push({ kind: 'metered-by', from: unit.id, to: meter.id });
    });
  });
  for (const y of [33, 23, 13])
    b.thing(`AISLE-${y}`, '', 'aisle', 'floor', site, {
      position: [46, y, 0],
      yawDeg: 0,
      size: [90, 2.4, 0],
      proposed: false,
    });
  const fleet = b.thing('FLEET', 'AGV fleet', 'line', 'work-center', site, null);
  for (const y of [33, 23, 13]) b.unit('AGV', fleet, [10, y]);
  const { things, signals, relations } = b;
  return { things, signals, relations, machines: things.filter((t) => t.level === 'work-unit') };
}

/** What the replications of a branch would have said: bands, reports, differences, by formula. */
import type {
  BandSeries,
  Bands,
  Branch,
  Change,
  Comparison,
  ForecastError,
  PlantModelReport,
  Report,
  StationReport,
} from '../../src/protocol/futures';
import { type Formula, MINUTE, noise } from '../formula';

const STEP_MS = 10 * MINUTE;
const ms = (instant: string | number | null) => Date.parse(String(instant));

/** How much more the plant makes with the changes: 1 is as much. */
export function effectOf(changes: readonly Change[]): number {
  return changes.reduce((effect, change) => {
    if (change.change === 'add-machine') return effect * 1.082;
    if (change.change === 'remove-machine') return effect * 0.861;
    if (change.change === 'speed') return effect * (1 + (change.factor - 1) * 0.22);
    if (change.change === 'failures') return effect * (1 + (change.mtbfFactor - 1) * 0.02);
    if (change.change === 'buffer') return effect * 1.006;
    if (change.change === 'vehicles') return effect * 1.012;
    return effect;
  }, 1);
}

export function bandsOf(branch: Branch, formula: Formula, names: readonly string[] | null): Bands {
  const [from, until] = [ms(branch.forkedAt), ms(branch.until)];
  const t: number[] = [];
  for (let end = Math.ceil(from / STEP_MS) * STEP_MS + STEP_MS; end <= until; end += STEP_MS) t.push(end);
  const effect = effectOf(branch.changes);
  const series: BandSeries[] = [
    band('output', null, '{piece}', t, (at, i) => outputAt(at, i) * effect, 0.05, 0.13),
  ];
  series.push(band('wip', null, '{piece}', t, (_, i) => 182 + 22 * Math.sin(i / 7), 0.05, 0.2));
  for (const thing of formula.plant.machines) {
    if (thing.class === 'buffer' || thing.class === 'rack') {
      const full = thing.class === 'rack' ? 38 : 6;
      series.push(
        band('level', thing.id, '{piece}', t, (_, i) => full + 2 * Math.sin(i / 5 + thing.id), 0.12, 0.4),
      );
    }
  }
  return { t, series: names ? series.filter(({ name }) => names.includes(name)) : series };
}

/** The plan of the day: breaks and the change of shift are seen in what is expected. */
function outputAt(at: number, i: number): number {
  const inDay = at % 86_400_000;
  const isBreak = [4, 9, 12, 20].some(
    (hour) => inDay >= hour * 3_600_000 && inDay < hour * 3_600_000 + 20 * MINUTE,
  );
  return (isBreak ? 72 : 110) + 4 * (noise(17, i) - 0.5);
}

function band(
  name: string,
  thing: number | null,
  unit: string,
  t: readonly number[],
  middle: (at: number, i: number) => number,
  spreadFirst: number,
  spreadLast: number,
): BandSeries {
  const p50 = t.map((at, i) => middle(at, i));
  const spread = (i: number) =>
    spreadFirst + (spreadLast - spreadFirst) * Math.sqrt(i / Math.max(1, t.length - 1));
  return {
    name,
    thing,
    unit,
    p50: p50.map(round),
    p10: p50.map((value, i) => round(value * (1 - spread(i)))),
    p90: p50.map((value, i) => round(value * (1 + spread(i) * 0.9))),
    mean: p50.map((value) => round(value * 0.995)),
  };
}

const round = (value: number) => Math.round(value * 1000) / 1000;

interface Kpi {
  kpi: string;
  unit: string;
  better: 'more' | 'less' | null;
  at: (effect: number) => number;
  half: number;
}

const KPIS: Kpi[] = [
  { kpi: 'output', unit: '{piece}', better: 'more', at: (e) => 5210 * e, half: 34 },
  { kpi: 'scrap', unit: '{piece}', better: 'less', at: (e) => 61 * e, half: 3.1 },
  { kpi: 'leadTime', unit: 's', better: 'less', at: (e) => 9840 / e ** 1.6, half: 160 },
  { kpi: 'wip', unit: '{piece}', better: 'less', at: (e) => 188 / e, half: 4.6 },
  { kpi: 'oee', unit: '1', better: 'more', at: (e) => 0.713 * e ** 0.3, half: 0.006 },
  { kpi: 'energy', unit: 'kWh', better: 'less', at: (e) => 4620 * e ** 0.55, half: 22 },
  { kpi: 'energyPerPiece', unit: 'kWh', better: 'less', at: (e) => 0.887 * e ** -0.45, half: 0.007 },
  { kpi: 'cost', unit: 'EUR', better: 'less', at: (e) => 38_400 * e ** 0.2, half: 420 },
  { kpi: 'dueDatesMet', unit: '1', better: 'more', at: (e) => Math.min(1, 0.84 * e ** 1.3), half: 0.021 },
  { kpi: 'tardiness', unit: 's', better: 'less', at: (e) => 21_400 / e ** 3, half: 1500 },
];

export function reportOf(branch: Branch, formula: Formula): Report {
  const effect = effectOf(branch.changes);
  return {
    replications: 200,
    seconds: 1.84,
    kpis: KPIS.map(({ kpi, unit, at, half }) => interval(kpi, unit, at(effect), half)),
    stations: formula.plant.machines.flatMap((thing) => {
      const drives = formula.plant.signals.some(
        (signal) => signal.thing === thing.id && signal.role === 'state',
      );
      return drives ? [station(thing.id, thing.name, effect, branch.changes)] : [];
    }),
    notes: ['Random numbers are common to all branches that fork from the same instant.'],
  };
}

function interval(kpi: string, unit: string, mean: number, half: number) {
  return { kpi, unit, mean: round(mean), low: round(mean - half), high: round(mean + half) };
}

function station(thing: number, name: string, effect: number, changes: readonly Change[]): StationReport {
  const own = changes.some((change) => 'thing' in change && change.thing === thing) ? 0.07 : 0;
  const running = Math.min(0.97, (0.62 + 0.24 * noise(thing, 3)) * effect ** 0.4 + own);
  const rest = 1 - running;
  return {
    thing,
    name,
    running: round(running),
    idle: round(rest * 0.2),
    starved: round(rest * 0.3),
    blocked: round(rest * 0.15),
    setup: round(rest * 0.15),
    down: round(rest * 0.15),
    planned: round(rest * 0.05),
    good: Math.round((260 + 90 * noise(thing, 5)) * effect),
    scrap: Math.round(4 * noise(thing, 6)),
    oee: round(running * 0.93),
    availability: round(1 - rest * 0.2),
    performance: 0.94,
    qualityRate: 0.988,
    energyKwh: round(80 * running),
  };
}

export function comparisonOf(branches: readonly Branch[]): Comparison {
  const base = branches[0];
  const first = effectOf(base?.changes ?? []);
  return {
    base: base?.id ?? '',
    rows: KPIS.map(({ kpi, unit, better, at, half }) => ({
      kpi,
      unit,
      better,
      values: branches.map((branch) => {
        const { mean, low, high } = interval(kpi, unit, at(effectOf(branch.changes)), half);
        return { branch: branch.id, mean, low, high };
      }),
      differences: branches.slice(1).map((branch) => {
        const mean = at(effectOf(branch.changes)) - at(first) + half * 0.2 * (noise(kpi.length, 2) - 0.5);
        const close = half * 0.62;
        return {
          branch: branch.id,
          mean: round(mean),
          low: round(mean - close),
          high: round(mean + close),
          real: Math.abs(mean) > close,
        };
      }),
    })),
  };
}

export function modelOf(formula: Formula): PlantModelReport {
  const { machines } = formula.plant;
  const named = (key: string) => machines.find((thing) => thing.key === key)?.id ?? null;
  const fitted = (
    key: string,
    what: string,
    family: string,
    parameters: Record<string, number>,
    mean: number,
    n: number,
    fits: boolean | null = true,
  ) => ({
    thing: named(key),
    what,
    family,
    parameters,
    mean,
    samples: n,
    censored: what === 'time between failures' ? 1 : 0,
    fits,
    note: fits ? null : 'two modes: short stops and long repairs do not follow one law',
  });
  return {
    stations: 33,
    buffers: 7,
    conveyors: 5,
    vehicles: 3,
    crews: 2,
    fittedFrom: new Date(formula.earliest).toISOString(),
    fittedTo: new Date(formula.end).toISOString(),
    assumptions: [
      {
        thing: named('GR-3'),
        what: 'repair time',
        assumed: '24 min, exponential',
        because: 'only 2 repairs are recorded',
        replace: 'A repair log, or wait for 8 repairs.',
      },
      {
        thing: named('BU-1'),
        what: 'capacity',
        assumed: '12 pieces',
        because: 'read from the signal “Capacity”',
        replace: 'Describe it in the submodel Technical Data.',
      },
      {
        thing: null,
        what: 'crew of technicians',
        assumed: '2 people',
        because: 'no calendar names a crew',
        replace: 'Add a crew to the production calendar.',
      },
      {
        thing: named('TB-1'),
        what: 'scrap',
        assumed: '1.2 %',
        because: 'counted over 8 hours',
        replace: 'Nothing: it is fitted again each night.',
      },
    ],
    fits: [
      fitted('TU-1', 'cycle time', 'lognormal', { mu: 4.41, sigma: 0.11 }, 82.8, 341),
      fitted('TU-2', 'cycle time', 'lognormal', { mu: 4.43, sigma: 0.09 }, 84.1, 338),
      fitted('GR-1', 'cycle time', 'gamma', { shape: 44, scale: 1.93 }, 84.9, 329),
      fitted('GR-3', 'cycle time', 'lognormal', { mu: 4.44, sigma: 0.14 }, 85.7, 287),
      fitted('GR-3', 'time between failures', 'weibull', { shape: 1.8, scale: 11_900 }, 10_580, 3),
      fitted('GR-3', 'repair time', 'exponential', { rate: 0.00069 }, 1440, 2, null),
      fitted('MI-2', 'repair time', 'lognormal', { mu: 6.1, sigma: 0.9 }, 668, 9, false),
      fitted('FU-1', 'cycle time', 'normal', { mean: 5400, sd: 60 }, 5400, 5),
    ],
    validation: {
      from: new Date(formula.end - 4 * 60 * MINUTE).toISOString(),
      to: new Date(formula.end).toISOString(),
      fits: true,
      verdict: 'The model fits its past: 9 of 10 figures of the last four hours lie inside their 80 % band.',
      rows: [
        {
          kpi: 'output',
          thing: null,
          unit: '{piece}',
          p10: 2490,
          p50: 2604,
          p90: 2718,
          actual: 2651,
          inside: true,
        },
        { kpi: 'oee', thing: null, unit: '1', p10: 0.69, p50: 0.713, p90: 0.73, actual: 0.704, inside: true },
        {
          kpi: 'good',
          thing: named('GR-3'),
          unit: '{piece}',
          p10: 131,
          p50: 142,
          p90: 151,
          actual: 118,
          inside: false,
        },
        {
          kpi: 'good',
          thing: named('TU-1'),
          unit: '{piece}',
          p10: 160,
          p50: 168,
          p90: 175,
          actual: 169,
          inside: true,
        },
      ],
    },
  };
}

export function forecastErrorOf(branches: readonly Branch[], now: number, formula: Formula): ForecastError {
  const past = branches.filter((branch) => branch.purpose === 'forecast' && ms(branch.until) < now);
  const rows = past.flatMap((branch, b) =>
    [...['output', 'oee', 'energy', 'scrap'], 'good', 'good'].map((kpi, k) => {
      const own = KPIS.find((row) => row.kpi === kpi);
      const p50 = own ? own.at(1) : 250 + 20 * k;
      const [p10, p90] = [p50 * 0.95, p50 * 1.045];
      const actual = p50 * (0.945 + 0.1 * noise(b * 7 + 3, k + 2));
      const thing = own ? null : (formula.plant.machines[k]?.id ?? null);
      return {
        branch: branch.id,
        madeAt: branch.forkedAt ?? 0,
        until: branch.until ?? 0,
        kpi,
        unit: own?.unit ?? '{piece}',
        thing,
        p10: round(p10),
        p50: round(p50),
        p90: round(p90),
        actual: round(actual),
        inside: actual >= p10 && actual <= p90,
      };
    }),
  );
  if (rows.length === 0) return { coverage: null, bias: null, mape: null, rows };
  const errors = rows.map(({ p50, actual }) => (p50 - actual) / actual);
  return {
    coverage: rows.filter(({ inside }) => inside).length / rows.length,
    bias: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    mape: errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length,
    rows,
  };
}

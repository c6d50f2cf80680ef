/** The shapes of `docs/wire.md`, section "Branches, futures and plans". */
import type { WireInstant } from './rest';
import type { ThingId } from './types';

export type BranchId = string;

export interface OrderRequest {
  key: string;
  name?: string;
  material: string;
  quantity: number;
  family?: string;
  release?: string;
  due?: string;
  weight?: number;
}

export interface Order extends OrderRequest {
  done: number;
}

export type Change =
  | { change: 'add-machine'; like: ThingId; name: string }
  | { change: 'remove-machine'; thing: ThingId }
  | { change: 'speed'; thing: ThingId; factor: number }
  | { change: 'failures'; thing: ThingId; mtbfFactor: number; mttrFactor: number }
  | { change: 'scrap'; thing: ThingId; rate: number }
  | { change: 'buffer'; thing: ThingId; capacity: number }
  | { change: 'batch'; thing: ThingId; pieces: number }
  /** Open stretches of a day, seconds since its midnight. */
  | { change: 'shift'; calendar: string; openS: [number, number][] }
  | { change: 'crew'; crew: string; count: number }
  | { change: 'vehicles'; like: ThingId; count: number }
  | { change: 'order-add'; order: OrderRequest }
  | { change: 'order-remove'; key: string }
  | { change: 'order-change'; key: string; quantity?: number; due?: string };

export type ChangeKind = Change['change'];

export interface Branch {
  id: BranchId;
  name: string;
  /** Null for `live`. */
  parent: BranchId | null;
  forkedAt: WireInstant | null;
  until: WireInstant | null;
  purpose: 'forecast' | 'what-if' | 'validation' | null;
  changes: Change[];
  kept: boolean;
}

export interface StationReport {
  thing: ThingId;
  name: string;
  /** Shares of time, 0 to 1. */
  running: number;
  idle: number;
  starved: number;
  blocked: number;
  setup: number;
  down: number;
  planned: number;
  good: number;
  scrap: number;
  oee: number;
  availability: number;
  performance: number;
  qualityRate: number;
  energyKwh: number;
}

export interface Report {
  replications: number;
  seconds: number;
  kpis: { kpi: string; unit: string; mean: number; low: number; high: number }[];
  stations: StationReport[];
  notes: string[];
}

export interface BranchDetail extends Branch {
  report: Report | null;
}

export interface BandSeries {
  name: string;
  thing: ThingId | null;
  unit: string;
  p10: number[];
  p50: number[];
  p90: number[];
  mean: number[];
}

/** `t` are the ends of the buckets, ms since the epoch. */
export interface Bands {
  t: number[];
  series: BandSeries[];
}

/** Low and high are the 95 % confidence interval. */
export interface Estimate {
  branch: BranchId;
  mean: number;
  low: number;
  high: number;
}

export interface Difference extends Estimate {
  /** No chance (Holm-corrected). */
  real: boolean;
}

export interface ComparisonRow {
  kpi: string;
  unit: string;
  better: 'more' | 'less' | null;
  values: Estimate[];
  differences: Difference[];
}

export interface Comparison {
  base: BranchId;
  rows: ComparisonRow[];
}

export interface BandRow {
  kpi: string;
  unit: string;
  thing: ThingId | null;
  p10: number;
  p50: number;
  p90: number;
  actual: number;
  inside: boolean;
}

export interface Validation {
  from: WireInstant;
  to: WireInstant;
  fits: boolean;
  verdict: string;
  rows: BandRow[];
}

export interface PlantModelReport {
  stations: number;
  buffers: number;
  fittedFrom: WireInstant | null;
  fittedTo: WireInstant | null;
  assumptions: { thing: ThingId | null; what: string; assumed: string; because: string; replace: string }[];
  fits: {
    thing: ThingId | null;
    what: string;
    family: string;
    parameters: Record<string, number>;
    mean: number;
    samples: number;
    censored: number;
    /** Null: too few samples to tell. */
    fits: boolean | null;
    note: string | null;
  }[];
  validation: Validation | null;
  /** Other counts, such as `vehicles` or `crews`. */
  [count: string]: unknown;
}

export interface ForecastError {
  /** Shares, 0 to 1; null before any forecast's time has come. */
  coverage: number | null;
  bias: number | null;
  mape: number | null;
  rows: (BandRow & { branch: BranchId; madeAt: WireInstant; until: WireInstant })[];
}

export interface Job {
  id: string;
  kind: 'forecast' | 'what-if' | 'validation' | 'plan';
  name: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1. */
  progress: number;
  message: string | null;
  started: WireInstant | null;
  ended: WireInstant | null;
  branch: BranchId | null;
  plan: string | null;
  problem: string | null;
}

export interface WhatIfRequest {
  name: string;
  parent?: BranchId;
  at?: string;
  hours?: number;
  replications?: number;
  changes: Change[];
}

/** What things cost; slots are `[from, to, price of a kWh]`, s from the start of the pattern. */
export interface Tariff {
  currency: string;
  energyKwh: number;
  origin?: WireInstant | null;
  periodS: number;
  energySlots: [number, number, number][];
  stationHour: number;
  personHour: number;
  pieceHour: number;
  scrap: number;
  lateHour: number;
}

export type Objective = 'makespan' | 'tardiness' | 'energy';

export interface PlanRequest {
  name?: string;
  objective?: Objective;
  seconds?: number;
  robust?: boolean;
}

export interface PlanEvaluation {
  makespanS: number;
  tardinessS: number;
  late: number;
  setupS: number;
  energyKwh: number;
}

export interface PlanSummary {
  id: string;
  name: string;
  made: WireInstant;
  /** Why it was made, when nobody asked for it. */
  reason: string | null;
  evaluation: PlanEvaluation;
  accepted: boolean;
}

export interface Operation {
  id: string;
  order: string;
  segment: string;
  thing: ThingId;
  start: WireInstant;
  end: WireInstant;
  /** The set-up before `start`. */
  setupS: number;
  frozen: boolean;
  pinned: boolean;
  alternatives: ThingId[];
}

export interface PlannedOrder {
  key: string;
  due: WireInstant | null;
  completion: WireInstant;
  tardinessS: number;
}

export interface Plan extends PlanSummary {
  objective: Objective;
  from: WireInstant;
  bound: { makespanS: number } | null;
  operations: Operation[];
  orders: PlannedOrder[];
  closed: { thing: ThingId; from: WireInstant; to: WireInstant; why: string }[];
}

export interface MoveRequest {
  operation: string;
  thing: ThingId;
  start: string;
}

/** What is wrong with one of the changes of a refused what-if. */
export interface ChangeProblem {
  /** The place of the change in the request. */
  change: number;
  detail: string;
}

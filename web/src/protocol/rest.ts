/** The answers of the REST calls in `docs/wire.md` that are not part of the world document. */
import type { Branch, ChangeProblem } from './futures';
import type { SignalId, ThingId } from './types';

export interface Site {
  name: string;
  /** IANA name of the zone that the plant's clocks show. */
  zone: string;
  version: string;
  now: string;
  earliest: string | null;
  branches: Pick<Branch, 'id' | 'name'>[];
  limits: Record<string, number>;
}

/** Time in ms since the epoch, value, upper half of the status code. */
export type RawSample = [number, number | string | boolean | null, number];

export interface SamplesAnswer {
  series: { signal: SignalId; samples: RawSample[] }[];
  truncated: boolean;
}

export interface Bucket {
  t: number;
  min: number;
  max: number;
  mean: number;
  first: number;
  last: number;
  count: number;
  bad: number;
}

/** An instant as the server writes it (RFC 3339), or ms since the epoch as the buckets do. */
export type WireInstant = string | number;

export interface Gap {
  from: WireInstant;
  to: WireInstant | null;
  cause: string;
}

export interface BucketsAnswer {
  from: WireInstant;
  to: WireInstant;
  series: { signal: SignalId; buckets: Bucket[]; gaps: Gap[] }[];
}

export interface TimelineBucket {
  t: number;
  output: number;
  scrap: number;
  alarms: number;
  down: number;
}

export interface TimelineAlarm {
  at: WireInstant;
  thing: ThingId;
  priority: 1 | 2 | 3 | 4;
  message: string;
}

export interface TimelineAnswer {
  from: WireInstant;
  to: WireInstant;
  buckets: TimelineBucket[];
  alarms: TimelineAlarm[];
  gaps: (Gap & { thing: ThingId })[];
}

export interface SearchHit {
  kind: 'thing' | 'signal' | 'event';
  id: number | string;
  name: string;
  where: string;
}

export type ConnectionState =
  | 'connecting'
  | 'connected'
  | 'degraded'
  | 'quiet'
  | 'disconnected'
  | 'failed'
  | 'stopped';

export interface ConnectionRow {
  id: string | number;
  thing: ThingId;
  name: string;
  technology: string | null;
  endpoint: string | null;
  /** Null before the connection has said anything of itself. */
  state: ConnectionState | null;
  lastError: string | null;
  /** Gaps that are open now. */
  gaps?: { from: WireInstant; cause: string }[];
  /** Counters differ by technology; the panel shows the ones it has words for. */
  [counter: string]: unknown;
}

export interface ConnectRequest {
  url: string;
  name?: string;
  user?: string;
  password?: string;
}

/** The value that held at an instant. */
export interface HeldValue {
  signal: SignalId;
  at: WireInstant;
  value: number | string | boolean | null;
  status: number;
  recorded: WireInstant;
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  /** With a refused what-if: which change is wrong, and why. */
  changes?: ChangeProblem[];
}

/** The JSON shapes of `docs/wire.md`. */

export type ThingId = number;
export type SignalId = number;

export interface Place {
  /** Middle of the footprint on the floor, metres, site frame (z up). */
  position: [number, number, number];
  /** Degrees, counter-clockwise seen from above. */
  yawDeg: number;
  /** Length (along the thing's own x), width, height in metres. */
  size: [number, number, number];
  /** A layouter's guess that nobody has confirmed. */
  proposed: boolean;
}

export interface Thing {
  id: ThingId;
  key: string;
  name: string;
  class: string;
  level: string;
  parent: ThingId | null;
  place: Place | null;
  nameplate: Record<string, string>;
  about?: string;
}

export type ValueKind = 'boolean' | 'integer' | 'number' | 'text' | 'enumeration';

export interface Signal {
  id: SignalId;
  thing: ThingId;
  key: string;
  name: string;
  path: string[];
  kind: ValueKind;
  unit?: string;
  unitCode?: string;
  range?: [number, number];
  limits?: { warn?: number; alarm?: number };
  role?: string;
  semanticId?: string;
  members?: [number, string][];
  staleAfterMs?: number;
}

export interface Relation {
  kind: string;
  from: ThingId;
  to: ThingId;
}

export interface Alarm {
  id: number;
  thing: ThingId;
  signal: SignalId;
  code: string;
  priority: 1 | 2 | 3 | 4;
  message: string;
  raised: string;
  cleared: string | null;
  acknowledged: string | null;
}

export interface WorldDocument {
  at: string;
  things: Thing[];
  signals: Signal[];
  relations: Relation[];
  alarms: Alarm[];
}

/** CloudEvents 1.0. */
export interface SiteEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  time: string;
  recordedtime: string;
  subject?: string;
  data: Record<string, unknown>;
}

/** The JSON messages of the view socket in `docs/wire.md`. */
import type { Job } from './futures';
import type { SiteEvent } from './types';

export interface Interest {
  all?: boolean;
  things?: number[];
  signals?: number[];
  roles?: string[];
  classes?: string[];
  area?: [number, number, number, number];
}

export interface ViewMessage {
  type: 'view';
  epoch: number;
  branch: string;
  at: string | null;
  speed: number;
  asKnownAt: string | null;
  rateHz: number;
  interest: Interest;
}

export type ServerMessage =
  | { type: 'hello'; site: string; now: string; limits: Record<string, number> }
  | { type: 'structure'; revision: number }
  | { type: 'event'; event: SiteEvent }
  | { type: 'ended' }
  | { type: 'branches' }
  | { type: 'job'; job: Job }
  | { type: 'plan'; plan: string; reason: string }
  | { type: 'problem'; code: string; detail: string }
  | { type: 'pong'; id: number };

const KNOWN = new Set<string>('hello structure event ended branches job plan problem pong'.split(' '));

/** Messages of a later server version that we do not know are no error: they are left out. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  const type = (message as { type?: unknown } | null)?.type;
  return typeof type === 'string' && KNOWN.has(type) ? (message as ServerMessage) : undefined;
}

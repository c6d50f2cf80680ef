/** The REST calls of `docs/wire.md`, each with the type of its answer; failures are `ApiError`s. */
import type { ChangeProblem } from '../protocol/futures';
import type {
  BucketsAnswer,
  ConnectionRow,
  ConnectRequest,
  HeldValue,
  Problem,
  SamplesAnswer,
  SearchHit,
  Site,
  TimelineAnswer,
} from '../protocol/rest';
import type { SignalId, SiteEvent, ThingId, WorldDocument } from '../protocol/types';
import { toWire } from './instant';

/** A call that failed: the server's problem details (RFC 9457), or `unreachable` when there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
    /** What is wrong with single changes of a what-if, by their place in the request. */
    readonly changes: readonly ChangeProblem[] = [],
  ) {
    super(detail);
  }
}

export interface Moment {
  branch: string;
  /** Null is now. */
  at: number | null;
  asKnownAt: number | null;
}

export interface EventQuery {
  from?: number;
  to?: number;
  thing?: ThingId;
  kinds?: string[];
  limit?: number;
  cursor?: string;
  branch?: string;
  order?: 'asc' | 'desc';
}

export interface Range {
  from: number;
  to: number;
  /** `live` when it is left out. */
  branch?: string;
  asKnownAt?: number | null;
}

type Query = Record<string, string | number | null | undefined>;

export class Api {
  constructor(
    private readonly base: string,
    private readonly fetcher: typeof fetch = (...request) => fetch(...request),
  ) {}

  site(): Promise<Site> {
    return this.get('site', {});
  }

  world(moment: Moment): Promise<WorldDocument> {
    return this.get('world', { branch: moment.branch, at: moment.at === null ? 'now' : toWire(moment.at) });
  }

  buckets(
    signals: readonly SignalId[],
    range: Range,
    buckets: number,
    signal?: AbortSignal,
  ): Promise<BucketsAnswer> {
    return this.get('buckets', { signals: signals.join(','), ...rangeOf(range), buckets }, signal);
  }

  samples(
    signals: readonly SignalId[],
    range: Range,
    limit: number,
    signal?: AbortSignal,
  ): Promise<SamplesAnswer> {
    return this.get('samples', { signals: signals.join(','), ...rangeOf(range), limit }, signal);
  }

  events(query: EventQuery, signal?: AbortSignal): Promise<{ events: SiteEvent[]; cursor: string | null }> {
    const { from, to, kinds, branch, ...rest } = query;
    return this.get(
      'events',
      {
        ...rest,
        branch: branchOf(branch),
        from: instantOf(from),
        to: instantOf(to),
        kinds: kinds?.join(','),
      },
      signal,
    );
  }

  timeline(range: Range, buckets: number, signal?: AbortSignal): Promise<TimelineAnswer> {
    return this.get('timeline', { ...rangeOf(range), buckets }, signal);
  }

  values(signals: readonly SignalId[], moment: Moment): Promise<HeldValue[]> {
    const at = moment.at === null ? 'now' : toWire(moment.at);
    return this.get('values', { signals: signals.join(','), branch: moment.branch, at });
  }

  async search(q: string, limit: number, signal?: AbortSignal): Promise<SearchHit[]> {
    return this.get('search', { q, limit }, signal);
  }

  connections(signal?: AbortSignal): Promise<ConnectionRow[]> {
    return this.get('connections', {}, signal);
  }

  connect(request: ConnectRequest): Promise<unknown> {
    return this.send('POST', 'connections', request);
  }

  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.call(path, { method, ...(body === undefined ? {} : json) });
  }

  get<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) params.set(name, String(value));
    }
    const text = params.toString();
    return this.call(text ? `${path}?${text}` : path, signal ? { signal } : {});
  }

  private async call<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await this.fetcher(`${this.base}/api/v1/${path}`, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ApiError('unreachable', 0, String(error));
    }
    if (!response.ok) throw await problemOf(response);
    const body = await response.text();
    return (body === '' ? undefined : JSON.parse(body)) as T;
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    const detail = problem.detail ?? problem.title ?? text;
    return new ApiError(problem.code ?? 'error', response.status, detail, problem.changes ?? []);
  } catch {
    return new ApiError('error', response.status, text || response.statusText);
  }
}

function instantOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : toWire(ms);
}

function rangeOf(range: Range): Query {
  return {
    from: toWire(range.from),
    to: toWire(range.to),
    branch: branchOf(range.branch),
    asKnownAt: range.asKnownAt == null ? undefined : toWire(range.asKnownAt),
  };
}

/** `live` is what a call is about when it says nothing. */
function branchOf(branch: string | undefined): string | undefined {
  return branch === 'live' ? undefined : branch;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** What happened to one thing up to the shown instant: its events and the gaps of its record. */
import { isAbort } from '../../client/api';
import { fromWire } from '../../client/instant';
import type { Gap } from '../../protocol/rest';
import type { SiteEvent, Thing, ThingId } from '../../protocol/types';
import { app } from '../app.svelte';

const HISTORY_MS = 8 * 3_600_000;
const EVENTS_MAX = 60;
/** Somebody who drags the playhead gets the list of where they stop, not of every place between. */
const SETTLE_MS = 180;

export function isAbout(event: SiteEvent, thing: ThingId): boolean {
  return event.data.thing === thing || event.subject === String(thing);
}

export class ThingHistory {
  /** Newest first. */
  events: readonly SiteEvent[] = $state.raw([]);
  gaps: readonly Gap[] = $state.raw([]);
  loaded = $state(false);
  private abort: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads anew, a moment later; what is shown stays until then. */
  load(thing: Thing): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(thing), SETTLE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  private async read(thing: Thing): Promise<void> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    const to = app.session.instant();
    const range = { from: to - HISTORY_MS, to, branch: app.view.branch, asKnownAt: app.view.asKnownAt };
    const signal =
      app.model.signalsOf(thing.id).find(({ kind }) => kind === 'number') ?? app.model.signalsOf(thing.id)[0];
    try {
      const [{ events }, buckets] = await Promise.all([
        app.api.events(
          {
            branch: app.view.branch,
            from: range.from,
            to,
            thing: thing.id,
            order: 'desc',
            limit: EVENTS_MAX,
          },
          abort.signal,
        ),
        signal ? app.api.buckets([signal.id], range, 2, abort.signal) : undefined,
      ]);
      this.events = events;
      this.gaps = buckets?.series[0]?.gaps ?? [];
      this.loaded = true;
    } catch (error) {
      if (!isAbort(error)) this.loaded = true;
    }
  }

  /** An event of the running view goes on top. */
  add(event: SiteEvent): void {
    if (this.events.some((known) => known.id === event.id)) return;
    this.events = [event, ...this.events].slice(0, EVENTS_MAX);
  }

  /** When the present state began, or undefined when the record does not say. */
  stateSince(): number | undefined {
    const change = this.events.find((event) => event.type.includes('state.changed'));
    return change && fromWire(change.time);
  }
}

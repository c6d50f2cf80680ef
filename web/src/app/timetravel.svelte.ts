/** Moving in time: every way to change the view's instant goes through here. */
import { endOfFutures, type Future, standAt } from '../client/futures/branches';
import { fromWire } from '../client/instant';
import type { Session } from '../client/session';
import { isLive, nextSpeed } from '../client/view';
import type { ThingId } from '../protocol/types';

/** A moment after an alarm, when all that it changed is on the screen. */
const AFTER_ALARM_MS = 1000;

export interface TravelEvents {
  tell(word: 'noEarlierAlarm' | 'noLaterAlarm' | 'unreachable' | 'noForecastYet'): void;
  select(thing: ThingId): void;
  futures(): readonly Future[];
}

export class TimeTravel {
  /** Rises whenever somebody asks for the present, even when it is already shown. */
  liveCalls = $state(0);

  constructor(
    private readonly session: Session,
    private readonly events: TravelEvents,
  ) {}

  earliest(): number {
    const text = this.session.site?.earliest;
    return text ? fromWire(text) : this.session.serverNow();
  }

  /** Where the last of the known futures ends; now, when there is none. */
  latest(): number {
    return endOfFutures(this.events.futures(), this.session.serverNow());
  }

  /** Goes to an instant and keeps the speed: on what came, on the newest forecast, or on the branch in view. */
  seek(ms: number): void {
    const { view } = this.session;
    this.stand(ms, isLive(view) ? 0 : view.speed);
  }

  /** Moves the playhead in hand; it stands still wherever it is. */
  scrub(ms: number): void {
    this.stand(ms, 0);
  }

  private stand(ms: number, speed: number): void {
    const now = this.session.serverNow();
    const standing = standAt(Math.max(ms, this.earliest()), this.session.view, this.events.futures(), now);
    if (standing.kind === 'at') {
      const { branch, at } = standing;
      const known = branch === 'live' ? {} : { asKnownAt: null };
      this.session.setView({ branch, at, speed, ...known });
      return;
    }
    this.goLive();
    if (standing.kind === 'nothing') this.events.tell('noForecastYet');
  }

  /** Looks at a branch: where the playhead is, if that is the branch's own time, else at its fork or now. */
  openBranch(future: Future): void {
    const shown = this.session.instant();
    const now = this.session.serverNow();
    const begin = Math.max(future.forkedAt, Math.min(now, future.until));
    const isOwn = shown > future.forkedAt && shown < future.until && !isLive(this.session.view);
    this.session.setView({
      branch: future.id,
      at: isOwn ? shown : begin,
      speed: isOwn ? this.session.view.speed : 1,
      asKnownAt: null,
    });
  }

  /** Playback has come to the end of a branch: there it stands. */
  standAtEnd(): void {
    const future = this.events.futures().find(({ id }) => id === this.session.view.branch);
    if (future) this.session.setView({ at: future.until, speed: 0 });
    else this.goLive();
  }

  goLive(): void {
    this.liveCalls++;
    this.session.setView({ at: null, speed: 1, branch: 'live', asKnownAt: null });
  }

  /** Late and corrected data that came after this is left out; null shows all that is known today. */
  knownAsOf(ms: number | null): void {
    const { view } = this.session;
    this.session.setView({
      at: view.at ?? this.session.instant(),
      speed: view.at === null ? 0 : view.speed,
      asKnownAt: ms,
    });
  }

  /** Live pauses into the past; the past plays or stands. */
  playPause(): void {
    const { view } = this.session;
    this.session.setView({ at: this.session.instant(), speed: isLive(view) || view.speed > 0 ? 0 : 1 });
  }

  setSpeed(speed: number): void {
    this.session.setView({ at: this.session.instant(), speed });
  }

  stepSpeed(step: 1 | -1): void {
    const { view } = this.session;
    this.setSpeed(nextSpeed(view.at === null ? 1 : view.speed || 1, step));
  }

  /** Stands where an alarm has just come, with its machine selected. */
  showAlarm(atMs: number, thing: ThingId): void {
    this.session.setView({ at: atMs + AFTER_ALARM_MS, speed: 0 });
    this.events.select(thing);
  }

  private endOfView(): number {
    const future = this.events.futures().find(({ id }) => id === this.session.view.branch);
    return future?.until ?? 0;
  }

  async stepAlarm(direction: 'next' | 'previous'): Promise<void> {
    const shown = this.session.instant();
    const forward = direction === 'next';
    try {
      const { events } = await this.session.api.events({
        branch: this.session.view.branch,
        from: forward ? shown + 1 : this.earliest(),
        to: forward ? Math.max(this.session.serverNow(), this.endOfView()) : shown - AFTER_ALARM_MS - 1,
        kinds: ['org.trine.alarm.raised.v1'],
        order: forward ? 'asc' : 'desc',
        limit: 1,
      });
      const event = events[0];
      if (event) this.showAlarm(fromWire(event.time), Number(event.data.thing ?? event.subject));
      else this.events.tell(forward ? 'noLaterAlarm' : 'noEarlierAlarm');
    } catch {
      this.events.tell('unreachable');
    }
  }
}

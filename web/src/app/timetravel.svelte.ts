/** Moving in time: every way to change the view's instant goes through here. */
import { fromWire } from '../client/instant';
import type { Session } from '../client/session';
import { nextSpeed } from '../client/view';
import type { ThingId } from '../protocol/types';

/** A moment after an alarm, when all that it changed is on the screen. */
const AFTER_ALARM_MS = 1000;

export interface TravelEvents {
  tell(word: 'noEarlierAlarm' | 'noLaterAlarm' | 'unreachable'): void;
  select(thing: ThingId): void;
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

  /** Goes to an instant and keeps the speed; beyond now it is live, before the record its beginning. */
  seek(ms: number): void {
    const { view } = this.session;
    const at = Math.max(ms, this.earliest());
    if (ms >= this.session.serverNow()) this.goLive();
    else this.session.setView({ at, speed: view.at === null ? 0 : view.speed });
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
    this.session.setView({ at: this.session.instant(), speed: view.at === null || view.speed > 0 ? 0 : 1 });
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

  async stepAlarm(direction: 'next' | 'previous'): Promise<void> {
    const shown = this.session.instant();
    const forward = direction === 'next';
    try {
      const { events } = await this.session.api.events({
        from: forward ? shown + 1 : this.earliest(),
        to: forward ? this.session.serverNow() : shown - AFTER_ALARM_MS - 1,
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

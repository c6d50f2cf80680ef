/** Sessions that were recorded, and the one that is: consent, the list, and the people in it as one scrubs. */
import { fromWire } from '../../client/instant';
import { bodyAt, type Recording, type RecordingSummary, readRecording } from '../../client/meet/recording';
import { isLive } from '../../client/view';
import type { ToldRecording } from '../../protocol/meet';
import type { Avatar } from '../../scene/contract';
import type { App } from '../app.svelte';
import { colourOf } from './colour';

/** Seats of people from recordings, beyond those of any room. */
const FIRST_SEAT = 100_000;
/** Of the whole list, so many stay in memory. */
const KEPT = 3;

export class Recordings {
  /** The one that runs. */
  running: ToldRecording | null = $state.raw(null);
  list: readonly RecordingSummary[] = $state.raw([]);
  private readonly loaded = new Map<string, Recording | 'reading'>();
  private readonly avatars = new Map<number, Avatar>();

  constructor(private readonly app: App) {}

  told(recording: ToldRecording | null): void {
    if (this.running && !recording) void this.read();
    this.running = recording;
  }

  async read(): Promise<void> {
    try {
      const answer = await fetch('/api/v1/recordings');
      if (answer.ok) this.list = (await answer.json()) as RecordingSummary[];
    } catch {
      // The list is read again when the panel is opened.
    }
  }

  /** Stands at the beginning of a recording and plays it. */
  watch({ started }: RecordingSummary): void {
    this.app.session.setView({ branch: 'live', at: fromWire(started), speed: 1, asKnownAt: null });
  }

  /** Spans for the strip, ms since the epoch. */
  spans(): { from: number; to: number; name: string }[] {
    return this.list.map(({ started, ended, name }) => ({
      from: fromWire(started),
      to: ended === null ? fromWire(started) : fromWire(ended),
      name,
    }));
  }

  /** Adds those who were in the hall at the instant that is shown. */
  draw(avatars: Avatar[]): void {
    const { view } = this.app;
    if (view.branch !== 'live' || isLive(view)) return;
    const instant = this.app.session.instant();
    for (const summary of this.list) {
      if (summary.ended === null || instant < fromWire(summary.started) || instant > fromWire(summary.ended))
        continue;
      const recording = this.recordingOf(summary.id);
      if (recording) this.drawTracks(recording, instant, avatars);
    }
  }

  private drawTracks({ tracks }: Recording, instant: number, avatars: Avatar[]): void {
    tracks.forEach((track, n) => {
      const body = bodyAt(track, instant);
      if (!body) return;
      const avatar = this.avatarOf(FIRST_SEAT + n);
      const { position, ...rest } = body;
      Object.assign(avatar, rest, { x: position[0], y: position[1], z: position[2] });
      avatar.name = track.name;
      avatar.colour = colourOf(track.name);
      avatar.badge = this.app.people.words.recorded;
      avatars.push(avatar);
    });
  }

  private avatarOf(seat: number): Avatar {
    let avatar = this.avatars.get(seat);
    if (!avatar) {
      avatar = {
        seat,
        name: '',
        colour: '',
        x: 0,
        y: 0,
        z: 0,
        yaw: 0,
        headYaw: 0,
        pitch: 0,
        speed: 0,
        isSpeaking: false,
        gesture: 'none',
        ray: null,
        isAbove: false,
        isElsewhen: false,
        badge: '',
      };
      this.avatars.set(seat, avatar);
    }
    return avatar;
  }

  private recordingOf(id: string): Recording | undefined {
    const known = this.loaded.get(id);
    if (known) return known === 'reading' ? undefined : known;
    this.loaded.set(id, 'reading');
    fetch(`/api/v1/recordings/${encodeURIComponent(id)}`)
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.statusText))))
      .then((text) => {
        for (const old of this.loaded.keys())
          if (this.loaded.size > KEPT && old !== id) this.loaded.delete(old);
        this.loaded.set(id, readRecording(text));
      })
      // Tried again when the playhead comes by once more.
      .catch(() => this.loaded.delete(id));
    return undefined;
  }
}

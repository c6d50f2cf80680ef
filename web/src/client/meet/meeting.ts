/**
 * Being in a room with others: the socket, the list of people, and how each of them moves.
 * Knows no document; what happens is told through `MeetingEvents`, and what moves is read each picture.
 */
import {
  type Body,
  type CrowdCell,
  decodePeople,
  encodeBody,
  type FromMeet,
  MeetFrameError,
  type MeetRules,
  type Person,
  parseMeet,
  type To,
  type ToldRecording,
  type ToMeet,
} from '../../protocol/meet';
import { Motion, RoomClock } from './motion';

export interface MeetSocketLike {
  binaryType: string;
  readyState: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(data: string | ArrayBuffer): void;
  close(): void;
}

export interface MeetingEvents {
  /** Entered, or out of the room for a while or for good. */
  state(state: MeetingState): void;
  people(people: readonly Person[]): void;
  said(word: Extract<FromMeet, { type: 'said' }>): void;
  called(call: Extract<FromMeet, { type: 'called' }>): void;
  signal(from: number, data: unknown): void;
  followed(by: readonly number[]): void;
  look(seat: number, camera: unknown): void;
  recording(recording: ToldRecording | null): void;
  reported(): void;
  problem(code: string, detail: string): void;
}

export type MeetingState = 'out' | 'entering' | 'in' | 'lost';

export interface Guest {
  name: string;
  secret: string;
  room: string;
}

const OPEN = 1;
const PING_MS = 5000;
const BACKOFF_FIRST_MS = 700;
const BACKOFF_MAX_MS = 10_000;
/** A body that does not move is told of this often, so that the server knows that somebody is there. */
const STILL_MS = 2000;

export class Meeting {
  /** The own seat; 0 outside. */
  seat = 0;
  /** Who one is, as the server says it. */
  person = '';
  rules: MeetRules | undefined;
  readonly clock = new RoomClock();
  /** By seat: those who are shown one by one. */
  readonly motions = new Map<number, Motion>();
  crowd: readonly CrowdCell[] = [];
  private readonly people = new Map<number, Person>();
  private socket: MeetSocketLike | undefined;
  private guest: Guest | undefined;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pings: ReturnType<typeof setInterval> | undefined;
  private sentMs = 0;
  private sent = '';
  private repeats = 0;
  private standing: Extract<ToMeet, { type: 'stand' }> | undefined;
  private shunned: Extract<ToMeet, { type: 'shun' }> | undefined;
  private hasVoice = false;

  constructor(
    private readonly open: () => MeetSocketLike,
    private readonly events: MeetingEvents,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get isIn(): boolean {
    return this.seat !== 0;
  }

  /** Comes in, and comes back by itself after a break. */
  enter(guest: Guest): void {
    this.guest = guest;
    this.failures = 0;
    this.connect();
  }

  leave(): void {
    this.guest = undefined;
    clearTimeout(this.retry);
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
    this.clear();
    this.events.state('out');
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.socket?.close();
    const socket = this.open();
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (socket === this.socket && this.guest)
        this.send({ type: 'enter', name: this.guest.name, guest: this.guest.secret, room: this.guest.room });
    };
    socket.onmessage = ({ data }) => socket === this.socket && this.received(data);
    socket.onclose = () => socket === this.socket && this.closed();
    this.socket = socket;
    this.events.state('entering');
  }

  private closed(): void {
    this.socket = undefined;
    this.clear();
    this.events.state('lost');
    if (!this.guest) return;
    const wait =
      Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.failures++) * (0.75 + Math.random() / 2);
    this.retry = setTimeout(() => this.connect(), wait);
  }

  private clear(): void {
    clearInterval(this.pings);
    this.seat = 0;
    this.motions.clear();
    this.crowd = [];
    this.people.clear();
    this.sent = '';
    this.events.recording(null);
    this.events.people([]);
  }

  private send(message: ToMeet): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }

  private received(data: unknown): void {
    if (typeof data === 'string') {
      const said = parseMeet(data);
      if (said) this.message(said);
    } else if (data instanceof ArrayBuffer) this.frame(data);
  }

  private frame(data: ArrayBuffer): void {
    try {
      const { timeMs, people, gone, crowd } = decodePeople(data);
      this.clock.frame(timeMs, this.now());
      for (const seat of gone) this.motions.delete(seat);
      for (const record of people) this.motionOf(record.seat).take(record, timeMs, this.clock.lateMs);
      if (crowd) this.crowd = crowd;
    } catch (error) {
      if (!(error instanceof MeetFrameError)) throw error;
      // The connection is broken; the next one tells everything anew.
      this.socket?.close();
    }
  }

  private motionOf(seat: number): Motion {
    let motion = this.motions.get(seat);
    if (!motion) {
      motion = new Motion();
      this.motions.set(seat, motion);
    }
    return motion;
  }

  private message(said: FromMeet): void {
    if (said.type === 'entered') this.entered(said);
    else if (said.type === 'people') this.list(said.here, said.gone);
    else if (said.type === 'said') this.events.said(said);
    else if (said.type === 'called') this.events.called(said);
    else if (said.type === 'signal') this.events.signal(said.from, said.data);
    else if (said.type === 'followed') this.events.followed(said.by);
    else if (said.type === 'look') this.events.look(said.seat, said.camera);
    else if (said.type === 'recording') this.events.recording(said.recording);
    else if (said.type === 'reported') this.events.reported();
    else if (said.type === 'problem') this.problem(said.code, said.detail);
  }

  private problem(code: string, detail: string): void {
    // Whoever is not let in asks again only when told to.
    if (!this.isIn && code !== 'unavailable') this.guest = undefined;
    this.events.problem(code, detail);
  }

  private entered({ seat, person, rules }: Extract<FromMeet, { type: 'entered' }>): void {
    this.seat = seat;
    this.person = person;
    this.rules = rules;
    this.failures = 0;
    this.pings = setInterval(() => this.send({ type: 'ping', id: Math.round(this.now()) }), PING_MS);
    if (this.shunned) this.send(this.shunned);
    if (this.standing) this.send(this.standing);
    if (this.hasVoice) this.send({ type: 'voice', on: true });
    this.events.state('in');
  }

  private list(here: readonly Person[], gone: readonly number[]): void {
    for (const seat of gone) this.people.delete(seat);
    for (const person of here) this.people.set(person.seat, person);
    this.events.people(
      [...this.people.values()].sort((a, b) => a.name.localeCompare(b.name) || a.seat - b.seat),
    );
  }

  // ---- what one says

  /** Called for every picture; sends as often as the room wants it, and no more when nothing moves. */
  move(body: Body, isLeap: boolean): void {
    if (!this.isIn || this.socket?.readyState !== OPEN) return;
    const now = this.now();
    const since = now - this.sentMs;
    if (since < 1000 / (this.rules?.rateHz ?? 15) - 4 && !isLeap) return;
    const text = JSON.stringify(body, (_, value) =>
      typeof value === 'number' ? Math.round(value * 200) : value,
    );
    this.repeats = text === this.sent ? this.repeats + 1 : 0;
    // Said twice, a pose tells the others that one stands still.
    if (this.repeats > 1 && since < STILL_MS) return;
    this.sent = text;
    this.sentMs = now;
    this.socket.send(encodeBody(body, isLeap));
  }

  stand(branch: string, at: string | null, speed: number): void {
    this.standing = { type: 'stand', branch, at, speed };
    this.send(this.standing);
  }

  say(to: To, text: string): void {
    this.send({ type: 'say', to, text });
  }

  call(position: readonly [number, number, number], text: string): void {
    this.send({ type: 'call', position, text });
  }

  shun(muted: Iterable<string>, blocked: Iterable<string>): void {
    this.shunned = { type: 'shun', muted: [...muted], blocked: [...blocked] };
    this.send(this.shunned);
  }

  report(seat: number, text: string): void {
    this.send({ type: 'report', seat, text });
  }

  voice(on: boolean): void {
    this.hasVoice = on;
    this.send({ type: 'voice', on });
  }

  signal(to: number, data: unknown): void {
    this.send({ type: 'signal', to, data });
  }

  follow(seat: number | null): void {
    this.send({ type: 'follow', seat });
  }

  record(on: boolean, name: string): void {
    this.send({ type: 'record', on, name });
  }

  consent(yes: boolean): void {
    this.send({ type: 'consent', yes });
  }

  look(camera: unknown): void {
    this.send({ type: 'look', camera });
  }
}

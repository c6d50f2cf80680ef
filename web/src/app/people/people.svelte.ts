/** The app's store of the people in the hall: who is here, what they say, and what one does among them. */
import { toWire } from '../../client/instant';
import { Meeting, type MeetingState, type MeetSocketLike } from '../../client/meet/meeting';
import type { View } from '../../client/view';
import { momentText } from '../../client/zone';
import type { FromMeet, Gesture, Person, Spot, To } from '../../protocol/meet';
import type { Avatar, CameraPose, PeopleScene } from '../../scene/contract';
import type { App } from '../app.svelte';
import { beside, OwnBody } from './body';
import { colourOf } from './colour';
import { Guest, type Shunned } from './guest';
import { Recordings } from './recordings.svelte';
import { Voice } from './voice.svelte';
import { instantOf, isElsewhen, joined } from './when';
import { type PeopleWords, peopleWords } from './words';

export interface Message {
  id: number;
  from: number;
  name: string;
  to: To;
  text: string;
  at: string;
  isOwn: boolean;
}

type Call = Extract<FromMeet, { type: 'called' }>;

const MESSAGES_MAX = 200;
const WAVE_MS = 2600;
/** A view that is dragged through time is told of this often. */
const STAND_MS = 300;
const LOOK_MS = 100;
/** How fast the picture follows somebody else's. */
const FOLLOW_MS = 140;
const WORDS_EVERY_MS = 500;
const LEAP_METRES = 3;

export class People {
  state: MeetingState = $state('out');
  list: readonly Person[] = $state.raw([]);
  messages: readonly Message[] = $state.raw([]);
  unread = $state(0);
  isOpen = $state(false);
  /** Rises when the message box should have the keyboard. */
  wantsToWrite = $state(0);
  to: To = $state.raw('room');
  /** Somebody calls everyone, until one has answered. */
  call: Call | null = $state.raw(null);
  following: number | null = $state(null);
  followedBy: readonly number[] = $state.raw([]);
  shunned: readonly Shunned[] = $state.raw([]);
  hand = $state(false);
  name = $state('');
  readonly words: PeopleWords = $derived.by(() => peopleWords(this.app.language));

  readonly meeting: Meeting;
  readonly voice = new Voice(this);
  readonly recordings: Recordings;
  readonly body = new OwnBody();
  readonly scene: PeopleScene & { avatars: Avatar[] };
  private readonly guest = new Guest();
  private readonly avatars = new Map<number, Avatar>();
  private readonly bySeat = new Map<number, Person>();
  private sawCamera: CameraPose | null = null;
  private last: Spot = [0, 0, 0];
  private lookMs = 0;
  private wordsMs = 0;
  private standTimer: ReturnType<typeof setTimeout> | undefined;
  private gestureTimer: ReturnType<typeof setTimeout> | undefined;
  private isPointing = false;
  private nextId = 1;

  constructor(private readonly app: App) {
    this.recordings = new Recordings(app);
    this.name = this.guest.name;
    this.shunned = this.guest.shunned;
    this.scene = { avatars: [], crowd: [], ownRay: null, ownColour: '#2c7a86', personalSpace: 0.7 };
    this.meeting = new Meeting(openSocket, {
      state: (state) => this.changed(state),
      people: (people) => this.gotPeople(people),
      said: (word) => this.heard(word),
      called: (call) => {
        this.call = call;
        app.announcement = this.callText(call);
      },
      signal: (from, data) => void this.voice.signal(from, data),
      followed: (by) => {
        this.followedBy = by;
      },
      look: (seat, camera) => {
        if (seat === this.following) this.sawCamera = camera as CameraPose;
      },
      recording: (recording) => this.recordings.told(recording),
      reported: () => app.tell(this.words.reported),
      problem: (_, detail) => app.tell(app.t.problem(detail)),
    });
  }

  get isIn(): boolean {
    return this.state === 'in';
  }

  /** Whoever has come in once comes in again by themselves. */
  start(): void {
    void this.recordings.read();
    if (this.guest.name !== '') this.enter(this.guest.name);
  }

  enter(name: string): void {
    this.name = name;
    this.guest.setName(name);
    this.tellShunned();
    this.meeting.enter({ name, secret: this.guest.secret, room: roomOfAddress() });
  }

  leave(): void {
    this.voice.stop();
    this.guest.setName('');
    this.stopFollowing();
    this.meeting.leave();
  }

  private changed(state: MeetingState): void {
    this.state = state;
    this.voice.hangUpAll();
    if (state !== 'in') return;
    this.stand(this.app.view);
    this.scene.ownColour = colourOf(this.meeting.person);
  }

  private gotPeople(people: readonly Person[]): void {
    const before = this.following === null ? undefined : this.bySeat.get(this.following);
    this.bySeat.clear();
    for (const person of people) this.bySeat.set(person.seat, person);
    this.list = people.filter(({ seat }) => seat !== this.meeting.seat);
    this.wordsMs = 0;
    if (this.following === null) return;
    const leader = this.bySeat.get(this.following);
    if (!leader) {
      if (before) this.app.tell(this.words.gone(before.name));
      this.stopFollowing();
    } else if (leader !== before) this.joinTime(leader.seat);
  }

  failedVoice(): void {
    this.app.tell(this.words.voiceFailed);
  }

  person(seat: number): Person | undefined {
    return this.bySeat.get(seat);
  }

  colour(seat: number): string {
    const person = this.bySeat.get(seat);
    return seat === this.meeting.seat ? this.scene.ownColour : colourOf(person?.person ?? String(seat));
  }

  /** Whole metres over the floor to somebody. */
  distanceTo(seat: number): number {
    const shown = this.meeting.motions.get(seat)?.shown;
    return shown ? Math.round(Math.hypot(shown.x - this.last[0], shown.y - this.last[1])) : 0;
  }

  // ---- each picture

  /** Brings everybody to now, and tells the others of the own body. */
  frame(deltaMs: number): void {
    this.scene.avatars.length = 0;
    this.recordings.draw(this.scene.avatars);
    if (!this.isIn) return;
    this.follow(deltaMs);
    this.drawOthers(deltaMs);
    this.drawCrowd();
    this.moveOwn(deltaMs);
  }

  private drawOthers(deltaMs: number): void {
    const { meeting, scene } = this;
    const room = meeting.clock.at(performance.now());
    this.wordsMs -= deltaMs;
    const isTime = this.wordsMs <= 0;
    if (isTime) this.wordsMs = WORDS_EVERY_MS;
    for (const [seat, motion] of meeting.motions) {
      const person = this.bySeat.get(seat);
      if (!person) continue;
      const avatar = this.avatarOf(seat);
      Object.assign(avatar, motion.update(room));
      avatar.isSpeaking = motion.isSpeaking;
      avatar.isAbove = motion.isAbove;
      avatar.gesture = motion.gesture;
      avatar.ray = motion.ray;
      if (isTime || avatar.name === '') this.describe(avatar, person, room);
      scene.avatars.push(avatar);
    }
  }

  private avatarOf(seat: number): Avatar {
    let avatar = this.avatars.get(seat);
    if (!avatar) {
      if (this.avatars.size > 1000) this.avatars.clear();
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

  private describe(avatar: Avatar, person: Person, room: number): void {
    avatar.name = person.name;
    avatar.colour = colourOf(person.person);
    avatar.isElsewhen = isElsewhen(person, room, this.app.view, this.app.session.instant());
    avatar.badge = avatar.isElsewhen ? this.whenText(person) : '';
  }

  /** The instant that somebody sees, in words. */
  whenText(person: Person): string {
    const { words, app } = this;
    const instant = instantOf(person, this.meeting.clock.at(performance.now()));
    const time =
      instant === null
        ? words.atPresent
        : momentText(instant, app.session.serverNow(), app.zone, app.language);
    if (person.branch === 'live') return time;
    return words.onBranch(app.futures.future(person.branch)?.name ?? person.branch, time);
  }

  isElsewhen(person: Person): boolean {
    const room = this.meeting.clock.at(performance.now());
    return isElsewhen(person, room, this.app.view, this.app.session.instant());
  }

  private crowdSeen: readonly unknown[] = [];

  private drawCrowd(): void {
    const { crowd, rules } = this.meeting;
    if (crowd === this.crowdSeen) return;
    this.crowdSeen = crowd;
    const side = rules?.crowdCellM ?? 16;
    this.scene.crowd = crowd.map(({ x, y, count }) => ({
      x: (x + 0.5) * side,
      y: (y + 0.5) * side,
      side,
      count,
      label: this.words.crowd(count),
    }));
  }

  private moveOwn(deltaMs: number): void {
    const { hall } = this.app;
    if (!hall) return;
    const { body, scene } = this;
    scene.ownRay = this.isPointing ? hall.aim() : null;
    body.ray = scene.ownRay;
    const camera = hall.getCamera();
    const now = body.at(camera);
    this.voice.frame(deltaMs, now);
    const isLeap = Math.hypot(now.position[0] - this.last[0], now.position[1] - this.last[1]) > LEAP_METRES;
    this.last = now.position;
    this.meeting.move(now, isLeap);
    this.lookMs += deltaMs;
    if (this.followedBy.length === 0 || this.lookMs < LOOK_MS) return;
    this.lookMs = 0;
    this.meeting.look(camera);
  }

  // ---- following

  startFollowing(seat: number): void {
    this.following = seat;
    this.sawCamera = null;
    this.meeting.follow(seat);
    this.joinTime(seat);
  }

  stopFollowing(): void {
    if (this.following === null) return;
    this.following = null;
    this.sawCamera = null;
    this.meeting.follow(null);
  }

  private follow(deltaMs: number): void {
    const { hall } = this.app;
    const to = this.sawCamera;
    if (!hall || !to || this.following === null) return;
    const from = hall.getCamera();
    const share = from.mode === to.mode ? 1 - Math.exp(-deltaMs / FOLLOW_MS) : 1;
    const mix = (a: CameraPose['position'], b: CameraPose['position']): CameraPose['position'] => [
      a[0] + (b[0] - a[0]) * share,
      a[1] + (b[1] - a[1]) * share,
      a[2] + (b[2] - a[2]) * share,
    ];
    hall.setCamera(
      { position: mix(from.position, to.position), target: mix(from.target, to.target), mode: to.mode },
      false,
    );
  }

  // ---- what one does

  goTo(seat: number): void {
    const { hall } = this.app;
    const shown = this.meeting.motions.get(seat)?.shown;
    if (!hall || !shown) return;
    this.stopFollowing();
    hall.setCamera(beside(shown.x, shown.y, shown.headYaw), true);
    this.app.mode = 'walk';
  }

  joinTime(seat: number): void {
    const person = this.bySeat.get(seat);
    if (!person) return;
    const view = joined(person, this.meeting.clock.at(performance.now()));
    if (view.at === null && view.branch === 'live') this.app.time.goLive();
    else this.app.session.setView(view);
  }

  /** The view has changed: the others see at which instant one is. */
  stand(view: View): void {
    if (this.standTimer !== undefined) return;
    this.standNow(view);
    this.standTimer = setTimeout(() => {
      this.standTimer = undefined;
      if (this.app.view !== view) this.stand(this.app.view);
    }, STAND_MS);
  }

  private standNow({ branch, at, speed }: View): void {
    this.meeting.stand(branch, at === null ? null : toWire(this.app.session.instant() || at), speed);
  }

  point(isPointing: boolean): void {
    this.isPointing = isPointing && this.isIn;
  }

  gesture(gesture: Gesture): void {
    clearTimeout(this.gestureTimer);
    this.hand = gesture === 'hand' && !this.hand;
    this.body.gesture = gesture === 'hand' && !this.hand ? 'none' : gesture;
    if (gesture === 'hand') return;
    this.gestureTimer = setTimeout(() => {
      this.body.gesture = 'none';
    }, WAVE_MS);
  }

  callEveryone(text = ''): void {
    const { hall } = this.app;
    if (!hall) return;
    const { position } = this.body.at(hall.getCamera());
    this.meeting.call(position, text);
    this.app.tell(this.words.callSent);
  }

  callText({ name, text }: Call): string {
    return text === '' ? this.words.called(name) : this.words.calledTo(name, text);
  }

  answerCall(goes: boolean): void {
    const { call } = this;
    this.call = null;
    if (!call || !goes) return;
    this.stopFollowing();
    const [x, y] = call.position;
    // People who are called to one spot do not stand inside of each other.
    this.app.hall?.setCamera(beside(x, y, (this.meeting.seat * 2.4) % (2 * Math.PI)), true);
    this.app.mode = 'walk';
    if (this.bySeat.has(call.from)) this.joinTime(call.from);
  }

  say(text: string): void {
    if (text.trim() !== '') this.meeting.say(this.to, text);
  }

  private heard({ from, name, to, text, at }: Extract<FromMeet, { type: 'said' }>): void {
    const isOwn = from === this.meeting.seat;
    const message = { id: this.nextId++, from, name, to, text, at, isOwn };
    this.messages = [...this.messages, message].slice(-MESSAGES_MAX);
    if (this.isOpen || isOwn) return;
    this.unread++;
    this.app.announcement = `${name}: ${text}`;
  }

  open(isOpen: boolean): void {
    this.isOpen = isOpen;
    if (!isOpen) return;
    this.unread = 0;
    this.app.sheet = 'people';
  }

  write(): void {
    this.open(true);
    this.wantsToWrite++;
  }

  // ---- whom not to know of

  shun(person: Person, how: Shunned['how']): void {
    const others = this.shunned.filter((one) => one.person !== person.person);
    this.setShunned([...others, { person: person.person, name: person.name, how }]);
  }

  forgive(person: string): void {
    this.setShunned(this.shunned.filter((one) => one.person !== person));
  }

  howShunned(person: string): Shunned['how'] | null {
    return this.shunned.find((one) => one.person === person)?.how ?? null;
  }

  private setShunned(shunned: readonly Shunned[]): void {
    this.shunned = shunned;
    this.guest.setShunned(shunned);
    this.tellShunned();
  }

  private tellShunned(): void {
    const of = (how: Shunned['how']) =>
      this.shunned.filter((one) => one.how === how).map(({ person }) => person);
    this.meeting.shun(of('muted'), of('blocked'));
  }
}

/** `#…&room=` is taken by the rooms of the future; a group meets apart with `?meet=NAME`. */
function roomOfAddress(): string {
  return new URLSearchParams(location.search).get('meet') ?? '';
}

function openSocket(): MeetSocketLike {
  const url = new URL('/api/v1/meet', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url) as unknown as MeetSocketLike;
}

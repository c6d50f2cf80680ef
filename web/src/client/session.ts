/**
 * One person's stay at a site: the world, the table, the view and the connection, held together.
 * Knows no document and no framework; what happens is told through `SessionEvents`.
 */
import type { Interest, ServerMessage } from '../protocol/control';
import type { Frame } from '../protocol/frame';
import type { Job } from '../protocol/futures';
import type { Site } from '../protocol/rest';
import type { SignalId, SiteEvent, WorldDocument } from '../protocol/types';
import { type Api, ApiError } from './api';
import { InstantClock } from './clock';
import { fromWire } from './instant';
import { EMPTY_MODEL, PlantModel } from './model';
import { Probe } from './probe';
import { type SocketLike, ViewSocket } from './socket';
import { LiveTable } from './table';
import { isLive, LIVE, sameView, type View } from './view';

export interface SessionEvents {
  site(site: Site): void;
  world(model: PlantModel): void;
  view(view: View): void;
  /** The first frame of a view has come: the table and the clock now stand where the view was set. */
  landed(): void;
  /** Since which site instant there is no connection, or null when there is one. */
  offline(since: number | null): void;
  event(event: SiteEvent): void;
  /** Branches were forked, renamed or discarded. */
  branches(): void;
  job(job: Job): void;
  /** A plan was made without being asked for. */
  plan(id: string, reason: string): void;
  /** Playback has come to the end of its branch. */
  branchEnded(): void;
  problem(code: string, detail: string): void;
}

/** The server promises a frame a second; three missed ones mean that nobody is there. */
const SILENCE_MS_MAX = 3000;
const RATE_HZ = 20;
const RELOAD_PAUSE_MS = 1000;
/** Beyond this many signals only those that the hall draws and the panels show are asked for. */
const ALL_SIGNALS_MAX = 20_000;
export const DRAWN_ROLES: readonly string[] = (
  'state part order level capacity progress condition spindle-speed axis-x axis-y axis-z joint-1 joint-2 ' +
  'joint-3 joint-4 joint-5 joint-6 pose-x pose-y pose-heading belt-speed battery part-count connection-state'
).split(' ');

export class Session {
  readonly table = new LiveTable();
  readonly clock = new InstantClock();
  model: PlantModel = EMPTY_MODEL;
  site: Site | undefined;
  view: View = LIVE;
  offlineSince: number | null = null;

  readonly probe = new Probe();
  private readonly socket: ViewSocket;
  private lastFrameAt = 0;
  private watched: readonly SignalId[] = [];
  private revision = 0;
  private landedEpoch = -1;
  private reloading = false;
  private reloadAgain = false;
  private shownBranch = LIVE.branch;
  private watchdog: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly api: Api,
    openSocket: () => SocketLike,
    private readonly events: SessionEvents,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.socket = new ViewSocket(openSocket, {
      open: () => undefined,
      closed: () => this.wentOffline(),
      frame: (frame) => this.onFrame(frame),
      message: (message) => this.onMessage(message),
    });
  }

  /** Reads site and world, then opens the view. Tries again by itself until the server answers. */
  async start(view: View): Promise<void> {
    this.view = view;
    try {
      await this.loadSite();
      await this.loadWorld();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.events.problem(error.code, error.message);
      if (error.status === 404 && this.view.branch !== LIVE.branch) {
        // The address is of a branch that was discarded since.
        this.events.view(LIVE);
        return this.start(LIVE);
      }
      this.wentOffline();
      setTimeout(() => void this.start(this.view), 2000);
      return;
    }
    this.lastFrameAt = this.now();
    this.socket.start();
    this.send();
    this.watchdog = setInterval(() => this.watch(), 500);
  }

  stop(): void {
    clearInterval(this.watchdog);
    this.socket.stop();
  }

  setView(change: Partial<View>): void {
    const before = this.view;
    const view = { ...before, ...change };
    if (sameView(view, before)) return;
    this.view = view;
    if (view.at !== null) this.clock.jump(view.at, this.now());
    this.send();
    this.events.view(view);
    if (view.branch !== before.branch) this.reloadWorld();
  }

  /** The instant on the screen, ms since the epoch. */
  instant(): number {
    return this.clock.at(this.now());
  }

  /** What ages are counted to: without a connection the picture stands still, but values grow old. */
  ageInstant(): number {
    return this.offlineSince !== null && isLive(this.view) ? this.serverNow() : this.instant();
  }

  serverNow(): number {
    return this.clock.serverNow(this.now());
  }

  /** The signals that panels show; asked for by name when the plant is too big to send whole. */
  watchSignals(signals: readonly SignalId[]): void {
    this.watched = signals;
    if (this.isBig()) this.send();
  }

  private isBig(): boolean {
    return this.model.document.signals.length > ALL_SIGNALS_MAX;
  }

  private interest(): Interest {
    return this.isBig() ? { roles: [...DRAWN_ROLES], signals: [...this.watched] } : { all: true };
  }

  private send(): void {
    this.socket.setView(this.view, this.interest(), RATE_HZ);
  }

  private async loadSite(): Promise<void> {
    this.site = await this.api.site();
    const now = this.now();
    this.clock.setServerNow(fromWire(this.site.now), now);
    this.clock.jump(this.view.at ?? fromWire(this.site.now), now);
    this.events.site(this.site);
  }

  private async loadWorld(): Promise<void> {
    const { branch } = this.view;
    const document = await this.api.world({ ...this.view });
    if (branch !== this.view.branch) {
      this.reloadAgain = true;
      return;
    }
    // A forecast is of the same plant: nothing in the hall needs to be built anew.
    const isSame = branch !== this.shownBranch && sameThings(document, this.model.document);
    this.shownBranch = branch;
    if (isSame) return;
    this.model = new PlantModel(document, ++this.revision);
    this.events.world(this.model);
  }

  /** A plant that is being discovered tells of each find; the world is read once for many of them. */
  private reloadWorld(): void {
    if (this.reloading) {
      this.reloadAgain = true;
      return;
    }
    this.reloading = true;
    this.loadWorld()
      .catch(() => undefined)
      .finally(() => setTimeout(() => this.reloaded(), RELOAD_PAUSE_MS));
  }

  private reloaded(): void {
    this.reloading = false;
    if (!this.reloadAgain) return;
    this.reloadAgain = false;
    this.reloadWorld();
  }

  private onFrame(frame: Frame): void {
    const now = this.now();
    this.lastFrameAt = now;
    this.table.apply(frame);
    this.probe.received(frame);
    if (frame.live) this.clock.setServerNow(frame.instantMs, now);
    const rate = frame.live ? 1 : frame.playing ? this.view.speed : 0;
    this.clock.onFrame(frame.instantMs, now, rate, frame.kind === 'keyframe');
    if (this.offlineSince !== null) this.cameBack();
    if (frame.epoch === this.landedEpoch) return;
    this.landedEpoch = frame.epoch;
    this.events.landed();
  }

  private onMessage(message: ServerMessage): void {
    if (message.type === 'hello') this.clock.setServerNow(fromWire(message.now), this.now());
    else if (message.type === 'structure') this.reloadWorld();
    else if (message.type === 'event') this.events.event(message.event);
    else if (message.type === 'ended') this.ended();
    else if (message.type === 'branches') this.events.branches();
    else if (message.type === 'job') this.events.job(message.job);
    else if (message.type === 'plan') this.events.plan(message.plan, message.reason);
    else if (message.type === 'problem') this.events.problem(message.code, message.detail);
  }

  /** The past ends in the present; a future stands at its end. */
  private ended(): void {
    if (this.view.branch === LIVE.branch) this.setView(LIVE);
    else this.events.branchEnded();
  }

  private watch(): void {
    if (this.now() - this.lastFrameAt <= SILENCE_MS_MAX) return;
    this.wentOffline();
    this.lastFrameAt = this.now();
    this.socket.restart();
  }

  private wentOffline(): void {
    if (this.offlineSince !== null) return;
    this.offlineSince = isLive(this.view) ? this.instant() || this.serverNow() : this.serverNow();
    this.events.offline(this.offlineSince);
  }

  /** The plant may have changed while we were away, so the structure is read again. */
  private cameBack(): void {
    this.offlineSince = null;
    this.events.offline(null);
    this.reloadWorld();
  }
}

/** Whether two documents stand the same things with the same signals; a switch of branches changes nothing else. */
function sameThings(a: WorldDocument, b: WorldDocument): boolean {
  return (
    a.things.length === b.things.length &&
    a.signals.length === b.signals.length &&
    a.things.every((thing, i) => thing.id === b.things[i]?.id && thing.key === b.things[i]?.key) &&
    a.signals.at(-1)?.id === b.signals.at(-1)?.id
  );
}

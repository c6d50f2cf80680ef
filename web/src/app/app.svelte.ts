/** The app's one store: what changes at human speed. Values and poses are not here but in the session's table. */
import { formatAddress, parseAddress } from '../client/address';
import { conditionsVersion, openAlarms } from '../client/alarms';
import { Api, type Moment } from '../client/api';
import { fromWire } from '../client/instant';
import { type Language, languageOf } from '../client/language';
import { EMPTY_MODEL, type PlantModel } from '../client/model';
import { Session } from '../client/session';
import type { SocketLike } from '../client/socket';
import { isLive, LIVE, nextSpeed, type View } from '../client/view';
import type { Site } from '../protocol/rest';
import type { Alarm, Signal, SiteEvent, Thing, ThingId } from '../protocol/types';
import type { CameraPose, Hall, Tense, Theme } from '../scene/contract';
import { settings } from './settings';
import { onTick } from './tick';
import { en, type Words } from './words/en';
import { zh } from './words/zh';

export type Dialog = 'palette' | 'connections' | 'alarms' | 'shortcuts' | null;
export type Panel = 'tree' | 'inspector' | 'timeline';

const NOTICE_MS = 6000;
const AFTER_ALARM_MS = 1000;

class App {
  language: Language = $state('en');
  theme: Theme = $state('light');
  site: Site | undefined = $state.raw();
  model: PlantModel = $state.raw(EMPTY_MODEL);
  /** True once the world was read, so that an empty plant is told from one that is still coming. */
  loaded = $state(false);
  view: View = $state.raw(LIVE);
  offlineSince: number | null = $state(null);
  selected: ThingId | null = $state(null);
  alarms: readonly Alarm[] = $state.raw([]);
  lastEvent: SiteEvent | undefined = $state.raw();
  dialog: Dialog = $state(null);
  open: Record<Panel, boolean> = $state({ tree: true, inspector: true, timeline: true });
  /** The one panel that a narrow screen shows under the hall. */
  sheet: Panel = $state('inspector');
  mode: CameraPose['mode'] = $state('orbit');
  notice = $state('');
  announcement = $state('');
  /** Signals whose plots are pinned, by thing. */
  plotted: Record<ThingId, readonly number[]> = $state.raw({});
  /** Rises whenever somebody asks for the present, even when it is already shown. */
  liveCalls = $state(0);
  /** Rises whenever a view has landed, so that panels which fetch know to fetch again. */
  jumps = $state(0);

  readonly t: Words = $derived(this.language === 'zh' ? zh : en);
  readonly zone: string = $derived(this.site?.zone ?? 'UTC');
  readonly thing: Thing | undefined = $derived(
    this.selected === null ? undefined : this.model.thing(this.selected),
  );
  readonly tense: Tense = $derived.by(() => {
    if (this.offlineSince !== null) return 'offline';
    if (isLive(this.view)) return 'live';
    return this.view.branch === 'live' ? 'past' : 'future';
  });

  readonly session: Session;
  hall: Hall | undefined;
  private conditions: readonly Signal[] = [];
  private conditionsSeen = -1;
  private address = parseAddress('');
  private camera: CameraPose | null = null;
  private addressTimer: ReturnType<typeof setTimeout> | undefined;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.session = new Session(new Api(location.origin), openSocket, {
      site: (site) => this.gotSite(site),
      world: (model) => this.gotWorld(model),
      view: (view) => this.gotView(view),
      offline: (since) => {
        this.offlineSince = since;
      },
      landed: () => {
        this.jumps++;
      },
      event: (event) => {
        this.lastEvent = event;
      },
      problem: (code, detail) =>
        this.tell(code === 'unreachable' ? this.t.unreachable : this.t.problem(detail)),
    });
  }

  get api(): Api {
    return this.session.api;
  }

  start(): void {
    this.address = parseAddress(location.hash);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    this.theme = this.address.theme ?? settings.theme() ?? (dark.matches ? 'dark' : 'light');
    this.language = this.address.language ?? settings.language() ?? languageOf(navigator.language) ?? 'en';
    document.documentElement.dataset.theme = this.theme;
    Object.assign(this.open, settings.folds());
    this.view = this.address.view;
    this.camera = this.address.camera;
    dark.addEventListener('change', ({ matches }) => {
      if (!settings.theme()) this.theme = matches ? 'dark' : 'light';
    });
    addEventListener('hashchange', () => this.followAddress());
    void this.session.start(this.view);
    onTick(() => this.readAlarms());
  }

  attachHall(hall: Hall): void {
    this.hall = hall;
    hall.setTable(this.session.table);
    hall.setTheme(this.theme);
    hall.setTense(this.tense);
    if (this.loaded) this.furnishHall();
  }

  private furnishHall(): void {
    const { hall } = this;
    if (!hall) return;
    hall.setWorld(this.model);
    hall.setAlarms(this.alarms);
    hall.select(this.selected);
    if (this.camera) hall.setCamera(this.camera, false);
  }

  // ---- what the session tells

  private gotSite(site: Site): void {
    this.site = site;
    document.title = `${site.name} · Trine`;
  }

  private gotWorld(model: PlantModel): void {
    const key = this.thing?.key ?? (this.loaded ? null : this.address.selection);
    this.model = model;
    this.conditions = model.document.signals.filter((signal) => signal.role === 'condition');
    this.conditionsSeen = -1;
    this.selected = key === null ? null : (model.thingByKey(key)?.id ?? null);
    this.loaded = true;
    this.furnishHall();
  }

  private gotView(view: View): void {
    this.view = view;
    this.saveAddress();
  }

  private readAlarms(): void {
    const { table } = this.session;
    const seen = conditionsVersion(table, this.conditions);
    if (seen === this.conditionsSeen) return;
    this.conditionsSeen = seen;
    const alarms = openAlarms(this.model, table, this.conditions, isLive(this.view), this.alarms);
    if (sameAlarms(alarms, this.alarms)) return;
    this.announceNew(alarms);
    this.alarms = alarms;
    this.hall?.setAlarms(alarms);
  }

  private announceNew(alarms: readonly Alarm[]): void {
    const before = new Set(this.alarms.map((alarm) => alarm.id));
    const fresh = alarms.find((alarm) => !before.has(alarm.id));
    if (!fresh || before.size === 0) return;
    this.announcement = this.t.alarmRaisedAt(this.model.thing(fresh.thing)?.name ?? '', fresh.message);
  }

  // ---- what the reader does

  select(id: ThingId | null, fly = false): void {
    if (id !== this.selected) {
      this.selected = id;
      this.hall?.select(id);
      this.saveAddress();
    }
    if (fly && id !== null) this.hall?.flyTo(id);
    if (id === null) return;
    this.open.inspector = true;
    this.sheet = 'inspector';
  }

  setCamera(pose: CameraPose): void {
    this.camera = pose;
    this.mode = pose.mode;
    this.saveAddress();
  }

  setMode(mode: CameraPose['mode']): void {
    this.mode = mode;
    this.hall?.setMode(mode);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.address.theme = theme;
    settings.setTheme(theme);
    this.saveAddress();
  }

  setLanguage(language: Language): void {
    this.language = language;
    this.address.language = language;
    settings.setLanguage(language);
    this.saveAddress();
  }

  togglePanel(panel: Panel): void {
    this.open[panel] = !this.open[panel];
    settings.setFolds($state.snapshot(this.open));
  }

  showPanel(panel: Panel): void {
    this.sheet = panel;
    if (!this.open[panel]) this.togglePanel(panel);
  }

  tell(text: string): void {
    this.notice = text;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => {
      this.notice = '';
    }, NOTICE_MS);
  }

  // ---- time

  earliest(): number {
    const text = this.site?.earliest;
    return text ? fromWire(text) : this.session.serverNow();
  }

  /** Goes to an instant and keeps the speed; beyond now it is live, before the record its beginning. */
  seek(ms: number): void {
    const at = Math.max(ms, this.earliest());
    if (ms >= this.session.serverNow()) this.goLive();
    else this.session.setView({ at, speed: this.view.at === null ? 0 : this.view.speed });
  }

  goLive(): void {
    this.liveCalls++;
    this.session.setView({ at: null, speed: 1, branch: 'live' });
  }

  /** Live pauses into the past; the past plays or stands. */
  playPause(): void {
    const at = this.session.instant();
    this.session.setView({ at, speed: this.view.at === null || this.view.speed > 0 ? 0 : 1 });
  }

  setSpeed(speed: number): void {
    this.session.setView({ at: this.session.instant(), speed });
  }

  stepSpeed(step: 1 | -1): void {
    this.setSpeed(nextSpeed(this.view.at === null ? 1 : this.view.speed || 1, step));
  }

  /** Steps to an alarm and stands a moment after it came, when all that it changed is on the screen. */
  async stepAlarm(direction: 'next' | 'previous'): Promise<void> {
    const shown = this.session.instant();
    const forward = direction === 'next';
    const { events } = await this.api.events({
      from: forward ? shown + 1 : this.earliest(),
      to: forward ? this.session.serverNow() : shown - AFTER_ALARM_MS - 1,
      kinds: ['org.trine.alarm.raised.v1'],
      order: forward ? 'asc' : 'desc',
      limit: 1,
    });
    const event = events[0];
    if (!event) return this.tell(forward ? this.t.noLaterAlarm : this.t.noEarlierAlarm);
    this.session.setView({ at: fromWire(event.time) + AFTER_ALARM_MS, speed: 0 });
    const thing = this.model.thing(Number(event.data.thing ?? event.subject));
    if (thing) this.select(thing.id);
  }

  moment(): Moment {
    return {
      branch: this.view.branch,
      at: isLive(this.view) ? null : this.session.instant(),
      asKnownAt: this.view.asKnownAt,
    };
  }

  // ---- the address

  private saveAddress(): void {
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => history.replaceState(null, '', this.addressNow()), 250);
  }

  addressNow(): string {
    const { view } = this;
    const camera = this.hall?.getCamera() ?? this.camera;
    const at = view.at === null ? null : this.session.instant();
    const selection = this.thing?.key ?? (this.loaded ? null : this.address.selection);
    const { theme, language } = this.address;
    return formatAddress({
      site: this.site?.name ?? this.address.site,
      view: { ...view, at },
      selection,
      camera,
      theme,
      language,
    });
  }

  private followAddress(): void {
    const next = parseAddress(location.hash);
    this.session.setView(next.view);
    this.select(next.selection === null ? null : (this.model.thingByKey(next.selection)?.id ?? null));
    if (next.theme) this.theme = next.theme;
    if (next.language) this.language = next.language;
    if (next.camera) this.hall?.setCamera(next.camera, true);
  }
}

function openSocket(): SocketLike {
  const url = new URL('/api/v1/view', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url) as unknown as SocketLike;
}

function sameAlarms(a: readonly Alarm[], b: readonly Alarm[]): boolean {
  return (
    a.length === b.length && a.every((alarm, i) => alarm.id === b[i]?.id && alarm.raised === b[i]?.raised)
  );
}

export const app = new App();

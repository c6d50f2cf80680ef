/** The app's one store: what changes at human speed. Values and poses are not here but in the session's table. */
import { type FuturesAddress, formatAddress, parseAddress } from '../client/address';
import { Api } from '../client/api';
import { type Language, languageOf } from '../client/language';
import { EMPTY_MODEL, type PlantModel } from '../client/model';
import { Session } from '../client/session';
import type { SocketLike } from '../client/socket';
import { isLive, LIVE, type View } from '../client/view';
import type { Site } from '../protocol/rest';
import type { Alarm, SiteEvent, Thing, ThingId } from '../protocol/types';
import type { CameraPose, Hall, Tense, Theme } from '../scene/contract';
import { AlarmWatch } from './alarmwatch';
import { Futures, ROOMS, type Room } from './futures/futures.svelte';
import { People } from './people/people.svelte';
import { settings } from './settings';
import { onTick } from './tick';
import { ShownTime } from './timeline/shown.svelte';
import { TimeTravel } from './timetravel.svelte';
import { en, type Words } from './words/en';
import { hallWords } from './words/hall';
import { zh } from './words/zh';

export type Dialog = 'palette' | 'connections' | 'alarms' | 'shortcuts' | 'known' | null;
export type Panel = 'tree' | 'inspector' | 'timeline';
/** What a narrow screen shows under the hall. */
export type Sheet = Panel | 'futures' | 'people';

const NOTICE_MS = 6000;

export class App {
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
  sheet: Sheet = $state('inspector');
  mode: CameraPose['mode'] = $state('orbit');
  notice = $state('');
  announcement = $state('');
  /** Signals whose plots are pinned, by thing. */
  plotted: Record<ThingId, readonly number[]> = $state.raw({});
  /** Rises when a hall was made, which is later than the panels and may happen again. */
  hallReady = $state(0);
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
  readonly time: TimeTravel;
  readonly futures: Futures;
  readonly shown: ShownTime;
  readonly people: People;
  private readonly alarmWatch = new AlarmWatch();
  private address = parseAddress('');
  private camera: CameraPose | null = null;
  /** The camera of the address holds for the first picture only. */
  private placed = false;
  private addressTimer: ReturnType<typeof setTimeout> | undefined;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.session = new Session(new Api(location.origin), openSocket, {
      site: (site) => this.gotSite(site),
      world: (model) => this.gotWorld(model),
      view: (view) => this.gotView(view),
      offline: (since) => {
        this.offlineSince = since;
        // What was said of branches and jobs meanwhile was not heard.
        if (since === null) void this.futures.load();
      },
      landed: () => {
        this.jumps++;
      },
      event: (event) => {
        this.lastEvent = event;
      },
      branches: () => void this.futures.readBranches().catch(() => undefined),
      job: (job) => this.futures.gotJob(job),
      plan: (id, reason) => void this.futures.gotPlan(id, reason),
      branchEnded: () => this.time.standAtEnd(),
      problem: (code, detail) =>
        this.tell(code === 'unreachable' ? this.t.unreachable : this.t.problem(detail)),
    });
    this.time = new TimeTravel(this.session, {
      tell: (word) => this.tell(this.t[word]),
      select: (thing) => this.model.thing(thing) && this.select(thing),
      futures: () => this.futures.list,
    });
    this.shown = new ShownTime(this);
    this.futures = new Futures(this);
    this.people = new People(this);
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
    this.takeFutures(this.address.futures);
    void this.session.start(this.view);
    this.people.start();
    onTick(() => this.readAlarms());
  }

  attachHall(hall: Hall): void {
    // A hall that takes the place of another one is seen from where that one was.
    if (this.hall) this.camera = this.hall.getCamera();
    this.placed = false;
    this.hall = hall;
    this.hallReady++;
    hall.setTable(this.session.table);
    hall.setTheme(this.theme);
    hall.setTense(this.tense);
    hall.setWords(hallWords(this.t));
    hall.setPeople(this.people.scene);
    if (this.loaded) this.furnishHall();
  }

  private furnishHall(): void {
    const { hall } = this;
    if (!hall) return;
    hall.setWorld(this.model);
    hall.setAlarms(this.alarms);
    hall.select(this.selected);
    if (this.camera && !this.placed) hall.setCamera(this.camera, false);
    this.placed = true;
  }

  // ---- what the session tells

  private gotSite(site: Site): void {
    this.site = site;
    void this.loadFutures();
    document.title = `${site.name} · Trine`;
  }

  private gotWorld(model: PlantModel): void {
    const key = this.thing?.key ?? (this.loaded ? null : this.address.selection);
    this.model = model;
    this.alarmWatch.setModel(model);
    this.selected = key === null ? null : (model.thingByKey(key)?.id ?? null);
    this.loaded = true;
    this.furnishHall();
  }

  private gotView(view: View): void {
    this.view = view;
    this.people.stand(view);
    this.saveAddress();
  }

  private readAlarms(): void {
    const alarms = this.alarmWatch.read(this.model, this.session.table, isLive(this.view));
    if (!alarms) return;
    const { fresh } = this.alarmWatch;
    if (fresh)
      this.announcement = this.t.alarmRaisedAt(this.model.thing(fresh.thing)?.name ?? '', fresh.message);
    this.alarms = alarms;
    this.hall?.setAlarms(alarms);
  }

  /** An address may name a branch and no instant: then the branch is looked at from where it is its own. */
  private async loadFutures(): Promise<void> {
    await this.futures.load();
    const { branch, at } = this.view;
    const future = this.futures.future(branch);
    if (future && at === null) this.time.openBranch(future);
  }

  private takeFutures({ room, compared, plan }: FuturesAddress): void {
    const { futures } = this;
    futures.room = (ROOMS as readonly (string | null)[]).includes(room) ? (room as Room) : null;
    futures.wanted = compared;
    futures.planId = plan;
    if (futures.room) this.sheet = 'futures';
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

  // ---- the address

  addressChanged(): void {
    this.saveAddress();
  }

  private saveAddress(): void {
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => history.replaceState(null, '', this.addressNow()), 250);
  }

  addressNow(): string {
    const { view, futures } = this;
    const camera = this.hall?.getCamera() ?? this.camera;
    const at = view.at === null ? null : this.session.instant();
    const selection = this.thing?.key ?? (this.loaded ? null : this.address.selection);
    const { theme, language } = this.address;
    return formatAddress({
      site: this.site?.name ?? this.address.site,
      view: { ...view, at },
      selection,
      futures: { room: futures.room, compared: futures.compared, plan: futures.planId },
      camera,
      theme,
      language,
    });
  }

  private followAddress(): void {
    const next = parseAddress(location.hash);
    this.session.setView(next.view);
    this.takeFutures(next.futures);
    void this.futures.load();
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

export const app = new App();

/** The hall: puts the rooms of the scene together and draws one picture per frame. */
import { PerspectiveCamera, Scene } from 'three';
import type { Alarm, ThingId } from '../../protocol/types';
import { type Gestures, Pointer } from '../camera/pointer';
import type {
  CameraPose,
  FrameStats,
  GhostScene,
  Hall,
  HallEvents,
  HallWords,
  PeopleScene,
  SignalTable,
  Tense,
  Theme,
  WorldModel,
} from '../contract';
import { siteFromScene } from '../coordinates';
import '../kinds';
import { createMatter } from '../mesh/matter';
import { ShownValues } from '../motion/shown';
import { Traffic } from '../parts/traffic';
import { People } from '../people/people';
import { lookOf } from '../theme';
import { Attention } from './attention';
import { Captions } from './captions';
import type { Figure } from './figure';
import { Ghosts } from './ghosts';
import { Painter } from './painter';
import { Pointing } from './pointing';
import { Setting } from './setting';
import { ROAMING, Stage } from './stage';
import { installStyle, setOverlayLook } from './style';
import { type PartReports, Tidings } from './tidings';
import { Troupe } from './troupe';
import { Viewpoint } from './viewpoint';

export class PlantHall implements Hall {
  readonly stats: FrameStats = { scriptMs: 0, drawCalls: 0, triangles: 0, objects: 0 };
  readonly troupe = new Troupe();
  readonly stage: Stage;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(32, 1, 0.1, 1000);
  private readonly matter = createMatter();
  private readonly ghosts = new Ghosts();
  private readonly setting = new Setting();
  private readonly shown = new ShownValues();
  private readonly tidings = new Tidings();
  private readonly traffic = new Traffic(this.troupe);
  private readonly pointing = new Pointing(this.troupe, this.camera);
  private readonly painter: Painter;
  private readonly viewpoint: Viewpoint;
  private readonly attention: Attention;
  private readonly captions: Captions;
  private readonly people: People;
  private readonly pointer: Pointer;
  private readonly removeStyle: () => void;
  private table: SignalTable | null = null;
  private tense: Tense = 'live';
  private height = 1;
  private instantMs = 0;
  private hasWorld = false;
  private renewsShadows = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly overlay: HTMLElement,
    events: HallEvents,
  ) {
    this.painter = new Painter(canvas, this.scene, this.camera, {
      lost: () => events.picture('lost'),
      restored: () => events.picture('back'),
    });
    this.stage = new Stage(this.matter.material);
    this.removeStyle = installStyle(overlay);
    this.attention = new Attention(canvas, this.troupe, this.pointing, (thing) => events.hover(thing));
    this.viewpoint = new Viewpoint(this.camera, overlay, this.setting, this.pointing, (pose) =>
      events.camera(pose),
    );
    this.captions = new Captions(overlay, this.camera, this.troupe, this.tidings, this.attention, (x, z) =>
      this.viewpoint.goTo(x, z),
    );
    this.people = new People(overlay);
    this.scene.add(
      this.setting.group,
      this.stage.group,
      this.ghosts.group,
      this.attention.ring.mesh,
      this.captions.marks.mesh,
      this.people.group,
    );
    this.pointer = new Pointer(canvas, this.gestures(events));
    this.setTheme('light');
  }

  setWorld(world: WorldModel): void {
    this.traffic.setWorld(world);
    this.stage.clear();
    this.traffic.travel.reserve(this.stage.cell(ROAMING));
    this.troupe.build(world, this.stage);
    this.tidings.listen(this.troupe.figures, world);
    this.setting.build(world, this.troupe);
    this.captions.setWorld(world, this.setting.box);
    this.captions.setGhosts(this.ghosts.figures);
    this.pointing.build();
    this.attention.renew();
    this.hasWorld = true;
    this.viewpoint.fitUntouched();
    this.painter.renewShadows();
  }

  setTable(table: SignalTable): void {
    this.table = table;
    this.shown.setTable(table);
    this.tidings.forget();
    this.captions.setTable(table);
  }

  setAlarms(alarms: readonly Alarm[]): void {
    this.captions.setAlarms(alarms);
  }

  setWords(words: HallWords): void {
    this.captions.setWords(words);
  }

  setGhosts(ghosts: GhostScene | null): void {
    this.ghosts.set(ghosts);
    this.captions.setGhosts(this.ghosts.figures);
  }

  setNotes(notes: ReadonlyMap<ThingId, string>): void {
    this.captions.setNotes(notes);
  }

  setTense(tense: Tense): void {
    if ((tense === 'future') !== (this.tense === 'future')) this.matter.setTranslucent(tense === 'future');
    this.tense = tense;
    this.canvas.style.filter = tense === 'offline' ? 'grayscale(0.9) contrast(0.72) brightness(1.04)' : '';
    this.overlay.classList.toggle('hall-offline', tense === 'offline');
  }

  setTheme(theme: Theme): void {
    const look = lookOf(theme);
    for (const room of [this.matter, this.ghosts, this.setting, this.attention, this.captions])
      room.setLook(look);
    setOverlayLook(this.overlay, look);
    this.painter.setBackground(look.background);
  }

  setPeople(people: PeopleScene | null): void {
    this.people.set(people);
  }

  aim(): readonly [number, number, number] | null {
    const point = this.attention.aimedAt();
    return point && siteFromScene(point.x, point.y, point.z);
  }

  select(thing: ThingId | null): void {
    this.attention.select(thing);
  }

  flyTo(thing: ThingId | 'all'): void {
    if (thing === 'all') {
      this.viewpoint.fitAll();
      return;
    }
    const figure = this.troupe.byThing.get(thing);
    if (figure) this.viewpoint.flyTo(figure);
  }

  setMode(mode: CameraPose['mode']): void {
    this.viewpoint.setMode(mode);
  }

  getCamera(): CameraPose {
    return this.viewpoint.pose();
  }

  setCamera(pose: CameraPose, ease: boolean): void {
    this.viewpoint.setPose(pose, ease);
  }

  frame(instantMs: number, deltaMs: number, ageInstantMs = instantMs): void {
    if (this.painter.isLost) return;
    const started = performance.now();
    const instantDelta = this.instantMs === 0 ? 0 : instantMs - this.instantMs;
    this.instantMs = instantMs;
    this.viewpoint.update(deltaMs);
    this.move(instantMs, instantDelta, deltaMs, ageInstantMs);
    this.attention.update();
    this.captions.update(
      deltaMs,
      ageInstantMs,
      this.viewpoint.moved,
      this.viewpoint.isWalking ? this.isBehindOthers : null,
    );
    this.people.update(this.camera, deltaMs, this.viewpoint.isWalking);
    this.stage.flush();
    this.ghosts.update(this.camera);
    this.painter.paint(this.renewsShadows);
    this.stats.scriptMs = performance.now() - started;
    this.stats.objects = this.troupe.figures.length;
    this.painter.note(this.stats);
  }

  finish(): void {
    this.painter.finish();
  }

  /** Everything that stands or moves in the hall is brought to the instant. */
  private move(instantMs: number, instantDelta: number, deltaMs: number, ageInstantMs: number): void {
    this.shown.begin(instantMs, deltaMs);
    if (this.shown.jumped) this.traffic.clear();
    if (this.table) this.tidings.read(this.table, ageInstantMs, deltaMs, this.reports);
    this.renewsShadows = this.painter.wantsShadows(deltaMs, this.hasNewShadows);
    this.stage.update(this.camera, this.renewsShadows);
    this.troupe.drive(this.stage, this.shown, instantMs, instantDelta, deltaMs);
    if (this.traffic.travel.update(deltaMs)) this.troupe.moved = true;
    this.followRoamers();
  }

  private readonly hasNewShadows = (): boolean => {
    const hasAimed = this.viewpoint.aimLight();
    return hasAimed || this.troupe.moved;
  };

  private followRoamers(): void {
    const { figures } = this.troupe;
    for (let i = 0; i < figures.length; i++) {
      const figure = figures[i] as Figure;
      if (!figure.roams) continue;
      this.setting.follow(figure, i);
      this.pointing.place(figure, i);
      this.attention.follow(figure);
    }
  }

  private readonly reports: PartReports = {
    begin: () => this.traffic.clear(),
    part: (figure, serial, atMs, isFirst) =>
      isFirst ? this.traffic.beginPart(figure, serial, atMs) : this.traffic.part(figure, serial, atMs),
    level: (figure, by, atMs) => this.traffic.level(figure, by, atMs),
  };

  private readonly isBehindOthers = (figure: Figure): boolean => this.pointing.isBehindOthers(figure);

  private gestures(events: HallEvents): Gestures {
    const { viewpoint, attention } = this;
    return {
      turn: (dx, dy) => viewpoint.turn(dx, dy),
      pan: (dx, dy) => viewpoint.pan(dx, dy, this.height),
      zoom: (factor, x, y) => viewpoint.zoomAt(factor, x, y),
      tap: (x, y) => events.select(attention.thingAt(x, y)),
      doubleTap: (x, y) => {
        const thing = attention.thingAt(x, y);
        if (thing !== null) this.flyTo(thing);
      },
      hover: (x, y) => attention.pointAt(x, y),
      leave: () => attention.pointAway(),
    };
  }

  resize(width: number, height: number, pixelRatio: number): void {
    const [w, h] = [Math.max(1, width), Math.max(1, height)];
    this.height = h;
    this.painter.resize(w, h, pixelRatio);
    this.captions.resize(w, h);
    this.people.resize(w, h);
    this.pointing.resize(w, h);
    if (this.hasWorld) this.viewpoint.fitUntouched();
  }

  dispose(): void {
    this.pointer.dispose();
    this.viewpoint.dispose();
    this.stage.clear();
    this.ghosts.dispose();
    this.setting.dispose();
    this.captions.dispose();
    this.people.dispose();
    this.removeStyle();
    this.matter.dispose();
    this.painter.dispose();
  }
}

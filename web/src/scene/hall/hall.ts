/** The hall: puts the rooms of the scene together and draws one picture per frame. */
import { Group, PCFShadowMap, PerspectiveCamera, Scene, SRGBColorSpace, Vector3, WebGLRenderer } from 'three';
import type { Alarm, ThingId } from '../../protocol/types';
import { WalkKeys } from '../camera/keys';
import { type Gestures, Pointer } from '../camera/pointer';
import { CameraRig } from '../camera/rig';
import type {
  CameraPose,
  FrameStats,
  Hall,
  HallEvents,
  SignalTable,
  Tense,
  Theme,
  WorldModel,
} from '../contract';
import type { FloorBox } from '../coordinates';
import '../kinds';
import { type LabelNeeds, Labels } from '../labels/labels';
import { createMatter, Highlight } from '../mesh/matter';
import { ShownValues } from '../motion/shown';
import { Traffic } from '../parts/traffic';
import { type Look, lookOf } from '../theme';
import type { Figure } from './figure';
import { Floor } from './floor';
import { ContactShade, SelectionRing } from './ground';
import { Light } from './light';
import { Marks } from './marks';
import { Overview } from './overview';
import { Pointing } from './pointing';
import { ROAMING, Stage } from './stage';
import { freeWindow, installStyle, setOverlayLook } from './style';
import { mildTones } from './tones';
import { Troupe } from './troupe';
import { Walls } from './walls';

const HALL_MARGIN = 1.5;
const FIRST_AZIMUTH = -0.62;
const FIRST_ELEVATION = 0.56;
const SHADOW_EVERY_MS = 160;

export class PlantHall implements Hall {
  readonly stats: FrameStats = { scriptMs: 0, drawCalls: 0, triangles: 0, objects: 0 };
  readonly troupe = new Troupe();
  readonly stage: Stage;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(32, 1, 0.1, 1000);
  private readonly rig = new CameraRig(this.camera);
  private readonly matter = createMatter();
  private readonly light = new Light();
  private readonly floor = new Floor();
  private readonly shade = new ContactShade();
  private readonly ring = new SelectionRing();
  private readonly standing = new Group();
  private readonly shown = new ShownValues();
  private readonly walls = new Walls();
  private readonly marks = new Marks();
  private readonly traffic = new Traffic(this.troupe);
  private readonly labels: Labels;
  private readonly map: Overview;
  private readonly removeStyle: () => void;
  private readonly labelNeeds: LabelNeeds;
  private priorities: ReadonlyMap<ThingId, number> = new Map();
  private alarmRevision = 0;
  private readonly pointing = new Pointing(this.troupe, this.camera);
  private readonly pointer: Pointer;
  private readonly keys = new WalkKeys(() => this.rig.mode === 'walk');
  private world: WorldModel | null = null;
  private table: SignalTable | null = null;
  private look: Look = lookOf('light');
  private tense: Tense = 'live';
  private selected: ThingId | null = null;
  private hovered: ThingId | null = null;
  private hoverAt: { x: number; y: number } | null = null;
  private width = 1;
  private height = 1;
  private instantMs = 0;
  private sinceShadowMs = 1e9;
  private sinceTellMs = 0;
  private hasMovedSinceTold = false;
  private readonly focus = new Vector3();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly overlay: HTMLElement,
    private readonly events: HallEvents,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'high-performance' });
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.renderer.toneMapping = mildTones();
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.shadowMap.autoUpdate = false;
    this.stage = new Stage(this.matter.material);
    this.scene.add(
      this.light.group,
      this.floor.group,
      this.walls.group,
      this.standing,
      this.stage.group,
      this.ring.mesh,
      this.marks.mesh,
    );
    this.pointer = new Pointer(canvas, this.gestures());
    this.removeStyle = installStyle(overlay);
    this.labels = new Labels(overlay);
    this.map = new Overview(overlay, (x, z) => this.goTo(x, z));
    this.labelNeeds = {
      camera: this.camera,
      figures: this.troupe.figures,
      world: null,
      table: null,
      priorities: this.priorities,
      selected: null,
      hovered: null,
      isHidden: null,
      width: 1,
      height: 1,
    };
    this.setTheme('light');
  }

  setWorld(world: WorldModel): void {
    this.world = world;
    this.traffic.clear();
    this.stage.clear();
    this.traffic.travel.reserve(this.stage.cell(ROAMING));
    this.troupe.build(world, this.stage);
    this.labels.forget();
    const hall = this.hallBox();
    this.floor.build(world, hall);
    this.walls.build(hall);
    this.map.setHall(hall);
    this.standing.clear();
    this.standing.add(this.shade.build(this.troupe.figures));
    this.pointing.build();
    this.select(this.selected);
    if (!this.rig.isTouched) this.fitAll(false);
    this.sinceShadowMs = 1e9;
  }

  private hallBox(): FloorBox {
    const b = this.troupe.bounds;
    if (!Number.isFinite(b.minX)) return { minX: -10, maxX: 10, minZ: -10, maxZ: 10, height: 3 };
    const m = HALL_MARGIN;
    return { minX: b.minX - m, maxX: b.maxX + m, minZ: b.minZ - m, maxZ: b.maxZ + m, height: b.height };
  }

  private fitAll(ease: boolean): void {
    this.rig.fit(this.hallBox(), FIRST_AZIMUTH, FIRST_ELEVATION, ease, freeWindow(this.overlay));
  }

  setTable(table: SignalTable): void {
    this.table = table;
    this.shown.setTable(table);
    this.troupe.forgetTable();
  }

  /** Of several alarms of one thing the most urgent is shown. */
  setAlarms(alarms: readonly Alarm[]): void {
    const priorities = new Map<ThingId, number>();
    for (const { thing, priority, cleared } of alarms) {
      if (cleared === null) priorities.set(thing, Math.min(priority, priorities.get(thing) ?? 4));
    }
    this.priorities = priorities;
    this.alarmRevision++;
  }

  setTense(tense: Tense): void {
    if ((tense === 'future') !== (this.tense === 'future')) this.matter.setTranslucent(tense === 'future');
    this.tense = tense;
    this.canvas.style.filter = tense === 'offline' ? 'grayscale(0.9) contrast(0.72) brightness(1.04)' : '';
    this.overlay.classList.toggle('hall-offline', tense === 'offline');
  }

  setTheme(theme: Theme): void {
    this.look = lookOf(theme);
    const rooms = [
      this.matter,
      this.light,
      this.floor,
      this.walls,
      this.shade,
      this.ring,
      this.marks,
      this.map,
    ];
    for (const room of rooms) room.setLook(this.look);
    setOverlayLook(this.overlay, this.look);
    this.renderer.setClearColor(this.look.background);
  }

  select(thing: ThingId | null): void {
    this.troupe.clearHighlight(this.selected);
    this.selected = thing;
    this.troupe.highlight(thing, Highlight.selected);
    this.ring.follow(thing === null ? undefined : this.troupe.byThing.get(thing));
  }

  flyTo(thing: ThingId | 'all'): void {
    if (thing === 'all') {
      // From here on the view is fitted by itself again when the window changes.
      this.rig.isTouched = false;
      this.fitAll(true);
    }
    const figure = thing === 'all' ? undefined : this.troupe.byThing.get(thing);
    if (!figure) return;
    const reach = Math.max(...figure.place.size);
    this.rig.mode = 'orbit';
    this.rig.isTouched = true;
    const { azimuth } = this.rig.now;
    this.rig.flyToStance({
      x: figure.x,
      y: figure.y + figure.place.size[2] * 0.45,
      z: figure.z,
      azimuth,
      elevation: 0.42,
      distance: 4 + reach * 2.6,
    });
  }

  /** A click on the map: the same view of another spot. */
  private goTo(x: number, z: number): void {
    this.rig.isTouched = true;
    const { now, mode } = this.rig;
    const distance = mode === 'walk' ? 0 : Math.min(now.distance, 34);
    this.rig.flyToStance({ ...now, x, z, y: mode === 'walk' ? now.y : 1, distance });
  }

  setMode(mode: 'orbit' | 'walk'): void {
    this.rig.setMode(mode, this.walkFree);
  }

  getCamera(): CameraPose {
    return this.rig.pose();
  }

  setCamera(pose: CameraPose, ease: boolean): void {
    this.rig.setPose(pose, ease);
  }

  frame(instantMs: number, deltaMs: number): void {
    const started = performance.now();
    const instantDelta = this.instantMs === 0 ? 0 : instantMs - this.instantMs;
    this.instantMs = instantMs;
    this.moveCamera(deltaMs);
    this.shown.begin(instantMs, deltaMs);
    if (this.shown.jumped) this.traffic.clear();
    if (this.table) this.troupe.readSlow(this.table, instantMs, deltaMs, this.reportPart);
    this.sinceShadowMs += deltaMs;
    const renewsShadows = this.aimShadows();
    this.stage.update(this.camera, renewsShadows);
    this.troupe.drive(this.stage, this.shown, instantMs, instantDelta);
    if (this.traffic.travel.update(deltaMs)) this.troupe.moved = true;
    this.followRoamers();
    this.hoverNow();
    this.drawOver(deltaMs);
    this.stage.flush();
    this.renderer.shadowMap.needsUpdate = renewsShadows;
    this.renderer.render(this.scene, this.camera);
    this.note(performance.now() - started);
  }

  /** Marks, labels and map: what is drawn over the picture. */
  private drawOver(deltaMs: number): void {
    const revision = this.troupe.revision + this.alarmRevision;
    this.marks.update(this.troupe, this.priorities, revision);
    this.map.update(this.troupe, this.priorities, this.selected, revision, this.camera, deltaMs);
    const needs = this.labelNeeds;
    needs.world = this.world;
    needs.table = this.table;
    needs.priorities = this.priorities;
    needs.selected = this.selected;
    needs.hovered = this.hovered;
    needs.isHidden = this.rig.mode === 'walk' ? this.isBehindOthers : null;
    needs.width = this.width;
    needs.height = this.height;
    this.labels.update(needs, deltaMs, this.rig.moved);
  }

  private note(scriptMs: number): void {
    this.stats.scriptMs = scriptMs;
    this.stats.drawCalls = this.renderer.info.render.calls;
    this.stats.triangles = this.renderer.info.render.triangles;
    this.stats.objects = this.troupe.figures.length;
  }

  private moveCamera(deltaMs: number): void {
    if (this.keys.step(deltaMs)) this.rig.walk(this.keys.right, this.keys.ahead, this.walkFree);
    this.rig.update(deltaMs);
    this.light.follow(this.camera);
    this.hasMovedSinceTold ||= this.rig.moved;
    this.sinceTellMs += deltaMs;
    if (this.hasMovedSinceTold && !this.rig.moved && this.sinceTellMs > 200) {
      this.hasMovedSinceTold = false;
      this.sinceTellMs = 0;
      this.events.camera(this.rig.pose());
    }
  }

  private readonly walkFree = (at: { x: number; z: number }): void => {
    const hall = this.hallBox();
    at.x = Math.max(hall.minX + 0.4, Math.min(hall.maxX - 0.4, at.x));
    at.z = Math.max(hall.minZ + 0.4, Math.min(hall.maxZ - 0.4, at.z));
    this.pointing.pushOut(at);
  };

  /** Shadows are drawn anew a few times a second, and only when something that casts them has moved. */
  private aimShadows(): boolean {
    if (this.sinceShadowMs < SHADOW_EVERY_MS) return false;
    const { x, z, distance } = this.rig.now;
    this.focus.set(x, 0, z);
    const hasAimed = this.light.aim(this.focus, this.rig.mode === 'walk' ? 40 : distance);
    if (!hasAimed && !this.troupe.moved && this.sinceShadowMs < 1e8) return false;
    this.sinceShadowMs = 0;
    return true;
  }

  private followRoamers(): void {
    const { figures } = this.troupe;
    for (let i = 0; i < figures.length; i++) {
      const figure = figures[i] as Figure;
      if (!figure.roams) continue;
      this.shade.move(figure, i);
      this.pointing.place(figure, i);
      if (figure.thing.id === this.selected) this.ring.follow(figure);
    }
  }

  private readonly reportPart = (figure: Figure, serial: string): void => {
    this.traffic.report(figure, serial, this.instantMs);
  };

  private gestures(): Gestures {
    return {
      turn: (dx, dy) => this.rig.turn(dx, dy),
      pan: (dx, dy) => this.rig.pan(dx, dy, this.height),
      zoom: (factor, x, y) => this.zoomAt(factor, x, y),
      tap: (x, y) => this.events.select(this.thingAt(x, y)),
      doubleTap: (x, y) => {
        const thing = this.thingAt(x, y);
        if (thing !== null) this.flyTo(thing);
      },
      hover: (x, y) => {
        this.hoverAt = { x, y };
      },
      leave: () => {
        this.hoverAt = { x: -1, y: -1 };
      },
    };
  }

  private readonly isBehindOthers = (figure: Figure): boolean => this.pointing.isBehindOthers(figure);

  private thingAt(x: number, y: number): ThingId | null {
    return this.pointing.figureAt(x, y)?.thing.id ?? null;
  }

  private zoomAt(factor: number, x: number, y: number): void {
    if (this.rig.mode === 'walk') {
      this.rig.walk(0, -Math.log(factor) * 3, this.walkFree);
      return;
    }
    const at = this.pointing.pointAt(x, y, this.rig.now.distance * 2, this.focus);
    this.rig.zoom(factor, at.x, at.y, at.z);
  }

  /** At most one pick per picture, however many events the mouse sends. */
  private hoverNow(): void {
    if (!this.hoverAt) return;
    const { x, y } = this.hoverAt;
    this.hoverAt = null;
    const thing = x < 0 ? null : this.thingAt(x, y);
    if (thing === this.hovered) return;
    if (this.hovered !== this.selected) this.troupe.clearHighlight(this.hovered);
    if (thing !== this.selected) this.troupe.highlight(thing, Highlight.hover);
    this.hovered = thing;
    this.canvas.style.cursor = thing === null ? '' : 'pointer';
    this.events.hover(thing);
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.renderer.setPixelRatio(Math.min(2, pixelRatio));
    this.renderer.setSize(this.width, this.height, false);
    this.camera.aspect = this.width / this.height;
    this.camera.updateProjectionMatrix();
    this.marks.resize(this.width, this.height);
    this.pointing.resize(this.width, this.height);
    if (this.world && !this.rig.isTouched) this.fitAll(false);
  }

  dispose(): void {
    this.pointer.dispose();
    this.keys.dispose();
    this.stage.clear();
    this.shade.clear();
    this.floor.dispose();
    this.walls.dispose();
    this.marks.dispose();
    this.labels.dispose();
    this.map.dispose();
    this.removeStyle();
    this.light.dispose();
    this.matter.dispose();
    this.renderer.dispose();
  }
}

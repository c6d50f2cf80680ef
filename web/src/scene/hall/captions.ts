/** What is drawn over the picture: the marks above machines, the labels, and the map. */
import type { PerspectiveCamera } from 'three';
import type { Alarm, ThingId } from '../../protocol/types';
import type { HallWords, SignalTable, WorldModel } from '../contract';
import type { FloorBox } from '../coordinates';
import { type LabelNeeds, Labels } from '../labels/labels';
import type { Look } from '../theme';
import type { Attention } from './attention';
import type { Figure } from './figure';
import { Marks } from './marks';
import { Overview } from './overview';
import type { Tidings } from './tidings';
import type { Troupe } from './troupe';

export class Captions {
  readonly marks = new Marks();
  private readonly labels: Labels;
  private readonly map: Overview;
  private readonly needs: LabelNeeds;
  private priorities: ReadonlyMap<ThingId, number> = new Map();
  private alarmRevision = 0;

  constructor(
    overlay: HTMLElement,
    private readonly camera: PerspectiveCamera,
    private readonly troupe: Troupe,
    private readonly tidings: Tidings,
    private readonly attention: Attention,
    goTo: (x: number, z: number) => void,
  ) {
    this.labels = new Labels(overlay);
    this.map = new Overview(overlay, goTo);
    this.needs = {
      camera,
      figures: troupe.figures,
      world: null,
      table: null,
      words: null,
      notes: null,
      ageInstantMs: 0,
      priorities: this.priorities,
      selected: null,
      hovered: null,
      isHidden: null,
      width: 1,
      height: 1,
    };
  }

  setLook(look: Look): void {
    this.marks.setLook(look);
    this.map.setLook(look);
  }

  setWorld(world: WorldModel, box: FloorBox): void {
    this.needs.world = world;
    this.labels.forget();
    this.map.setHall(box);
  }

  setTable(table: SignalTable): void {
    this.needs.table = table;
  }

  setWords(words: HallWords): void {
    this.needs.words = words;
  }

  /** Ghosts have labels too, which say what they are. */
  setGhosts(figures: readonly Figure[]): void {
    this.needs.figures = [...this.troupe.figures, ...figures];
  }

  setNotes(notes: ReadonlyMap<ThingId, string>): void {
    this.needs.notes = notes.size === 0 ? null : notes;
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

  resize(width: number, height: number): void {
    this.needs.width = width;
    this.needs.height = height;
    this.marks.resize(width, height);
  }

  /** `isHidden` tells of things that stand behind others, for somebody who walks among them. */
  update(
    deltaMs: number,
    ageInstantMs: number,
    hasMoved: boolean,
    isHidden: ((figure: Figure) => boolean) | null,
  ): void {
    const revision = this.tidings.revision + this.alarmRevision;
    const { selected, hovered } = this.attention;
    this.marks.update(this.troupe, this.priorities, revision);
    this.map.update(this.troupe, this.priorities, selected, revision, this.camera, deltaMs);
    const { needs } = this;
    needs.priorities = this.priorities;
    needs.selected = selected;
    needs.hovered = hovered;
    needs.isHidden = isHidden;
    needs.ageInstantMs = ageInstantMs;
    this.labels.update(needs, deltaMs, hasMoved);
  }

  dispose(): void {
    this.marks.dispose();
    this.labels.dispose();
    this.map.dispose();
  }
}

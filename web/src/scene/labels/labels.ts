/**
 * The labels in the overlay. Ten times a second it is decided which are shown; in between only their place on the
 * screen follows the camera, by transform alone.
 */
import { type PerspectiveCamera, Vector3 } from 'three';
import type { Signal, ThingId } from '../../protocol/types';
import type { HallWords, SignalTable, WorldModel } from '../contract';
import type { Figure } from '../hall/figure';
import { markTop } from '../hall/marks';
import { detailAt, Placement, priorityOf } from './placement';
import { doubtOf, shownNumber, tellingSignal } from './words';

const MOST_LABELS = 72;
const DECIDE_EVERY_MS = 100;
const HEIGHT = 19;
const LIFT = 7;

interface Label {
  element: HTMLDivElement;
  name: HTMLSpanElement;
  number: HTMLSpanElement;
  anchor: Vector3;
  figure: Figure | null;
  lift: number;
  shownText: string;
  shownNumber: string;
  shownClass: string;
  x: number;
  y: number;
}

interface Candidate {
  key: string;
  text: string;
  figure: Figure | null;
  isNear: boolean;
  alarm: number;
  /** Pixels that a metre takes at the thing. */
  metrePixels: number;
  priority: number;
  x: number;
  y: number;
  anchor: Vector3;
}

export interface LabelNeeds {
  camera: PerspectiveCamera;
  figures: readonly Figure[];
  world: WorldModel | null;
  table: SignalTable | null;
  words: HallWords | null;
  /** Said instead of the measured number, while branches are compared. */
  notes: ReadonlyMap<ThingId, string> | null;
  /** What ages are counted to, ms since the epoch. */
  ageInstantMs: number;
  priorities: ReadonlyMap<ThingId, number>;
  selected: ThingId | null;
  hovered: ThingId | null;
  /** When somebody walks, what stands before a thing also hides its label. */
  isHidden: ((figure: Figure) => boolean) | null;
  width: number;
  height: number;
}

export class Labels {
  private readonly root = document.createElement('div');
  private readonly byKey = new Map<string, Label>();
  private readonly spare: Label[] = [];
  private readonly placement = new Placement(MOST_LABELS * 3);
  private readonly signals = new Map<ThingId, Signal | undefined>();
  private readonly widths = new Map<string, number>();
  private readonly ruler = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  private readonly at = new Vector3();
  private sinceMs = 1e9;

  constructor(overlay: HTMLElement) {
    this.root.className = 'hall-labels';
    overlay.append(this.root);
    this.ruler.font = '500 12px system-ui, "Noto Sans SC", sans-serif';
  }

  forget(): void {
    this.signals.clear();
    this.sinceMs = 1e9;
    for (const [key, label] of this.byKey) this.hide(key, label);
  }

  update(needs: LabelNeeds, deltaMs: number, hasMoved: boolean): void {
    this.sinceMs += deltaMs;
    if (this.sinceMs >= DECIDE_EVERY_MS) {
      this.sinceMs = 0;
      this.decide(needs);
    } else if (hasMoved) {
      for (const label of this.byKey.values()) this.follow(label, needs);
    } else {
      for (const label of this.byKey.values()) if (label.figure?.roams) this.follow(label, needs);
    }
  }

  private decide(needs: LabelNeeds): void {
    const wanted = this.candidates(needs).sort((a, b) => b.priority - a.priority);
    this.placement.clear();
    this.blockMarks(wanted);
    const kept = new Set<string>();
    for (const candidate of wanted) {
      if (kept.size >= MOST_LABELS) break;
      const lift = liftOver(candidate);
      const note = this.noteOf(candidate, needs);
      // Where there is no room for the name and what stands behind it, the name alone is still worth a place.
      const isWhole = this.takePlace(candidate, note, lift, needs);
      if (!isWhole && (note === '' || !this.takePlace(candidate, '', lift, needs))) continue;
      const number = isWhole ? note : '';
      kept.add(candidate.key);
      this.show(candidate, number, lift, needs);
    }
    for (const [key, label] of this.byKey) if (!kept.has(key)) this.hide(key, label);
  }

  private takePlace({ text, x, y }: Candidate, note: string, lift: number, needs: LabelNeeds): boolean {
    const noteWidth = note === '' ? 0 : this.widthOf(note.replace(/\d/g, '0')) + 7;
    const width = this.widthOf(text) + noteWidth + 14;
    return this.placement.take(x, y - lift, width, HEIGHT, needs.width, needs.height);
  }

  private blockMarks(candidates: readonly Candidate[]): void {
    for (const { alarm, metrePixels, x, y } of candidates) {
      if (alarm > 0) this.placement.block(x - 15, y - markTop(true, metrePixels) + 2, x + 15, y - 4);
    }
  }

  /** Things that are near enough speak for themselves; the others are counted for their parent. */
  private candidates(needs: LabelNeeds): Candidate[] {
    const found: Candidate[] = [];
    const clusters = new Map<ThingId, { sum: Vector3; count: number }>();
    const { camera, height } = needs;
    const focal = (height * (camera.projectionMatrix.elements[5] as number)) / 2;
    for (const figure of needs.figures) {
      this.at.set(figure.x, figure.y + figure.place.size[2], figure.z);
      const distance = this.at.distanceTo(camera.position);
      const metrePixels = focal / distance;
      const detail = detailAt(metrePixels);
      const { id, parent, name } = figure.thing;
      const alarm = needs.priorities.get(id) ?? 0;
      // A ghost has an id of its own below zero; it always says what it is.
      const isChosen = id === needs.selected || id === needs.hovered || id < 0;
      if (detail === 'far' && alarm === 0 && !isChosen) {
        if (parent !== null && !figure.roams) this.count(clusters, parent, this.at);
        continue;
      }
      if (detail !== 'number' && !isChosen && alarm === 0 && needs.isHidden?.(figure)) continue;
      const key = `t${id}`;
      const priority = priorityOf(
        id === needs.selected,
        id === needs.hovered,
        alarm,
        this.byKey.has(key),
        distance,
      );
      this.offer(
        found,
        { key, text: name, figure, isNear: detail === 'number' || isChosen, alarm, metrePixels, priority },
        this.at,
        needs,
      );
    }
    for (const [parent, { sum, count }] of clusters) {
      const text = `${needs.world?.thing(parent)?.name ?? ''} · ${count}`;
      this.offer(
        found,
        {
          key: `c${parent}`,
          text,
          figure: null,
          isNear: false,
          alarm: 0,
          metrePixels: 0,
          priority: 500 + count,
        },
        sum.divideScalar(count),
        needs,
      );
    }
    return found;
  }

  private count(clusters: Map<ThingId, { sum: Vector3; count: number }>, parent: ThingId, at: Vector3): void {
    const cluster = clusters.get(parent) ?? { sum: new Vector3(), count: 0 };
    cluster.sum.add(at);
    cluster.count++;
    clusters.set(parent, cluster);
  }

  private offer(
    found: Candidate[],
    what: Omit<Candidate, 'x' | 'y' | 'anchor'>,
    at: Vector3,
    needs: LabelNeeds,
  ): void {
    const anchor = at.clone();
    at.project(needs.camera);
    if (at.z > 1 || Math.abs(at.x) > 1 || Math.abs(at.y) > 1) return;
    found.push({ ...what, anchor, x: ((at.x + 1) * needs.width) / 2, y: ((1 - at.y) * needs.height) / 2 });
  }

  /** What stands behind the name: why the thing is not to be believed, or when it is near one number that matters. */
  private noteOf({ figure, isNear }: Candidate, needs: LabelNeeds): string {
    if (!figure) return '';
    const { words, table, ageInstantMs, world } = needs;
    const compared = needs.notes?.get(figure.thing.id);
    if (compared !== undefined) return compared;
    if (figure.trust !== 'good') return doubtOf(figure.trust, ageInstantMs - figure.measuredMs, words);
    if (!isNear) return '';
    const { id } = figure.thing;
    if (!this.signals.has(id)) this.signals.set(id, world ? tellingSignal(world, id) : undefined);
    return shownNumber(table, this.signals.get(id), words, ageInstantMs);
  }

  private widthOf(text: string): number {
    const known = this.widths.get(text);
    if (known !== undefined) return known;
    if (this.widths.size > 4000) this.widths.clear();
    const width = Math.ceil(this.ruler.measureText(text).width);
    this.widths.set(text, width);
    return width;
  }

  private show(candidate: Candidate, number: string, lift: number, needs: LabelNeeds): void {
    let label = this.byKey.get(candidate.key);
    if (!label) {
      label = this.spare.pop() ?? this.makeLabel();
      label.element.hidden = false;
      this.byKey.set(candidate.key, label);
    }
    label.figure = candidate.figure;
    label.anchor.copy(candidate.anchor);
    label.lift = lift;
    this.write(label, candidate, number, needs);
    this.move(label, candidate.x, candidate.y - lift);
  }

  private write(label: Label, { text, figure, alarm }: Candidate, number: string, needs: LabelNeeds): void {
    const isSelected = figure !== null && figure.thing.id === needs.selected;
    const names = `hall-label${figure ? '' : ' hall-cluster'}${isSelected ? ' hall-selected' : ''}${alarm > 0 ? ` hall-alarm-${alarm}` : ''}${figure && figure.trust !== 'good' ? ' hall-doubt' : ''}`;
    if (label.shownText !== text) label.name.textContent = label.shownText = text;
    if (label.shownNumber !== number) label.number.textContent = label.shownNumber = number;
    if (label.shownClass !== names) label.element.className = label.shownClass = names;
  }

  private follow(label: Label, needs: LabelNeeds): void {
    const { figure } = label;
    if (figure) this.at.set(figure.x, figure.y + figure.place.size[2], figure.z);
    else this.at.copy(label.anchor);
    this.at.project(needs.camera);
    if (this.at.z > 1) return;
    this.move(label, ((this.at.x + 1) * needs.width) / 2, ((1 - this.at.y) * needs.height) / 2 - label.lift);
  }

  private move(label: Label, x: number, y: number): void {
    if (Math.abs(label.x - x) < 0.2 && Math.abs(label.y - y) < 0.2) return;
    label.x = x;
    label.y = y;
    label.element.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px) translate(-50%,-100%)`;
  }

  private makeLabel(): Label {
    const element = document.createElement('div');
    const name = document.createElement('span');
    const number = document.createElement('span');
    number.className = 'hall-number';
    element.append(name, number);
    this.root.append(element);
    return {
      element,
      name,
      number,
      anchor: new Vector3(),
      figure: null,
      lift: 0,
      shownText: '',
      shownNumber: '',
      shownClass: '',
      x: -1e4,
      y: -1e4,
    };
  }

  private hide(key: string, label: Label): void {
    label.element.hidden = true;
    this.byKey.delete(key);
    this.spare.push(label);
  }

  dispose(): void {
    this.root.remove();
  }
}

/** A label stands above the mark that its machine carries. */
function liftOver({ alarm, figure, metrePixels }: Candidate): number {
  if (alarm > 0) return markTop(true, metrePixels) + 5;
  const state = figure?.state;
  const hasSign = state === 'starved' || state === 'blocked' || state === 'setup';
  return hasSign ? markTop(false, metrePixels) + 3 : LIFT;
}

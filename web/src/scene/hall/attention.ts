/** What the reader has chosen and what he points at, and how the hall shows both. */
import { Vector3 } from 'three';
import type { ThingId } from '../../protocol/types';
import { Highlight } from '../mesh/matter';
import type { Look } from '../theme';
import type { Figure } from './figure';
import { SelectionRing } from './ground';
import type { Pointing } from './pointing';
import type { Troupe } from './troupe';

/** Nobody points further than this. */
const FARTHEST_METRES = 250;

export class Attention {
  readonly ring = new SelectionRing();
  selected: ThingId | null = null;
  hovered: ThingId | null = null;
  /** Where the pointer was last; null when that has been looked up. Outside of the canvas it is negative. */
  private pointer: { x: number; y: number } | null = null;

  /** Where the pointer is on the canvas; null outside of it. */
  private over: { x: number; y: number } | null = null;
  private readonly aimed = new Vector3();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly troupe: Troupe,
    private readonly pointing: Pointing,
    private readonly told: (hovered: ThingId | null) => void,
  ) {}

  setLook(look: Look): void {
    this.ring.setLook(look);
  }

  select(thing: ThingId | null): void {
    this.troupe.clearHighlight(this.selected);
    this.selected = thing;
    this.troupe.highlight(thing, Highlight.selected);
    this.ring.follow(thing === null ? undefined : this.troupe.byThing.get(thing));
  }

  /** The figures were made anew. */
  renew(): void {
    this.hovered = null;
    this.select(this.selected);
  }

  /** A vehicle takes its ring along. */
  follow(figure: Figure): void {
    if (figure.thing.id === this.selected) this.ring.follow(figure);
  }

  pointAt(x: number, y: number): void {
    this.pointer = { x, y };
    this.over = this.pointer;
  }

  pointAway(): void {
    this.pointer = { x: -1, y: -1 };
    this.over = null;
  }

  /** What the pointer points at, or the middle of the picture; null when that is further than anybody points. */
  aimedAt(): Vector3 | null {
    const { clientWidth, clientHeight } = this.canvas;
    const { x, y } = this.over ?? { x: clientWidth / 2, y: clientHeight / 2 };
    const far = this.pointing.pointAt(x, y, FARTHEST_METRES, this.aimed);
    return far.y < -0.1 ? null : far;
  }

  thingAt(x: number, y: number): ThingId | null {
    return this.pointing.figureAt(x, y)?.thing.id ?? null;
  }

  /** At most one look per picture, however many events the mouse sends. */
  update(): void {
    if (!this.pointer) return;
    const { x, y } = this.pointer;
    this.pointer = null;
    const thing = x < 0 ? null : this.thingAt(x, y);
    if (thing === this.hovered) return;
    if (this.hovered !== this.selected) this.troupe.clearHighlight(this.hovered);
    if (thing !== this.selected) this.troupe.highlight(thing, Highlight.hover);
    this.hovered = thing;
    this.canvas.style.cursor = thing === null ? '' : 'pointer';
    this.told(thing);
  }
}

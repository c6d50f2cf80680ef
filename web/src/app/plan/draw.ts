/** Draws a plan on a canvas: only the rows and the stretch of time that are in sight. */
import type { ThingId } from '../../protocol/types';
import { ticksOf } from '../timeline/axis';
import { font, line } from '../timeline/draw';
import { spanOf, type TimeWindow } from '../timeline/window';
import type { Held } from './drag';
import { type Gantt, ROW, type Row, rowOf, type Step } from './layout';
import { tintOf } from './tint';

export const HEAD = 20;

export interface ChartColors {
  text: string;
  quiet: string;
  line: string;
  lineStrong: string;
  surface: string;
  raised: string;
  bar: string;
  barQuiet: string;
  hatch: string;
  accent: string;
  accentWash: string;
  past: string;
  future: string;
  late: string;
}

export interface ChartScene {
  gantt: Gantt;
  /** The accepted plan, drawn behind as outlines. */
  behind: Gantt | null;
  window: TimeWindow;
  width: number;
  height: number;
  scroll: number;
  gutter: number;
  now: number;
  instant: number | null;
  tense: 'past' | 'future' | 'live';
  cursor: number | null;
  hovered: string | null;
  focused: string | null;
  isFocusVisible: boolean;
  selected: ThingId | null;
  held: Held | null;
  moved: ReadonlySet<string>;
  zone: string;
  language: 'en' | 'zh';
  dark: boolean;
  colors: ChartColors;
  words: { late: string; due: string };
}

export function xOf({ window, width }: Pick<ChartScene, 'window' | 'width'>, ms: number): number {
  return ((ms - window.from) / spanOf(window)) * width;
}

export function readChartColors(element: Element): ChartColors {
  const style = getComputedStyle(element);
  const get = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: get('text'),
    quiet: get('quiet'),
    line: get('line'),
    lineStrong: get('line-strong'),
    surface: get('surface'),
    raised: get('raised'),
    bar: get('bar'),
    barQuiet: get('bar-quiet'),
    hatch: get('hatch'),
    accent: get('accent'),
    accentWash: get('accent-wash'),
    past: get('past'),
    future: get('future'),
    late: get('p2'),
  };
}

export function drawChart(c: CanvasRenderingContext2D, scene: ChartScene): void {
  const { width, height, colors } = scene;
  c.clearRect(0, 0, width, height);
  c.save();
  c.beginPath();
  c.rect(0, HEAD, width, height - HEAD);
  c.clip();
  drawGrid(c, scene);
  const rows = scene.gantt.rows.filter(
    (row) => yOf(scene, row.top) < height && yOf(scene, row.top + row.height) > HEAD,
  );
  for (const row of rows) drawRow(c, scene, row);
  const order = orderInMind(scene);
  if (order !== null) drawThread(c, scene, order);
  for (const row of rows) drawSteps(c, scene, row, order);
  drawLate(c, scene, rows);
  if (scene.held) drawHeld(c, scene, scene.held);
  drawLines(c, scene);
  for (const row of rows) drawName(c, scene, row);
  drawScroll(c, scene);
  c.restore();
  drawHead(c, scene, order);
  c.fillStyle = colors.line;
  c.fillRect(0, HEAD - 1, width, 1);
}

export function yOf({ scroll }: Pick<ChartScene, 'scroll'>, top: number): number {
  return HEAD + top - scroll;
}

/** The order that the reader points at, or has in hand. */
function orderInMind({ gantt, hovered, focused, held, isFocusVisible }: ChartScene): string | null {
  const id = held?.step.id ?? hovered ?? (isFocusVisible ? focused : null);
  return id === null ? null : (gantt.byId.get(id)?.order ?? null);
}

function drawGrid(c: CanvasRenderingContext2D, scene: ChartScene): void {
  const { from, to } = scene.window;
  const now = Math.max(0, xOf(scene, scene.now));
  c.fillStyle = scene.colors.raised;
  if (now < scene.width) c.fillRect(now, HEAD, scene.width - now, scene.height);
  for (const tick of ticksOf(from, to, Math.max(2, Math.floor(scene.width / 84)), scene.zone, scene.language))
    line(
      c,
      Math.round(xOf(scene, tick.ms)) + 0.5,
      HEAD,
      scene.height,
      scene.colors.line,
      tick.day ? 1.5 : 0.5,
    );
}

function drawRow(c: CanvasRenderingContext2D, scene: ChartScene, row: Row): void {
  const y = yOf(scene, row.top);
  const { colors, held } = scene;
  if (row.thing === null) return;
  if (row.thing === scene.selected) {
    c.fillStyle = colors.accentWash;
    c.fillRect(0, y, scene.width, row.height);
  }
  const mayTake = held?.step.alternatives.includes(row.thing) || held?.step.thing === row.thing;
  if (held && !mayTake) {
    c.fillStyle = colors.hatch;
    c.globalAlpha = 0.35;
    c.fillRect(0, y, scene.width, row.height);
    c.globalAlpha = 1;
  }
  c.fillStyle = colors.line;
  c.globalAlpha = 0.6;
  c.fillRect(0, y + row.height - 1, scene.width, 1);
  c.globalAlpha = 1;
  for (const closed of scene.gantt.closed.get(row.thing) ?? []) {
    const [x0, x1] = [xOf(scene, closed.from), xOf(scene, closed.to)];
    if (x1 < 0 || x0 > scene.width) continue;
    c.fillStyle = colors.barQuiet;
    c.globalAlpha = 0.55;
    c.fillRect(x0, y, x1 - x0, row.height - 1);
    c.globalAlpha = 1;
  }
}

function inSight(scene: ChartScene, step: Step): boolean {
  return step.end > scene.window.from && step.start - step.setupMs < scene.window.to;
}

function drawSteps(c: CanvasRenderingContext2D, scene: ChartScene, row: Row, order: string | null): void {
  if (row.thing === null) return;
  const y = yOf(scene, row.top) + (row.height - ROW.bar) / 2;
  for (const step of scene.behind?.byThing.get(row.thing) ?? [])
    if (inSight(scene, step)) drawBehind(c, scene, step, y);
  for (const step of scene.gantt.byThing.get(row.thing) ?? []) {
    if (!inSight(scene, step)) continue;
    const isHeld = scene.held?.step.id === step.id;
    c.globalAlpha = isHeld ? 0.35 : order !== null && step.order !== order ? 0.45 : 1;
    drawStep(c, scene, step, y);
    c.globalAlpha = 1;
  }
}

function drawStep(c: CanvasRenderingContext2D, scene: ChartScene, step: Step, y: number): void {
  const { colors } = scene;
  const x0 = xOf(scene, step.start);
  const width = Math.max(2, xOf(scene, step.end) - x0 - 1);
  if (step.setupMs > 0) drawSetup(c, scene, xOf(scene, step.start - step.setupMs), x0, y);
  const tint = tintOf(step.order, scene.dark);
  c.fillStyle = step.frozen ? colors.barQuiet : tint.fill;
  c.strokeStyle = step.frozen ? colors.lineStrong : tint.edge;
  c.lineWidth = 1;
  box(c, x0, y, width, ROW.bar);
  c.fill();
  if (width > 3) c.stroke();
  if (step.pinned && width > 8) {
    c.fillStyle = colors.text;
    c.beginPath();
    c.arc(x0 + width - 5, y + 5, 2, 0, 2 * Math.PI);
    c.fill();
  }
  if (scene.moved.has(step.id)) outline(c, x0, y, width, colors.accent, 2);
  if (scene.isFocusVisible && step.id === scene.focused) outline(c, x0, y, width, colors.accent, 2);
  if (width > 34) drawLabel(c, scene, step, x0, y, width);
}

function drawLabel(
  c: CanvasRenderingContext2D,
  scene: ChartScene,
  step: Step,
  x0: number,
  y: number,
  width: number,
): void {
  c.save();
  c.beginPath();
  c.rect(x0 + 2, y, width - 4, ROW.bar);
  c.clip();
  c.font = font(10.5, 500);
  c.textAlign = 'left';
  c.fillStyle = step.frozen ? scene.colors.quiet : scene.colors.text;
  // A bar that begins left of the names still shows its own beside them.
  const x = Math.max(x0, Math.min(scene.gutter, x0 + width - 40)) + 5;
  c.fillText(step.order, x, y + ROW.bar / 2 + 3.8);
  const used = c.measureText(step.order).width + 6;
  if (x0 + width - x - used > 44) {
    c.font = font(10.5);
    c.fillStyle = scene.colors.quiet;
    c.fillText(step.segment, x + used, y + ROW.bar / 2 + 3.8);
  }
  c.restore();
}

function drawSetup(
  c: CanvasRenderingContext2D,
  scene: ChartScene,
  from: number,
  to: number,
  y: number,
): void {
  const [x, width] = [from, Math.max(1, to - from)];
  c.save();
  c.beginPath();
  c.rect(x, y + 3, width, ROW.bar - 6);
  c.clip();
  c.strokeStyle = scene.colors.lineStrong;
  c.lineWidth = 0.75;
  c.beginPath();
  for (let at = x - ROW.bar; at < x + width; at += 4) {
    c.moveTo(at, y + ROW.bar);
    c.lineTo(at + ROW.bar, y);
  }
  c.stroke();
  c.restore();
}

/** Where the accepted plan has it: an outline below the bar, so that both are seen. */
function drawBehind(c: CanvasRenderingContext2D, scene: ChartScene, step: Step, y: number): void {
  const same = scene.gantt.byId.get(step.id);
  if (same && same.thing === step.thing && same.start === step.start) return;
  const x0 = xOf(scene, step.start);
  c.strokeStyle = scene.colors.lineStrong;
  c.lineWidth = 1;
  c.setLineDash([3, 2]);
  box(c, x0, y - 2, Math.max(2, xOf(scene, step.end) - x0), ROW.bar + 4);
  c.stroke();
  c.setLineDash([]);
}

/** The way of an order from machine to machine. */
function drawThread(c: CanvasRenderingContext2D, scene: ChartScene, order: string): void {
  const steps = scene.gantt.byOrder.get(order) ?? [];
  c.strokeStyle = scene.colors.quiet;
  c.lineWidth = 1;
  c.beginPath();
  steps.forEach((step, i) => {
    const before = steps[i - 1];
    const [row, rowBefore] = [rowOf(scene.gantt, step.thing), before && rowOf(scene.gantt, before.thing)];
    if (!before || !row || !rowBefore) return;
    c.moveTo(xOf(scene, before.end), yOf(scene, rowBefore.top) + rowBefore.height / 2);
    c.lineTo(xOf(scene, step.start), yOf(scene, row.top) + row.height / 2);
  });
  c.stroke();
}

/** The end of an order that is too late: a shape and a word behind its last operation. */
function drawLate(c: CanvasRenderingContext2D, scene: ChartScene, rows: readonly Row[]): void {
  for (const order of scene.gantt.orders.values()) {
    if (!order.late) continue;
    const last = (scene.gantt.byOrder.get(order.key) ?? []).at(-1);
    const row = last && rows.find(({ thing }) => thing === last.thing);
    if (!last || !row || !inSight(scene, last)) continue;
    const x = xOf(scene, last.end);
    const y = yOf(scene, row.top) + row.height / 2;
    triangle(c, x + 6, y, 4.5, scene.colors);
    const list = scene.gantt.byThing.get(last.thing) ?? [];
    const next = list[list.indexOf(last) + 1];
    const room = next ? xOf(scene, next.start - next.setupMs) - x : 999;
    c.font = font(10.5, 600);
    if (room < c.measureText(scene.words.late).width + 18) continue;
    c.fillStyle = scene.colors.text;
    c.textAlign = 'left';
    c.fillText(scene.words.late, x + 14, y + 3.8);
  }
}

function triangle(
  c: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  colors: ChartColors,
): void {
  c.beginPath();
  c.moveTo(x, y - size);
  c.lineTo(x + size, y + size * 0.8);
  c.lineTo(x - size, y + size * 0.8);
  c.closePath();
  c.fillStyle = colors.late;
  c.strokeStyle = colors.surface;
  c.lineWidth = 1.5;
  c.stroke();
  c.fill();
}

function drawHeld(c: CanvasRenderingContext2D, scene: ChartScene, held: Held): void {
  const row = rowOf(scene.gantt, held.thing);
  if (!row) return;
  const y = yOf(scene, row.top) + (row.height - ROW.bar) / 2;
  const end = held.start + held.step.end - held.step.start;
  drawStep(
    c,
    { ...scene, moved: new Set([held.step.id]) },
    { ...held.step, start: held.start, end, pinned: true },
    y,
  );
}

function drawLines(c: CanvasRenderingContext2D, scene: ChartScene): void {
  const { colors } = scene;
  line(c, Math.round(xOf(scene, scene.now)) + 0.5, HEAD, scene.height, colors.text, 1.5);
  if (scene.instant !== null && scene.tense !== 'live')
    line(c, Math.round(xOf(scene, scene.instant)) + 0.5, HEAD, scene.height, colors[scene.tense], 2);
  if (scene.cursor !== null)
    line(c, Math.round(xOf(scene, scene.cursor)) + 0.5, HEAD, scene.height, colors.quiet, 1, [3, 3]);
}

function drawName(c: CanvasRenderingContext2D, scene: ChartScene, row: Row): void {
  const y = yOf(scene, row.top);
  const { colors, gutter } = scene;
  c.fillStyle = colors.surface;
  c.fillRect(0, y, gutter, row.height);
  if (row.thing !== null && row.thing === scene.selected) {
    c.fillStyle = colors.accentWash;
    c.fillRect(0, y, gutter, row.height);
    c.fillStyle = colors.accent;
    c.fillRect(0, y, 3, row.height);
  }
  c.fillStyle = colors.line;
  c.fillRect(gutter, y, 1, row.height);
  c.textAlign = 'left';
  c.font = row.thing === null ? font(11, 600) : font(12);
  c.fillStyle = row.thing === null ? colors.quiet : colors.text;
  const name = fitted(c, row.name, (row.thing === null ? scene.width : gutter) - 18);
  c.fillText(
    name,
    row.thing === null ? 10 : 18,
    y + row.height / 2 + 4,
    row.thing === null ? gutter - 14 : gutter - 22,
  );
}

const fits = new Map<string, string>();

function fitted(c: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${c.font} ${width} ${text}`;
  let found = fits.get(key);
  if (found === undefined) {
    found = text;
    while (found.length > 3 && c.measureText(found).width > width) found = `${found.slice(0, -2)}…`;
    if (fits.size > 2000) fits.clear();
    fits.set(key, found);
  }
  return found;
}

/** The lane of due dates. */
function drawHead(c: CanvasRenderingContext2D, scene: ChartScene, inMind: string | null): void {
  const { colors } = scene;
  c.font = font(11);
  c.textAlign = 'left';
  c.fillStyle = colors.quiet;
  c.fillText(scene.words.due, 10, HEAD - 6, scene.gutter - 14);
  for (const order of scene.gantt.orders.values()) {
    if (order.due === null) continue;
    const x = xOf(scene, order.due);
    if (x < scene.gutter || x > scene.width) continue;
    const isInMind = order.key === inMind;
    if (order.late) triangle(c, x, HEAD - 8, isInMind ? 5 : 4, colors);
    else
      line(
        c,
        Math.round(x) + 0.5,
        HEAD - 9,
        HEAD - 1,
        isInMind ? colors.text : colors.quiet,
        isInMind ? 2 : 1,
      );
    if (!isInMind) continue;
    line(c, Math.round(x) + 0.5, HEAD, scene.height, colors.text, 1, [2, 3]);
    c.font = font(10.5, 600);
    c.textAlign = x > scene.width - 90 ? 'right' : 'left';
    c.fillStyle = colors.text;
    c.fillText(order.key, x + (c.textAlign === 'right' ? -8 : 8), HEAD - 6);
  }
}

/** How far down the rows one is; the canvas is as wide as the strip, so the scroll bar lies in it. */
function drawScroll(c: CanvasRenderingContext2D, scene: ChartScene): void {
  const room = scene.height - HEAD;
  const whole = scene.gantt.height;
  if (whole <= room) return;
  c.fillStyle = scene.colors.lineStrong;
  c.globalAlpha = 0.7;
  c.fillRect(scene.width - 5, HEAD + (scene.scroll / whole) * room, 3, Math.max(18, (room / whole) * room));
  c.globalAlpha = 1;
}

function outline(
  c: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  color: string,
  by: number,
): void {
  c.strokeStyle = color;
  c.lineWidth = 2;
  box(c, x - by + 0.5, y - by + 0.5, width + 2 * by - 1, ROW.bar + 2 * by - 1);
  c.stroke();
}

function box(c: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  c.beginPath();
  c.roundRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1, 2.5);
}

/** Draws the timeline's strip: output bars, alarm ticks, gaps, NOW, the axis and the playhead. */

import { fromWire } from '../../client/instant';
import type { TimelineAlarm, TimelineAnswer } from '../../protocol/rest';
import type { Tense } from '../../scene/contract';
import { SHAPES } from '../marks/shapes';
import { drawAxis } from './axis';
import {
  barsTopOf,
  type DrawnBranch,
  type DrawnForecast,
  drawBranches,
  drawEnd,
  drawForecasts,
  drawMiddles,
} from './future';
import { spanOf, type TimeWindow } from './window';

export interface Scene {
  window: TimeWindow;
  data: TimelineAnswer | undefined;
  stepMs: number;
  now: number;
  earliest: number;
  /** Where the last of the known futures ends. */
  latest: number;
  instant: number;
  tense: Tense;
  forecasts: readonly DrawnForecast[];
  branches: readonly DrawnBranch[];
  /** Sessions of people that were recorded, ms since the epoch. */
  recordings: readonly { from: number; to: number }[];
  cursor: number | null;
  /** Nothing that was recorded after this instant is in the view; null when all is. */
  known: number | null;
  width: number;
  height: number;
  zone: string;
  language: 'en' | 'zh';
  colors: Colors;
  words: { now: string; futures: string; known: string };
}

export interface Colors {
  text: string;
  quiet: string;
  line: string;
  raised: string;
  bar: string;
  barQuiet: string;
  past: string;
  future: string;
  accent: string;
  surface: string;
  edge: string;
  hatch: string;
  priorities: Record<1 | 2 | 3 | 4, string>;
}

export const LANES = { alarms: 9, barsTop: 18, axis: 18 } as const;

export function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const get = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: get('text'),
    quiet: get('quiet'),
    line: get('line'),
    raised: get('raised'),
    bar: get('bar'),
    barQuiet: get('bar-quiet'),
    past: get('past'),
    future: get('future'),
    accent: get('accent'),
    surface: get('surface'),
    edge: get('mark-edge'),
    hatch: get('hatch'),
    priorities: { 1: get('p1'), 2: get('p2'), 3: get('p3'), 4: get('p4') },
  };
}

export function xOf(scene: Pick<Scene, 'window' | 'width'>, ms: number): number {
  return ((ms - scene.window.from) / spanOf(scene.window)) * scene.width;
}

export function drawTimeline(c: CanvasRenderingContext2D, scene: Scene): void {
  c.clearRect(0, 0, scene.width, scene.height);
  drawFuture(c, scene);
  const top = topOf(scene);
  drawForecasts(c, scene, top);
  drawBars(c, scene, top);
  drawMiddles(c, scene, top);
  drawEnd(c, scene, scene.latest);
  drawGaps(c, scene);
  drawRecordings(c, scene);
  drawAxis(c, scene);
  drawAlarms(c, scene);
  drawBranches(c, scene);
  if (scene.known !== null) drawKnown(c, scene, scene.known);
  drawNow(c, scene);
  if (scene.cursor !== null) drawCursor(c, scene, scene.cursor);
  drawPlayhead(c, scene);
}

/** The tallest bar or band in sight: both are drawn to one scale. */
function topOf(scene: Scene): number {
  let top = 1;
  for (const bucket of scene.data?.buckets ?? []) top = Math.max(top, bucket.output);
  for (const { points } of scene.forecasts) for (const { high } of points) top = Math.max(top, high);
  return top;
}

/** Live and offline pictures stand at now. */
function standsAtNow({ tense }: Scene): boolean {
  return tense === 'live' || tense === 'offline';
}

function floorOf(scene: Scene): number {
  return scene.height - LANES.axis;
}

/** The room right of now is marked; it says what it is for as long as nothing is in it. */
function drawFuture(c: CanvasRenderingContext2D, scene: Scene): void {
  const x = Math.max(0, xOf(scene, scene.now));
  if (x >= scene.width) return;
  c.fillStyle = scene.colors.raised;
  c.fillRect(x, 0, scene.width - x, floorOf(scene));
  c.fillStyle = scene.colors.quiet;
  c.font = font(11);
  c.textAlign = 'center';
  if (scene.latest <= scene.now && scene.width - x > 70)
    c.fillText(scene.words.futures, (x + scene.width) / 2, floorOf(scene) / 2 + 8);
}

function drawBars(c: CanvasRenderingContext2D, scene: Scene, top: number): void {
  const { data, stepMs } = scene;
  if (!data) return;
  const floor = floorOf(scene);
  const room = floor - barsTopOf(scene);
  const shown = standsAtNow(scene) ? scene.now : scene.instant;
  const width = (stepMs / spanOf(scene.window)) * scene.width;
  for (const bucket of data.buckets) {
    const x = xOf(scene, bucket.t);
    if (x + width < 0 || x > scene.width) continue;
    const tall = (bucket.output / top) * room;
    // What a branch makes beyond now has not come: fainter, and edged in the colour of the future.
    const isAhead = bucket.t >= scene.now;
    c.globalAlpha = isAhead ? 0.35 : 0.8;
    c.fillStyle = scene.colors.barQuiet;
    c.fillRect(x, floor - tall, width + 0.5, tall);
    c.globalAlpha = 1;
    c.fillStyle = isAhead ? scene.colors.future : bucket.t <= shown ? scene.colors.bar : scene.colors.line;
    c.fillRect(x, floor - tall, width + 0.5, 1.5);
    if (bucket.scrap > 0 && bucket.output > 0)
      drawScrap(c, scene, x, width, floor, (bucket.scrap / top) * room);
  }
}

function drawScrap(
  c: CanvasRenderingContext2D,
  scene: Scene,
  x: number,
  width: number,
  floor: number,
  tall: number,
): void {
  c.fillStyle = scene.colors.text;
  c.fillRect(x + 0.5, floor - Math.max(2, tall), Math.max(1, width - 1), Math.max(2, tall));
}

function drawGaps(c: CanvasRenderingContext2D, scene: Scene): void {
  const floor = floorOf(scene);
  for (const gap of scene.data?.gaps ?? []) {
    const x0 = Math.max(0, xOf(scene, fromWire(gap.from)));
    const x1 = Math.min(scene.width, xOf(scene, gap.to === null ? scene.now : fromWire(gap.to)));
    if (x1 > x0) hatch(c, scene.colors.quiet, x0, floor - 7, Math.max(3, x1 - x0), 7);
  }
}

/** A thin line above the bars, where people were in the hall and were recorded. */
function drawRecordings(c: CanvasRenderingContext2D, scene: Scene): void {
  c.fillStyle = scene.colors.accent;
  for (const { from, to } of scene.recordings) {
    const x0 = Math.max(0, xOf(scene, from));
    const x1 = Math.min(scene.width, xOf(scene, to));
    if (x1 >= x0) c.fillRect(x0, LANES.barsTop, Math.max(4, x1 - x0), 3);
  }
}

function hatch(
  c: CanvasRenderingContext2D,
  color: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.strokeStyle = color;
  c.lineWidth = 1;
  c.beginPath();
  for (let at = x - height; at < x + width; at += 4) {
    c.moveTo(at, y + height);
    c.lineTo(at + height, y);
  }
  c.stroke();
  c.restore();
}

const paths = new Map<number, Path2D>();

function drawAlarms(c: CanvasRenderingContext2D, scene: Scene): void {
  const alarms = [...(scene.data?.alarms ?? [])].sort((a, b) => b.priority - a.priority);
  for (const alarm of alarms) {
    const x = xOf(scene, fromWire(alarm.at));
    if (x > -8 && x < scene.width + 8) drawAlarm(c, scene, alarm, x);
  }
}

function drawAlarm(c: CanvasRenderingContext2D, scene: Scene, alarm: TimelineAlarm, x: number): void {
  let path = paths.get(alarm.priority);
  if (!path) {
    path = new Path2D(SHAPES[alarm.priority]);
    paths.set(alarm.priority, path);
  }
  const size = alarm.priority === 1 ? 11 : 9;
  c.save();
  if (fromWire(alarm.at) > scene.now) c.globalAlpha = 0.5;
  c.translate(x - size / 2, LANES.alarms - size / 2);
  c.scale(size / 12, size / 12);
  c.fillStyle = scene.colors.priorities[alarm.priority];
  c.strokeStyle = scene.colors.surface;
  c.lineWidth = 2;
  c.stroke(path);
  c.fill(path);
  c.restore();
}

function drawNow(c: CanvasRenderingContext2D, scene: Scene): void {
  const x = Math.round(xOf(scene, scene.now)) + 0.5;
  if (x < 0 || x > scene.width) return;
  line(c, x, 0, floorOf(scene), scene.colors.text, 1.5);
  c.font = `650 10px ${FAMILY}`;
  const width = c.measureText(scene.words.now).width + 10;
  c.fillStyle = scene.colors.text;
  c.fillRect(x, 0, width, 15);
  c.fillStyle = scene.colors.surface;
  c.textAlign = 'left';
  c.fillText(scene.words.now, x + 5, 11);
}

/** What was recorded to the right of this line is not in the view. */
function drawKnown(c: CanvasRenderingContext2D, scene: Scene, known: number): void {
  const x = Math.round(xOf(scene, known)) + 0.5;
  const floor = floorOf(scene);
  const from = Math.max(0, x);
  const to = Math.min(scene.width, xOf(scene, scene.now));
  if (to > from) hatch(c, scene.colors.line, from, LANES.barsTop, to - from, floor - LANES.barsTop);
  if (x < 0 || x > scene.width) return;
  line(c, x, 0, floor, scene.colors.past, 1.5, [2, 3]);
  c.font = font(10);
  const width = c.measureText(scene.words.known).width + 8;
  const left = x + width > scene.width ? x - width : x;
  c.fillStyle = scene.colors.surface;
  c.fillRect(left, floor - 16, width, 14);
  c.fillStyle = scene.colors.past;
  c.textAlign = 'left';
  c.fillText(scene.words.known, left + 4, floor - 5);
}

function drawCursor(c: CanvasRenderingContext2D, scene: Scene, ms: number): void {
  line(c, Math.round(xOf(scene, ms)) + 0.5, 0, floorOf(scene), scene.colors.quiet, 1, [3, 3]);
}

function drawPlayhead(c: CanvasRenderingContext2D, scene: Scene): void {
  const atNow = standsAtNow(scene);
  const { text, past, future } = scene.colors;
  const color = atNow ? text : scene.tense === 'future' ? future : past;
  const x = Math.round(xOf(scene, atNow ? scene.now : scene.instant)) + 0.5;
  if (x < -8 || x > scene.width + 8) return;
  if (!atNow) line(c, x, 0, floorOf(scene), color, 2);
  c.fillStyle = color;
  c.beginPath();
  const y = floorOf(scene);
  c.moveTo(x, y - 8);
  c.lineTo(x + 6, y);
  c.lineTo(x - 6, y);
  c.closePath();
  c.fill();
}

export function line(
  c: CanvasRenderingContext2D,
  x: number,
  y0: number,
  y1: number,
  color: string,
  width: number,
  dash: number[] = [],
): void {
  c.strokeStyle = color;
  c.lineWidth = width;
  c.setLineDash(dash);
  c.beginPath();
  c.moveTo(x, y0);
  c.lineTo(x, y1);
  c.stroke();
  c.setLineDash([]);
}

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", sans-serif';

export function font(size: number, weight = 400): string {
  return `${weight} ${size}px ${FAMILY}`;
}

/** Draws what was expected and what could be: bands of forecasts, and what-if branches as thin named lines. */
import type { BandPoint } from '../../client/futures/bands';
import type { Future } from '../../client/futures/branches';
import { font, LANES, line, type Scene, xOf } from './draw';

/** The output that a forecast expected, in pieces per bar of the strip. */
export interface DrawnForecast {
  future: Future;
  points: readonly BandPoint[];
  /** Its time has not come: it is right of now. */
  isAhead: boolean;
}

/** A what-if in its lane above the band. */
export interface DrawnBranch {
  future: Future;
  lane: number;
  isShown: boolean;
  isHovered: boolean;
  /** Stands in the comparison. */
  isCompared: boolean;
}

export const BRANCH_LANES = { first: 23, step: 11, most: 3, reach: 5 } as const;
const LABEL_GAP = 6;
const DASHES = [[], [6, 3], [2, 3]];

export function drawForecasts(c: CanvasRenderingContext2D, scene: Scene, top: number): void {
  const floor = scene.height - LANES.axis;
  const y = (value: number) => floor - (value / top) * (floor - barsTopOf(scene));
  for (const { points, isAhead } of scene.forecasts) {
    if (points.length < 2) continue;
    c.fillStyle = scene.colors.future;
    c.globalAlpha = isAhead ? 0.16 : 0.11;
    c.beginPath();
    points.forEach(({ t, high }) => void c.lineTo(xOf(scene, t), y(high)));
    for (let i = points.length - 1; i >= 0; i--) {
      const point = points[i] as BandPoint;
      c.lineTo(xOf(scene, point.t), y(point.low));
    }
    c.fill();
    c.globalAlpha = 1;
  }
}

/** The dashed middle lies over the bars of what came, so that both are seen. */
export function drawMiddles(c: CanvasRenderingContext2D, scene: Scene, top: number): void {
  const floor = scene.height - LANES.axis;
  for (const { points, isAhead } of scene.forecasts) {
    c.strokeStyle = scene.colors.future;
    c.globalAlpha = isAhead ? 1 : 0.7;
    c.lineWidth = 1.25;
    c.setLineDash([4, 3]);
    c.beginPath();
    for (const { t, middle } of points)
      c.lineTo(xOf(scene, t), floor - (middle / top) * (floor - barsTopOf(scene)));
    c.stroke();
  }
  c.setLineDash([]);
  c.globalAlpha = 1;
}

/** Named lines have lanes of their own above bars and bands. */
export function barsTopOf({ branches }: Pick<Scene, 'branches'>): number {
  return LANES.barsTop + branches.length * BRANCH_LANES.step;
}

export function laneY(lane: number): number {
  return BRANCH_LANES.first + lane * BRANCH_LANES.step;
}

export function drawBranches(c: CanvasRenderingContext2D, scene: Scene): void {
  for (const branch of scene.branches) drawBranch(c, scene, branch);
}

function drawBranch(c: CanvasRenderingContext2D, scene: Scene, branch: DrawnBranch): void {
  const { future, lane, isShown, isHovered } = branch;
  const x0 = xOf(scene, future.forkedAt);
  const x1 = Math.min(scene.width, xOf(scene, future.until));
  if (x1 < 0 || x0 > scene.width) return;
  const y = laneY(lane) + 0.5;
  const strong = isShown || isHovered;
  const color = strong ? scene.colors.future : scene.colors.quiet;
  c.font = isShown ? font(11, 650) : font(11);
  const name = clip(c, future.name, Math.max(0, x1 - Math.max(0, x0)) - 2 * LABEL_GAP);
  const label = name === '' ? 0 : c.measureText(name).width + 2 * LABEL_GAP;
  const nowX = xOf(scene, scene.now);
  const labelX = Math.max(x0 + 7, Math.min(x1 - label, Math.max(nowX, 0) + LABEL_GAP));
  drawFork(c, x0, y, color);
  c.strokeStyle = color;
  c.lineWidth = strong ? 2 : 1;
  c.setLineDash(DASHES[lane % DASHES.length] ?? []);
  c.beginPath();
  c.moveTo(x0 + 3, y);
  c.lineTo(labelX, y);
  c.moveTo(labelX + label, y);
  c.lineTo(x1, y);
  c.stroke();
  c.setLineDash([]);
  c.fillStyle = strong ? scene.colors.future : scene.colors.text;
  c.textAlign = 'left';
  if (name !== '') c.fillText(name, labelX + LABEL_GAP, y + 3.5);
}

function drawFork(c: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  c.fillStyle = color;
  c.beginPath();
  c.arc(x, y, 2.5, 0, 2 * Math.PI);
  c.fill();
}

function clip(c: CanvasRenderingContext2D, text: string, width: number): string {
  if (c.measureText(text).width <= width) return text;
  for (let length = text.length - 1; length > 2; length--) {
    const shorter = `${text.slice(0, length).trimEnd()}…`;
    if (c.measureText(shorter).width <= width) return shorter;
  }
  return '';
}

/** The branch whose line is under the pointer. */
export function branchAt(
  scene: Pick<Scene, 'window' | 'width' | 'branches'>,
  x: number,
  y: number,
): Future | undefined {
  return scene.branches.find(
    ({ future, lane }) =>
      Math.abs(y - laneY(lane)) <= BRANCH_LANES.reach &&
      x >= xOf(scene, future.forkedAt) - 4 &&
      x <= xOf(scene, future.until) + 4,
  )?.future;
}

/** The end of all that is known, when nobody expects anything beyond it. */
export function drawEnd(c: CanvasRenderingContext2D, scene: Scene, end: number): void {
  const x = Math.round(xOf(scene, end)) + 0.5;
  if (end > scene.now && x > 0 && x < scene.width)
    line(c, x, LANES.barsTop, scene.height - LANES.axis, scene.colors.line, 1);
}

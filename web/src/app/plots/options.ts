/** How a plot looks: thin lines, a band, quiet limits, hatched gaps, the unit on the axis. */
import uPlot from 'uplot';
import { clockText } from '../../client/zone';
import type { Signal } from '../../protocol/types';
import { numberText, unitText } from '../format';
import type { Columns } from './series';

export interface PlotStyle {
  text: string;
  quiet: string;
  line: string;
  series: string;
  band: string;
  past: string;
  future: string;
  /** The band of what was expected. */
  expected: string;
}

export interface PlotContext {
  signal: Signal;
  zone: string;
  style: PlotStyle;
  columns(): Columns;
  expected(): Columns;
  tense(): 'past' | 'future';
  /** The instant to mark, or null while live. */
  instant(): number | null;
  onCursor(ms: number | null): void;
  onZoom(from: number, to: number): void;
}

const FONT = '11px system-ui, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", sans-serif';
export const PLOT_HEIGHT = 116;

export function plotOptions(context: PlotContext, width: number): uPlot.Options {
  const { signal, style, zone } = context;
  const stepped =
    signal.kind !== 'number' && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
  const quietSeries: uPlot.Series = { stroke: 'transparent', points: { show: false }, ...stepped };
  return {
    width,
    height: PLOT_HEIGHT,
    ms: 1,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 6, fill: style.series, stroke: style.series },
    },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    series: [
      {},
      quietSeries,
      quietSeries,
      { stroke: style.series, width: 1.2, points: { show: false }, ...stepped },
    ],
    bands: [{ series: [1, 2], fill: style.band }],
    axes: [xAxis(style, zone), yAxis(style, signal)],
    hooks: {
      drawClear: [(u) => drawGaps(u, context), (u) => drawExpected(u, context)],
      draw: [(u) => drawLimits(u, context), (u) => drawInstant(u, context)],
      setCursor: [
        (u) =>
          context.onCursor(
            u.cursor.left !== undefined && u.cursor.left >= 0 ? u.posToVal(u.cursor.left, 'x') : null,
          ),
      ],
      setSelect: [(u) => zoomTo(u, context)],
    },
  };
}

function xAxis(style: PlotStyle, zone: string): uPlot.Axis {
  return {
    stroke: style.quiet,
    font: FONT,
    size: 20,
    gap: 3,
    space: 58,
    grid: { show: false },
    ticks: { stroke: style.line, size: 3, width: 1 },
    values: (u, splits) => {
      const span = (u.scales.x?.max ?? 0) - (u.scales.x?.min ?? 0);
      return splits.map((ms) => clockText(ms, zone, span < 600_000));
    },
  };
}

function yAxis(style: PlotStyle, signal: Signal): uPlot.Axis {
  const unit = unitText(signal);
  return {
    stroke: style.quiet,
    font: FONT,
    size: 42,
    gap: 4,
    space: 26,
    grid: { stroke: style.line, width: 1 },
    ticks: { show: false },
    ...(unit ? { label: unit, labelFont: FONT, labelSize: 15, labelGap: 0 } : {}),
    values: (_, splits) => splits.map((value) => numberText(value, splitDecimals(splits))),
  };
}

/** As many decimals as the steps of the axis need: 2.5 needs one, 50 none. */
function splitDecimals(splits: readonly number[]): number {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) || 1;
  for (let decimals = 0; decimals < 6; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 6;
}

function zoomTo(u: uPlot, context: PlotContext): void {
  const { left, width } = u.select;
  if (width < 4) return;
  context.onZoom(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function drawGaps(u: uPlot, { columns, style }: PlotContext): void {
  const { ctx, bbox } = u;
  for (const gap of columns().gaps) {
    const x0 = Math.max(bbox.left, u.valToPos(gap.from, 'x', true));
    const x1 = Math.min(bbox.left + bbox.width, u.valToPos(gap.to, 'x', true));
    if (x1 <= x0) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x0, bbox.top, x1 - x0, bbox.height);
    ctx.clip();
    ctx.strokeStyle = style.line;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    for (let x = x0 - bbox.height; x < x1; x += 6 * devicePixelRatio) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** Below what came: the band, and the dashed middle. */
function drawExpected(u: uPlot, { expected, style }: PlotContext): void {
  const { ctx, bbox } = u;
  const { x, low, high, mean } = expected();
  const at = (i: number, value: number | null | undefined): [number, number] => [
    u.valToPos(x[i] ?? 0, 'x', true),
    u.valToPos(value ?? 0, 'y', true),
  ];
  const shown = x.map((_, i) => i).filter((i) => mean[i] != null);
  if (shown.length < 2) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = style.expected;
  ctx.beginPath();
  for (const i of shown) ctx.lineTo(...at(i, high[i]));
  for (const i of [...shown].reverse()) ctx.lineTo(...at(i, low[i]));
  ctx.fill();
  ctx.strokeStyle = style.future;
  ctx.lineWidth = 1.2 * devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  for (const i of shown) ctx.lineTo(...at(i, mean[i]));
  ctx.stroke();
  ctx.restore();
}

function drawLimits(u: uPlot, { signal, style }: PlotContext): void {
  for (const limit of [signal.limits?.warn, signal.limits?.alarm]) {
    if (limit === undefined || limit > (u.scales.y?.max ?? 0) || limit < (u.scales.y?.min ?? 0)) continue;
    const y = Math.round(u.valToPos(limit, 'y', true));
    stroke(u, [u.bbox.left, y, u.bbox.left + u.bbox.width, y], style.quiet, [6, 4]);
  }
}

function drawInstant(u: uPlot, { instant, style, tense }: PlotContext): void {
  const ms = instant();
  if (ms === null || ms < (u.scales.x?.min ?? 0) || ms > (u.scales.x?.max ?? 0)) return;
  const x = Math.round(u.valToPos(ms, 'x', true));
  stroke(u, [x, u.bbox.top, x, u.bbox.top + u.bbox.height], style[tense()], [], 1.5);
}

function stroke(
  u: uPlot,
  [x0, y0, x1, y1]: [number, number, number, number],
  color: string,
  dash: number[],
  width = 1,
): void {
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = width * devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.restore();
}

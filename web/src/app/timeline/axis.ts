/** The time axis: round ticks in the site's zone, with the day where it changes. */
import { clockText, dayText, monthText, zoneOffset } from '../../client/zone';
import { font, LANES, line, type Scene, xOf } from './draw';
import { roundStep } from './window';

const LABEL_WIDTH = 84;
/** Beyond this step a tick stands for a month, not for a day. */
const MONTHS_FROM_MS = 20 * 86_400_000;

export interface Tick {
  ms: number;
  label: string;
  day: boolean;
}

/** Ticks at round wall times, so that midnight is a tick whatever the zone's offset. */
export function ticksOf(
  from: number,
  to: number,
  partsMax: number,
  zone: string,
  language: 'en' | 'zh',
): Tick[] {
  const step = roundStep(to - from, partsMax);
  const offset = zoneOffset(from, zone);
  const ticks: Tick[] = [];
  for (let ms = Math.ceil((from + offset) / step) * step - offset; ms <= to; ms += step) {
    const clock = clockText(ms, zone, step < 60_000);
    const day = /^00:00(:00)?$/.test(clock);
    const label =
      step > MONTHS_FROM_MS ? monthText(ms, zone, language) : day ? dayText(ms, zone, language) : clock;
    ticks.push({ ms, label, day });
  }
  return ticks;
}

export function drawAxis(c: CanvasRenderingContext2D, scene: Scene): void {
  const { from, to } = scene.window;
  const floor = scene.height - LANES.axis;
  c.fillStyle = scene.colors.line;
  c.fillRect(0, floor, scene.width, 1);
  const parts = Math.max(2, Math.floor(scene.width / LABEL_WIDTH));
  c.textAlign = 'center';
  for (const tick of ticksOf(from, to, parts, scene.zone, scene.language)) {
    const x = Math.round(xOf(scene, tick.ms)) + 0.5;
    line(c, x, floor, floor + 4, scene.colors.quiet, 1);
    c.font = font(11);
    c.fillStyle = tick.day ? scene.colors.text : scene.colors.quiet;
    if (x > 24 && x < scene.width - 24) c.fillText(tick.label, x, scene.height - 3);
  }
}

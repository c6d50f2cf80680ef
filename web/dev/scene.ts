/**
 * The hall by itself. Parameters: theme=dark, stress=10000, tense=future|offline, camera=x,y,z,tx,ty,tz,
 * mode=walk, select=name, near=metres, seconds=offset.
 */

import type { Alarm, ThingId } from '../src/protocol/types';
import { createHall } from '../src/scene';
import type { CameraPose, Hall, Tense } from '../src/scene/contract';
import { samplePlant, stressPlant } from './plant';
import { PretendTable, step, worldModel } from './pretend';

const wish = new URLSearchParams(location.search);
const canvas = document.getElementById('hall') as HTMLCanvasElement;
const overlay = document.getElementById('overlay') as HTMLElement;
const stats = document.getElementById('stats') as HTMLElement;

const stress = Number(wish.get('stress') ?? 0);
const plant = stress > 0 ? stressPlant(stress) : samplePlant();
const table = new PretendTable(plant.signals.length + 1);
const hall: Hall = createHall(canvas, overlay, {
  select: (thing: ThingId | null) => hall.select(thing),
  hover: () => {},
  camera: () => {},
  picture: () => {},
});

function alarm(id: number, name: string, priority: Alarm['priority']): Alarm {
  const thing = plant.things.find((t) => t.name === name)?.id ?? 0;
  return {
    id,
    thing,
    signal: 0,
    code: 'E1',
    priority,
    message: 'test',
    raised: '',
    cleared: null,
    acknowledged: null,
  };
}

hall.setTheme(wish.get('theme') === 'dark' ? 'dark' : 'light');
document.body.classList.toggle('dark', wish.get('theme') === 'dark');
hall.resize(innerWidth, innerHeight, devicePixelRatio);
hall.setWorld(worldModel(plant));
hall.setTable(table);
hall.setTense((wish.get('tense') ?? 'live') as Tense);
if (stress === 0)
  hall.setAlarms([
    alarm(1, 'Grinder 2', 1),
    alarm(2, 'Press 2', 2),
    alarm(3, 'Furnace 1', 3),
    alarm(4, 'CMM 1', 4),
  ]);
const chosen = plant.things.find((thing) => thing.name === wish.get('select'));
if (chosen) hall.select(chosen.id);
const camera = wish.get('camera')?.split(',').map(Number);
if (camera) {
  const [px = 0, py = 0, pz = 0, tx = 0, ty = 0, tz = 0] = camera;
  hall.setCamera(
    {
      position: [px, py, pz],
      target: [tx, ty, tz],
      mode: (wish.get('mode') ?? 'orbit') as CameraPose['mode'],
    },
    false,
  );
}
if (wish.has('near'))
  (hall as unknown as { stage: { nearMetres: number } }).stage.nearMetres = Number(wish.get('near'));

const offset = Number(wish.get('seconds') ?? 40);
const started = performance.now();
let lastStep = -1e9;
let last = started;
const times: number[] = [];

function picture(now: number): void {
  const instant = Date.UTC(2026, 10, 23) + (now - started);
  if (now - lastStep >= 100) {
    lastStep = now;
    step(plant, table, instant, offset + (now - started) / 1000, stress === 0);
  }
  hall.frame(instant, now - last);
  last = now;
  times.push(hall.stats.scriptMs);
  if (times.length > 120) times.shift();
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const low = sorted[Math.floor(sorted.length / 10)] ?? 0;
  stats.textContent = `script ${median.toFixed(2)} ms (tenth ${low.toFixed(2)}, max ${(sorted.at(-1) ?? 0).toFixed(1)})  calls ${hall.stats.drawCalls}  triangles ${hall.stats.triangles}  objects ${hall.stats.objects}`;
  requestAnimationFrame(picture);
}

addEventListener('resize', () => hall.resize(innerWidth, innerHeight, devicePixelRatio));

/** Milliseconds of each step of the hall's frame, for finding where time goes; the best of many pictures. */
function profile(pictures = 40): Record<string, number> {
  const best: Record<string, number> = {};
  const rooms = hall as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>;
  const wrap = (room: string, method: string): void => {
    const owner = rooms[room];
    const inner = owner?.[method];
    if (!owner || !inner) return;
    owner[method] = (...args) => {
      const begun = performance.now();
      const answer = inner.apply(owner, args);
      const key = `${room}.${method}`;
      best[key] = Math.min(best[key] ?? Infinity, performance.now() - begun);
      return answer;
    };
  };
  for (const [room, method] of [
    ['troupe', 'drive'],
    ['tidings', 'read'],
    ['stage', 'update'],
    ['captions', 'update'],
    ['painter', 'paint'],
  ] as const)
    wrap(room, method);
  for (let i = 0; i < pictures; i++) {
    const instant = Date.UTC(2026, 10, 23) + (performance.now() - started);
    step(plant, table, instant, offset + i / 10, false);
    hall.frame(instant + 16, 16);
    best.frame = Math.min(best.frame ?? Infinity, hall.stats.scriptMs);
  }
  return best;
}

Object.assign(globalThis, { hall, plant, table, profile });
requestAnimationFrame(picture);

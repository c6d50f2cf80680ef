/** A recorded session, read from its JSON lines: who moved where and when, to be walked through again. */
import { type Body, GESTURES, type Spot } from '../../protocol/meet';
import { turnBetween } from './motion';

/** What the list says of a recording. */
export interface RecordingSummary {
  id: string;
  name: string;
  started: string;
  ended: string | null;
  people: string[];
  whole: boolean;
}

interface Step extends Body {
  timeMs: number;
}

/** One person's way through the recording. */
export interface Track {
  name: string;
  /** When the person was part of it, ms since the epoch. */
  spans: [from: number, to: number][];
  steps: Step[];
}

export interface Said {
  timeMs: number;
  name: string;
  text: string;
}

export interface Recording {
  tracks: Track[];
  said: Said[];
}

/** Steps that are further apart than this are no walk: the person stood still in between. */
const STILL_MS = 600;

type Line = {
  t?: number;
  in?: { n: number; name: string };
  out?: number;
  p?: number[][];
  said?: { n: number; text: string };
};

/** A line that cannot be read, as a crash may leave it at the end, is passed over. */
export function readRecording(text: string): Recording {
  const recording: Recording = { tracks: [], said: [] };
  let last = 0;
  for (const row of text.split('\n')) {
    const line = parse(row);
    if (!line?.t) continue;
    last = line.t;
    take(recording, line, line.t);
  }
  for (const { spans } of recording.tracks) {
    const open = spans.at(-1);
    if (open && open[1] === Infinity) open[1] = last;
  }
  return recording;
}

function parse(row: string): Line | null {
  try {
    return JSON.parse(row) as Line | null;
  } catch {
    return null;
  }
}

function take({ tracks, said }: Recording, line: Line, timeMs: number): void {
  if (line.in) tracks[line.in.n] = { name: line.in.name, spans: [[timeMs, Infinity]], steps: [] };
  if (line.out !== undefined) {
    const span = tracks[line.out]?.spans.at(-1);
    if (span) span[1] = timeMs;
  }
  if (line.said) said.push({ timeMs, name: tracks[line.said.n]?.name ?? '', text: line.said.text });
  for (const row of line.p ?? []) tracks[row[0] ?? -1]?.steps.push(stepOf(row, timeMs));
}

function stepOf(row: readonly number[], timeMs: number): Step {
  const [, x = 0, y = 0, z = 0, yaw = 0, headYaw = 0, pitch = 0, state = 0, rx, ry, rz] = row;
  const ray: Spot | null =
    rx === undefined || ry === undefined || rz === undefined ? null : [rx / 100, ry / 100, rz / 100];
  return {
    timeMs,
    position: [x / 100, y / 100, z / 100],
    yaw: yaw / 1000,
    headYaw: headYaw / 1000,
    pitch: pitch / 1000,
    isSpeaking: (state & 1) !== 0,
    isAbove: (state & 8) !== 0,
    gesture: GESTURES[state >> 4] ?? 'none',
    ray,
  };
}

/** How somebody stood at an instant; null when they were not part of it then. */
export function bodyAt({ spans, steps }: Track, instantMs: number): (Body & { speed: number }) | null {
  if (!spans.some(([from, to]) => instantMs >= from && instantMs <= to)) return null;
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] as Step).timeMs <= instantMs) low = middle + 1;
    else high = middle;
  }
  const from = steps[low - 1];
  if (!from) return null;
  const to = steps[low];
  if (!to || instantMs < to.timeMs - STILL_MS) return { ...from, speed: 0 };
  const begin = Math.max(from.timeMs, to.timeMs - STILL_MS);
  const share = (instantMs - begin) / Math.max(1, to.timeMs - begin);
  const mix = (axis: 0 | 1 | 2): number =>
    from.position[axis] + (to.position[axis] - from.position[axis]) * share;
  const way = Math.hypot(to.position[0] - from.position[0], to.position[1] - from.position[1]);
  return {
    ...from,
    position: [mix(0), mix(1), mix(2)],
    yaw: from.yaw + turnBetween(from.yaw, to.yaw) * share,
    headYaw: from.headYaw + turnBetween(from.headYaw, to.headYaw) * share,
    pitch: from.pitch + (to.pitch - from.pitch) * share,
    speed: (way * 1000) / Math.max(1, to.timeMs - begin),
  };
}

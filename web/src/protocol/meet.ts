/** The meeting socket: JSON texts, and the two binary messages of `docs/wire.md`. */

const PEOPLE_MAGIC = 0x31505254;
const MOVE_MAGIC = 0x314d5254;
const HEADER_BYTES = 28;
const RECORD_BYTES = 12;
const RAY_BYTES = 6;
const TURN = Math.PI * 2;

/** Metres in the site frame. */
export type Spot = readonly [x: number, y: number, z: number];

export const GESTURES = ['none', 'wave', 'hand', 'yes', 'no', 'clap'] as const;
export type Gesture = (typeof GESTURES)[number];

/** How somebody stands; the site frame, angles in radians. */
export interface Body {
  position: Spot;
  yaw: number;
  headYaw: number;
  pitch: number;
  isSpeaking: boolean;
  /** Looks at the hall from above, and stands where that look rests. */
  isAbove: boolean;
  gesture: Gesture;
  ray: Spot | null;
}

export interface BodyRecord extends Body {
  seat: number;
  hasLeapt: boolean;
  /** How old the pose was at the frame's time. */
  ageMs: number;
}

export interface CrowdCell {
  x: number;
  y: number;
  count: number;
}

export interface PeopleFrame {
  /** The room's time, ms since the epoch. */
  timeMs: number;
  people: BodyRecord[];
  gone: number[];
  /** Null when nothing is said of it. */
  crowd: CrowdCell[] | null;
}

export class MeetFrameError extends Error {}

/** Reads a frame; it is small, so it becomes objects. */
export function decodePeople(data: ArrayBuffer): PeopleFrame {
  const view = new DataView(data);
  if (data.byteLength < HEADER_BYTES || view.getUint32(0, true) !== PEOPLE_MAGIC || view.getUint8(4) !== 1)
    throw new MeetFrameError('not a frame of people');
  const origin: [number, number] = [view.getInt32(16, true), view.getInt32(20, true)];
  const counts = {
    people: view.getUint16(6, true),
    gone: view.getUint16(24, true),
    crowd: view.getUint16(26, true),
  };
  const people: BodyRecord[] = [];
  let at = HEADER_BYTES;
  try {
    for (let i = 0; i < counts.people; i++) {
      const record = readRecord(view, at, origin);
      at += RECORD_BYTES + (record.ray ? RAY_BYTES : 0);
      people.push(record);
    }
    const gone = Array.from({ length: counts.gone }, (_, i) => view.getUint16(at + 2 * i, true));
    at += 2 * counts.gone;
    const crowd = Array.from({ length: counts.crowd }, (_, i) => readCell(view, at + 6 * i));
    at += 6 * counts.crowd;
    if (at !== data.byteLength) throw new MeetFrameError(`a frame of people of ${data.byteLength} bytes`);
    const timeMs = Number(view.getBigInt64(8, true) / 1000n) / 1000;
    return { timeMs, people, gone, crowd: view.getUint8(5) & 1 ? crowd : null };
  } catch (error) {
    if (error instanceof RangeError) throw new MeetFrameError('a frame of people ends too early');
    throw error;
  }
}

function readCell(view: DataView, at: number): CrowdCell {
  return { x: view.getInt16(at, true), y: view.getInt16(at + 2, true), count: view.getUint16(at + 4, true) };
}

function readRecord(view: DataView, at: number, [east, north]: readonly [number, number]): BodyRecord {
  const cm = (offset: number): number => view.getInt16(at + offset, true) / 100;
  const state = view.getUint8(at + 10);
  return {
    seat: view.getUint16(at, true),
    position: [east + cm(2), north + cm(4), view.getUint8(at + 6) / 8],
    yaw: (view.getUint8(at + 7) / 256) * TURN,
    headYaw: (view.getUint8(at + 8) / 256) * TURN,
    pitch: ((view.getInt8(at + 9) / 127) * Math.PI) / 2,
    isSpeaking: (state & 1) !== 0,
    hasLeapt: (state & 4) !== 0,
    isAbove: (state & 8) !== 0,
    gesture: GESTURES[state >> 4] ?? 'none',
    ageMs: view.getUint8(at + 11) * 4,
    ray: state & 2 ? [east + cm(12), north + cm(14), cm(16)] : null,
  };
}

/** Writes what is said of the own body. */
export function encodeBody(body: Body, isLeap: boolean): ArrayBuffer {
  const data = new ArrayBuffer(body.ray ? 36 : 24);
  const view = new DataView(data);
  const gesture = GESTURES.indexOf(body.gesture);
  const state =
    (body.isSpeaking ? 1 : 0) |
    (body.ray ? 2 : 0) |
    (isLeap ? 4 : 0) |
    (body.isAbove ? 8 : 0) |
    (gesture << 4);
  view.setUint32(0, MOVE_MAGIC, true);
  view.setUint8(4, state);
  view.setInt16(6, Math.round(clamp((body.pitch / Math.PI) * 2) * 32767), true);
  view.setUint16(8, turnOf(body.yaw), true);
  view.setUint16(10, turnOf(body.headYaw), true);
  body.position.forEach((metres, i) => {
    view.setFloat32(12 + 4 * i, metres, true);
  });
  body.ray?.forEach((metres, i) => {
    view.setFloat32(24 + 4 * i, metres, true);
  });
  return data;
}

function clamp(share: number): number {
  return Math.max(-1, Math.min(1, share));
}

function turnOf(angle: number): number {
  const turns = angle / TURN;
  return Math.round((turns - Math.floor(turns)) * 65536) % 65536;
}

/** Somebody in the list of people. */
export interface Person {
  seat: number;
  person: string;
  name: string;
  guest: boolean;
  voice: boolean;
  branch: string;
  /** RFC 3339, or null for the present. */
  at: string | null;
  speed: number;
  /** When `at` was the instant, in the room's time. */
  set: string;
}

export type To = 'room' | 'near' | { seat: number };

export type FromMeet =
  | {
      type: 'entered';
      seat: number;
      person: string;
      name: string;
      room: string;
      now: string;
      rules: MeetRules;
    }
  | { type: 'people'; here: Person[]; gone: number[] }
  | { type: 'said'; from: number; name: string; to: To; text: string; at: string }
  | {
      type: 'called';
      from: number;
      name: string;
      position: Spot;
      text: string;
      branch: string;
      instant: string | null;
    }
  | { type: 'signal'; from: number; data: unknown }
  | { type: 'followed'; by: number[] }
  | { type: 'look'; seat: number; camera: unknown }
  | { type: 'recording'; recording: ToldRecording | null }
  | { type: 'reported'; seat: number }
  | { type: 'problem'; code: string; detail: string }
  | { type: 'pong'; id: number };

/** A recording of the session that runs. */
export interface ToldRecording {
  id: string;
  name: string;
  by: number;
  started: string;
  /** Whether one is part of it oneself. */
  taken: boolean;
}

export interface MeetRules {
  rateHz: number;
  hearingM: number;
  hearingKeptM: number;
  interestM: number;
  crowdCellM: number;
}

export type ToMeet =
  | { type: 'enter'; name: string; guest: string; room: string }
  | { type: 'name'; name: string }
  | { type: 'stand'; branch: string; at: string | null; speed: number }
  | { type: 'say'; to: To; text: string }
  | { type: 'call'; position: Spot; text: string }
  | { type: 'shun'; muted: string[]; blocked: string[] }
  | { type: 'report'; seat: number; text: string }
  | { type: 'voice'; on: boolean }
  | { type: 'signal'; to: number; data: unknown }
  | { type: 'follow'; seat: number | null }
  | { type: 'look'; camera: unknown }
  | { type: 'record'; on: boolean; name: string }
  | { type: 'consent'; yes: boolean }
  | { type: 'ping'; id: number };

/** A server that is newer than this client may say more; that is passed over. */
export function parseMeet(text: string): FromMeet | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return said !== null && typeof said === 'object' && 'type' in said ? (said as FromMeet) : undefined;
  } catch {
    return undefined;
  }
}

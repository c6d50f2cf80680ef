import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodePeople, encodeBody, GESTURES, MeetFrameError, parseMeet, type Spot } from './meet';

const folder = fileURLToPath(new URL('../../../tests/golden/presence/', import.meta.url));
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.bin') ? [name.slice(0, -4)] : []));

interface Said {
  timeMs: number;
  people: {
    seat: number;
    position: number[];
    yaw256: number;
    headYaw256: number;
    pitch127: number;
    speaks: boolean;
    leapt: boolean;
    above: boolean;
    gesture: string;
    ageMs: number;
    ray: number[] | null;
  }[];
  gone: number[];
  crowd: object[] | null;
}

interface SaidMove {
  state: number;
  pitch32767: number;
  yaw65536: number;
  headYaw65536: number;
  position: Spot;
  ray: Spot | null;
}

function bytes(name: string): ArrayBuffer {
  return new Uint8Array(readFileSync(`${folder}${name}.bin`)).buffer;
}

function said<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as T;
}

const frames = names.filter((name) => !name.startsWith('move-'));

describe('golden frames of people', () => {
  it('are there', () => expect(frames.length).toBeGreaterThan(3));

  it.each(frames)('%s', (name) => {
    const frame = decodePeople(bytes(name));
    const json = said<Said>(name);
    expect(frame.timeMs).toBeCloseTo(json.timeMs, 3);
    expect(frame.gone).toEqual(json.gone);
    expect(frame.crowd).toEqual(json.crowd);
    expect(frame.people.length).toBe(json.people.length);
    frame.people.forEach((person, i) => {
      const known = json.people[i] as Said['people'][number];
      expect(person.seat).toBe(known.seat);
      known.position.forEach((metres, axis) => {
        expect(person.position[axis]).toBeCloseTo(metres, 6);
      });
      expect(person.yaw).toBeCloseTo((known.yaw256 / 256) * 2 * Math.PI);
      expect(person.headYaw).toBeCloseTo((known.headYaw256 / 256) * 2 * Math.PI);
      expect(person.pitch).toBeCloseTo(((known.pitch127 / 127) * Math.PI) / 2);
      expect([person.isSpeaking, person.hasLeapt, person.isAbove]).toEqual([
        known.speaks,
        known.leapt,
        known.above,
      ]);
      expect([person.gesture, person.ageMs]).toEqual([known.gesture, known.ageMs]);
      expect(person.ray === null).toBe(known.ray === null);
      known.ray?.forEach((metres, axis) => {
        expect(person.ray?.[axis]).toBeCloseTo(metres, 6);
      });
    });
  });

  it('are refused when they end too early, or are something else', () => {
    for (const name of frames) {
      const whole = bytes(name);
      for (let length = 0; length < whole.byteLength; length++)
        expect(() => decodePeople(whole.slice(0, length))).toThrow(MeetFrameError);
    }
    expect(() => decodePeople(new Uint8Array(64).fill(7).buffer)).toThrow(MeetFrameError);
  });
});

describe('golden moves', () => {
  it.each(['move-plain', 'move-pointing'])('%s', (name) => {
    const { state, pitch32767, yaw65536, headYaw65536, position, ray } = said<SaidMove>(name);
    const body = {
      position,
      yaw: (yaw65536 / 65536) * 2 * Math.PI,
      headYaw: (headYaw65536 / 65536) * 2 * Math.PI,
      pitch: ((pitch32767 / 32767) * Math.PI) / 2,
      isSpeaking: (state & 1) !== 0,
      isAbove: (state & 8) !== 0,
      gesture: GESTURES[state >> 4] ?? 'none',
      ray,
    };
    expect(new Uint8Array(encodeBody(body, (state & 4) !== 0))).toEqual(new Uint8Array(bytes(name)));
  });
});

it('texts that are no messages are passed over', () => {
  for (const text of ['', '{', 'null', '7', '[]', '{}']) expect(parseMeet(text)).toBeUndefined();
  expect(parseMeet('{"type":"pong","id":3}')).toEqual({ type: 'pong', id: 3 });
});

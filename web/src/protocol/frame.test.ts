import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type PlainFrame, type PlainUpdate } from '../../mock/encode';
import { decodeFrame, type Frame, FrameError, frameText, ValueType } from './frame';

const GOLDEN = new URL('../../../tests/golden/frames/', import.meta.url);

function plainValue(frame: Frame, i: number): PlainUpdate['value'] {
  const type = frame.type[i];
  if (type === ValueType.absent) return null;
  if (type === ValueType.text) return frameText(frame, i);
  return type === ValueType.boolean ? frame.value[i] === 1 : (frame.value[i] ?? null);
}

function plain(frame: Frame): PlainFrame {
  const updates = Array.from({ length: frame.count }, (_, i) => ({
    signal: frame.signal[i] ?? -1,
    value: plainValue(frame, i),
    age: frame.age[i] ?? Number.NaN,
    status: frame.status[i] ?? -1,
    type: frame.type[i] ?? -1,
  }));
  const { kind, live, playing, epoch } = frame;
  return { kind, live, playing, epoch, instantNs: String(frame.instantNs), updates };
}

function bytesOf(file: URL): ArrayBuffer {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

const SAMPLE: PlainFrame = {
  kind: 'keyframe',
  live: true,
  playing: false,
  epoch: 9,
  instantNs: '1795413696123456789',
  updates: [
    { signal: 1, value: 'running', age: 0.5, status: 0, type: 4 },
    { signal: 2, value: 2.5, age: 0.25, status: 0, type: 3 },
    { signal: 3, value: null, age: 0, status: 0x8000, type: 0 },
  ],
};

describe('golden frames', () => {
  const names = readdirSync(GOLDEN)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => name.slice(0, -4));

  it('exist', () => expect(names.length).toBeGreaterThan(0));

  it.each(names)('%s decodes to the JSON beside it', (name) => {
    const wanted = JSON.parse(readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as PlainFrame;
    const found = plain(decodeFrame(bytesOf(new URL(`${name}.bin`, GOLDEN))));
    expect(found.updates.map(({ age }) => age)).toEqual(wanted.updates.map(({ age }) => Math.fround(age)));
    const ageless = (frame: PlainFrame) => ({
      ...frame,
      updates: frame.updates.map((update) => ({ ...update, age: 0 })),
    });
    expect(ageless(found)).toEqual(ageless(wanted));
  });
});

describe('decodeFrame', () => {
  it('reads what was written', () => expect(plain(decodeFrame(encodeFrame(SAMPLE)))).toEqual(SAMPLE));

  it('copies nothing', () => {
    const buffer = encodeFrame(SAMPLE);
    expect(decodeFrame(buffer).value.buffer).toBe(buffer);
  });

  it('keeps the microseconds of the instant', () => {
    expect(decodeFrame(encodeFrame(SAMPLE)).instantMs).toBeCloseTo(1_795_413_696_123.456, 3);
  });

  it('refuses every cut-off frame', () => {
    const whole = encodeFrame(SAMPLE);
    for (let length = 0; length < whole.byteLength; length++) {
      expect(() => decodeFrame(whole.slice(0, length))).toThrow(FrameError);
    }
  });

  it('refuses a frame with bytes behind its end', () => {
    const longer = new Uint8Array([...new Uint8Array(encodeFrame(SAMPLE)), 0]);
    expect(() => decodeFrame(longer.buffer)).toThrow(FrameError);
  });

  it.each([
    ['another magic', 0, 0],
    ['an unknown kind', 4, 3],
    ['a count that the length does not bear', 19, 255],
    ['an unknown type', 24 + 18 * 3, 9],
  ])('refuses %s', (_, offset, byte) => {
    const buffer = encodeFrame(SAMPLE);
    new Uint8Array(buffer)[offset] = byte;
    expect(() => decodeFrame(buffer)).toThrow(FrameError);
  });

  it.each([-1, 0.5, 8, 1e9, Number.NaN])('refuses a text at offset %s', (offset) => {
    const buffer = encodeFrame(SAMPLE);
    new DataView(buffer).setFloat64(24, offset, true);
    expect(() => decodeFrame(buffer)).toThrow(FrameError);
  });

  it('refuses a text that is longer than the text section', () => {
    const buffer = encodeFrame(SAMPLE);
    new DataView(buffer).setUint16(24 + 19 * 3, 8, true);
    expect(() => decodeFrame(buffer)).toThrow(FrameError);
  });

  it('never fails otherwise, whatever the bytes', () => {
    const whole = new Uint8Array(encodeFrame(SAMPLE));
    for (let i = 0; i < whole.length; i++) {
      const changed = whole.slice();
      changed[i] = (changed[i] ?? 0) ^ 0xff;
      try {
        const frame = decodeFrame(changed.buffer);
        for (let k = 0; k < frame.count; k++) plainValue(frame, k);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }
  });
});

/** Writes the binary frame of docs/wire.md: for the mock server, and for tests that read it back. */
import { FRAME_MAGIC, HEADER_BYTES, UPDATE_BYTES, ValueType } from '../src/protocol/frame';

export type PlainValue = boolean | number | string | null;

export interface PlainUpdate {
  signal: number;
  value: PlainValue;
  /** Seconds between the sample and the frame's instant. */
  age: number;
  status: number;
  type: number;
}

export interface PlainFrame {
  kind: 'keyframe' | 'delta';
  live: boolean;
  playing: boolean;
  epoch: number;
  /** Nanoseconds since the Unix epoch, as decimal digits: JSON numbers would round them. */
  instantNs: string;
  updates: PlainUpdate[];
}

export function encodeFrame(frame: PlainFrame): ArrayBuffer {
  const n = frame.updates.length;
  const texts = packTexts(frame.updates);
  const buffer = new ArrayBuffer(HEADER_BYTES + UPDATE_BYTES * n + texts.bytes.length);
  const view = new DataView(buffer);
  view.setUint32(0, FRAME_MAGIC, true);
  view.setUint8(4, frame.kind === 'keyframe' ? 1 : 2);
  view.setUint8(5, (frame.live ? 1 : 0) | (frame.playing ? 2 : 0));
  view.setUint16(6, frame.epoch & 0xffff, true);
  view.setBigInt64(8, BigInt(frame.instantNs), true);
  view.setUint32(16, n, true);
  view.setUint32(20, texts.bytes.length, true);
  for (let i = 0; i < n; i++) {
    const update = frame.updates[i];
    if (!update) continue;
    view.setFloat64(24 + 8 * i, texts.offsets[i] ?? numeric(update.value), true);
    view.setFloat32(24 + 8 * n + 4 * i, update.age, true);
    view.setUint32(24 + 12 * n + 4 * i, update.signal, true);
    view.setUint16(24 + 16 * n + 2 * i, update.status, true);
    view.setUint8(24 + 18 * n + i, update.type);
  }
  new Uint8Array(buffer, HEADER_BYTES + UPDATE_BYTES * n).set(texts.bytes);
  return buffer;
}

function numeric(value: PlainValue): number {
  if (value === null || typeof value === 'string') return Number.NaN;
  return Number(value);
}

function packTexts(updates: PlainUpdate[]): { offsets: (number | undefined)[]; bytes: Uint8Array } {
  const utf8 = new TextEncoder();
  const bytes: number[] = [];
  const offsets = updates.map((update) => {
    if (update.type !== ValueType.text) return undefined;
    const text = utf8.encode(String(update.value));
    const offset = bytes.length;
    bytes.push(text.length & 0xff, text.length >> 8, ...text);
    return offset;
  });
  return { offsets, bytes: Uint8Array.from(bytes) };
}

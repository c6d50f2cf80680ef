/**
 * The binary frame of the view socket: views over the received bytes, nothing copied.
 *
 * ```
 *  0 u32 magic "TRF1" │ 4 u8 kind │ 5 u8 flags │ 6 u16 epoch │ 8 i64 instant, ns │ 16 u32 n │ 20 u32 t
 * 24 f64[n] value │ f32[n] age │ u32[n] signal │ u16[n] status │ u8[n] type │ u8[t] text section
 * ```
 *
 * Spec: docs/wire.md, "The view socket".
 */

export const FRAME_MAGIC = 0x31465254;
export const HEADER_BYTES = 24;
export const UPDATE_BYTES = 19;

export const ValueType = { absent: 0, boolean: 1, integer: 2, number: 3, text: 4 } as const;

export interface Frame {
  readonly kind: 'keyframe' | 'delta';
  readonly live: boolean;
  readonly playing: boolean;
  /** The low 16 bits of the view's epoch. */
  readonly epoch: number;
  readonly instantNs: bigint;
  readonly instantMs: number;
  readonly count: number;
  readonly value: Float64Array;
  readonly age: Float32Array;
  readonly signal: Uint32Array;
  readonly status: Uint16Array;
  readonly type: Uint8Array;
  readonly text: Uint8Array;
}

/** The frame does not say what the wire document allows; the connection that sent it is not to be trusted. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const utf8 = new TextDecoder('utf-8', { fatal: false });

export function decodeFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < HEADER_BYTES) throw new FrameError(`${buffer.byteLength} bytes are no header`);
  const header = new DataView(buffer);
  if (header.getUint32(0, true) !== FRAME_MAGIC) throw new FrameError('not a TRF1 frame');
  const kind = header.getUint8(4);
  if (kind !== 1 && kind !== 2) throw new FrameError(`unknown kind ${kind}`);
  const count = header.getUint32(16, true);
  const textBytes = header.getUint32(20, true);
  const length = HEADER_BYTES + UPDATE_BYTES * count + textBytes;
  if (length !== buffer.byteLength) {
    throw new FrameError(`the header promises ${length} bytes, ${buffer.byteLength} came`);
  }
  const flags = header.getUint8(5);
  const instantNs = header.getBigInt64(8, true);
  const frame: Frame = {
    kind: kind === 1 ? 'keyframe' : 'delta',
    live: (flags & 1) !== 0,
    playing: (flags & 2) !== 0,
    epoch: header.getUint16(6, true),
    instantNs,
    instantMs: Number(instantNs / 1000n) / 1000,
    count,
    value: new Float64Array(buffer, 24, count),
    age: new Float32Array(buffer, 24 + 8 * count, count),
    signal: new Uint32Array(buffer, 24 + 12 * count, count),
    status: new Uint16Array(buffer, 24 + 16 * count, count),
    type: new Uint8Array(buffer, 24 + 18 * count, count),
    text: new Uint8Array(buffer, 24 + 19 * count, textBytes),
  };
  checkUpdates(frame);
  return frame;
}

function checkUpdates(frame: Frame): void {
  for (let i = 0; i < frame.count; i++) {
    const type = frame.type[i] ?? 255;
    if (type > ValueType.text) throw new FrameError(`update ${i} has the unknown type ${type}`);
    if (type === ValueType.text) checkText(frame, i);
  }
}

function checkText(frame: Frame, i: number): void {
  const offset = frame.value[i] ?? Number.NaN;
  const ok = Number.isInteger(offset) && offset >= 0 && offset + 2 <= frame.text.length;
  if (!ok || offset + 2 + textLength(frame.text, offset) > frame.text.length) {
    throw new FrameError(`the text of update ${i} lies outside of the text section`);
  }
}

function textLength(text: Uint8Array, offset: number): number {
  return (text[offset] ?? 0) | ((text[offset + 1] ?? 0) << 8);
}

/** The text of an update whose type is text; decoded only when somebody asks. */
export function frameText(frame: Frame, i: number): string {
  const offset = frame.value[i] ?? 0;
  const start = offset + 2;
  return utf8.decode(frame.text.subarray(start, start + textLength(frame.text, offset)));
}

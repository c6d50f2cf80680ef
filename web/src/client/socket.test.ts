import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../mock/encode';
import type { Frame } from '../protocol/frame';
import { type SocketLike, ViewSocket } from './socket';
import { LIVE } from './view';

class FakeSocket implements SocketLike {
  binaryType = '';
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  sent: { epoch: number; at: string | null }[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  keyframe(epoch: number): void {
    this.onmessage?.({
      data: encodeFrame({ kind: 'keyframe', live: true, playing: false, epoch, instantNs: '1', updates: [] }),
    });
  }
}

let sockets: FakeSocket[] = [];
let frames: Frame[] = [];
let socket: ViewSocket;

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, frames] = [[], []];
  socket = new ViewSocket(
    () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1) as FakeSocket;
    },
    {
      open: () => undefined,
      closed: () => undefined,
      message: () => undefined,
      frame: (frame) => frames.push(frame),
    },
  );
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

const see = (at: number) => socket.setView({ ...LIVE, at, speed: 0 }, { all: true }, 10);

describe('ViewSocket', () => {
  it('sends the view once the socket is open', () => {
    see(1000);
    sockets[0]?.open();
    expect(sockets[0]?.sent).toMatchObject([{ epoch: 1, at: '1970-01-01T00:00:01.000Z' }]);
  });

  it('keeps one view under way and sends the latest of the waiting ones', () => {
    sockets[0]?.open();
    for (const at of [1000, 2000, 3000, 4000]) see(at);
    expect(sockets[0]?.sent).toHaveLength(1);
    sockets[0]?.keyframe(1);
    expect(sockets[0]?.sent.map(({ at }) => at)).toEqual([
      '1970-01-01T00:00:01.000Z',
      '1970-01-01T00:00:04.000Z',
    ]);
  });

  it('does not wait for ever for a keyframe', () => {
    sockets[0]?.open();
    see(1000);
    see(2000);
    vi.advanceTimersByTime(300);
    expect(sockets[0]?.sent).toHaveLength(2);
  });

  it('drops frames of older views', () => {
    sockets[0]?.open();
    see(1000);
    sockets[0]?.keyframe(1);
    see(2000);
    sockets[0]?.keyframe(1);
    sockets[0]?.keyframe(2);
    expect(frames.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('comes back with the same view, later each time', () => {
    see(1000);
    sockets[0]?.open();
    sockets[0]?.onclose?.();
    vi.advanceTimersByTime(700);
    expect(sockets).toHaveLength(2);
    sockets[1]?.onclose?.();
    vi.advanceTimersByTime(700);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(700);
    expect(sockets).toHaveLength(3);
    sockets[2]?.open();
    expect(sockets[2]?.sent).toMatchObject([{ at: '1970-01-01T00:00:01.000Z' }]);
  });
});

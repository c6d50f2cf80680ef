/**
 * The view socket: reconnects with back-off, drops frames of older views, and while somebody drags the
 * playhead keeps one view under way at a time, the latest of the waiting ones next.
 */
import { type Interest, parseServerMessage, type ServerMessage } from '../protocol/control';
import { decodeFrame, type Frame, FrameError } from '../protocol/frame';
import { type View, viewMessage } from './view';

export interface SocketLike {
  binaryType: string;
  readyState: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  open(): void;
  closed(retryInMs: number): void;
  frame(frame: Frame): void;
  message(message: ServerMessage): void;
}

const OPEN = 1;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 10_000;
/** A view that got no keyframe in this time no longer holds back the next one. */
const IN_FLIGHT_MS_MAX = 250;

export class ViewSocket {
  private socket: SocketLike | undefined;
  private epoch = 0;
  private wanted: { view: View; interest: Interest; rateHz: number } | undefined;
  private unsent = false;
  private inFlight = false;
  private inFlightTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly open: () => SocketLike,
    private readonly events: SocketEvents,
  ) {}

  start(): void {
    const socket = this.open();
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.opened();
    socket.onclose = () => this.closed(socket);
    socket.onmessage = ({ data }) => this.received(socket, data);
    this.socket = socket;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    clearTimeout(this.inFlightTimer);
    this.socket?.close();
  }

  /** The server has gone silent: an honest new connection beats waiting for a dead one. */
  restart(): void {
    const socket = this.socket;
    if (!socket || this.stopped) return;
    socket.close();
    this.closed(socket);
  }

  setView(view: View, interest: Interest, rateHz: number): void {
    this.wanted = { view, interest, rateHz };
    this.unsent = true;
    this.sendLatest();
  }

  private sendLatest(): void {
    if (!this.unsent || this.inFlight || !this.wanted || this.socket?.readyState !== OPEN) return;
    this.epoch = (this.epoch + 1) % 0x10000;
    this.unsent = false;
    this.inFlight = true;
    const { view, interest, rateHz } = this.wanted;
    this.socket.send(JSON.stringify(viewMessage(view, this.epoch, rateHz, interest)));
    this.inFlightTimer = setTimeout(() => this.landed(), IN_FLIGHT_MS_MAX);
  }

  private landed(): void {
    clearTimeout(this.inFlightTimer);
    this.inFlight = false;
    this.sendLatest();
  }

  private opened(): void {
    this.failures = 0;
    this.inFlight = false;
    this.unsent = this.wanted !== undefined;
    this.events.open();
    this.sendLatest();
  }

  private closed(socket: SocketLike): void {
    if (socket !== this.socket || this.stopped) return;
    this.socket = undefined;
    clearTimeout(this.inFlightTimer);
    const wait =
      Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.failures++) * (0.75 + Math.random() / 2);
    this.events.closed(wait);
    this.retryTimer = setTimeout(() => this.start(), wait);
  }

  private received(socket: SocketLike, data: unknown): void {
    if (socket !== this.socket) return;
    if (typeof data === 'string') {
      const message = parseServerMessage(data);
      if (message) this.events.message(message);
    } else if (data instanceof ArrayBuffer) {
      this.binary(data);
    }
  }

  /** A frame that cannot be read means that this connection is broken: the next one starts with a keyframe. */
  private binary(data: ArrayBuffer): void {
    try {
      this.frame(decodeFrame(data));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.restart();
    }
  }

  private frame(frame: Frame): void {
    if (frame.epoch !== this.epoch) return;
    this.events.frame(frame);
    if (frame.kind === 'keyframe' && this.inFlight) this.landed();
  }
}

/** One viewer's socket: keeps the view, sends keyframes and deltas as docs/wire.md says. */
import type { WebSocket } from 'ws';
import type { Interest, ViewMessage } from '../src/protocol/control';
import type { Signal } from '../src/protocol/types';
import { events } from './answers';
import { encodeFrame, type PlainUpdate } from './encode';
import type { Formula, Reading } from './formula';
import type { MockFutures } from './futures/world';

const TYPES: Record<Signal['kind'], number> = { boolean: 1, integer: 2, number: 3, text: 4, enumeration: 4 };

/** An unchanged value is sampled again this often. */
const REPEAT_MS = 5000;

export class Viewer {
  private epoch = 0;
  private branch = 'live';
  private formula: Formula;
  private at: number | null = null;
  private speed = 0;
  private setAt = Date.now();
  private signals: Signal[] = [];
  private readonly last = new Map<number, Reading>();
  private sentAt = 0;
  private instant = Date.now();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly socket: WebSocket,
    private readonly futures: MockFutures,
  ) {
    this.formula = futures.formulaOf('live');
    this.send({
      type: 'hello',
      site: 'Aurora Drives',
      now: new Date().toISOString(),
      limits: { rateHzMax: 60 },
    });
    socket.on('message', (data) =>
      this.receive(JSON.parse(String(data)) as ViewMessage | { type: 'ping'; id: number }),
    );
    this.timer = setInterval(() => this.tick(), 100);
    socket.on('close', () => clearInterval(this.timer));
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  private receive(message: ViewMessage | { type: 'ping'; id: number }): void {
    if (message.type === 'ping') {
      this.send({ type: 'pong', id: message.id });
      return;
    }
    this.epoch = message.epoch;
    this.branch = message.branch;
    this.formula = this.futures.formulaOf(message.branch);
    const fork = this.futures.spanOf(message.branch)?.from ?? null;
    this.at = message.at === null ? fork : Date.parse(message.at);
    this.speed = message.speed;
    this.setAt = Date.now();
    this.signals = this.formula.plant.signals.filter((signal) => wanted(signal, message.interest));
    this.instant = this.now();
    this.last.clear();
    this.frame('keyframe');
  }

  private now(): number {
    const now = this.at === null ? Date.now() : this.at + (Date.now() - this.setAt) * this.speed;
    const until = this.futures.spanOf(this.branch)?.until;
    return until === undefined ? now : Math.min(now, until);
  }

  private tick(): void {
    if (this.epoch === 0) return;
    const before = this.instant;
    this.instant = this.now();
    const until = this.futures.spanOf(this.branch)?.until;
    if (until !== undefined && this.speed > 0 && this.instant >= until) {
      this.at = until;
      this.speed = 0;
      this.send({ type: 'ended' });
    }
    if (until === undefined && this.at !== null && this.instant >= Date.now()) {
      this.at = null;
      this.send({ type: 'ended' });
      return;
    }
    if (this.instant > before && this.instant - before < 60_000) this.sendEvents(before);
    this.frame('delta');
  }

  private sendEvents(before: number): void {
    const slow = this.at === null && Math.floor(before / 1000) === Math.floor(this.instant / 1000);
    if (slow) return;
    const from = this.at === null ? Math.floor(this.instant / 1000) * 1000 - 1000 : before;
    for (const event of events(this.formula, from, this.instant, null)) {
      if (Date.parse(event.time) > from) this.send({ type: 'event', event });
    }
  }

  private frame(kind: 'keyframe' | 'delta'): void {
    const updates: PlainUpdate[] = [];
    for (const signal of this.signals) {
      const reading = this.formula.read(signal, this.instant);
      const before = this.last.get(signal.id);
      const same =
        before !== undefined && before.value === reading.value && reading.time - before.time < REPEAT_MS;
      if (kind === 'delta' && same) continue;
      this.last.set(signal.id, reading);
      const type = reading.value === null ? 0 : TYPES[signal.kind];
      updates.push({
        signal: signal.id,
        value: reading.value,
        age: (this.instant - reading.time) / 1000,
        status: reading.status,
        type,
      });
    }
    if (kind === 'delta' && updates.length === 0 && Date.now() - this.sentAt < 900) return;
    this.sentAt = Date.now();
    const instantNs = String(BigInt(Math.round(this.instant * 1000)) * 1000n);
    this.socket.send(
      encodeFrame({
        kind,
        live: this.at === null,
        playing: this.speed > 0,
        epoch: this.epoch,
        instantNs,
        updates,
      }),
    );
  }
}

function wanted(signal: Signal, interest: Interest): boolean {
  if (interest.all || interest.signals?.includes(signal.id)) return true;
  if (interest.roles && !interest.roles.includes(signal.role ?? '')) return false;
  return interest.roles !== undefined || (interest.things?.includes(signal.thing) ?? false);
}

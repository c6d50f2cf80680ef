/**
 * What things say now and then: state, part, order, level, and whether that can still be believed.
 * What changed is found by comparing version numbers in flat arrays, once per frame of the wire.
 */
import { stateOf } from '../../protocol/states';
import type { SignalTable, WorldModel } from '../contract';
import { Pattern } from '../mesh/matter';
import { orderCode } from '../parts/ledger';
import type { Figure } from './figure';

const ROLES = ['state', 'part', 'order', 'level'] as const;
const [STATE, PART, ORDER, LEVEL] = [0, 1, 2, 3];
/** The signal by which a thing is believed or not: the first of these that it has. */
const WITNESSES = [STATE, LEVEL, PART];
const BAD = 2;
const STALE_CHECK_MS = 500;

/** What becomes of parts is told elsewhere. `isFirst`: it held when the view began, nothing has happened. */
export interface PartReports {
  part(figure: Figure, serial: string, atMs: number, isFirst: boolean): void;
  /** How many more parts the thing holds than before; never called for the first level. */
  level(figure: Figure, by: number, atMs: number): void;
  /** Everything is about to be told anew. */
  begin(): void;
}

export class Tidings {
  /** Rises when a state, a part or a level changed, so that marks and the map know that they are old. */
  revision = 0;
  private figures: readonly Figure[] = [];
  /** Signal ids, one for each role of each figure; -1 where it has none. */
  private ids = new Int32Array(0);
  private seen = new Uint32Array(0);
  private witness = new Int32Array(0);
  private staleAfterMs = new Float64Array(0);
  private seenFrame = -1;
  private seenKeyframe = -1;
  private isFirst = true;
  private sinceStaleMs = 0;

  listen(figures: readonly Figure[], world: WorldModel): void {
    this.figures = figures;
    const signals = figures.flatMap(({ thing }) => ROLES.map((role) => world.role(thing.id, role)));
    const witnesses = figures.map((_, i) =>
      WITNESSES.map((role) => signals[i * ROLES.length + role]).find((signal) => signal !== undefined),
    );
    this.ids = Int32Array.from(signals, (signal) => signal?.id ?? -1);
    this.seen = new Uint32Array(signals.length);
    this.witness = Int32Array.from(witnesses, (signal) => signal?.id ?? -1);
    this.staleAfterMs = Float64Array.from(witnesses, (signal) => signal?.staleAfterMs ?? Infinity);
    this.forget();
    figures.forEach((figure, i) => {
      // A thing that never says how it is looks like a piece of furniture; one that should and has not is unknown.
      const speaks = (this.ids[i * ROLES.length] as number) >= 0;
      figure.state = speaks ? 'unknown' : null;
      figure.pattern = speaks ? Pattern.outlined : Pattern.plain;
      figure.writeLook();
    });
  }

  forget(): void {
    this.seen.fill(0);
    this.seenFrame = -1;
    this.isFirst = true;
  }

  read(table: SignalTable, ageInstantMs: number, wallDeltaMs: number, reports: PartReports): void {
    this.sinceStaleMs += wallDeltaMs;
    if (table.frame !== this.seenFrame) this.readFrame(table, reports);
    if (this.sinceStaleMs >= STALE_CHECK_MS) {
      this.sinceStaleMs = 0;
      this.checkAges(table, ageInstantMs);
    }
  }

  private readFrame(table: SignalTable, reports: PartReports): void {
    if (table.keyframe !== this.seenKeyframe) this.forget();
    this.seenKeyframe = table.keyframe;
    this.seenFrame = table.frame;
    if (this.isFirst) reports.begin();
    for (let k = 0; k < this.ids.length; k++) {
      const id = this.ids[k] as number;
      if (id < 0 || id >= table.capacity) continue;
      const version = table.version[id] as number;
      if (version === this.seen[k]) continue;
      this.seen[k] = version;
      this.apply(this.figures[(k / ROLES.length) | 0] as Figure, k % ROLES.length, id, table, reports);
    }
    // Before the first frame there is nothing that could be a beginning.
    if (table.frame > 0) this.isFirst = false;
  }

  private apply(figure: Figure, role: number, id: number, table: SignalTable, reports: PartReports): void {
    const isAbsent = table.type[id] === 0;
    const text = isAbsent ? '' : (table.text[id] ?? '');
    const atMs = table.time[id] as number;
    if (role === STATE) figure.state = isAbsent ? 'unknown' : stateOf(text);
    if (role === PART) reports.part(figure, text, atMs, this.isFirst);
    if (role === ORDER) figure.order = orderCode(text);
    if (role === LEVEL && !this.applyLevel(figure, isAbsent ? 0 : (table.value[id] as number), atMs, reports))
      return;
    figure.writeLook();
    figure.unsettle();
    this.revision++;
  }

  /** True when the number of parts to be seen is another one. */
  private applyLevel(figure: Figure, value: number, atMs: number, reports: PartReports): boolean {
    const level = Math.max(0, Math.round(value) || 0);
    const by = level - figure.level;
    if (by === 0) return false;
    figure.level = level;
    figure.writeStock();
    if (!this.isFirst) reports.level(figure, by, atMs);
    return true;
  }

  private checkAges(table: SignalTable, ageInstantMs: number): void {
    for (let i = 0; i < this.figures.length; i++) {
      const id = this.witness[i] as number;
      if (id < 0 || id >= table.capacity) continue;
      const figure = this.figures[i] as Figure;
      const time = table.time[id] as number;
      const isBad = (table.status[id] as number) >> 14 >= BAD;
      // A bad sample without a value says that nobody hears the source any more; its time is when that began.
      const isSilent = table.type[id] === 0;
      const isStale = ageInstantMs - time > (this.staleAfterMs[i] as number);
      figure.measuredMs = time;
      figure.trust = time === 0 ? 'good' : isBad ? (isSilent ? 'stale' : 'bad') : isStale ? 'stale' : 'good';
      const pattern = patternOf(figure);
      if (pattern === figure.pattern) continue;
      figure.pattern = pattern;
      figure.writeLook();
      this.revision++;
    }
  }
}

function patternOf({ state, trust }: Figure): number {
  if (trust !== 'good') return Pattern.hatched;
  if (state === 'unknown') return Pattern.outlined;
  return state === 'planned-stop' ? Pattern.crosshatched : Pattern.plain;
}

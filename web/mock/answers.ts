/** The REST answers of docs/wire.md for the synthetic plant. */
import type { Bucket, BucketsAnswer, SamplesAnswer, TimelineAnswer } from '../src/protocol/rest';
import type { SiteEvent, WorldDocument } from '../src/protocol/types';
import { type Formula, MINUTE, noise } from './formula';

const iso = (ms: number) => new Date(ms).toISOString();

export function world(formula: Formula, t: number): WorldDocument {
  const { things, signals, relations } = formula.plant;
  const alarms = formula.stops
    .map((stop, id) => ({ ...stop, id }))
    .filter((stop) => stop.from <= t && t < stop.to)
    .map((stop) => ({
      id: stop.id,
      thing: stop.thing,
      signal: signals.find((signal) => signal.thing === stop.thing && signal.role === 'condition')?.id ?? 0,
      code: stop.code,
      priority: stop.priority,
      message: stop.message,
      raised: iso(stop.from),
      cleared: null,
      acknowledged: null,
    }));
  return { at: iso(t), things, signals, relations, alarms };
}

export function buckets(
  formula: Formula,
  ids: number[],
  from: number,
  to: number,
  count: number,
): BucketsAnswer {
  const width = (to - from) / count;
  const now = formula.end;
  const series = ids.flatMap((id) => {
    const signal = formula.plant.signals.find((candidate) => candidate.id === id);
    if (!signal) return [];
    const gaps =
      signal.thing === formula.gap.thing && formula.gap.from < to && formula.gap.to > from
        ? [{ from: iso(formula.gap.from), to: iso(formula.gap.to), cause: formula.gap.cause }]
        : [];
    const list: Bucket[] = [];
    for (let k = 0; k < count; k++) {
      const t = from + k * width;
      if (t < formula.earliest || t > now || (gaps.length > 0 && t >= formula.gap.from && t < formula.gap.to))
        continue;
      list.push(bucket(formula, signal.id, t, width));
    }
    return [{ signal: id, buckets: list, gaps }];
  });
  return { from: iso(from), to: iso(to), series };
}

function bucket(formula: Formula, id: number, t: number, width: number): Bucket {
  const signal = formula.plant.signals.find((candidate) => candidate.id === id);
  const values: number[] = [];
  for (let i = 0; i < 8 && signal; i++) {
    const value = formula.read(signal, t + (i / 8) * width).value;
    if (typeof value === 'number') values.push(value);
  }
  const count = Math.max(1, Math.round(width / 500));
  return {
    t,
    min: Math.min(...values),
    max: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    count,
    bad: 0,
  };
}

export function samples(
  formula: Formula,
  ids: number[],
  from: number,
  to: number,
  limit: number,
): SamplesAnswer {
  let truncated = false;
  const end = Math.min(to, formula.end);
  const series = ids.flatMap((id) => {
    const signal = formula.plant.signals.find((candidate) => candidate.id === id);
    if (!signal) return [];
    const list: [number, number | string | null, number][] = [];
    for (let t = Math.max(from, formula.earliest); t < end; t += 500) {
      if (list.length >= limit) truncated = true;
      if (truncated) break;
      const reading = formula.read(signal, t);
      list.push([reading.time, reading.value, reading.status]);
    }
    return [{ signal: id, samples: list }];
  });
  return { series, truncated };
}

export function timeline(formula: Formula, from: number, to: number, count: number): TimelineAnswer {
  const width = (to - from) / count;
  const now = formula.end;
  const list = [];
  for (let k = 0; k < count; k++) {
    const t = from + k * width;
    if (t < formula.earliest || t > now) continue;
    const alarms = formula.stops.filter((stop) => stop.from >= t && stop.from < t + width).length;
    const down = formula.stops.filter((stop) => stop.priority <= 2 && stop.from <= t && stop.to > t).length;
    const blocked = formula.stops.some((stop) => stop.priority === 1 && stop.from <= t && stop.to > t)
      ? 0.45
      : 1;
    const perMinute = (9 + 4 * noise(3, Math.floor(t / (6 * MINUTE)) % 997)) * blocked;
    list.push({
      t,
      output: Math.round((perMinute * width) / MINUTE),
      scrap: noise(4, k) > 0.9 ? 1 : 0,
      alarms,
      down,
    });
  }
  const alarms = formula.stops
    .filter((stop) => stop.from >= from && stop.from <= Math.min(to, now))
    .map((stop) => ({
      at: iso(stop.from),
      thing: stop.thing,
      priority: stop.priority,
      message: stop.message,
    }));
  const { gap } = formula;
  const gaps = gap.from < to && gap.to > from ? [{ ...gap, from: iso(gap.from), to: iso(gap.to) }] : [];
  return { from: iso(from), to: iso(to), buckets: list, alarms, gaps };
}

/** Everything discrete that happened to a thing or to all of them, newest last. */
export function events(formula: Formula, from: number, to: number, thing: number | null): SiteEvent[] {
  const list: SiteEvent[] = [];
  const end = Math.min(to, formula.end);
  const add = (at: number, type: string, subject: number, data: Record<string, unknown>) => {
    if (at < from || at > end) return;
    list.push({
      specversion: '1.0',
      id: `${type}-${subject}-${at}`,
      source: 'urn:trine:aurora',
      type: `org.trine.${type}.v1`,
      time: iso(at),
      recordedtime: iso(at + 40),
      subject: String(subject),
      data: { thing: subject, ...data },
    });
  };
  for (const stop of formula.stops) {
    if (thing !== null && stop.thing !== thing) continue;
    add(stop.from, 'alarm.raised', stop.thing, {
      code: stop.code,
      priority: stop.priority,
      message: stop.message,
    });
    add(stop.to, 'alarm.cleared', stop.thing, {
      code: stop.code,
      priority: stop.priority,
      message: stop.message,
    });
  }
  for (const machine of formula.plant.machines) {
    if (thing !== null && machine.id !== thing) continue;
    if (!formula.plant.signals.some((signal) => signal.thing === machine.id && signal.role === 'state'))
      continue;
    addStateChanges(formula, machine.id, Math.max(from, end - 3 * 60 * MINUTE, formula.earliest), end, add);
  }
  return list.sort((a, b) => a.time.localeCompare(b.time));
}

type Add = (at: number, type: string, subject: number, data: Record<string, unknown>) => void;

function addStateChanges(formula: Formula, id: number, from: number, to: number, add: Add): void {
  const machine = formula.plant.things.find((thing) => thing.id === id);
  if (!machine) return;
  let before = formula.stateOf(machine, from);
  for (let t = Math.ceil(from / 60_000) * 60_000; t < to; t += 60_000) {
    const after = formula.stateOf(machine, t);
    if (after !== before) add(t, 'state.changed', id, { from: before, to: after });
    if (t % 180_000 === 0 && after === 'running')
      add(t + 12_000, 'part.completed', id, {
        part: `P${10_000 + (t % 9000)}`,
        order: 'PO-4412',
        good: true,
      });
    before = after;
  }
}

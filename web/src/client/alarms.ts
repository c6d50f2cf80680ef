/**
 * Open alarms at the shown instant. They are read from the condition signals in the table, because those
 * are right at every instant of every branch while somebody scrubs; the document adds those that have none.
 */
import type { Alarm, Signal } from '../protocol/types';
import { toWire } from './instant';
import type { PlantModel } from './model';
import type { LiveTable } from './table';

export type Priority = 1 | 2 | 3 | 4;

export interface Condition {
  level: string;
  code: string;
  priority: Priority | null;
  message: string;
}

/** `LEVEL|nativeCode|priority|qualifier|message`; the message may itself contain bars. */
export function parseCondition(text: string): Condition {
  const [level = '', code = '', priority = '', , ...message] = text.split('|');
  const rank = Number(priority);
  return {
    level: level.toUpperCase(),
    code,
    priority: rank >= 1 && rank <= 4 ? (rank as Priority) : null,
    message: message.join('|'),
  };
}

export function openAlarms(
  model: PlantModel,
  table: LiveTable,
  conditions: readonly Signal[],
  live: boolean,
  before: readonly Alarm[],
): Alarm[] {
  const open: Alarm[] = [];
  for (const signal of conditions) {
    const alarm = alarmOf(signal, table);
    if (alarm) open.push(sinceRaised(alarm, model, before));
  }
  if (live) {
    const seen = new Set(conditions.map((signal) => signal.id));
    open.push(...model.document.alarms.filter((alarm) => alarm.cleared === null && !seen.has(alarm.signal)));
  }
  return open.sort((a, b) => a.priority - b.priority || b.raised.localeCompare(a.raised));
}

/** A source repeats its condition; the alarm is as old as the first time that we or the server saw it. */
function sinceRaised(alarm: Alarm, model: PlantModel, before: readonly Alarm[]): Alarm {
  const same = (other: Alarm) =>
    other.signal === alarm.signal && other.code === alarm.code && other.raised <= alarm.raised;
  const raised = (model.document.alarms.find(same) ?? before.find(same))?.raised;
  return raised === undefined ? alarm : { ...alarm, raised };
}

function alarmOf(signal: Signal, table: LiveTable): Alarm | undefined {
  const text = table.text[signal.id];
  if (!text || !(table.time[signal.id] ?? 0)) return undefined;
  const condition = parseCondition(text);
  if (condition.level !== 'WARNING' && condition.level !== 'FAULT') return undefined;
  return {
    id: signal.id,
    thing: signal.thing,
    signal: signal.id,
    code: condition.code,
    priority: condition.priority ?? (condition.level === 'FAULT' ? 2 : 3),
    message: condition.message || condition.code || signal.name,
    raised: toWire(table.time[signal.id] ?? 0),
    cleared: null,
    acknowledged: null,
  };
}

/** Whether anything changed since the last look, without comparing the texts. */
export function conditionsVersion(table: LiveTable, conditions: readonly Signal[]): number {
  let sum = 0;
  for (const signal of conditions) sum += table.version[signal.id] ?? 0;
  return sum;
}

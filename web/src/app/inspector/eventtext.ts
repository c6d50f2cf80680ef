/** An event in a reader's words. */
import { stateOf } from '../../protocol/states';
import type { Alarm, SiteEvent } from '../../protocol/types';
import type { Words } from '../words/en';

/** `org.trine.alarm.raised.v1` and `alarm.raised` are the same kind. */
export function eventKind(event: SiteEvent): string {
  return event.type.replace(/^org\.trine\./, '').replace(/\.v\d+$/, '');
}

export function eventPriority(event: SiteEvent): Alarm['priority'] | null {
  const priority = Number(event.data.priority);
  if (eventKind(event) !== 'alarm.raised') return null;
  return priority >= 1 && priority <= 4 ? (priority as Alarm['priority']) : 3;
}

export function eventText(event: SiteEvent, t: Words): string {
  const { data } = event;
  const text = (name: string) => (data[name] === undefined || data[name] === null ? '' : String(data[name]));
  switch (eventKind(event)) {
    case 'state.changed':
      return `${t.states[stateOf(text('from'))]} → ${t.states[stateOf(text('to'))]}`;
    case 'part.arrived':
    case 'part.left':
    case 'part.completed':
      return [text('part'), text('order'), pieces(data), data.good === false ? t.scrapped : '']
        .filter(Boolean)
        .join(' · ');
    case 'gap.opened':
    case 'gap.closed':
      return text('cause');
    case 'connection.changed':
      return [text('from'), text('to')].filter(Boolean).join(' → ') || text('state');
    default:
      return text('message') || text('name') || text('code') || text('key');
  }
}

/** Counters may jump by more than one piece; one piece needs no number. */
function pieces(data: Record<string, unknown>): string {
  return typeof data.count === 'number' && data.count !== 1 ? `×${data.count}` : '';
}

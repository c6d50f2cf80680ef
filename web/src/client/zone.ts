/** Times in the site's zone, whatever zone the reader's computer is in. */
import type { Language } from './language';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${key} ${zone}`;
  let found = formatters.get(id);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone, hourCycle: 'h23' });
    formatters.set(id, found);
  }
  return found;
}

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function wallTime(ms: number, zone: string): WallTime {
  const parts = formatter(zone, 'wall', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(ms);
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return {
    year: get('year'),
    month: get('month'),
    day: get('day'),
    hour: get('hour'),
    minute: get('minute'),
    second: get('second'),
  };
}

/** How far the zone's clocks are ahead of UTC at the instant, ms. */
export function zoneOffset(ms: number, zone: string): number {
  const wall = wallTime(ms, zone);
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return asUtc - Math.floor(ms / 1000) * 1000;
}

/** The instant at which the zone's clocks show this; in a repeated hour the later one. */
export function instantOfWall(wall: WallTime, zone: string): number {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  const guess = asUtc - zoneOffset(asUtc, zone);
  return asUtc - zoneOffset(guess, zone);
}

const two = (n: number) => String(n).padStart(2, '0');

export function clockText(ms: number, zone: string, seconds = true): string {
  const wall = wallTime(ms, zone);
  const text = `${two(wall.hour)}:${two(wall.minute)}`;
  return seconds ? `${text}:${two(wall.second)}` : text;
}

export function dayText(ms: number, zone: string, language: Language): string {
  const wall = wallTime(ms, zone);
  if (language === 'zh') return `${wall.month}月${wall.day}日`;
  return formatter(zone, 'day', { day: 'numeric', month: 'short' }).format(ms);
}

/** `23 Nov 14:20:05`; without the day when it is today at the site, with the year when it is another one. */
export function momentText(ms: number, now: number, zone: string, language: Language): string {
  const clock = clockText(ms, zone);
  if (sameDay(ms, now, zone)) return clock;
  const { year } = wallTime(ms, zone);
  const day = dayText(ms, zone, language);
  if (year === wallTime(now, zone).year) return `${day} ${clock}`;
  return language === 'zh' ? `${year}年${day} ${clock}` : `${day} ${year} ${clock}`;
}

/** `2026-11-23 14:20:05`: the same in every language, and read back by `parseTime`. */
export function wallText(ms: number, zone: string): string {
  const { year, month, day } = wallTime(ms, zone);
  return `${year}-${two(month)}-${two(day)} ${clockText(ms, zone)}`;
}

/** `Feb 2018`, for axes over years. */
export function monthText(ms: number, zone: string, language: Language): string {
  const { year, month } = wallTime(ms, zone);
  if (language === 'zh') return `${year}年${month}月`;
  return formatter(zone, 'month', { month: 'short', year: 'numeric' }).format(ms);
}

export function sameDay(a: number, b: number, zone: string): boolean {
  const x = wallTime(a, zone);
  const y = wallTime(b, zone);
  return x.day === y.day && x.month === y.month && x.year === y.year;
}

/** The short name of the zone at the instant: `CET`, `GMT+8`. */
export function zoneName(ms: number, zone: string): string {
  const parts = formatter(zone, 'name', { timeZoneName: 'short', hour: '2-digit' }).formatToParts(ms);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** What a `datetime-local` field shows of an instant: the site's wall clock. */
export function wallInput(ms: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTime(ms, zone);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

export function instantOfInput(text: string, zone: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text)?.slice(1).map(Number);
  if (!parts) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  return instantOfWall({ year, month, day, hour, minute, second: 0 }, zone);
}

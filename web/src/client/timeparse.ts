/**
 * Instants as people type them: `14:20`, `yesterday 14:20`, `-1h`, `2 h ago`, `23.11. 06:00`, `2026-11-23 14:20`,
 * `now`, `last alarm`; `昨天 14:20`, `2小时前`, `上一个报警`. All wall times are the site's.
 */
import { instantOfWall, type WallTime, wallTime } from './zone';

export type TimeJump =
  | { kind: 'instant'; ms: number }
  | { kind: 'live' }
  | { kind: 'alarm'; direction: 'next' | 'previous' };

export interface TimeContext {
  /** The present at the site. */
  now: number;
  /** The instant on the screen: relative jumps with a sign start here. */
  shown: number;
  /** Up to where a future is known; now or left out when none is. */
  latest?: number;
  zone: string;
}

type Rule = (text: string, context: TimeContext) => TimeJump | undefined;

const RULES: Rule[] = [words, relative, dayAndClock, dateAndClock];

export function parseTime(input: string, context: TimeContext): TimeJump | undefined {
  const text = input.trim().toLowerCase().replace(/\s+/g, ' ').replaceAll('：', ':');
  for (const rule of RULES) {
    const jump = rule(text, context);
    if (jump) return jump;
  }
  return undefined;
}

function words(text: string): TimeJump | undefined {
  if (/^(now|live|现在|实时)$/.test(text)) return { kind: 'live' };
  if (/^((last|previous|prev) alarm|上一?个?报警)$/.test(text))
    return { kind: 'alarm', direction: 'previous' };
  if (/^(next alarm|下一?个?报警)$/.test(text)) return { kind: 'alarm', direction: 'next' };
  return undefined;
}

const UNIT_MS: [RegExp, number][] = [
  [/^(s|sec|seconds?|秒钟?)$/, 1000],
  [/^(m|min|minutes?|分|分钟)$/, 60_000],
  [/^(h|hours?|小时|个小时|时)$/, 3_600_000],
  [/^(d|days?|天|日)$/, 86_400_000],
];

function unitMs(unit: string): number | undefined {
  return UNIT_MS.find(([pattern]) => pattern.test(unit))?.[1];
}

/** `-1h` and `+5 min` move from the shown instant; `1 h ago` counts from now. */
function relative(text: string, context: TimeContext): TimeJump | undefined {
  const signed = /^([+\-−])\s?(\d+(?:\.\d+)?)\s?([^\d\s]+)$/.exec(text);
  if (signed) {
    const unit = unitMs(signed[3] ?? '');
    const amount = Number(signed[2]) * (signed[1] === '+' ? 1 : -1);
    return unit === undefined ? undefined : instant(context.shown + amount * unit, context);
  }
  const ago = /^(\d+(?:\.\d+)?)\s?([^\d\s]+?)\s?(?:ago|前|之前|以前)$/.exec(text);
  const unit = ago ? unitMs(ago[2] ?? '') : undefined;
  return ago && unit !== undefined ? instant(context.now - Number(ago[1]) * unit, context) : undefined;
}

const DAYS: [RegExp, number][] = [
  [/^(today|今天|今日)$/, 0],
  [/^(yesterday|昨天|昨日)$/, -1],
  [/^(tomorrow|明天|明日)$/, 1],
  [/^(前天|the day before yesterday)$/, -2],
];
const CLOCK = /(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** A clock time alone means the last time that the site's clocks showed it. */
function dayAndClock(text: string, context: TimeContext): TimeJump | undefined {
  const clock = CLOCK.exec(text);
  if (!clock) return undefined;
  const before = text.slice(0, clock.index).trim();
  const today = wallTime(context.now, context.zone);
  const at = (days: number) => wallInstant({ ...today, day: today.day + days }, clock, context);
  if (before === '') {
    const ms = at(0);
    return ms === undefined ? undefined : { kind: 'instant', ms: ms <= context.now ? ms : (at(-1) ?? ms) };
  }
  const day = DAYS.find(([pattern]) => pattern.test(before));
  const ms = day ? at(day[1]) : undefined;
  return ms === undefined ? undefined : instant(ms, context);
}

function dateAndClock(text: string, context: TimeContext): TimeJump | undefined {
  const clock = CLOCK.exec(text) ?? /()()()$/.exec(text);
  if (!clock) return undefined;
  const date = dateOf(text.slice(0, clock.index).replace(/[ t]+$/, ''), wallTime(context.now, context.zone));
  const ms = date ? wallInstant(date, clock, context) : undefined;
  return ms === undefined ? undefined : instant(ms, context);
}

function dateOf(text: string, today: WallTime): WallTime | undefined {
  const iso = /^(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?$/.exec(text);
  if (iso) return { ...today, year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) };
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.?$/.exec(text);
  if (dotted) return { ...today, day: Number(dotted[1]), month: Number(dotted[2]) };
  const han = /^(\d{1,2})月(\d{1,2})[日号]$/.exec(text);
  return han ? { ...today, month: Number(han[1]), day: Number(han[2]) } : undefined;
}

function wallInstant(day: WallTime, clock: RegExpExecArray, context: TimeContext): number | undefined {
  const [hour, minute, second] = [Number(clock[1] || 0), Number(clock[2] || 0), Number(clock[3] || 0)];
  if (hour > 23 || minute > 59 || second > 59 || day.month < 1 || day.month > 12 || day.day > 31)
    return undefined;
  return instantOfWall({ ...day, hour, minute, second }, context.zone);
}

/** What lies ahead of now is live as long as no future is known. */
function instant(ms: number, context: TimeContext): TimeJump {
  const knowsFuture = (context.latest ?? context.now) > context.now;
  return ms >= context.now && !knowsFuture ? { kind: 'live' } : { kind: 'instant', ms };
}

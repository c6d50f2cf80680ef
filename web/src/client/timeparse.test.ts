import { describe, expect, it } from 'vitest';
import { parseTime, type TimeContext } from './timeparse';
import { wallText } from './zone';

const at = (text: string) => Date.parse(text);
const context: TimeContext = {
  now: at('2026-11-23T05:30:00Z'),
  shown: at('2026-11-23T03:00:00Z'),
  zone: 'Europe/Berlin',
};
const ms = (text: string) => {
  const jump = parseTime(text, context);
  return jump?.kind === 'instant' ? new Date(jump.ms).toISOString() : jump;
};

describe('parseTime', () => {
  it('reads back what a form writes', () => {
    const instant = at('2026-10-21T22:30:07Z');
    expect(ms(wallText(instant, context.zone))).toBe('2026-10-21T22:30:07.000Z');
  });

  it.each([
    ['04:20', '2026-11-23T03:20:00.000Z'],
    ['4:20:05', '2026-11-23T03:20:05.000Z'],
    ['14:20', '2026-11-22T13:20:00.000Z'],
    ['yesterday 14:20', '2026-11-22T13:20:00.000Z'],
    ['昨天 14:20', '2026-11-22T13:20:00.000Z'],
    ['昨天14：20', '2026-11-22T13:20:00.000Z'],
    ['today 01:00', '2026-11-23T00:00:00.000Z'],
    ['-1h', '2026-11-23T02:00:00.000Z'],
    ['- 90 min', '2026-11-23T01:30:00.000Z'],
    ['+5 min', '2026-11-23T03:05:00.000Z'],
    ['-1.5h', '2026-11-23T01:30:00.000Z'],
    ['2 h ago', '2026-11-23T03:30:00.000Z'],
    ['2小时前', '2026-11-23T03:30:00.000Z'],
    ['20分钟前', '2026-11-23T05:10:00.000Z'],
    ['2026-11-20 06:00', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20', '2026-11-19T23:00:00.000Z'],
    ['20.11. 06:00', '2026-11-20T05:00:00.000Z'],
    ['11月20日 06:00', '2026-11-20T05:00:00.000Z'],
  ])('%s', (text, wanted) => expect(ms(text)).toBe(wanted));

  it.each(['now', 'Live', '现在', 'today 23:00', '+9h'])('%s is live', (text) =>
    expect(ms(text)).toEqual({ kind: 'live' }),
  );

  it.each([
    ['last alarm', 'previous'],
    ['上一个报警', 'previous'],
    ['next alarm', 'next'],
    ['下一个报警', 'next'],
  ])('%s', (text, direction) => expect(ms(text)).toEqual({ kind: 'alarm', direction }));

  it.each(['', 'grinder', '25:00', '14:61', '-1x', '13.13. 06:00', 'GR-3', '42'])('%s is no time', (text) => {
    expect(parseTime(text, context)).toBeUndefined();
  });

  it('means the wall time on both sides of a change of the clocks', () => {
    const winter = { ...context, now: at('2026-10-25T12:00:00Z') };
    expect(parseTime('today 01:30', winter)).toEqual({ kind: 'instant', ms: at('2026-10-24T23:30:00Z') });
    expect(parseTime('today 04:30', winter)).toEqual({ kind: 'instant', ms: at('2026-10-25T03:30:00Z') });
  });
});

import { describe, expect, it } from 'vitest';
import { futuresEn } from '../futures/words/en';
import { futuresZh } from '../futures/words/zh';
import { peopleEn } from '../people/words/en';
import { peopleZh } from '../people/words/zh';
import { en } from './en';
import { zh } from './zh';

/** Words that are the same in both languages on purpose: names, signs and examples. */
const SAME = new Set(['appName', 'noValue', 'addressExample', 'otherLanguage']);

function texts(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[path + key, value]];
    return typeof value === 'object'
      ? texts(value, `${path}${key}.`)
      : [[path + key, String((value as (x: unknown, y: unknown) => string)(2, 3))]];
  });
}

describe.each([
  ['the words', en, zh],
  ['the words of the futures', futuresEn, futuresZh],
  ['the words about people', peopleEn, peopleZh],
])('%s', (_, english, han) => {
  const chinese = new Map(texts(han));
  it.each(texts(english).filter(([key]) => !SAME.has(key)))('%s is said in Chinese', (key, text) => {
    expect(chinese.get(key)).toBeTruthy();
    expect(chinese.get(key)).not.toBe(text);
  });
});

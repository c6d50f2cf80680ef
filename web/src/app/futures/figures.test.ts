import { describe, expect, it } from 'vitest';
import { arrowOf, differenceText, figureText, spanText, turnOf, turnWord } from './figures';
import { futuresEn } from './words/en';
import { futuresZh } from './words/zh';

describe('figures', () => {
  it.each([
    [5210, '{piece}', '5210'],
    [12_345, '{piece}', '12 345'],
    [61.24, '{piece}', '61.2'],
    [0.713, '1', '71.3 %'],
    [9840, 's', '2.73 h'],
    [600, 's', '10.0 min'],
    [42, 's', '42.0 s'],
    [0.887, 'kWh', '0.887 kWh'],
    [38_400, 'EUR', '38 400 €'],
  ])('%d %s reads %s', (value, unit, text) => expect(figureText(value, unit)).toBe(text));

  it('write a difference with its sign, in the unit of its figure', () => {
    expect(differenceText(427, '{piece}', 5210)).toBe('+427');
    expect(differenceText(-90, 's', 9840)).toBe('−0.03 h');
    expect(differenceText(0.02, '1', 0.7)).toBe('+2.0 %');
    expect(differenceText(0.0001, '{piece}', 5210)).toBe('0');
  });

  it('say whether more is better', () => {
    expect(turnOf(3, 'more')).toBe('better');
    expect(turnOf(-3, 'less')).toBe('better');
    expect(turnOf(3, 'less')).toBe('worse');
    expect(turnOf(-3, 'more')).toBe('worse');
    expect(turnOf(3, null)).toBe('more');
    expect(turnOf(0, 'more')).toBe('same');
    expect(turnOf(Number.NaN, 'more')).toBe('same');
  });

  it('have an arrow for the number and a word for its meaning, in both languages', () => {
    expect([arrowOf(2), arrowOf(-2), arrowOf(0)]).toEqual(['↑', '↓', '=']);
    expect(turnWord('better', futuresEn)).toBe('better');
    expect(turnWord('worse', futuresZh)).toBe('更差');
  });

  it('write spans with the two units that matter', () => {
    expect(spanText(2700)).toBe('45 min');
    expect(spanText(12_000)).toBe('3 h 20 min');
    expect(spanText(7200)).toBe('2 h');
    expect(spanText(183_600)).toBe('2 d 3 h');
  });
});

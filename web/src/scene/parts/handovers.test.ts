import { describe, expect, it } from 'vitest';
import type { Relation } from '../../protocol/types';
import { Handovers, TOGETHER_MS } from './handovers';

/** Buffer 1 → machine 2 → buffer 3; vehicle 9 serves the last. */
const relations: Relation[] = [
  { kind: 'flows-to', from: 1, to: 2 },
  { kind: 'flows-to', from: 2, to: 3 },
  { kind: 'served-by', from: 3, to: 9 },
  { kind: 'metered-by', from: 1, to: 3 },
];

function book(): Handovers {
  const handovers = new Handovers();
  handovers.setRelations(relations);
  return handovers;
}

describe('handovers between things that count', () => {
  it('joins a fall and the rise after it', () => {
    const handovers = book();
    expect(handovers.gave(1, 1000)).toBeNull();
    expect(handovers.took(2, 1400)).toEqual({ from: 1, to: 2, serial: '' });
  });

  it('joins them as well when the rise is told first', () => {
    const handovers = book();
    expect(handovers.took(3, 1400)).toBeNull();
    expect(handovers.gave(2, 1000, 'P-7')).toEqual({ from: 2, to: 3, serial: 'P-7' });
  });

  it('uses every fall and every rise once', () => {
    const handovers = book();
    handovers.gave(1, 0);
    expect(handovers.took(2, 10)).not.toBeNull();
    expect(handovers.took(2, 20)).toBeNull();
    expect(handovers.gave(1, 30)).not.toBeNull();
    expect(handovers.gave(1, 40)).toBeNull();
  });

  it('goes with the flow only, and only between neighbours', () => {
    const handovers = book();
    handovers.gave(2, 0);
    expect(handovers.took(1, 0)).toBeNull();
    handovers.gave(1, 0);
    expect(handovers.took(3, 0)).toEqual({ from: 2, to: 3, serial: '' });
    expect(handovers.took(3, 0)).toBeNull();
  });

  it('does not join what is far apart in time', () => {
    const handovers = book();
    handovers.gave(1, 0);
    expect(handovers.took(2, TOGETHER_MS + 1)).toBeNull();
  });

  it('takes the nearest in time of several', () => {
    const handovers = new Handovers();
    handovers.setRelations([
      { kind: 'flows-to', from: 1, to: 3 },
      { kind: 'flows-to', from: 2, to: 3 },
    ]);
    handovers.gave(1, 0);
    handovers.gave(2, 900);
    expect(handovers.took(3, 1000)?.from).toBe(2);
    expect(handovers.took(3, 1100)?.from).toBe(1);
  });

  it('knows that whoever serves a thing hands over to it and from it', () => {
    const handovers = book();
    handovers.gave(9, 0);
    expect(handovers.took(3, 0)?.from).toBe(9);
    handovers.gave(3, 0);
    expect(handovers.took(9, 0)?.from).toBe(3);
    handovers.gave(2, 0);
    expect(handovers.took(9, 0)?.from).toBe(2);
  });

  it('tells no journey twice that a serial has told', () => {
    const counts = (thing: number): boolean => thing === 1;
    const before = book();
    before.gave(1, 0);
    before.tell(1, 2, 100, counts);
    expect(before.took(2, 200)).toBeNull();
    const after = book();
    after.tell(1, 2, 0, counts);
    expect(after.gave(1, 100)).toBeNull();
    expect(after.took(2, 200)).toBeNull();
    expect(after.gave(1, 300)).toEqual({ from: 1, to: 2, serial: '' });
  });

  it('never moves more than both sides reported', () => {
    const handovers = book();
    let seed = 7;
    const dice = (): number => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    let [gave, took, moved] = [0, 0, 0];
    for (let t = 0; t < 60_000; t += 200) {
      const isGift = dice() < 0.5;
      if (isGift) gave++;
      else took++;
      if (isGift ? handovers.gave(1, t) : handovers.took(2, t)) moved++;
    }
    expect(moved).toBeGreaterThan(50);
    expect(moved).toBeLessThanOrEqual(Math.min(gave, took));
  });
});

import { describe, expect, it } from 'vitest';
import { detailAt, Placement, priorityOf } from './placement';

describe('placement', () => {
  const take = (p: Placement, x: number, y: number): boolean => p.take(x, y, 80, 20, 800, 600);

  it('gives nobody a place that is taken', () => {
    const placement = new Placement(10);
    expect(take(placement, 100, 100)).toBe(true);
    expect(take(placement, 150, 100)).toBe(false);
    expect(take(placement, 100, 115)).toBe(false);
    expect(take(placement, 200, 100)).toBe(true);
    expect(take(placement, 100, 140)).toBe(true);
  });

  it('never lets two accepted boxes overlap', () => {
    const placement = new Placement(400);
    const taken: [number, number][] = [];
    for (let i = 0; i < 400; i++) {
      const [x, y] = [40 + ((i * 97) % 720), 20 + ((i * 61) % 570)];
      if (take(placement, x, y)) taken.push([x, y]);
    }
    expect(taken.length).toBeGreaterThan(20);
    for (const [i, [x, y]] of taken.entries()) {
      for (const [u, v] of taken.slice(i + 1))
        expect(Math.abs(x - u) >= 80 || Math.abs(y - v) >= 20).toBe(true);
    }
  });

  it('keeps labels inside the window and away from blocked stretches', () => {
    const placement = new Placement(10);
    expect(take(placement, 20, 100)).toBe(false);
    expect(take(placement, 100, 10)).toBe(false);
    placement.block(300, 300, 340, 340);
    expect(take(placement, 320, 330)).toBe(false);
    placement.clear();
    expect(take(placement, 320, 330)).toBe(true);
  });
});

describe('what a label says and who goes first', () => {
  it('says more the nearer it is', () => {
    expect([5, 25, 80].map(detailAt)).toEqual(['far', 'name', 'number']);
  });

  it('puts the selected first, then the pointed at, then alarms by urgency, then the near', () => {
    const order = [
      priorityOf(true, false, 0, false, 500),
      priorityOf(false, true, 0, false, 500),
      priorityOf(false, false, 1, false, 500),
      priorityOf(false, false, 4, false, 500),
      priorityOf(false, false, 0, false, 10),
      priorityOf(false, false, 0, false, 100),
    ];
    expect([...order].sort((a, b) => b - a)).toEqual(order);
  });
});

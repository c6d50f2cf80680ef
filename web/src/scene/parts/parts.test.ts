import { describe, expect, it } from 'vitest';
import { FORGET_AFTER_MS, orderCode, PartLedger } from './ledger';
import { type Spot, travelPoint, travelSeconds } from './travel';

describe('the ledger of parts', () => {
  it('tells a move when a part leaves one thing and appears in another', () => {
    const ledger = new PartLedger();
    ledger.report(1, 'P-1', 0);
    expect(ledger.report(1, '', 1000)).toBeNull();
    expect(ledger.report(2, 'P-1', 2000)).toEqual({ serial: 'P-1', from: 1, to: 2 });
  });

  it('tells the same move when the second machine speaks first', () => {
    const ledger = new PartLedger();
    ledger.report(1, 'P-1', 0);
    expect(ledger.report(2, 'P-1', 1000)).toEqual({ serial: 'P-1', from: 1, to: 2 });
    expect(ledger.report(1, '', 1100)).toBeNull();
    expect(ledger.report(3, 'P-1', 2000)).toEqual({ serial: 'P-1', from: 2, to: 3 });
  });

  it('follows a chain in which every machine takes over its neighbour’s part at once', () => {
    const ledger = new PartLedger();
    ledger.report(1, 'A', 0);
    ledger.report(2, 'B', 0);
    expect(ledger.report(1, 'C', 10)).toBeNull();
    expect(ledger.report(2, 'A', 10)).toEqual({ serial: 'A', from: 1, to: 2 });
    expect(ledger.report(3, 'B', 10)).toEqual({ serial: 'B', from: 2, to: 3 });
  });

  it('forgets a part that was away too long', () => {
    const ledger = new PartLedger();
    ledger.report(1, 'P-1', 0);
    ledger.report(1, '', 1000);
    expect(ledger.report(2, 'P-1', 1000 + FORGET_AFTER_MS + 1)).toBeNull();
  });

  it('says nothing twice', () => {
    const ledger = new PartLedger();
    ledger.report(1, 'P-1', 0);
    expect(ledger.report(1, 'P-1', 10)).toBeNull();
    expect(ledger.serialIn(1)).toBe('P-1');
    ledger.clear();
    expect(ledger.serialIn(1)).toBe('');
  });
});

describe('the mark of an order', () => {
  it('is none for none, the same for the same, within a byte', () => {
    expect(orderCode('')).toBe(0);
    expect(orderCode('PO-1007')).toBe(orderCode('PO-1007'));
    expect(orderCode('PO-1007')).not.toBe(orderCode('PO-1008'));
    for (const order of ['a', '订单', 'PO-99999']) {
      expect(orderCode(order)).toBeGreaterThan(0);
      expect(orderCode(order)).toBeLessThan(256);
    }
  });
});

describe('the way of a part', () => {
  const from: Spot = [0, 1.5, 0];
  const to: Spot = [10, 2, -4];
  const at: Spot = [0, 0, 0];

  it('begins and ends at the two things', () => {
    travelPoint(at, from, to, 0);
    expect(at).toEqual(from);
    travelPoint(at, from, to, 1);
    expect(at).toEqual(to);
  });

  it('goes over at the height of a belt', () => {
    travelPoint(at, from, to, 0.5);
    expect(at[0]).toBeCloseTo(5);
    expect(at[1]).toBeCloseTo(0.85);
  });

  it('takes neither forever nor no time', () => {
    expect(travelSeconds(from, from)).toBeGreaterThan(0.5);
    expect(travelSeconds([0, 0, 0], [500, 0, 0])).toBeLessThan(3);
  });
});

import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/protocol/futures';
import { Formula } from '../formula';
import { buildPlant } from '../plant';
import { Scheduler } from './schedule';

const FROM = Date.parse('2026-11-26T06:00:00Z');
const scheduler = new Scheduler(new Formula(buildPlant(), FROM), FROM, 22);
const ms = (instant: string | number) => Date.parse(String(instant));

/** What any plan must keep: one thing at a time on a machine, one step after another in an order, nothing while closed. */
function check(plan: Plan): void {
  for (const key of ['thing', 'order'] as const) {
    for (const value of new Set(plan.operations.map((operation) => operation[key]))) {
      const list = plan.operations
        .filter((operation) => operation[key] === value)
        .sort((a, b) => ms(a.start) - ms(b.start));
      list.slice(1).forEach((next, i) => {
        expect(ms(next.start)).toBeGreaterThanOrEqual(ms(list[i]?.end ?? 0));
      });
    }
  }
  for (const { thing, from, to } of plan.closed) {
    const during = plan.operations.filter(
      (operation) =>
        operation.thing === thing && ms(operation.start) < ms(to) && ms(operation.end) > ms(from),
    );
    expect(during).toEqual([]);
  }
}

describe('the plans of the mock', () => {
  const plan = scheduler.make('Morning', 'tardiness', null);

  it('keep the rules, and some orders are late', () => {
    expect(plan.operations.length).toBeGreaterThan(60);
    check(plan);
    expect(plan.evaluation.late).toBeGreaterThan(0);
    expect(plan.evaluation.late).toBeLessThan(plan.orders.length);
  });

  it('keep the rules when an operation is moved', () => {
    const moved = plan.operations.find(({ frozen }) => !frozen);
    if (!moved) throw new Error('something can be moved');
    const start = ms(moved.start) + 3_600_000;
    const after = scheduler.repair(plan, moved.id, { thing: moved.thing, start, pinned: true });
    check(after);
    expect(ms(after.operations.find(({ id }) => id === moved.id)?.start ?? 0)).toBeGreaterThanOrEqual(start);
  });
});

/** Plans of the synthetic plant: a simple dispatcher that puts operations one after another and repairs around moves. */
import type { Operation, Order, Plan, PlanEvaluation } from '../../src/protocol/futures';
import { type Formula, HOUR, MINUTE, noise } from '../formula';

const SETUP_S = 900;
const SEGMENTS = ['turning', 'milling', 'grinding', 'washing', 'assembly', 'testing'] as const;
const CLASSES: Record<(typeof SEGMENTS)[number], string> = {
  turning: 'turning-machine',
  milling: 'milling-machine',
  grinding: 'grinding-machine',
  washing: 'washing-machine',
  assembly: 'assembly-station',
  testing: 'test-bench',
};

interface Step {
  id: string;
  order: number;
  segment: string;
  lastsMs: number;
  alternatives: number[];
}

export interface Wish {
  thing: number;
  start: number;
  pinned: boolean;
}

const iso = (at: number) => new Date(at).toISOString();

export class Scheduler {
  readonly orders: Order[];
  private readonly steps: Step[][];
  private readonly closed: { thing: number; from: number; to: number; why: string }[] = [];
  private count = 0;

  constructor(
    private readonly formula: Formula,
    private readonly from: number,
    orders: number,
  ) {
    this.orders = Array.from({ length: orders }, (_, k) => ({
      key: `PO-${4410 + k}`,
      name: `Drive D${k % 5}`,
      material: `D${k % 5}`,
      quantity: 20 + 5 * (k % 6),
      family: `F${k % 3}`,
      due: iso(from + (3 + ((k * 7) % 11) * 1.1 + orders / 40) * HOUR),
      weight: 1 + (k % 3),
      done: k % 4,
    }));
    this.steps = this.orders.map((order, k) => this.stepsOf(k, order));
    for (const [i, thing] of formula.plant.machines.entries()) {
      if (i % 7 === 2) this.close(thing.id, 4.4 + (i % 3), 1, 'maintenance');
    }
  }

  private close(thing: number, afterH: number, lastsH: number, why: string): void {
    this.closed.push({
      thing,
      from: this.from + afterH * HOUR,
      to: this.from + (afterH + lastsH) * HOUR,
      why,
    });
  }

  private stepsOf(k: number, order: Order): Step[] {
    const lastsMs = (segment: number) =>
      Math.round((8 + order.quantity * (0.5 + noise(k, segment))) / 2) * 2 * MINUTE;
    return SEGMENTS.flatMap((segment, i) => {
      if (noise(k + 40, i) < 0.18) return [];
      const all = this.formula.plant.machines.filter((thing) => thing.class === CLASSES[segment]);
      const alternatives = all.map(({ id }) => id).filter((_, n) => all.length < 4 || (n + k) % 2 === 0);
      return [{ id: `${order.key}/${segment}`, order: k, segment, lastsMs: lastsMs(i), alternatives }];
    });
  }

  /** Everything anew, on whichever allowed machine is free first. */
  make(name: string, objective: Plan['objective'], reason: string | null): Plan {
    return this.build(name, objective, reason, new Map());
  }

  /** The plan with one operation moved, and the others pushed out of its way. */
  repair(plan: Plan, moved: string, wish: Wish): Plan {
    const wishes = new Map<string, Wish>(
      plan.operations.map(({ id, thing, start, pinned }) => [
        id,
        { thing, start: Date.parse(String(start)), pinned },
      ]),
    );
    wishes.set(moved, wish);
    return this.build(plan.name, plan.objective, plan.reason, wishes);
  }

  private build(
    name: string,
    objective: Plan['objective'],
    reason: string | null,
    wishes: ReadonlyMap<string, Wish>,
  ): Plan {
    const free = new Map<number, { at: number; family: string }>();
    const ready = this.orders.map(() => this.from);
    const next = this.orders.map(() => 0);
    const operations: Operation[] = [];
    for (;;) {
      const candidates = this.steps.flatMap((steps, k) => steps[next[k] ?? 0] ?? []);
      if (candidates.length === 0) break;
      const key = (step: Step) =>
        wishes.get(step.id)?.start ??
        Date.parse(this.orders[step.order]?.due ?? '') - 4 * HOUR + (next[step.order] ?? 0);
      const step = candidates.reduce((best, candidate) => (key(candidate) < key(best) ? candidate : best));
      operations.push(this.place(step, wishes.get(step.id), free, ready));
      next[step.order] = (next[step.order] ?? 0) + 1;
    }
    const evaluation = this.evaluate(operations);
    return {
      id: `plan-${++this.count}`,
      name,
      made: iso(Date.now()),
      reason,
      objective,
      from: iso(this.from),
      accepted: false,
      evaluation,
      bound: { makespanS: Math.round(evaluation.makespanS * 0.94) },
      operations,
      orders: this.orders.map((order, k) => ({
        key: order.key,
        due: order.due ?? null,
        completion: iso(ready[k] ?? this.from),
        tardinessS: Math.max(0, ((ready[k] ?? 0) - Date.parse(order.due ?? '')) / 1000),
      })),
      closed: this.closed.map(({ from, to, ...rest }) => ({ ...rest, from: iso(from), to: iso(to) })),
    };
  }

  private place(
    step: Step,
    wish: Wish | undefined,
    free: Map<number, { at: number; family: string }>,
    ready: number[],
  ): Operation {
    const family = this.orders[step.order]?.family ?? '';
    const startOn = (thing: number) => {
      const state = free.get(thing);
      const setupS = state && state.family !== family ? SETUP_S : 0;
      const earliest = Math.max(
        (state?.at ?? this.from) + setupS * 1000,
        ready[step.order] ?? 0,
        wish?.pinned ? wish.start : 0,
      );
      return { start: this.afterClosed(thing, earliest, step.lastsMs, setupS * 1000), setupS };
    };
    const things = wish ? [wish.thing] : step.alternatives;
    const best = things
      .map((thing) => ({ thing, ...startOn(thing) }))
      .reduce((a, b) => (b.start < a.start ? b : a));
    const end = best.start + step.lastsMs;
    free.set(best.thing, { at: end, family });
    ready[step.order] = end;
    return {
      id: step.id,
      order: this.orders[step.order]?.key ?? '',
      segment: step.segment,
      thing: best.thing,
      start: iso(best.start),
      end: iso(end),
      setupS: best.setupS,
      frozen: best.start < this.from + 0.5 * HOUR,
      pinned: wish?.pinned ?? false,
      alternatives: step.alternatives,
    };
  }

  private afterClosed(thing: number, earliest: number, lastsMs: number, setupMs: number): number {
    let start = earliest;
    for (const stretch of this.closed) {
      if (stretch.thing === thing && start - setupMs < stretch.to && start + lastsMs > stretch.from)
        start = stretch.to + setupMs;
    }
    return start;
  }

  private evaluate(operations: readonly Operation[]): PlanEvaluation {
    const end = Math.max(...operations.map((operation) => Date.parse(String(operation.end))));
    const late = this.orders.map((order) => {
      const last = Math.max(
        ...operations
          .filter(({ order: key }) => key === order.key)
          .map((operation) => Date.parse(String(operation.end))),
      );
      return Math.max(0, (last - Date.parse(order.due ?? '')) / 1000);
    });
    return {
      makespanS: Math.round((end - this.from) / 1000),
      tardinessS: Math.round(late.reduce((sum, seconds) => sum + seconds, 0)),
      late: late.filter((seconds) => seconds > 0).length,
      setupS: operations.reduce((sum, { setupS }) => sum + setupS, 0),
      energyKwh: Math.round(operations.length * 6.4),
    };
  }
}

/** Where everything of a plan lies on its chart. Pure: rows of machines by line, operations in rows, instants in ms. */
import { fromWire } from '../../client/instant';
import type { Plan } from '../../protocol/futures';
import type { ThingId } from '../../protocol/types';
import type { WorldModel } from '../../scene/contract';

export const ROW = { machine: 24, group: 22, bar: 17 } as const;

export interface Step {
  id: string;
  order: string;
  segment: string;
  thing: ThingId;
  start: number;
  end: number;
  setupMs: number;
  frozen: boolean;
  pinned: boolean;
  alternatives: readonly ThingId[];
}

export interface Row {
  /** Null for the head of a line. */
  thing: ThingId | null;
  name: string;
  top: number;
  height: number;
}

export interface PlanOrder {
  key: string;
  due: number | null;
  completion: number;
  late: boolean;
  tardinessS: number;
}

export interface Closed {
  from: number;
  to: number;
  why: string;
}

export interface Gantt {
  rows: readonly Row[];
  height: number;
  steps: readonly Step[];
  byId: ReadonlyMap<string, Step>;
  /** In order of their start. */
  byThing: ReadonlyMap<ThingId, readonly Step[]>;
  byOrder: ReadonlyMap<string, readonly Step[]>;
  orders: ReadonlyMap<string, PlanOrder>;
  closed: ReadonlyMap<ThingId, readonly Closed[]>;
}

export function layoutPlan(plan: Plan, world: WorldModel): Gantt {
  const steps = plan.operations.map(
    (operation): Step => ({
      id: operation.id,
      order: operation.order,
      segment: operation.segment,
      thing: operation.thing,
      start: fromWire(operation.start),
      end: fromWire(operation.end),
      setupMs: operation.setupS * 1000,
      frozen: operation.frozen,
      pinned: operation.pinned,
      alternatives: operation.alternatives,
    }),
  );
  const inTime = [...steps].sort((a, b) => a.start - b.start || a.end - b.end);
  const rows = rowsOf(steps, world);
  const last = rows.at(-1);
  return {
    rows,
    height: last ? last.top + last.height : 0,
    steps,
    byId: new Map(steps.map((step) => [step.id, step])),
    byThing: grouped(inTime, ({ thing }) => thing),
    byOrder: grouped(inTime, ({ order }) => order),
    orders: new Map(plan.orders.map((order) => [order.key, orderOf(order)])),
    closed: grouped(
      plan.closed.map(({ thing, from, to, why }) => ({ thing, from: fromWire(from), to: fromWire(to), why })),
      ({ thing }) => thing,
    ),
  };
}

function orderOf({ key, due, completion, tardinessS }: Plan['orders'][number]): PlanOrder {
  return {
    key,
    due: due === null ? null : fromWire(due),
    completion: fromWire(completion),
    late: tardinessS > 0,
    tardinessS,
  };
}

/** Every machine that does something or could, under the head of its line, in the order of the plant. */
function rowsOf(steps: readonly Step[], world: WorldModel): Row[] {
  const wanted = new Set(steps.flatMap(({ thing, alternatives }) => [thing, ...alternatives]));
  const place = new Map(world.document.things.map(({ id }, i) => [id, i]));
  const things = [...wanted].sort((a, b) => (place.get(a) ?? 1e9) - (place.get(b) ?? 1e9));
  const byLine = grouped(things, (thing) => world.thing(thing)?.parent ?? null);
  const rows: Row[] = [];
  let top = 0;
  const push = (row: Omit<Row, 'top'>) => {
    rows.push({ ...row, top });
    top += row.height;
  };
  for (const [line, members] of byLine) {
    const name = line === null ? '' : (world.thing(line)?.name ?? '');
    if (name !== '') push({ thing: null, name, height: ROW.group });
    for (const thing of members)
      push({ thing, name: world.thing(thing)?.name || `#${thing}`, height: ROW.machine });
  }
  return rows;
}

function grouped<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function rowAt(gantt: Gantt, y: number): Row | undefined {
  return gantt.rows.find((row) => y >= row.top && y < row.top + row.height);
}

export function rowOf(gantt: Gantt, thing: ThingId): Row | undefined {
  return gantt.rows.find((row) => row.thing === thing);
}

/** What lies under a point; a thin bar still has some pixels to be caught by. */
export function stepAt(gantt: Gantt, y: number, ms: number, reachMs: number): Step | undefined {
  const row = rowAt(gantt, y);
  if (!row || row.thing === null) return undefined;
  const near = (gantt.byThing.get(row.thing) ?? []).filter(
    ({ start, end }) => ms >= start - reachMs && ms <= end + reachMs,
  );
  return near.find(({ start, end }) => ms >= start && ms <= end) ?? near[0];
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The operation beside one: before or after it on its machine, or nearest in time on the machine above or below. */
export function neighbour(gantt: Gantt, id: string, direction: Direction): Step | undefined {
  const step = gantt.byId.get(id);
  if (!step) return undefined;
  if (direction === 'left' || direction === 'right') {
    const list = gantt.byThing.get(step.thing) ?? [];
    return list[list.indexOf(step) + (direction === 'right' ? 1 : -1)];
  }
  const machines = gantt.rows.filter(({ thing }) => thing !== null);
  const by = direction === 'down' ? 1 : -1;
  for (let i = machines.findIndex(({ thing }) => thing === step.thing) + by; machines[i]; i += by) {
    const nearest = nearestTo(gantt.byThing.get(machines[i]?.thing ?? -1) ?? [], step.start);
    if (nearest) return nearest;
  }
  return undefined;
}

function nearestTo(steps: readonly Step[], ms: number): Step | undefined {
  return steps.reduce<Step | undefined>(
    (best, step) => (best && Math.abs(best.start - ms) <= Math.abs(step.start - ms) ? best : step),
    undefined,
  );
}

/** Which operations stand elsewhere than before. */
export function movedBetween(before: Plan, after: Plan): Set<string> {
  const places = new Map(before.operations.map((operation) => [operation.id, placeOf(operation)]));
  return new Set(
    after.operations
      .filter((operation) => places.get(operation.id) !== placeOf(operation))
      .map(({ id }) => id),
  );
}

function placeOf({ thing, start }: Plan['operations'][number]): string {
  return `${thing} ${fromWire(start)}`;
}

/** A what-if while it is being put together. Pure: a list of changes with the values that one would expect to start from. */
import type { Change, ChangeKind, Order } from '../../../protocol/futures';
import type { Thing } from '../../../protocol/types';
import type { WorldModel } from '../../../scene/contract';

export const CHANGE_KINDS: readonly ChangeKind[] = [
  'add-machine',
  'remove-machine',
  'speed',
  'failures',
  'scrap',
  'buffer',
  'batch',
  'shift',
  'crew',
  'vehicles',
  'order-add',
  'order-remove',
  'order-change',
];

const DAY_H = 24;

/** What a change may be about. */
export interface Choices {
  machines: readonly Thing[];
  buffers: readonly Thing[];
  vehicles: readonly Thing[];
  orders: readonly Order[];
}

const BUFFER_CLASSES = new Set(['buffer', 'rack', 'conveyor']);

export function choicesOf(world: WorldModel, orders: readonly Order[]): Choices {
  const placed = world.document.things.filter(({ place }) => place !== null);
  return {
    machines: placed.filter(
      ({ id, class: kind, level }) =>
        kind !== 'agv' && level !== 'connection' && world.role(id, 'state') !== undefined,
    ),
    buffers: placed.filter(({ class: kind }) => BUFFER_CLASSES.has(kind)),
    vehicles: placed.filter(({ class: kind }) => kind === 'agv'),
    orders,
  };
}

/** A change of a kind, about the machine that somebody was looking at if it can be. */
export function newChange(kind: ChangeKind, choices: Choices, about: number | null, now: number): Change {
  const pick = (list: readonly Thing[]) => list.find(({ id }) => id === about)?.id ?? list[0]?.id ?? 0;
  const thing = pick(choices.machines);
  const key = choices.orders[0]?.key ?? '';
  switch (kind) {
    case 'add-machine':
      return { change: kind, like: thing, name: freeName(thing, choices.machines) };
    case 'remove-machine':
      return { change: kind, thing };
    case 'speed':
      return { change: kind, thing, factor: 1.1 };
    case 'failures':
      return { change: kind, thing, mtbfFactor: 1.5, mttrFactor: 1 };
    case 'scrap':
      return { change: kind, thing, rate: 0.01 };
    case 'buffer':
      return { change: kind, thing: pick(choices.buffers), capacity: 24 };
    case 'batch':
      return { change: kind, thing, pieces: 4 };
    case 'shift':
      return { change: kind, calendar: 'day', openS: [[6 * 3600, 22 * 3600]] };
    case 'crew':
      return { change: kind, crew: 'technicians', count: 3 };
    case 'vehicles':
      return { change: kind, like: pick(choices.vehicles), count: choices.vehicles.length + 1 };
    case 'order-add':
      return {
        change: kind,
        order: {
          key: freeOrder(choices.orders),
          material: choices.orders[0]?.material ?? '',
          quantity: 20,
          due: new Date(now + 8 * 3_600_000).toISOString(),
        },
      };
    case 'order-remove':
      return { change: kind, key };
    case 'order-change':
      return { change: kind, key, quantity: choices.orders[0]?.quantity ?? 20 };
  }
}

/** `GR-3` is copied as `GR-5` when there are four of them. */
function freeName(like: number, machines: readonly Thing[]): string {
  const key = machines.find(({ id }) => id === like)?.key ?? '';
  const stem = /^(.*?)(\d+)$/.exec(key);
  if (!stem) return key === '' ? '' : `${key} 2`;
  const numbers = machines.flatMap((machine) => {
    const found = /^(.*?)(\d+)$/.exec(machine.key);
    return found && found[1] === stem[1] ? [Number(found[2])] : [];
  });
  return `${stem[1]}${Math.max(...numbers) + 1}`;
}

function freeOrder(orders: readonly Order[]): string {
  const numbers = orders.flatMap(({ key }) => /(\d+)$/.exec(key)?.[1] ?? []).map(Number);
  return `PO-${Math.max(0, ...numbers) + 1}`;
}

/** A factor is read and written as percent: 1.1 is 10 % more. */
export function percentOf(factor: number): number {
  return Math.round((factor - 1) * 1000) / 10;
}

export function factorOf(percent: number): number {
  return Math.round((1 + percent / 100) * 10_000) / 10_000;
}

/** `06:00` of a day's seconds; the end of the day is `24:00`, which a time field writes as `00:00`. */
export function dayClock(seconds: number): string {
  const minutes = Math.round(seconds / 60) % (DAY_H * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export function daySeconds(clock: string, isEnd: boolean): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  const seconds = (hours * 60 + minutes) * 60;
  return isEnd && seconds === 0 ? DAY_H * 3600 : seconds;
}

/** The age that the LIVE badge owes its reader: the oldest of the values that are on the screen as numbers. */
import type { Signal } from '../protocol/types';
import type { SignalTable, WorldModel } from '../scene/contract';

interface Shown {
  selected: number | null;
  model: WorldModel;
  session: { table: SignalTable };
}

/** Values that only change now and then (counters, names) are not old because nothing happened. */
const MOVING = new Set(['number']);

/** The source time of the oldest shown value, or undefined when there is none. */
export function oldestShown(app: Shown): number | undefined {
  const { table } = app.session;
  const signals: readonly Signal[] =
    app.selected === null ? movingSignals(app.model) : app.model.signalsOf(app.selected);
  let oldest: number | undefined;
  for (const { id, kind } of signals) {
    const time = table.time[id] ?? 0;
    if (time > 0 && MOVING.has(kind) && (oldest === undefined || time < oldest)) oldest = time;
  }
  return oldest;
}

const cache = new WeakMap<WorldModel, Signal[]>();

/** What the hall itself draws from: machine states and poses. */
function movingSignals(model: WorldModel): readonly Signal[] {
  let found = cache.get(model);
  if (!found) {
    found = model.document.signals.filter(({ role }) => role === 'progress' || role?.startsWith('pose-'));
    cache.set(model, found);
  }
  return found;
}

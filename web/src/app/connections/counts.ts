/** How many connections are healthy, read from their state signals: right in the past as well as live. */

import type { Signal } from '../../protocol/types';
import type { SignalTable, WorldModel } from '../../scene/contract';

const cache = new WeakMap<WorldModel, Signal[]>();

function stateSignals(model: WorldModel): Signal[] {
  let found = cache.get(model);
  if (!found) {
    found = model.document.signals.filter((signal) => signal.role === 'connection-state');
    cache.set(model, found);
  }
  return found;
}

export function connectionCounts(model: WorldModel, table: SignalTable): { ok: number; bad: number } {
  let ok = 0;
  let bad = 0;
  for (const { id } of stateSignals(model)) {
    const state = table.time[id] ? table.text[id] : undefined;
    if (state === 'connected') ok++;
    else if (state !== undefined && state !== 'stopped') bad++;
  }
  return { ok, bad };
}

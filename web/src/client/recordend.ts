/**
 * Where a record ends that no longer grows. An imported record lies far before now: whoever opens it live sees
 * nothing, and is offered the way to where there is something to see.
 */
import type { Signal } from '../protocol/types';
import type { Api } from './api';
import { fromWire } from './instant';
import type { PlantModel } from './model';
import type { LiveTable } from './table';

/** A live plant measures something every hour. */
const ENDED_MS = 3_600_000;
/** The last stretch before the end, so that there is something to play. */
const LEAD_MS = 30 * 60_000;
const SIGNALS_MAX = 400;

/** The instant half an hour before the last measurement, or null while the record grows. */
export async function recordEnd(
  api: Api,
  model: PlantModel,
  table: LiveTable,
  now: number,
): Promise<number | null> {
  const measured = model.document.signals.filter((signal) => isMeasured(model, signal));
  if (measured.length === 0 || measured.some(({ id }) => now - (table.time[id] ?? 0) < ENDED_MS)) return null;
  const values = await api.values(
    measured.slice(0, SIGNALS_MAX).map(({ id }) => id),
    { branch: 'live', at: null, asKnownAt: null },
  );
  const newest = Math.max(...values.map(({ at }) => fromWire(at)).filter(Number.isFinite));
  return Number.isFinite(newest) && now - newest > ENDED_MS ? newest - LEAD_MS : null;
}

/** What a connection says of itself is no measurement. */
function isMeasured(model: PlantModel, signal: Signal): boolean {
  return model.thing(signal.thing)?.level !== 'connection';
}

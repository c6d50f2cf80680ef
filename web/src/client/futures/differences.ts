/** What is different between branches, thing by thing. Pure. */
import type { StationReport } from '../../protocol/futures';
import type { Thing, ThingId } from '../../protocol/types';

export interface ThingDifferences {
  added: Thing[];
  removed: Thing[];
}

/** By key: a branch gives ids of its own to what it adds. */
export function differencesOf(base: readonly Thing[], branch: readonly Thing[]): ThingDifferences {
  const before = new Set(base.map(({ key }) => key));
  const after = new Set(branch.map(({ key }) => key));
  return {
    added: branch.filter(({ key, place }) => place !== null && !before.has(key)),
    removed: base.filter(({ key, place }) => place !== null && !after.has(key)),
  };
}

/** How much more a station of the branch has of a figure than the same station of the base. */
export function stationDifferences(
  base: readonly StationReport[],
  branch: readonly StationReport[],
  kpi: 'running' | 'good',
): Map<ThingId, number> {
  const before = new Map(base.map((station) => [station.thing, station[kpi]]));
  const differences = new Map<ThingId, number>();
  for (const station of branch) {
    const was = before.get(station.thing);
    if (was !== undefined) differences.set(station.thing, station[kpi] - was);
  }
  return differences;
}

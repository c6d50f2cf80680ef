/** Keeps the hall showing what the compared branches would change: ghosts, and differences on the labels. */
import { changesHall, type Future } from '../../client/futures/branches';
import { differencesOf, stationDifferences } from '../../client/futures/differences';
import { PlantModel } from '../../client/model';
import type { Thing, ThingId } from '../../protocol/types';
import type { App } from '../app.svelte';
import { numberText } from '../format';
import { futuresWords } from './words';

/** Things of a branch that were read before; a branch never changes. */
const thingsOf = new Map<string, Promise<readonly Thing[]>>();

function things(app: App, branch: string, at: number): Promise<readonly Thing[]> {
  const key = `${branch} ${branch === 'live' ? at : ''}`;
  let known = thingsOf.get(key);
  if (!known) {
    known = app.api.world({ branch, at, asKnownAt: null }).then(({ things: list }) => list);
    if (thingsOf.size > 20) thingsOf.clear();
    thingsOf.set(key, known);
    known.catch(() => thingsOf.delete(key));
  }
  return known;
}

/** The branches whose differences are shown: the one in view, and those that are compared. */
function inQuestion(app: App): Future[] {
  const { futures, view } = app;
  const ids = new Set([view.branch, ...futures.compared]);
  return futures.list.filter((future) => ids.has(future.id) && changesHall(future));
}

/** Reads and shows; `isStale` says that something newer was asked for meanwhile. */
export async function showDifferences(app: App, isStale: () => boolean): Promise<void> {
  const questions = inQuestion(app);
  const w = futuresWords(app.language);
  const ghosts: Thing[] = [];
  const removed = new Set<ThingId>();
  const notes = await labelNotes(app);
  for (const future of questions) {
    const [base, own] = await Promise.all([
      things(app, future.parent ?? 'live', future.forkedAt),
      things(app, future.id, future.until),
    ]);
    const differences = differencesOf(base, own);
    const isShown = app.view.branch === future.id;
    for (const thing of differences.added) {
      ghosts.push({ ...thing, id: -ghosts.length - 1 });
      // In its own branch the machine is there and has a label of its own.
      notes.set(isShown ? thing.id : -ghosts.length, w.onlyIn(future.name));
    }
    for (const thing of differences.removed) {
      ghosts.push({ ...thing, id: -ghosts.length - 1 });
      removed.add(-ghosts.length);
      notes.set(isShown ? -ghosts.length : thing.id, w.notIn(future.name));
    }
  }
  if (isStale()) return;
  const document = { at: '', things: ghosts, signals: [], relations: [], alarms: [] };
  app.hall?.setGhosts(ghosts.length > 0 ? { world: new PlantModel(document, 0), removed } : null);
  app.hall?.setNotes(notes);
}

/** The difference of the branch in view, or else of the first that is compared, to the base of the comparison. */
async function labelNotes(app: App): Promise<Map<ThingId, string>> {
  const { futures, view } = app;
  const [base, ...others] = futures.compared;
  const other = others.includes(view.branch) ? view.branch : others[0];
  const notes = new Map<ThingId, string>();
  if (base === undefined || other === undefined) return notes;
  const [before, after] = await Promise.all([futures.detail(base), futures.detail(other)]);
  if (!before.report || !after.report) return notes;
  const found = stationDifferences(before.report.stations, after.report.stations, futures.labelKpi);
  const w = futuresWords(app.language);
  for (const [thing, difference] of found)
    notes.set(thing, w.labelNote[futures.labelKpi](signed(difference, futures.labelKpi)));
  return notes;
}

function signed(difference: number, kpi: 'running' | 'good'): string {
  const text = kpi === 'running' ? `${numberText(difference * 100, 1)} %` : numberText(difference, 0);
  if (!/[1-9]/.test(text)) return '±0';
  return difference > 0 ? `+${text}` : text;
}

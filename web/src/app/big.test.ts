/** A plant with a hundred thousand signals must not freeze the screen: each step stays far below a second. */
import { expect, it } from 'vitest';
import { buildPlant } from '../../mock/plant';
import { openAlarms } from '../client/alarms';
import { PlantModel } from '../client/model';
import { LiveTable } from '../client/table';
import { entriesFor } from './palette/entries';
import { foldedAtStart, treeRows, worstByThing } from './tree/rows';

const document = { at: '', alarms: [], ...buildPlant(260) };
const model = new PlantModel(document, 1);
const MS_MAX = 400;

function time(run: () => unknown): number {
  const before = performance.now();
  run();
  return performance.now() - before;
}

it('is a big plant', () => {
  expect(document.signals.length).toBeGreaterThan(100_000);
});

it.each<[string, () => unknown]>([
  ['the lookups', () => new PlantModel(document, 2)],
  ['the whole tree', () => treeRows(model, new Set(), '')],
  ['the folded tree', () => treeRows(model, foldedAtStart(model), '')],
  ['a filter of the tree', () => treeRows(model, new Set(), 'grinder 12')],
  ['typing into the palette', () => entriesFor('grinder', model, [], { now: 0, shown: 0, zone: 'UTC' })],
  [
    'the alarms',
    () => {
      const conditions = document.signals.filter((signal) => signal.role === 'condition');
      return worstByThing(model, openAlarms(model, new LiveTable(200_000), conditions, true, []));
    },
  ],
])('%s', (_, run) => expect(time(run)).toBeLessThan(MS_MAX));

it('starts folded, so that the tree begins with few rows', () => {
  expect(treeRows(model, foldedAtStart(model), '').length).toBeLessThan(1500);
});

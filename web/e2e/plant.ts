/** What the tests need to know of the plant that they are run against, read from its own API. */
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import type { Signal, Thing, WorldDocument } from '../src/protocol/types';

export interface Found {
  world: WorldDocument;
  /** A placed machine with a state and a number that moves. */
  machine: Thing;
  moving: Signal;
}

/** Numbers that move while a machine stands still, too, come first. */
const MOVING = ['temperature', 'power', 'vibration', 'current', 'spindle-load'];

export async function findPlant(request: APIRequestContext): Promise<Found> {
  const world = (await (await request.get('/api/v1/world')).json()) as WorldDocument;
  for (const role of MOVING) {
    for (const moving of world.signals.filter((signal) => signal.role === role)) {
      const machine = world.things.find((thing) => thing.id === moving.thing && thing.place !== null);
      const hasState = world.signals.some(
        (signal) => signal.thing === machine?.id && signal.role === 'state',
      );
      const named = world.things.filter((thing) => thing.name === machine?.name).length === 1;
      if (machine && hasState && named) return { world, machine, moving };
    }
  }
  throw new Error('the plant has no placed machine with a moving number');
}

export async function openPlant(page: Page, hash = '#p?lang=en&theme=light'): Promise<void> {
  await page.goto(`/${hash}`);
  await page.locator('[data-hall="shown"]').waitFor();
  await page.locator('.app[data-tense]').waitFor();
  await page.getByRole('treeitem').first().waitFor();
}

export function inspector(page: Page): Locator {
  return page.getByRole('complementary');
}

export async function searchFor(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /search/i });
  await box.waitFor();
  await box.fill(text);
  await page.getByRole('dialog').getByRole('option').first().waitFor();
}

export function numberOf(page: Page, signal: Signal): Locator {
  return page.locator(`[data-signal=${JSON.stringify(signal.key)}] .number`);
}

/** What the tests need to know of the plant that they are run against, read from its own API. */
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import type { Signal, Thing, WorldDocument } from '../src/protocol/types';

export interface Found {
  world: WorldDocument;
  /** A placed machine with a state and a number that moves. */
  machine: Thing;
  moving: Signal;
}

/** Numbers that the inspector shows first. */
const MOVING = ['vibration', 'power', 'current', 'spindle-load', 'temperature'];

export async function findPlant(request: APIRequestContext): Promise<Found> {
  const world = (await (await request.get('/api/v1/world')).json()) as WorldDocument;
  const candidates: Omit<Found, 'world'>[] = [];
  for (const moving of world.signals.filter((signal) => MOVING.includes(signal.role ?? ''))) {
    const machine = world.things.find((thing) => thing.id === moving.thing && thing.place !== null);
    const hasState = world.signals.some((signal) => signal.thing === machine?.id && signal.role === 'state');
    const named = world.things.filter((thing) => thing.name === machine?.name).length === 1;
    if (machine && hasState && named) candidates.push({ machine, moving });
  }
  const counts = await recentCounts(
    request,
    candidates.map((candidate) => candidate.moving.id),
  );
  // A machine may be at rest just now; the one that reports most does move.
  candidates.sort((a, b) => (counts.get(b.moving.id) ?? 0) - (counts.get(a.moving.id) ?? 0));
  const best = candidates[0];
  if (!best) throw new Error('the plant has no placed machine with a moving number');
  return { world, ...best };
}

/** How many samples each signal had in the last three minutes. */
async function recentCounts(request: APIRequestContext, signals: number[]): Promise<Map<number, number>> {
  const from = new Date(Date.now() - 180_000).toISOString();
  const counts = new Map<number, number>();
  for (let start = 0; start < signals.length; start += 200) {
    const ids = signals.slice(start, start + 200).join(',');
    const answer = await request.get(`/api/v1/buckets?signals=${ids}&from=${from}&buckets=1`);
    const { series } = (await answer.json()) as {
      series: { signal: number; buckets: { count: number }[] }[];
    };
    for (const { signal, buckets } of series) {
      counts.set(
        signal,
        buckets.reduce((sum, bucket) => sum + bucket.count, 0),
      );
    }
  }
  return counts;
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

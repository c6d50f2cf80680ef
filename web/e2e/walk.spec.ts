/** The main job: walk a live plant, look at a machine, go into its past and come back. */
import { expect, test } from '@playwright/test';
import { findPlant, inspector, numberOf, openPlant, searchFor } from './plant';

test('the hall appears with its machines', async ({ page, request }) => {
  const { world } = await findPlant(request);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await openPlant(page);
  await expect(page.locator('.app')).toHaveAttribute('data-tense', 'live');
  const placed = world.things.filter((thing) => thing.place !== null);
  expect(placed.length).toBeGreaterThan(5);
  // The hall is a picture: it must show more than one flat colour.
  const picture = await page.locator('canvas').first().screenshot();
  expect(picture.byteLength).toBeGreaterThan(20_000);
  expect(problems).toEqual([]);
});

test('a machine is found by typing, and its values change', async ({ page, request }) => {
  const { machine, moving } = await findPlant(request);
  await openPlant(page);
  await searchFor(page, machine.name);
  await page.keyboard.press('Enter');
  await expect(inspector(page).getByRole('heading', { name: machine.name, level: 2 })).toBeVisible();
  await expect(page.getByTestId('selection-status')).toContainText(machine.name);
  const value = numberOf(page, moving);
  await expect(value).toHaveText(/\d/);
  const before = await value.textContent();
  await expect(value).not.toHaveText(before ?? '', { timeout: 60_000 });
});

test('a machine is selected in the tree', async ({ page, request }) => {
  const { machine } = await findPlant(request);
  await openPlant(page);
  await page.getByRole('searchbox').fill(machine.key);
  await page.getByRole('treeitem', { name: machine.name }).first().click();
  await expect(inspector(page).getByRole('heading', { level: 2 })).toHaveText(machine.name);
  await expect(page).toHaveURL(/sel=/);
});

test('the past is shown as the past, plays, and ends at Live', async ({ page, request }) => {
  const { machine, moving } = await findPlant(request);
  await openPlant(page, `#p?lang=en&sel=${encodeURIComponent(machine.key)}`);
  const value = numberOf(page, moving);
  await expect(value).toHaveText(/\d/);
  const strip = page.getByRole('slider');
  const box = await strip.boundingBox();
  if (!box) throw new Error('the timeline has no place');
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(page.locator('.app')).toHaveAttribute('data-tense', 'past');
  const badge = page.locator('.badge');
  await expect(badge).toContainText('PAST');
  await expect(badge).toContainText(/\d\d:\d\d:\d\d/);
  await expect(badge).toContainText('paused');

  const stood = await badge.textContent();
  await page.getByLabel('Speed').selectOption('60');
  await expect(badge).toContainText('60×');
  await expect(badge).not.toHaveText(stood ?? '');

  await badge.getByRole('button', { name: 'Live' }).click();
  await expect(page.locator('.app')).toHaveAttribute('data-tense', 'live');
});

test('values differ between instants', async ({ page, request }) => {
  const { machine, moving } = await findPlant(request);
  await openPlant(page, `#p?lang=en&sel=${encodeURIComponent(machine.key)}`);
  const value = numberOf(page, moving);
  await expect(value).toHaveText(/\d/);
  const badge = page.locator('.badge');
  // A machine may have been at rest at some of the instants, but not at all of them.
  const seen = new Set<string | null>();
  for (const jump of ['-8 min', '-20 min', '-35 min', '-50 min', '-80 min', '-110 min']) {
    const stood = (await badge.textContent()) ?? '';
    await searchFor(page, jump);
    await page.keyboard.press('Enter');
    await expect(badge).toContainText('PAST');
    await expect(badge).not.toHaveText(stood);
    seen.add(await value.textContent());
  }
  expect(seen.size).toBeGreaterThan(1);
});

test('the previous alarm is one key away', async ({ page }) => {
  await openPlant(page);
  await page.keyboard.press('[');
  await expect(page.locator('.app')).toHaveAttribute('data-tense', 'past');
  await expect(inspector(page).getByRole('heading', { level: 2 })).toBeVisible();
  const first = await page.locator('.badge').textContent();
  await page.keyboard.press('[');
  await expect(page.locator('.badge')).not.toHaveText(first ?? '');
});

test('an address restores the view', async ({ page, request, context }) => {
  const { machine } = await findPlant(request);
  const at = new Date(Date.now() - 45 * 60_000).toISOString();
  await openPlant(page, `#p?lang=zh&theme=dark&at=${at}&sel=${encodeURIComponent(machine.key)}`);
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/cam=/);
  const other = await context.newPage();
  await openPlant(other, new URL(page.url()).hash);
  await expect(other.locator('.app')).toHaveAttribute('data-tense', 'past');
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(other.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(inspector(other).getByRole('heading', { level: 2 })).toHaveText(machine.name);
  await expect(other.locator('.time')).toHaveText((await page.locator('.time').textContent()) ?? '');
});

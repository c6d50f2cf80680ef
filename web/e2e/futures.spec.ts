/** The right half of the timeline: forecasts, what-ifs, comparison, plans. Needs a server that knows futures. */
import { expect, type Page, test } from '@playwright/test';
import type { Branch, Job, PlanSummary } from '../src/protocol/futures';
import { findPlant, openPlant } from './plant';

const badge = (page: Page) => page.locator('.badge');
const app = (page: Page) => page.locator('.app');
const drawer = (page: Page) => page.getByRole('region', { name: 'Futures' });

/** A forecast that reaches beyond the next two hours; made when there is none. */
async function forecastIn(page: Page): Promise<Branch> {
  const find = async () => {
    const branches = (await (await page.request.get('/api/v1/branches')).json()) as Branch[];
    const later = Date.now() + 2 * 3_600_000;
    return branches.find(({ purpose, until }) => purpose === 'forecast' && Date.parse(String(until)) > later);
  };
  const known = await find();
  if (known) return known;
  const answer = await page.request.post('/api/v1/forecasts', { data: { hours: 8 } });
  expect(answer.status()).toBe(202);
  const { id } = (await answer.json()) as Job;
  await expect
    .poll(async () => ((await (await page.request.get(`/api/v1/jobs/${id}`)).json()) as Job).state, {
      timeout: 60_000,
    })
    .toBe('done');
  const made = await find();
  if (!made) throw new Error('the forecast is not among the branches');
  return made;
}

test('dragging the timeline beyond now shows the forecast, which plays, and L comes back', async ({
  page,
}) => {
  await forecastIn(page);
  await openPlant(page);
  const box = await page.getByRole('slider').boundingBox();
  if (!box) throw new Error('the timeline has no place');
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.7);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.7, { steps: 8 });
  await page.mouse.up();
  await expect(app(page)).toHaveAttribute('data-tense', 'future');
  await expect(badge(page)).toContainText('FORECAST');
  await expect(badge(page)).toContainText('paused');
  await expect(page).toHaveURL(/branch=/);
  await page.keyboard.press('Space');
  await expect(badge(page)).toContainText('1×');
  await page.keyboard.press('l');
  await expect(app(page)).toHaveAttribute('data-tense', 'live');
});

test('an address leads into a branch', async ({ page }) => {
  const { id } = await forecastIn(page);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  await openPlant(page, `#p?lang=en&branch=${id}&at=${at}`);
  await expect(app(page)).toHaveAttribute('data-tense', 'future');
  await expect(badge(page)).toContainText('FORECAST');
});

test('a what-if is refused with a word at the change, then runs and is compared', async ({
  page,
  request,
}) => {
  const { machine } = await findPlant(request);
  await forecastIn(page);
  await openPlant(page, `#p?lang=en&sel=${encodeURIComponent(machine.key)}`);
  await page.keyboard.press('i');
  const add = drawer(page).getByLabel('Add a change…');
  await add.selectOption('speed');
  const percent = drawer(page).getByRole('spinbutton');
  await percent.fill('-100');
  await percent.blur();
  await drawer(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(drawer(page).locator('.row [role=alert]')).toBeVisible();
  await percent.fill('10');
  await percent.blur();
  await expect(drawer(page).locator('.row [role=alert]')).toHaveCount(0);
  await drawer(page).getByLabel('Name', { exact: true }).fill('Ten percent faster');
  await drawer(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(
    drawer(page)
      .getByRole('button', { name: /Ten percent faster/ })
      .first(),
  ).toBeVisible({
    timeout: 60_000,
  });
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Compare' }).click();
  await expect(drawer(page).getByRole('row', { name: /Output/ })).toContainText(/real|may be chance/);
});

test('a plan is walked, moved by keys, repaired and accepted', async ({ page }) => {
  const plans = (await (await page.request.get('/api/v1/plans')).json()) as PlanSummary[];
  await openPlant(page, '#p?lang=en&room=plan');
  if (plans.length === 0) await page.getByRole('button', { name: 'Plan orders' }).click();
  const chart = page.getByRole('application', { name: 'Plan as a chart' });
  await chart.waitFor({ timeout: 60_000 });
  await expect(page.getByRole('table', { name: 'Plan as a table' }).getByRole('row')).not.toHaveCount(1);
  await chart.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  const moves = page.waitForResponse((response) => response.url().endsWith('/moves'));
  await page.keyboard.press('Enter');
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  expect((await moves).status()).toBe(201);
  await expect(page).toHaveURL(/plan=/);
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Accepted', exact: true })).toBeDisabled();
});

test('an operation is dragged in time, and the repaired plan takes its place', async ({ page }) => {
  await openPlant(page, '#p?lang=en&room=plan');
  const chart = page.getByRole('application', { name: 'Plan as a chart' });
  await chart.waitFor({ timeout: 60_000 });
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart has no place');
  const canvas = chart.locator('canvas');
  // What can be moved says so by its pointer.
  let at: { x: number; y: number } | undefined;
  for (let i = 0; i < 120 && !at; i++) {
    const point = { x: box.x + 420 + (i % 24) * 30, y: box.y + 55 + Math.floor(i / 24) * 23 };
    await page.mouse.move(point.x, point.y);
    if ((await canvas.evaluate((element) => element.style.cursor)) === 'grab') at = point;
  }
  if (!at) throw new Error('no operation that can be moved is in sight');
  const moves = page.waitForResponse((response) => response.url().endsWith('/moves'));
  await page.mouse.down();
  await page.mouse.move(at.x + 90, at.y, { steps: 5 });
  await page.mouse.up();
  expect((await moves).status()).toBe(201);
  await expect(page).toHaveURL(/plan=/);
});

test('Escape puts an operation back', async ({ page }) => {
  await openPlant(page, '#p?lang=en&room=plan');
  const chart = page.getByRole('application', { name: 'Plan as a chart' });
  await chart.waitFor({ timeout: 60_000 });
  await chart.focus();
  let isMoved = false;
  page.on('request', (sent) => {
    isMoved ||= sent.url().endsWith('/moves');
  });
  for (const key of [
    'ArrowRight',
    'ArrowRight',
    'ArrowRight',
    'Enter',
    'Shift+ArrowRight',
    'Escape',
    'Enter',
    'Enter',
  ])
    await page.keyboard.press(key);
  await expect(page.locator('#move-hint')).toHaveCount(1);
  expect(isMoved).toBe(false);
});

test('accuracy and model have a key and an address each', async ({ page }) => {
  await openPlant(page);
  await page.keyboard.press('e');
  await expect(drawer(page)).toContainText('Inside the 80 % band');
  await page.keyboard.press('m');
  await expect(drawer(page)).toContainText('Fitted from history');
  await expect(page).toHaveURL(/room=model/);
});

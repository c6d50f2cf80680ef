/** Two people in one hall, each in a browser of their own: they see, point, write, follow, join, hear each other. */
import AxeBuilder from '@axe-core/playwright';
import { type Browser, expect, type Page, test } from '@playwright/test';

test.skip(!process.env.TRINE_URL, 'people meet on a real server; the mock has no room for them');

// Two halls are drawn in software at once: everything takes its time.
test.describe.configure({ timeout: 400_000 });
const PATIENCE = { timeout: 60_000 };

/** Small windows: two halls are drawn by software at once. */
async function comeIn(browser: Browser, name: string, hash = '#p?lang=en&theme=light'): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 960, height: 600 },
    permissions: ['microphone'],
    locale: 'en-GB',
  });
  const page = await context.newPage();
  // Each test has a room of its own, so that nobody of another test walks through the picture.
  await page.goto(`/?meet=${encodeURIComponent(test.info().title.slice(0, 40))}${hash}`);
  await page.locator('[data-hall="shown"]').waitFor({ timeout: 150_000 });
  await page.keyboard.press('u');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your name').press('Enter');
  await expect(page.getByRole('heading', { name: /in the hall/ })).toBeVisible();
  return page;
}

const row = (page: Page, name: string) => page.locator(`[data-person="${name}"]`);
const label = (page: Page, name: string) => page.locator('.hall-person', { hasText: name });

async function toHall(page: Page): Promise<void> {
  await page.locator('canvas').first().focus();
}

test('two people see each other come, walk, point and go', async ({ browser }) => {
  const anna = await comeIn(browser, 'Anna');
  const bruno = await comeIn(browser, 'Bruno');
  await expect(row(anna, 'Bruno')).toBeVisible();
  await expect(row(bruno, 'Anna')).toBeVisible();
  await toHall(anna);
  await anna.keyboard.press('w');
  await row(bruno, 'Anna').getByRole('button', { name: 'Anna' }).first().click();
  await expect(label(bruno, 'Anna')).toBeVisible();
  const before = await label(bruno, 'Anna').evaluate((element) => element.style.transform);
  await anna.keyboard.down('s');
  await expect
    .poll(() => label(bruno, 'Anna').evaluate((element) => element.style.transform))
    .not.toBe(before);
  await anna.keyboard.up('s');
  await anna.context().close();
  await expect(row(bruno, 'Anna')).toHaveCount(0);
  await expect(label(bruno, 'Anna')).toHaveCount(0);
});

test('they write to each other, and what is written stays text', async ({ browser }) => {
  const anna = await comeIn(browser, '<b>Anna</b>');
  const bruno = await comeIn(browser, 'Bruno');
  await toHall(anna);
  await anna.keyboard.press('t');
  await anna.keyboard.type('<img src=x onerror="document.title=1"> look at GR-3');
  await anna.keyboard.press('Enter');
  const log = bruno.getByRole('log', { name: 'Chat' });
  await expect(log).toContainText('<img src=x onerror="document.title=1"> look at GR-3');
  await expect(log).toContainText('<b>Anna</b>');
  await expect(bruno).not.toHaveTitle('1');
  await row(bruno, '<b>Anna</b>').getByRole('button', { name: 'Show <b>Anna</b>' }).click();
  await row(bruno, '<b>Anna</b>').getByRole('button', { name: 'Block' }).click();
  await expect(row(bruno, '<b>Anna</b>')).toHaveCount(0);
  await expect(row(anna, 'Bruno')).toHaveCount(0);
  await bruno.getByRole('button', { name: 'Unblock' }).click();
  await expect(row(anna, 'Bruno')).toBeVisible();
});

test('one joins the instant of the other, and sees what they see', async ({ browser }) => {
  const anna = await comeIn(browser, 'Anna');
  const bruno = await comeIn(browser, 'Bruno');
  await toHall(anna);
  await anna.keyboard.press('Space');
  await anna.keyboard.press('Shift+ArrowLeft');
  await expect(anna.locator('.badge')).toContainText('PAST');
  const join = row(bruno, 'Anna').getByRole('button', { name: 'Join their time' });
  await join.click();
  await expect(bruno.locator('.badge')).toContainText('PAST');
  await expect(join).toHaveCount(0);
  await row(bruno, 'Anna').getByRole('button', { name: 'See what they see' }).click();
  await expect(anna.getByText('Bruno sees what you see')).toBeVisible();
  await toHall(anna);
  await anna.keyboard.press('l');
  await expect(bruno.locator('.badge')).toContainText('LIVE');
  await bruno.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(anna.getByText('Bruno sees what you see')).toHaveCount(0);
});

test('everyone is called to a place, and goes there only when they want to', async ({ browser }) => {
  const anna = await comeIn(browser, 'Anna');
  const bruno = await comeIn(browser, 'Bruno');
  await anna.getByRole('button', { name: 'Call everyone here' }).click();
  await expect(bruno.getByText('Anna calls everyone to a place')).toBeVisible();
  await bruno.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(bruno.getByText('Anna calls everyone to a place')).toHaveCount(0);
  await expect(row(bruno, 'Anna')).toContainText(/at |m away/);
});

test('a voice is louder near by than further off', async ({ browser }) => {
  const anna = await comeIn(browser, 'Anna');
  const bruno = await comeIn(browser, 'Bruno');
  for (const page of [anna, bruno]) {
    await toHall(page);
    await page.keyboard.press('w');
  }
  await row(bruno, 'Anna').getByRole('button', { name: 'Anna' }).first().click();
  for (const page of [anna, bruno]) {
    await page.getByRole('button', { name: 'Voice…' }).click();
    await page.getByRole('button', { name: 'Speak with those near you' }).click();
    await page.getByText('Always on').click();
    await expect(page.getByText('You are heard')).toBeVisible();
  }
  await expect(bruno.getByText('1 person within hearing')).toBeVisible();
  const loudest = async (): Promise<number> => {
    let level = 0;
    // The fake microphone beeps once a second.
    for (let i = 0; i < 25; i++) {
      level = Math.max(level, Number(await row(bruno, 'Anna').getAttribute('data-level')));
      await bruno.waitForTimeout(100);
    }
    return level;
  };
  await expect.poll(loudest, PATIENCE).toBeGreaterThan(0.01);
  const near = await loudest();
  await toHall(bruno);
  const away = async () => Number(await row(bruno, 'Anna').getAttribute('data-away'));
  await bruno.keyboard.down('s');
  await expect.poll(away, PATIENCE).toBeGreaterThan(7);
  await bruno.keyboard.up('s');
  await expect(bruno.getByText('1 person within hearing')).toBeVisible();
  expect(await loudest()).toBeLessThan(near * 0.7);
});

test('nothing serious for axe among people', async ({ browser }) => {
  const anna = await comeIn(browser, 'Anna');
  await comeIn(browser, 'Bruno');
  await row(anna, 'Bruno').getByRole('button', { name: 'Show Bruno' }).click();
  const { violations } = await new AxeBuilder({ page: anna }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
});

/** For everybody: both themes, both languages, the keyboard alone, a narrow screen, a reader who does not see. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { findPlant, inspector, openPlant, searchFor } from './plant';

test('theme and language change and are remembered', async ({ page }) => {
  await openPlant(page, '#p');
  const root = page.locator('html');
  const before = await root.getAttribute('data-theme');
  await page.getByRole('button', { name: /theme/i }).click();
  await expect(root).not.toHaveAttribute('data-theme', before ?? '');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('tree', { name: '工厂' })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('tree', { name: '工厂' })).toBeVisible();
  await expect(root).not.toHaveAttribute('data-theme', before ?? '');
});

test('the main job by keyboard alone', async ({ page, request }) => {
  const { machine } = await findPlant(request);
  await openPlant(page);
  await searchFor(page, machine.name);
  await page.keyboard.press('Enter');
  await expect(inspector(page).getByRole('heading', { level: 2 })).toHaveText(machine.name);
  await page.keyboard.press('Space');
  await expect(page.locator('.badge')).toContainText('PAST');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Space');
  await expect(page.locator('.badge')).toContainText('1×');
  await page.keyboard.press('l');
  await expect(page.locator('.badge')).toContainText('LIVE');
  await page.keyboard.press('Escape');
  await expect(inspector(page).getByRole('heading', { level: 2 })).toHaveCount(0);
  await page.getByRole('tree').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(inspector(page).getByRole('heading', { level: 2 })).toBeVisible();
});

test('connections tell how they are, and a wrong address gets a clear answer', async ({ page }) => {
  await openPlant(page);
  await page.locator('.connections').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('article').first()).toBeVisible();
  await dialog.getByLabel('Address').fill('gopher://nowhere');
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText(/gopher/);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a narrow screen shows the hall and one panel', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openPlantNarrow(page);
  await page.locator('.tab.timeline').click();
  await expect(page.getByRole('slider')).toBeVisible();
  await page.locator('.tab.tree').click();
  await expect(page.getByRole('slider')).toBeHidden();
  await expect(page.getByRole('tree')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

async function openPlantNarrow(page: Page): Promise<void> {
  await page.goto('/#p?lang=en');
  await page.locator('[data-hall="shown"]').waitFor();
}

for (const theme of ['light', 'dark']) {
  test(`nothing serious for axe, ${theme}`, async ({ page, request }) => {
    const { machine } = await findPlant(request);
    await openPlant(page, `#p?lang=en&theme=${theme}&sel=${encodeURIComponent(machine.key)}`);
    await expect(inspector(page).getByRole('heading', { level: 2 })).toBeVisible();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /search/i }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });
}

async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

test('nothing serious for axe in the rooms of the future', async ({ page }) => {
  for (const room of ['what-if', 'compare', 'plan', 'accuracy', 'model']) {
    await openPlant(page, `#p?lang=en&theme=light&room=${room}`);
    await page.getByRole('tabpanel').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  }
});

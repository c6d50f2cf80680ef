/** The record's second clock: what was known, and when. */
import { expect, test } from '@playwright/test';
import { findPlant, inspector, openPlant } from './plant';

test('what was known at a moment is chosen, shown, sent on and cleared by keyboard', async ({
  page,
  context,
}) => {
  await openPlant(page);
  const badge = page.locator('.badge');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(badge).toContainText('known today');
  await page.keyboard.press('k');
  const dialog = page.getByRole('dialog', { name: 'Known as of' });
  const field = dialog.getByLabel('What was known at');
  await expect(field).toBeFocused();
  await page.keyboard.type('in a while');
  await expect(dialog.getByRole('button', { name: 'Show what was known then' })).toBeDisabled();
  await field.fill('-10 min');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(badge).toContainText(/known as of .*\d\d:\d\d:\d\d/);
  await expect(page).toHaveURL(/known=/);

  const other = await context.newPage();
  await openPlant(other, new URL(page.url()).hash);
  await expect(other.locator('.known')).toHaveText((await page.locator('.known').textContent()) ?? '');
  await other.close();

  await page.keyboard.press('k');
  await dialog.getByRole('button', { name: 'Show all that is known today' }).click();
  await expect(badge).toContainText('known today');
  await expect(page).not.toHaveURL(/known=/);
});

test('what nobody knew yet is not shown', async ({ page, request }) => {
  const { machine } = await findPlant(request);
  const { earliest } = (await (await request.get('/api/v1/site')).json()) as { earliest: string };
  const before = new Date(Date.parse(earliest) - 60_000).toISOString();
  const at = new Date(Date.now() - 600_000).toISOString();
  const probe = await request.get(`/api/v1/values?signals=1&at=${at}&asKnownAt=${before}`);
  test.skip(!probe.ok(), 'this server keeps no record of what was known');
  await openPlant(page, `#p?lang=zh&at=${at}&known=${before}&sel=${encodeURIComponent(machine.key)}`);
  await expect(page.locator('.known')).toContainText('时所知');
  await expect(inspector(page).getByText('未知').first()).toBeVisible();
});

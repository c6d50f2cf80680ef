/** The picture itself: what becomes of it when the graphics card takes it away. */
import { expect, type Page, test } from '@playwright/test';
import { openPlant } from './plant';

interface Loss {
  loseContext(): void;
  restoreContext(): void;
}

async function takeAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    const canvas = document.querySelector('.hall canvas') as HTMLCanvasElement;
    const loss = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context') as Loss;
    Object.assign(window, { giveBack: () => loss.restoreContext() });
    loss.loseContext();
  });
}

/** The share of pixels of two pictures of the hall that differ visibly, and how many tones the second has. */
async function compare(
  page: Page,
  before: Buffer,
  after: Buffer,
): Promise<{ differ: number; tones: number }> {
  return page.evaluate(
    async (pictures) => {
      const pixels = await Promise.all(
        pictures.map(async (base64) => {
          const image = new Image();
          image.src = `data:image/png;base64,${base64}`;
          await image.decode();
          const c = new OffscreenCanvas(image.width, image.height).getContext('2d');
          if (!c) throw new Error('no canvas');
          c.drawImage(image, 0, 0);
          return c.getImageData(0, 0, image.width, image.height).data;
        }),
      );
      const [a, b] = pixels as [Uint8ClampedArray, Uint8ClampedArray];
      let differ = 0;
      const tones = new Set<number>();
      for (let i = 0; i < b.length; i += 4) {
        if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > 24) differ++;
        tones.add(b[i] ?? 0);
      }
      return { differ: differ / (b.length / 4), tones: tones.size };
    },
    [before.toString('base64'), after.toString('base64')],
  );
}

test('the hall comes back after the graphics context was lost', async ({ page }) => {
  await openPlant(page);
  const hall = page.locator('[data-hall]');
  const before = await page.screenshot();
  await takeAway(page);
  await expect(hall).toHaveAttribute('data-hall', 'lost');
  await expect(page.locator('.lost')).toContainText('graphics card');
  await expect(page.getByRole('treeitem').first()).toBeVisible();
  await page.evaluate(() => (window as unknown as { giveBack(): void }).giveBack());
  await expect(hall).toHaveAttribute('data-hall', 'shown');
  await expect(page.locator('.lost')).toHaveCount(0);
  await expect(page.locator('.hall-label:visible').first()).toBeVisible();
  const { differ, tones } = await compare(page, before, await page.screenshot());
  expect(tones).toBeGreaterThan(60);
  expect(differ).toBeLessThan(0.1);
});

test('a card that does not give the picture back is asked for another one', async ({ page }) => {
  await openPlant(page);
  const canvas = page.locator('.hall canvas').first();
  const first = await canvas.elementHandle();
  await takeAway(page);
  await page.getByRole('button', { name: 'Draw it now' }).click();
  await expect(page.locator('[data-hall]')).toHaveAttribute('data-hall', 'shown');
  expect(await first?.evaluate((element) => element.isConnected)).toBe(false);
  await expect(page.locator('.hall-label:visible').first()).toBeVisible();
});

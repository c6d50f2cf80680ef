/** Takes pictures of the running client: `node e2e/pictures.mjs OUT_DIR [NAME…]`. For the README and for our own eyes. */
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const base = process.env.TRINE_URL ?? 'http://127.0.0.1:8787';
const out = process.argv[2] ?? 'test-results/pictures';
const names = process.argv.slice(3);
mkdirSync(out, { recursive: true });

const machine = process.env.MACHINE ?? 'GR-3';
const hour = new Date(Date.now() - 2.95 * 3_600_000).toISOString();
const PICTURES = {
  live: { size: [1440, 900], hash: '#p?lang=en&theme=light' },
  inspect: { size: [1440, 900], hash: `#p?lang=en&theme=light&sel=${machine}` },
  dark: { size: [1920, 1080], hash: `#p?lang=en&theme=dark&sel=${machine}` },
  past: { size: [1440, 900], hash: `#p?lang=en&theme=light&sel=${machine}&at=${hour}` },
  zh: { size: [1440, 900], hash: `#p?lang=zh&theme=light&sel=${machine}` },
  zhdark: { size: [1920, 1080], hash: `#p?lang=zh&theme=dark&sel=${machine}&at=${hour}&speed=60` },
  phone: { size: [390, 844], hash: `#p?lang=en&theme=light&sel=${machine}` },
  phonetime: { size: [390, 844], hash: '#p?lang=zh&theme=dark', click: '.tab.timeline' },
  palette: { size: [1440, 900], hash: '#p?lang=en&theme=light', keys: ['Control+k'], type: 'gr' },
  palettetime: { size: [1440, 900], hash: '#p?lang=zh&theme=dark', keys: ['Control+k'], type: '昨天 14:20' },
  connections: { size: [1440, 900], hash: '#p?lang=en&theme=light', click: '.connections' },
  walk: { size: [1440, 900], hash: '#p?lang=en&theme=light', keys: ['w'] },
  shortcuts: { size: [1440, 900], hash: '#p?lang=en&theme=light', keys: ['?'] },
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--disable-background-networking',
    '--disable-quic',
    '--no-first-run',
  ],
});
for (const [name, picture] of Object.entries(PICTURES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const page = await browser.newPage({ viewport: { width: picture.size[0], height: picture.size[1] } });
  page.on(
    'console',
    (message) =>
      ['error', 'warning'].includes(message.type()) && console.log(name, message.type(), message.text()),
  );
  page.on('pageerror', (error) => console.log(name, 'PAGE ERROR', error.stack));
  await page.goto(`${base}/${picture.hash}`);
  await page.waitForTimeout(Number(process.env.WAIT ?? 6000));
  if (picture.click) await page.click(picture.click);
  for (const key of picture.keys ?? []) await page.keyboard.press(key);
  if (picture.type) await page.keyboard.type(picture.type);
  if (picture.click || picture.keys) await page.waitForTimeout(1500);
  await page.screenshot({ path: `${out}/${name}.png`, timeout: 90_000 });
  await page.close();
}
await browser.close();

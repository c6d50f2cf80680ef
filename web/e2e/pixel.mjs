/**
 * Machine to pixel: how old a sample is when the first picture that is drawn from it is finished. The emulated
 * machines, the server and the browser run on this computer, so that one clock dates both ends.
 * `TRINE_URL=http://127.0.0.1:PORT node e2e/pixel.mjs [SECONDS] [WIDTHxHEIGHT]` prints one JSON line a figure.
 *
 * What is measured: the sample's own time at its source, to the moment when a pixel of the picture can be read back.
 * What is not: the way from the graphics card to the glass. Things that move are drawn from a sample at once, but
 * reach its value only after the time that lay between it and the one before (`scene/motion/shown.ts`).
 */
import { chromium } from 'playwright-core';

const base = process.env.TRINE_URL;
const seconds = Number(process.argv[2] ?? 60);
/** Without a graphics card the size of the picture decides; a small one shows what the rest of the way takes. */
const [width = 960, height = 600] = (process.argv[3] ?? '').split('x').filter(Boolean).map(Number);
if (!base || !(seconds > 0)) {
  console.error('usage: TRINE_URL=http://127.0.0.1:PORT node e2e/pixel.mjs [SECONDS] [WIDTHxHEIGHT]');
  process.exit(2);
}
/** The first pictures are spent by compilers and shaders. */
const WARM_UP_MS = 15_000;

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
try {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(`${base}/#p?lang=en&theme=light`);
  await page.locator('[data-hall="shown"]').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(WARM_UP_MS);
  await page.evaluate(() => globalThis.trine.start());
  await page.waitForTimeout(seconds * 1000);
  const measured = await page.evaluate(() => ({
    ...globalThis.trine.stop(),
    frame: globalThis.trine.frame(),
  }));
  const world = await (await fetch(`${base}/api/v1/world`)).json();
  const connections = await (await fetch(`${base}/api/v1/connections`)).json();
  report(measured, technologies(world, connections));
} finally {
  await browser.close();
}

/** By which technology each signal comes in. */
function technologies(world, connections) {
  const ofConnection = new Map(connections.map(({ thing, technology }) => [thing, technology]));
  const ofThing = new Map(
    world.relations
      .filter(({ kind }) => kind === 'connected-by')
      .map(({ from, to }) => [from, ofConnection.get(to)]),
  );
  return new Map(world.signals.map(({ id, thing }) => [id, ofThing.get(thing) ?? 'other']));
}

function report({ sightings, superseded, pictures, frame }, technologyOf) {
  if (sightings.length === 0) throw new Error('no sample came: is the plant running?');
  say('machine to pixel', sightings);
  for (const technology of [...new Set(technologyOf.values())].sort()) {
    const own = sightings.filter(({ signal }) => technologyOf.get(signal) === technology);
    if (own.length > 0) say(`machine to pixel, ${technology}`, own);
  }
  line(
    `pictures a second, ${width} x ${height}, software rendering`,
    pictures / seconds,
    '1/s',
    'script per picture, ms',
    frame?.scriptMs,
  );
  console.error(`${sightings.length} samples, ${superseded} replaced before a picture showed them`);
}

function say(name, sightings) {
  const toPixel = sightings.map(({ measured, drawn }) => drawn - measured);
  const toBrowser = sightings.map(({ measured, received }) => received - measured);
  for (const part of [50, 99])
    line(`${name}, p${part}`, at(toPixel, part), 'ms', 'until the browser has it', at(toBrowser, part));
}

function at(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * part) / 100))];
}

function line(name, value, unit, beside, besideValue) {
  const round = (number) => Math.round(number * 10) / 10;
  console.log(
    JSON.stringify({ name, value: round(value), unit, beside, beside_value: round(besideValue ?? 0) }),
  );
}

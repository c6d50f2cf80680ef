/**
 * Writes the first golden frames to `tests/golden/frames`: `node mock/golden.mjs`. Files that are there are kept,
 * because every later version of either side must still read them.
 */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const outfile = join(mkdtempSync(join(tmpdir(), 'trine-golden-')), 'encode.mjs');
const entry = fileURLToPath(new URL('encode.ts', import.meta.url));
await build({
  entryPoints: [entry],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'warning',
});
const { encodeFrame } = await import(pathToFileURL(outfile).href);
const folder = fileURLToPath(new URL('../../tests/golden/frames', import.meta.url));
mkdirSync(folder, { recursive: true });

const instantNs = '1795413696123456789';
const frames = {
  'keyframe-all-types': {
    kind: 'keyframe',
    live: true,
    playing: false,
    epoch: 3,
    instantNs,
    updates: [
      { signal: 1, value: null, age: 0, status: 0x8000, type: 0 },
      { signal: 2, value: true, age: 0.25, status: 0, type: 1 },
      { signal: 7, value: -42, age: 1.5, status: 0, type: 2 },
      { signal: 11, value: 3.140625, age: 0.125, status: 0, type: 3 },
      { signal: 4_000_000, value: 'Prüfling ✓ 轴 12', age: -0.5, status: 0, type: 4 },
      { signal: 12, value: '', age: 3600, status: 0, type: 4 },
    ],
  },
  'delta-empty': { kind: 'delta', live: true, playing: false, epoch: 65_535, instantNs, updates: [] },
  'delta-bad-status': {
    kind: 'delta',
    live: false,
    playing: true,
    epoch: 4,
    instantNs: '-1000000001',
    updates: [
      { signal: 5, value: 0.5, age: 12, status: 0x80a9, type: 3 },
      { signal: 6, value: 9, age: 2, status: 0x4090, type: 2 },
      { signal: 8, value: false, age: 0, status: 0, type: 1 },
    ],
  },
};
for (const [name, frame] of Object.entries(frames)) {
  const bin = join(folder, `${name}.bin`);
  if (existsSync(bin)) continue;
  writeFileSync(bin, Buffer.from(encodeFrame(frame)));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(frame, null, 2)}\n`);
}

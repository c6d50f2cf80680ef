/** Runs the mock server: Node 20 reads no TypeScript, so esbuild (which Vite brings) bundles it first. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const outfile = join(mkdtempSync(join(tmpdir(), 'trine-mock-')), 'server.cjs');
const entry = fileURLToPath(new URL('server.ts', import.meta.url));
await build({
  entryPoints: [entry],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outfile,
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);

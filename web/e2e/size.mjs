/** Measures what a first visit downloads, gzipped, and fails when it is more than we promise: `npm run size`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KILOBYTES_MAX = 350;
/** Comes when somebody selects a thing or opens a future or the list of people, not before the first picture. */
const LATER = /^(Plots|Drawer|hallnotes|Panel)-/;

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const files = ['index.html', ...readdirSync(`${dist}assets`).map((name) => `assets/${name}`)];
let first = 0;
let all = 0;
for (const file of files) {
  const kilobytes = gzipSync(readFileSync(dist + file), { level: 9 }).length / 1000;
  const later = LATER.test(file.replace('assets/', ''));
  all += kilobytes;
  if (!later) first += kilobytes;
  console.log(`${kilobytes.toFixed(1).padStart(8)} kB  ${file}${later ? '  (later)' : ''}`);
}
console.log(`${first.toFixed(1).padStart(8)} kB  first visit, at most ${KILOBYTES_MAX}`);
console.log(`${all.toFixed(1).padStart(8)} kB  everything`);
if (first > KILOBYTES_MAX) process.exit(1);

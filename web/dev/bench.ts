/**
 * What the figures of a large plant cost per picture, without a graphics card: every figure near, every signal
 * changing. `npx esbuild dev/bench.ts --bundle --platform=node --outfile=/tmp/bench.cjs && node /tmp/bench.cjs`
 */
import { Stage } from '../src/scene/hall/stage';
import { type PartReports, Tidings } from '../src/scene/hall/tidings';
import { Troupe } from '../src/scene/hall/troupe';
import '../src/scene/kinds';
import { createMatter } from '../src/scene/mesh/matter';
import { ShownValues } from '../src/scene/motion/shown';
import { stressPlant } from './plant';
import { PretendTable, step, worldModel } from './pretend';

const COUNT = 10_000;
const PICTURES = 120;

const plant = stressPlant(COUNT);
const table = new PretendTable(plant.signals.length + 1);
const stage = new Stage(createMatter().material);
const troupe = new Troupe();
const tidings = new Tidings();
const nobody: PartReports = { part: () => {}, level: () => {}, begin: () => {} };
const shown = new ShownValues();
const world = worldModel(plant);
troupe.build(world, stage);
tidings.listen(troupe.figures, world);
shown.setTable(table);
for (const cell of stage.cells) cell.isNear = true;
stage.nearDrawCalls = Number.POSITIVE_INFINITY;
stage.nearMetres = Number.POSITIVE_INFINITY;

let cpuMs = 0;
let measured = 0;
for (let i = 0; i < PICTURES; i++) {
  const instant = 1e12 + i * 16;
  // The wire brings ten frames a second; in between the pictures interpolate.
  if (i % 6 === 0) step(plant, table, instant, i * 0.016, false);
  const before = process.cpuUsage();
  shown.begin(instant, 16);
  tidings.read(table, instant, 16, nobody);
  troupe.drive(stage, shown, instant, 16, 16);
  stage.flush();
  const used = process.cpuUsage(before);
  // The first pictures are spent by the compiler.
  if (i < 40) continue;
  cpuMs += (used.user + used.system) / 1000;
  measured++;
}
console.log(
  `${COUNT} figures, ${plant.signals.length} signals: ${(cpuMs / measured).toFixed(2)} ms of CPU per picture`,
);

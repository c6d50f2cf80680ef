/** Milling machine: a column, a head that travels up and down, a table that travels under it. */
import type { MeshBuilder } from '../mesh/builder';
import { Tone } from '../theme';
import { type Design, Drawing, type Size } from './design';
import { registerKind } from './registry';

/** Half-high guards: the head and the table stay in sight. */
function enclosure(m: MeshBuilder, { length: l, height: h, width: w }: Size): void {
  const [low, high] = [h * 0.1, h * 0.62];
  m.box([-l / 2, l / 2], [0, low], [-w * 0.46, w * 0.5], Tone.trim);
  m.box([-l / 2, -l * 0.45], [low, high], [-w * 0.28, w / 2], Tone.body, 0.03);
  m.box([l * 0.45, l / 2], [low, high], [-w * 0.28, w / 2], Tone.body, 0.03);
  m.box([-l / 2, -l * 0.2], [low, high], [w * 0.45, w / 2], Tone.body, 0.03);
  m.box([l * 0.2, l / 2], [low, high], [w * 0.45, w / 2], Tone.body, 0.03);
  m.box([-l * 0.2, l * 0.2], [low, h * 0.34], [w * 0.46, w * 0.49], Tone.panel, 0.02);
  m.box([-l * 0.46, l * 0.46], [low, h * 0.24], [-w * 0.34, w * 0.46], Tone.base);
}

function millingMachine(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    enclosure(m, size);
    m.box([-l * 0.22, l * 0.22], [h * 0.1, h], [-w / 2, -w * 0.24], Tone.body, 0.04);
    m.box([-l * 0.14, -l * 0.1], [h * 0.34, h * 0.96], [-w * 0.24, -w * 0.21], Tone.metal);
    m.box([l * 0.1, l * 0.14], [h * 0.34, h * 0.96], [-w * 0.24, -w * 0.21], Tone.metal);
    // The tool magazine is the disc that tells a mill from afar.
    m.round('x', [-l * 0.36, h * 0.78, -w * 0.3], h * 0.16, l * 0.1, Tone.panel, 20);
    m.round('x', [-l * 0.37, h * 0.78, -w * 0.3], h * 0.05, l * 0.12, Tone.trim, 12);
    m.box([-l * 0.3, -l * 0.2], [h * 0.72, h * 0.84], [-w * 0.36, -w * 0.26], Tone.base);
    m.box([l * 0.26, l * 0.46], [h * 0.1, h * 0.86], [-w / 2, -w * 0.3], Tone.panel, 0.03);
    m.box([l * 0.34, l * 0.5], [h * 0.52, h * 0.8], [w * 0.4, w * 0.5], Tone.panel, 0.02);
    m.box([l * 0.36, l * 0.48], [h * 0.62, h * 0.77], [w * 0.495, w * 0.508], Tone.screen);
  });
  const saddle = d.piece(
    (m) => m.box([-l * 0.28, l * 0.28], [0, h * 0.06], [-w * 0.16, w * 0.16], Tone.base, 0.02),
    {
      at: [0, h * 0.24, w * 0.1],
    },
  );
  const table = d.piece(
    (m) => {
      m.box([-l * 0.24, l * 0.24], [0, h * 0.045], [-w * 0.13, w * 0.13], Tone.metal, 0.01);
      m.box([-l * 0.09, -l * 0.05], [h * 0.045, h * 0.09], [-w * 0.07, w * 0.07], Tone.trim);
      m.box([l * 0.05, l * 0.09], [h * 0.045, h * 0.09], [-w * 0.07, w * 0.07], Tone.trim);
    },
    { at: [0, h * 0.06, 0], on: saddle },
  );
  const head = d.piece(
    (m) => {
      m.box([-l * 0.13, l * 0.13], [-h * 0.06, h * 0.22], [-w * 0.2, w * 0.18], Tone.body, 0.04);
      m.round('y', [0, h * 0.22, w * 0.06], h * 0.06, h * 0.12, Tone.trim, 16);
      m.round('y', [0, -h * 0.12, w * 0.08], h * 0.055, h * 0.07, Tone.metal, 18);
    },
    { at: [0, h * 0.7, -w * 0.02] },
  );
  const spindle = d.piece(
    (m) => {
      m.round('y', [0, -h * 0.04, 0], [h * 0.026, h * 0.04], h * 0.04, Tone.metal, 14);
      m.box([-h * 0.018, h * 0.018], [-h * 0.14, -h * 0.04], [-h * 0.006, h * 0.006], Tone.trim);
      m.box([-h * 0.006, h * 0.006], [-h * 0.14, -h * 0.04], [-h * 0.018, h * 0.018], Tone.trim);
    },
    { at: [0, -h * 0.12, w * 0.08], axis: 'y', on: head },
  );
  d.workpiece('gear', h * 0.16, { at: [0, h * 0.045, 0], on: table });
  d.block(0, h * 0.31, w * 0.11, l, h * 0.62, w * 0.78).block(0, h / 2, -w * 0.37, l * 0.44, h, w * 0.26);
  d.drive(['spindle-speed', 'axis-x', 'axis-y', 'axis-z'], (rig) => {
    rig.spindle(spindle, 0, 100);
    rig.slide(table, rig.travel(1, l * 0.18), 0, 0);
    rig.slide(saddle, 0, 0, -rig.travel(2, w * 0.1));
    rig.slide(head, 0, rig.travel(3, h * 0.14), 0);
  });
  return d.finish();
}

registerKind('milling-machine', millingMachine);

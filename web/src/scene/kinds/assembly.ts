/** Robot, assembly station, test bench and measuring machine. */
import { Tone } from '../theme';
import { type Design, Drawing, type Size } from './design';
import { registerKind } from './registry';

/** A six-axis arm: each joint hangs on the one before it and turns about its own pivot. */
function robot(size: Size): Design {
  const { length: l, height: h } = size;
  const d = new Drawing(size);
  const r = Math.min(l, size.width) * 0.32;
  const [upper, fore] = [h * 0.36, h * 0.34];
  d.piece((m) => {
    m.box([-r * 1.5, r * 1.5], [0, 0.05], [-r * 1.5, r * 1.5], Tone.trim);
    m.round('y', [0, 0.05, 0], [r * 1.15, r], h * 0.12, Tone.base, 24);
  });
  const turntable = d.piece(
    (m) => {
      m.round('y', [0, 0, 0], r * 0.95, h * 0.08, Tone.body, 24);
      m.box([-r * 0.5, r * 0.75], [h * 0.08, h * 0.28], [-r * 0.72, -r * 0.36], Tone.body, 0.03);
      m.box([-r * 0.5, r * 0.75], [h * 0.08, h * 0.28], [r * 0.36, r * 0.72], Tone.body, 0.03);
      m.round('x', [-r * 1.2, h * 0.15, 0], r * 0.34, r * 0.8, Tone.trim, 16);
    },
    { at: [0, 0.05 + h * 0.12, 0], axis: 'y' },
  );
  const shoulder = d.piece(
    (m) => {
      m.round('z', [0, 0, -r * 0.78], r * 0.5, r * 1.56, Tone.panel, 22);
      m.box([-r * 0.36, r * 0.36], [0, upper], [-r * 0.32, r * 0.32], Tone.body, 0.04);
    },
    { at: [r * 0.2, h * 0.22, 0], axis: 'z', on: turntable },
  );
  const elbow = d.piece(
    (m) => {
      m.round('z', [0, 0, -r * 0.5], r * 0.44, r, Tone.panel, 22);
      m.box([-r * 0.5, r * 0.4], [-r * 0.34, r * 0.42], [-r * 0.34, r * 0.34], Tone.body, 0.04);
    },
    { at: [0, upper, 0], axis: 'z', on: shoulder },
  );
  const forearm = d.piece(
    (m) => {
      m.round('x', [r * 0.3, 0, 0], [r * 0.32, r * 0.22], fore - r * 0.3, Tone.body, 20);
      m.round('x', [-r * 0.9, 0, 0], r * 0.26, r * 0.5, Tone.trim, 16);
    },
    { at: [0, r * 0.06, 0], axis: 'x', on: elbow },
  );
  const wrist = d.piece(
    (m) => {
      m.round('z', [0, 0, -r * 0.26], r * 0.24, r * 0.52, Tone.panel, 18);
      m.box([0, r * 0.4], [-r * 0.16, r * 0.16], [-r * 0.16, r * 0.16], Tone.body, 0.02);
    },
    { at: [fore, 0, 0], axis: 'z', on: forearm },
  );
  const flange = d.piece(
    (m) => {
      m.round('x', [0, 0, 0], r * 0.2, r * 0.14, Tone.metal, 16);
      m.box([r * 0.14, r * 0.3], [-r * 0.34, r * 0.34], [-r * 0.12, r * 0.12], Tone.trim);
      for (const y of [-r * 0.3, r * 0.3])
        m.box([r * 0.3, r * 0.72], [y - 0.025, y + 0.025], [-r * 0.1, r * 0.1], Tone.metal);
    },
    { at: [r * 0.4, 0, 0], axis: 'x', on: wrist },
  );
  d.workpiece('shaft', r * 0.55, { at: [r * 0.62, 0, 0], on: flange });
  d.block(0, h * 0.12, 0, r * 2, h * 0.24, r * 2)
    .block(r * 0.2, h * 0.5, 0, r * 0.8, h * 0.5, r)
    .block(fore * 0.5, h * 0.78, 0, fore, r * 0.7, r * 0.6);
  const rest = [0, 18, 8, 0, 55, 0];
  const joints = [turntable, shoulder, elbow, forearm, wrist, flange];
  const signs = [1, -1, -1, 1, -1, 1];
  d.drive(['joint-1', 'joint-2', 'joint-3', 'joint-4', 'joint-5', 'joint-6'], (rig) => {
    for (let i = 0; i < 6; i++) {
      rig.turn(joints[i] as number, (rig.read(i, rest[i] as number) * (signs[i] as number) * Math.PI) / 180);
    }
  });
  return d.finish();
}

function assemblyStation(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const top = h * 0.42;
  d.piece((m) => {
    for (const x of [-l * 0.46, l * 0.46]) {
      m.box([x - 0.04, x + 0.04], [0, top], [w * 0.3, w * 0.38], Tone.trim);
      m.box([x - 0.04, x + 0.04], [0, h], [-w * 0.46, -w * 0.38], Tone.trim);
      m.box([x - 0.03, x + 0.03], [h * 0.95, h], [-w * 0.42, w * 0.2], Tone.trim);
    }
    m.box([-l / 2, l / 2], [top, top + 0.06], [-w * 0.46, w * 0.4], Tone.body, 0.015);
    m.box([-l * 0.46, l * 0.46], [h * 0.62, h * 0.64], [-w * 0.46, -w * 0.2], Tone.panel);
    m.box([-l * 0.46, l * 0.46], [top, h * 0.9], [-w * 0.46, -w * 0.43], Tone.panel);
    // Bins on the shelf, a light over the bench, a screen on its arm.
    for (let i = 0; i < 5; i++) {
      const x = -l * 0.38 + (i * l * 0.76) / 4;
      m.prism(
        'x',
        [
          [-w * 0.4, h * 0.64],
          [-w * 0.22, h * 0.64],
          [-w * 0.19, h * 0.7],
          [-w * 0.4, h * 0.76],
        ],
        [x - l * 0.06, x + l * 0.06],
        i % 2 ? Tone.base : Tone.panel,
      );
    }
    m.box([-l * 0.36, l * 0.36], [h * 0.93, h * 0.96], [w * 0.02, w * 0.16], Tone.body, 0.01);
    m.box([l * 0.2, l * 0.4], [h * 0.72, h * 0.88], [-w * 0.16, -w * 0.13], Tone.screen);
    m.box([-l * 0.3, l * 0.1], [h * 0.06, h * 0.26], [-w * 0.3, w * 0.24], Tone.base, 0.02);
    m.box([-l * 0.14, l * 0.14], [top + 0.06, top + 0.1], [-w * 0.1, w * 0.22], Tone.metal);
  });
  const jig = d.piece(
    (m) => {
      m.round('y', [0, 0, 0], w * 0.13, 0.05, Tone.base, 20);
      m.box([-0.03, 0.03], [0.05, 0.09], [-w * 0.12, w * 0.12], Tone.trim);
    },
    { at: [0, top + 0.1, w * 0.06], axis: 'y' },
  );
  d.workpiece('gear', w * 0.24, { at: [0, 0.06, 0], on: jig });
  d.block(0, top * 0.5, 0, l, top, w * 0.86).block(0, h * 0.7, -w * 0.4, l, h * 0.6, w * 0.12);
  return d.finish();
}

function testBench(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const bed = h * 0.34;
  d.piece((m) => {
    m.box([-l * 0.48, l * 0.28], [0, h * 0.08], [-w * 0.4, w * 0.46], Tone.trim);
    m.box([-l / 2, l * 0.3], [h * 0.08, bed], [-w * 0.42, w * 0.48], Tone.body, 0.03);
    for (const z of [-w * 0.1, w * 0.16])
      m.box([-l * 0.48, l * 0.28], [bed, bed + 0.05], [z - 0.05, z + 0.05], Tone.metal);
    // Drive on the left, brake on the right, the part between them.
    m.round('x', [-l * 0.47, h * 0.62, w * 0.03], h * 0.17, l * 0.2, Tone.panel, 24);
    m.box([-l * 0.46, -l * 0.28], [bed + 0.05, h * 0.5], [-w * 0.16, w * 0.22], Tone.base);
    m.round('x', [l * 0.1, h * 0.62, w * 0.03], h * 0.2, l * 0.14, Tone.panel, 24);
    m.box([l * 0.11, l * 0.23], [bed + 0.05, h * 0.46], [-w * 0.16, w * 0.22], Tone.base);
    for (let i = 0; i < 4; i++)
      m.round('x', [-l * 0.44 + i * l * 0.045, h * 0.62, w * 0.03], h * 0.185, l * 0.012, Tone.base, 24);
    m.box([l * 0.34, l / 2], [0, h], [-w * 0.46, w * 0.3], Tone.body, 0.03);
    m.box([l * 0.36, l * 0.48], [h * 0.62, h * 0.86], [w * 0.3, w * 0.315], Tone.screen);
  });
  const shaft = d.piece(
    (m) => {
      m.round('x', [-l * 0.27, 0, 0], h * 0.035, l * 0.37, Tone.metal, 14);
      for (const x of [-l * 0.24, l * 0.05]) {
        m.round('x', [x, 0, 0], h * 0.075, l * 0.03, Tone.trim, 18);
        for (const a of [0, 1, 2])
          m.turned('x', (a * Math.PI * 2) / 3, [0, 0, 0], () =>
            m.box([x - 0.012, x + l * 0.03 + 0.012], [h * 0.045, h * 0.066], [-0.018, 0.018], Tone.metal),
          );
      }
    },
    { at: [0, h * 0.62, w * 0.03], axis: 'x' },
  );
  d.workpiece('shaft', h * 0.2, { at: [-l * 0.08, 0, 0], on: shaft });
  d.block(-l * 0.1, h * 0.17, 0, l * 0.8, bed, w * 0.9)
    .block(-l * 0.37, h * 0.6, w * 0.03, l * 0.2, h * 0.36, h * 0.34)
    .block(l * 0.42, h / 2, -w * 0.08, l * 0.16, h, w * 0.76);
  d.drive(['spindle-speed'], (rig) => rig.spindle(shaft, 0, 100));
  return d.finish();
}

/** A gantry: the bridge travels along the table, the carriage across it, the quill up and down. */
function measuringMachine(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const table = h * 0.36;
  const beam = h * 0.7;
  d.piece((m) => {
    for (const x of [-l * 0.34, l * 0.34])
      m.box([x - l * 0.08, x + l * 0.08], [0, h * 0.2], [-w * 0.3, w * 0.3], Tone.trim);
    m.box([-l / 2, l / 2], [h * 0.2, table], [-w * 0.44, w * 0.44], Tone.rubber, 0.02);
    m.box([-l * 0.48, l * 0.48], [table, table + 0.04], [-w * 0.43, -w * 0.36], Tone.metal);
  });
  const bridge = d.piece(
    (m) => {
      m.box([-l * 0.09, l * 0.09], [-beam + table + 0.04, h * 0.1], [-w * 0.48, -w * 0.36], Tone.body, 0.03);
      m.box([-l * 0.06, l * 0.06], [-beam + table + 0.04, h * 0.1], [w * 0.38, w * 0.46], Tone.body, 0.03);
      m.box([-l * 0.07, l * 0.07], [-h * 0.02, h * 0.12], [-w * 0.48, w * 0.46], Tone.body, 0.03);
    },
    { at: [0, beam, 0] },
  );
  const carriage = d.piece(
    (m) => m.box([-l * 0.11, l * 0.11], [-h * 0.06, h * 0.16], [-w * 0.1, w * 0.1], Tone.panel, 0.03),
    { at: [0, 0, 0], on: bridge },
  );
  const quill = d.piece(
    (m) => {
      m.box([-0.05, 0.05], [-h * 0.14, h * 0.3], [-0.05, 0.05], Tone.metal);
      m.round('y', [0, -h * 0.19, 0], [0.012, 0.035], h * 0.05, Tone.trim, 10);
      m.box([-0.006, 0.006], [-h * 0.24, -h * 0.19], [-0.006, 0.006], Tone.trim);
    },
    { at: [l * 0.06, 0, w * 0.02], on: carriage },
  );
  d.workpiece('gear', w * 0.22, { at: [l * 0.04, table, 0] });
  d.block(0, h * 0.28, 0, l, h * 0.16, w * 0.88)
    .block(0, beam + h * 0.05, 0, l * 0.16, h * 0.16, w * 0.94)
    .block(0, h * 0.54, -w * 0.42, l * 0.18, h * 0.4, w * 0.12);
  d.drive(['axis-x', 'axis-y', 'axis-z'], (rig) => {
    rig.slide(bridge, rig.travel(0, l * 0.3), 0, 0);
    rig.slide(carriage, 0, 0, -rig.travel(1, w * 0.22));
    rig.slide(quill, 0, rig.travel(2, h * 0.06), 0);
  });
  return d.finish();
}

registerKind('robot', robot);
registerKind('assembly-station', assemblyStation);
registerKind('test-bench', testBench);
registerKind('measuring-machine', measuringMachine);

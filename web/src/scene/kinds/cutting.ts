/** Grinding, gear hobbing and electrical discharge: each known by the one thing that turns or plunges. */
import { Tone } from '../theme';
import { type Design, Drawing, type Size } from './design';
import { registerKind } from './registry';

function grindingMachine(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const wheelRadius = Math.min(h * 0.26, l * 0.14);
  d.piece((m) => {
    m.box([-l / 2, l / 2], [0, h * 0.12], [-w * 0.46, w * 0.46], Tone.trim);
    m.prism(
      'x',
      [
        [-w / 2, h * 0.12],
        [w / 2, h * 0.12],
        [w / 2, h * 0.36],
        [w * 0.3, h * 0.42],
        [-w / 2, h * 0.42],
      ],
      [-l / 2, l / 2],
      Tone.body,
    );
    m.box([-l * 0.47, l * 0.47], [h * 0.42, h * 0.46], [w * 0.06, w * 0.28], Tone.base);
    m.box([-l / 2, -l * 0.34], [h * 0.42, h], [-w / 2, -w * 0.1], Tone.body, 0.03);
    m.box([l * 0.3, l / 2], [h * 0.42, h], [-w / 2, w * 0.1], Tone.body, 0.03);
    m.box([-l * 0.34, l * 0.3], [h * 0.42, h * 0.95], [-w / 2, -w * 0.42], Tone.panel);
    m.box([l * 0.34, l * 0.46], [h * 0.62, h * 0.9], [w * 0.1, w * 0.13], Tone.screen);
    m.round('y', [-l * 0.42, h, -w * 0.3], h * 0.08, h * 0.1, Tone.trim, 14);
  });
  const head = d.piece(
    (m) => {
      m.box([-l * 0.12, l * 0.16], [-h * 0.16, h * 0.2], [-w * 0.22, w * 0.06], Tone.panel, 0.03);
      // The guard covers the back half of the wheel, so that the wheel itself is seen.
      m.box(
        [-l * 0.19, -l * 0.12],
        [-wheelRadius * 0.6, wheelRadius * 1.1],
        [-w * 0.2, wheelRadius * 0.25],
        Tone.body,
        0.02,
      );
      m.box(
        [-l * 0.19, -l * 0.12],
        [wheelRadius * 0.95, wheelRadius * 1.15],
        [-w * 0.2, wheelRadius * 0.8],
        Tone.body,
        0.02,
      );
    },
    { at: [0, h * 0.66, -w * 0.14] },
  );
  const wheel = d.piece(
    (m) => {
      m.round('x', [0, 0, 0], wheelRadius, l * 0.05, Tone.rubber, 36);
      m.round('x', [-l * 0.004, 0, 0], wheelRadius * 0.52, l * 0.058, Tone.metal, 24);
      for (const angle of [0, 1, 2, 3].map((i) => (i * Math.PI) / 2)) {
        m.turned('x', angle, [0, 0, 0], () =>
          m.box([-l * 0.008, l * 0.058], [wheelRadius * 0.3, wheelRadius * 0.42], [-0.02, 0.02], Tone.trim),
        );
      }
    },
    { at: [-l * 0.18, 0, w * 0.12], axis: 'x', on: head },
  );
  const table = d.piece(
    (m) => {
      m.box([-l * 0.34, l * 0.34], [0, h * 0.05], [-w * 0.1, w * 0.1], Tone.metal, 0.01);
      m.box([-l * 0.34, -l * 0.24], [h * 0.05, h * 0.22], [-w * 0.09, w * 0.09], Tone.panel, 0.02);
      m.box([l * 0.2, l * 0.3], [h * 0.05, h * 0.2], [-w * 0.07, w * 0.07], Tone.panel, 0.02);
      m.round('x', [l * 0.12, h * 0.14, 0], [0.01, 0.04], l * 0.08, Tone.metal, 12);
    },
    { at: [0, h * 0.46, w * 0.17] },
  );
  const work = d.piece((m) => m.round('x', [-l * 0.04, 0, 0], h * 0.055, l * 0.05, Tone.metal, 16), {
    at: [-l * 0.2, h * 0.14, 0],
    axis: 'x',
    on: table,
  });
  d.workpiece('shaft', h * 0.13, { at: [l * 0.16, 0, 0], on: work });
  d.block(0, h * 0.21, 0, l, h * 0.42, w)
    .block(-l * 0.42, h * 0.7, -w * 0.3, l * 0.16, h * 0.58, w * 0.4)
    .block(l * 0.4, h * 0.7, -w * 0.2, l * 0.2, h * 0.58, w * 0.6);
  d.drive(['spindle-speed', 'axis-x', 'axis-z'], (rig) => {
    rig.spindle(wheel, 0, 110);
    rig.spin(work, rig.running ? 2.2 : 0);
    rig.slide(table, rig.travel(2, l * 0.1), 0, 0);
    rig.slide(head, 0, 0, rig.travel(1, w * 0.05));
  });
  return d.finish();
}

function gearHobbing(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    m.box([-l / 2, l / 2], [0, h * 0.1], [-w * 0.46, w * 0.46], Tone.trim);
    m.box([-l / 2, l * 0.46], [h * 0.1, h * 0.3], [-w * 0.48, w * 0.48], Tone.body, 0.04);
    // Hob column on the left, counter column on the right, an arm between them.
    m.box([-l / 2, -l * 0.16], [h * 0.3, h], [-w * 0.36, w * 0.36], Tone.body, 0.05);
    m.box([l * 0.26, l * 0.46], [h * 0.3, h * 0.92], [-w * 0.22, w * 0.22], Tone.body, 0.04);
    m.box([-l * 0.16, l * 0.3], [h * 0.86, h * 0.95], [-w * 0.13, w * 0.13], Tone.panel, 0.02);
    m.round('y', [l * 0.08, h * 0.62, 0], [0.04, w * 0.07], h * 0.24, Tone.metal, 16);
    m.box([-l * 0.16, -l * 0.14], [h * 0.34, h * 0.9], [-w * 0.14, w * 0.14], Tone.trim);
    m.box([-l * 0.46, -l * 0.28], [h * 0.58, h * 0.84], [w * 0.36, w * 0.385], Tone.screen);
    m.box([l * 0.3, l / 2], [h * 0.1, h * 0.62], [-w / 2, -w * 0.3], Tone.panel, 0.02);
  });
  const table = d.piece(
    (m) => {
      m.round('y', [0, 0, 0], w * 0.24, h * 0.05, Tone.metal, 28);
      m.round('y', [0, h * 0.05, 0], [w * 0.12, w * 0.07], h * 0.09, Tone.base, 20);
      for (const a of [0, 1, 2, 3])
        m.turned('y', (a * Math.PI) / 2, [0, 0, 0], () =>
          m.box([w * 0.16, w * 0.21], [h * 0.05, h * 0.075], [-0.03, 0.03], Tone.trim),
        );
    },
    { at: [l * 0.08, h * 0.3, 0], axis: 'y' },
  );
  const carriage = d.piece(
    (m) => {
      m.box([0, l * 0.07], [-h * 0.13, h * 0.13], [-w * 0.2, w * 0.2], Tone.panel, 0.02);
      m.turned('x', 0.32, [l * 0.1, 0, 0], () => {
        m.box([l * 0.06, l * 0.14], [-h * 0.06, h * 0.06], [-w * 0.24, -w * 0.13], Tone.body, 0.02);
        m.box([l * 0.06, l * 0.14], [-h * 0.05, h * 0.05], [w * 0.13, w * 0.2], Tone.body, 0.02);
      });
    },
    { at: [-l * 0.14, h * 0.52, 0] },
  );
  const hob = d.piece(
    (m) => {
      m.prism(
        'z',
        Array.from({ length: 24 }, (_, i) => {
          const r = h * (i % 3 === 0 ? 0.042 : 0.055);
          return [Math.cos((i / 24) * Math.PI * 2) * r, Math.sin((i / 24) * Math.PI * 2) * r] as const;
        }),
        [-w * 0.1, w * 0.1],
        Tone.metal,
      );
      m.round('z', [0, 0, -w * 0.14], h * 0.02, w * 0.28, Tone.trim, 10);
    },
    { at: [l * 0.1, 0, 0], axis: 'z', on: carriage },
  );
  d.workpiece('gear', w * 0.3, { at: [0, h * 0.14, 0], on: table });
  d.block(0, h * 0.15, 0, l, h * 0.3, w)
    .block(-l * 0.33, h * 0.65, 0, l * 0.34, h * 0.7, w * 0.72)
    .block(l * 0.36, h * 0.6, 0, l * 0.2, h * 0.6, w * 0.44);
  d.drive(['spindle-speed', 'axis-z'], (rig) => {
    rig.spindle(hob, 0, 90);
    // The blank rolls with the hob: one tooth per turn of the tool.
    rig.spin(table, rig.running || rig.read(0, 0) > 0 ? 0.6 : 0);
    rig.slide(carriage, 0, rig.travel(1, h * 0.12), 0);
  });
  return d.finish();
}

function edm(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    m.box([-l * 0.46, l * 0.46], [0, h * 0.08], [-w * 0.46, w * 0.46], Tone.trim);
    m.box([-l * 0.3, l / 2], [h * 0.08, h * 0.32], [-w * 0.4, w / 2], Tone.body, 0.03);
    // An open tank with its liquid.
    m.box([-l * 0.24, -l * 0.2], [h * 0.32, h * 0.56], [-w * 0.16, w * 0.46], Tone.panel);
    m.box([l * 0.42, l * 0.46], [h * 0.32, h * 0.56], [-w * 0.16, w * 0.46], Tone.panel);
    m.box([-l * 0.24, l * 0.46], [h * 0.32, h * 0.5], [w * 0.42, w * 0.46], Tone.panel);
    m.box([-l * 0.2, l * 0.42], [h * 0.32, h * 0.46], [-w * 0.16, w * 0.42], Tone.liquid);
    m.box([-l * 0.1, l * 0.34], [h * 0.08, h], [-w / 2, -w * 0.2], Tone.body, 0.04);
    m.box([-l * 0.06, l * 0.3], [h * 0.78, h * 0.98], [-w * 0.22, w * 0.2], Tone.body, 0.04);
    m.box([-l / 2, -l * 0.32], [h * 0.04, h * 0.86], [-w * 0.46, w * 0.1], Tone.panel, 0.03);
    m.box([-l * 0.47, -l * 0.35], [h * 0.56, h * 0.76], [w * 0.1, w * 0.12], Tone.screen);
  });
  const quill = d.piece(
    (m) => {
      m.box([-l * 0.07, l * 0.07], [0, h * 0.26], [-w * 0.07, w * 0.07], Tone.metal, 0.02);
      m.round('y', [0, -h * 0.06, 0], w * 0.05, h * 0.06, Tone.trim, 14);
      m.box([-l * 0.035, l * 0.035], [-h * 0.16, -h * 0.06], [-w * 0.035, w * 0.035], Tone.wood);
    },
    { at: [l * 0.12, h * 0.64, w * 0.08] },
  );
  d.workpiece('gear', w * 0.2, { at: [l * 0.12, h * 0.44, w * 0.08] });
  d.block(l * 0.1, h * 0.28, 0, l * 0.8, h * 0.56, w)
    .block(l * 0.12, h * 0.76, -w * 0.15, l * 0.42, h * 0.48, w * 0.7)
    .block(-l * 0.41, h * 0.45, -w * 0.18, l * 0.18, h * 0.82, w * 0.56);
  d.drive(['axis-z'], (rig) => rig.slide(quill, 0, rig.travel(0, h * 0.06), 0));
  return d.finish();
}

registerKind('grinding-machine', grindingMachine);
registerKind('gear-hobbing-machine', gearHobbing);
registerKind('edm-machine', edm);

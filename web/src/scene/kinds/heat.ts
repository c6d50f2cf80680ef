/** Furnace, quench tank, washing machine and press: the heavy end of the hall. */
import type { Point } from '../mesh/builder';
import { Tone } from '../theme';
import { type Design, Drawing, type Size } from './design';
import { registerKind } from './registry';

/** A flat vault: upright sides and a shallow round roof, as outline across the tunnel. */
function vault(w: number, low: number, high: number): Point[] {
  const roof = Array.from({ length: 9 }, (_, i): Point => {
    const angle = (i / 8) * Math.PI;
    return [Math.cos(angle) * (w / 2), high - (high - low) * 0.28 + Math.sin(angle) * (high - low) * 0.28];
  });
  return [[-w / 2, low], [w / 2, low], ...roof];
}

function furnace(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const tunnel = l * 0.38;
  const ribs = Math.max(3, Math.round(l / 1.3));
  d.piece((m) => {
    for (let i = 0; i <= ribs; i++) {
      const x = -l / 2 + 0.1 + ((l - 0.2) * i) / ribs;
      for (const z of [-w * 0.36, w * 0.36])
        m.box([x - 0.06, x + 0.06], [0, h * 0.3], [z - 0.06, z + 0.06], Tone.trim);
    }
    m.prism('x', vault(w * 0.86, h * 0.24, h * 0.86), [-tunnel, tunnel], Tone.body);
    for (let i = 0; i <= ribs; i++) {
      const x = -tunnel + (2 * tunnel * i) / ribs;
      m.prism('x', vault(w * 0.92, h * 0.22, h * 0.9), [x - 0.05, x + 0.05], Tone.panel);
    }
    for (const side of [-1, 1]) {
      m.box([side * tunnel, side * (tunnel + 0.04)], [h * 0.34, h * 0.56], [-w * 0.28, w * 0.28], Tone.glow);
      m.box([side * tunnel, side * l * 0.49], [h * 0.26, h * 0.33], [-w * 0.32, -w * 0.28], Tone.base);
      m.box([side * tunnel, side * l * 0.49], [h * 0.26, h * 0.33], [w * 0.28, w * 0.32], Tone.base);
      for (let i = 0; i < 6; i++)
        m.round(
          'z',
          [side * (tunnel + (l * 0.11 * (i + 0.6)) / 6), h * 0.3, -w * 0.28],
          0.06,
          w * 0.56,
          Tone.metal,
          10,
        );
      m.box(
        [side * tunnel - side * 0.02, side * tunnel + side * 0.14],
        [h * 0.3, h],
        [-w * 0.4, -w * 0.32],
        Tone.trim,
      );
      m.box(
        [side * tunnel - side * 0.02, side * tunnel + side * 0.14],
        [h * 0.3, h],
        [w * 0.32, w * 0.4],
        Tone.trim,
      );
      m.box(
        [side * tunnel - side * 0.02, side * tunnel + side * 0.14],
        [h * 0.94, h],
        [-w * 0.4, w * 0.4],
        Tone.trim,
      );
    }
    for (const x of [-0.55, 0, 0.55]) {
      m.round('y', [x * tunnel, h * 0.84, -w * 0.12], 0.13, h * 0.34, Tone.panel, 14);
      m.round('y', [x * tunnel, h * 1.16, -w * 0.12], [0.2, 0.2], 0.05, Tone.trim, 14);
      m.box(
        [x * tunnel - 0.35, x * tunnel + 0.35],
        [h * 0.36, h * 0.6],
        [w * 0.44, w * 0.49],
        Tone.panel,
        0.02,
      );
    }
    m.box([tunnel * 0.7, tunnel * 0.92], [0, h * 0.72], [w * 0.44, w * 0.56], Tone.panel, 0.02);
    m.box([tunnel * 0.74, tunnel * 0.88], [h * 0.5, h * 0.66], [w * 0.56, w * 0.575], Tone.screen);
  });
  const doors = [-1, 1].map((side) =>
    d.piece((m) => m.box([-0.04, 0.04], [0, h * 0.26], [-w * 0.31, w * 0.31], Tone.base, 0.01), {
      at: [side * (tunnel + 0.09), h * 0.34, 0],
    }),
  );
  d.workpiece('tray', w * 0.2, { at: [-l * 0.44, h * 0.33, 0] });
  d.block(0, h * 0.54, 0, tunnel * 2, h * 0.64, w * 0.9).block(0, h * 0.28, 0, l, h * 0.08, w * 0.6);
  d.drive(['progress'], (rig) => {
    // The doors open at the ends of a cycle; who does not tell its progress keeps them nearly shut.
    const progress = rig.read(0, 0.5);
    const opens = rig.running && (progress < 0.12 || progress > 0.9);
    for (const door of doors) rig.ease(door, 1, opens ? h * 0.26 : h * 0.05, 0.5);
  });
  return d.finish();
}

function quenchTank(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const rim = h * 0.42;
  d.piece((m) => {
    m.box([-l / 2, l / 2], [0, h * 0.05], [-w / 2, w / 2], Tone.trim);
    for (const side of [-1, 1]) {
      m.box([side * l * 0.44, side * l * 0.48], [h * 0.05, rim], [-w * 0.48, w * 0.48], Tone.body);
      m.box([-l * 0.44, l * 0.44], [h * 0.05, rim], [side * w * 0.43, side * w * 0.48], Tone.body);
      m.box(
        [side * l * 0.3 - 0.08, side * l * 0.3 + 0.08],
        [rim, h],
        [-w * 0.47, -w * 0.47 + 0.16],
        Tone.panel,
      );
      m.box(
        [side * l * 0.3 - 0.08, side * l * 0.3 + 0.08],
        [rim, h],
        [w * 0.47 - 0.16, w * 0.47],
        Tone.panel,
      );
      m.box([side * l * 0.3 - 0.08, side * l * 0.3 + 0.08], [h * 0.94, h], [-w * 0.47, w * 0.47], Tone.panel);
      m.box([-l / 2, l / 2], [h * 0.2, h * 0.23], [side * w * 0.48, (side * w) / 2], Tone.panel);
    }
    m.box([-l * 0.44, l * 0.44], [h * 0.05, rim * 0.86], [-w * 0.43, w * 0.43], Tone.liquid);
    m.box([-l * 0.38, l * 0.38], [h * 0.92, h], [-0.12, 0.12], Tone.body, 0.02);
    m.round('x', [-0.3, h, 0], 0.16, 0.6, Tone.trim, 16);
  });
  const hoist = d.piece(
    (m) => {
      for (const x of [-l * 0.16, l * 0.16])
        m.box([x - 0.025, x + 0.025], [0, h * 0.5], [-0.025, 0.025], Tone.trim);
      m.box([-l * 0.24, l * 0.24], [-0.05, 0], [-w * 0.26, w * 0.26], Tone.metal);
      for (const x of [-l * 0.23, l * 0.23])
        m.box([x - 0.02, x + 0.02], [0, h * 0.1], [-w * 0.26, w * 0.26], Tone.metal);
    },
    { at: [0, h * 0.5, 0] },
  );
  d.workpiece('tray', w * 0.2, { at: [0, 0, 0], on: hoist });
  d.block(0, rim / 2, 0, l, rim, w).block(0, h * 0.96, 0, l * 0.7, h * 0.08, w);
  d.drive(['progress'], (rig) => {
    const progress = rig.read(0, 0);
    const isDown = rig.running && progress > 0.25 && progress < 0.75;
    rig.ease(hoist, 1, isDown ? -h * 0.16 : 0, 0.6);
  });
  return d.finish();
}

function washingMachine(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const radius = Math.min(h * 0.27, l * 0.2);
  const middle: [number, number, number] = [-l * 0.18, h * 0.52, w * 0.3];
  d.piece((m) => {
    m.box([-l * 0.48, l * 0.48], [0, h * 0.08], [-w * 0.46, w * 0.42], Tone.trim);
    m.prism(
      'x',
      [
        [-w / 2, h * 0.08],
        [w * 0.3, h * 0.08],
        [w * 0.3, h * 0.74],
        [w * 0.12, h * 0.92],
        [-w / 2, h * 0.92],
      ],
      [-l / 2, l * 0.14],
      Tone.body,
    );
    m.box([l * 0.16, l / 2], [h * 0.08, h * 0.8], [-w / 2, w * 0.36], Tone.panel, 0.03);
    m.round('z', middle, radius * 1.18, w * 0.06, Tone.panel, 32);
    m.round('z', [middle[0], middle[1], middle[2] + w * 0.06], radius, 0.005, Tone.screen, 32);
    m.round('y', [-l * 0.36, h * 0.9, -w * 0.26], 0.14, h * 0.18, Tone.panel, 16);
    m.round('x', [l * 0.14, h * 0.4, -w * 0.3], 0.07, l * 0.06, Tone.metal, 12);
    m.round('y', [l * 0.34, h * 0.8, -w * 0.12], w * 0.16, h * 0.14, Tone.base, 20);
    m.box([l * 0.24, l * 0.42], [h * 0.48, h * 0.68], [w * 0.36, w * 0.375], Tone.screen);
    m.box([-l * 0.44, l * 0.06], [h * 0.14, h * 0.2], [w * 0.3, w / 2], Tone.base);
  });
  const drum = d.piece(
    (m) => {
      m.round('z', [0, 0, 0], radius * 0.3, 0.05, Tone.metal, 20);
      for (const angle of [0, 1, 2].map((i) => (i * Math.PI * 2) / 3)) {
        m.turned('z', angle, [0, 0, 0], () =>
          m.box([radius * 0.25, radius * 0.94], [-0.035, 0.035], [0, 0.035], Tone.metal),
        );
      }
    },
    { at: [middle[0], middle[1], middle[2] + w * 0.065], axis: 'z' },
  );
  d.workpiece('gear', h * 0.16, { at: [-l * 0.18, h * 0.2, w * 0.4] });
  d.block(-l * 0.18, h * 0.46, -w * 0.1, l * 0.64, h * 0.92, w * 0.8).block(
    l * 0.33,
    h * 0.4,
    -w * 0.07,
    l * 0.34,
    h * 0.8,
    w * 0.86,
  );
  d.drive([], (rig) => rig.spin(drum, rig.running ? 2.4 : 0));
  return d.finish();
}

function press(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    m.box([-l / 2, l / 2], [0, h * 0.06], [-w / 2, w / 2], Tone.trim);
    m.box([-l * 0.46, l * 0.46], [h * 0.06, h * 0.26], [-w * 0.44, w * 0.44], Tone.body, 0.04);
    m.box([-l * 0.28, l * 0.28], [h * 0.26, h * 0.31], [-w * 0.36, w * 0.36], Tone.metal, 0.02);
    for (const x of [-1, 1])
      for (const z of [-1, 1])
        m.box(
          [x * l * 0.46, x * l * 0.33],
          [h * 0.26, h * 0.72],
          [z * w * 0.44, z * w * 0.26],
          Tone.body,
          0.03,
        );
    m.box([-l * 0.48, l * 0.48], [h * 0.72, h * 0.94], [-w * 0.46, w * 0.46], Tone.body, 0.05);
    m.box([-l * 0.3, l * 0.12], [h * 0.94, h], [-w * 0.3, w * 0.2], Tone.panel, 0.02);
    for (const x of [-l * 0.18, l * 0.18]) m.round('y', [x, h * 0.58, 0], l * 0.05, h * 0.15, Tone.metal, 14);
    m.box([l * 0.46, l * 0.5], [h * 0.3, h * 0.52], [w * 0.1, w * 0.4], Tone.screen);
  });
  const ram = d.piece(
    (m) => {
      m.box([-l * 0.29, l * 0.29], [0, h * 0.13], [-w * 0.34, w * 0.34], Tone.panel, 0.03);
      m.box([-l * 0.16, l * 0.16], [-h * 0.05, 0], [-w * 0.2, w * 0.2], Tone.metal, 0.02);
    },
    { at: [0, h * 0.5, 0] },
  );
  const flywheel = d.piece(
    (m) => {
      m.round('x', [0, 0, 0], h * 0.1, l * 0.06, Tone.base, 28);
      for (const a of [0, 1, 2])
        m.turned('x', (a * Math.PI * 2) / 3, [0, 0, 0], () =>
          m.box([-0.01, l * 0.065], [h * 0.03, h * 0.08], [-0.04, 0.04], Tone.trim),
        );
    },
    { at: [l * 0.48, h * 0.84, -w * 0.06], axis: 'x' },
  );
  d.workpiece('gear', w * 0.22, { at: [0, h * 0.31, 0] });
  d.block(0, h * 0.13, 0, l, h * 0.26, w * 0.9)
    .block(0, h * 0.83, 0, l, h * 0.24, w * 0.92)
    .block(-l * 0.4, h * 0.49, 0, l * 0.12, h * 0.46, w * 0.88)
    .block(l * 0.4, h * 0.49, 0, l * 0.12, h * 0.46, w * 0.88);
  d.drive(['axis-z', 'progress'], (rig) => {
    rig.spin(flywheel, rig.running ? 4 : 0);
    const stroke = h * 0.06;
    if (rig.has(0)) rig.slide(ram, 0, rig.travel(0, stroke), 0);
    else if (rig.has(1)) rig.slide(ram, 0, Math.cos(rig.read(1, 0) * Math.PI * 2) * stroke, 0);
    else if (rig.running) rig.slide(ram, 0, Math.cos(rig.clockS * 2.1) * stroke, 0);
  });
  return d.finish();
}

registerKind('furnace', furnace);
registerKind('quench-tank', quenchTank);
registerKind('washing-machine', washingMachine);
registerKind('press', press);

/** What carries and keeps: conveyor, buffer, rack, vehicle, charging station. */
import { Tone } from '../theme';
import { type Design, Drawing, type Size, type Spot } from './design';
import { registerKind } from './registry';

const SLAT_PITCH = 0.24;
const BELT_WITHOUT_SPEED = 0.2;

function conveyor(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const top = h * 0.86;
  const legs = Math.max(2, Math.round(l / 2.2) + 1);
  d.piece((m) => {
    for (const z of [-1, 1]) {
      m.box([-l / 2, l / 2], [top - 0.14, top + 0.05], [z * w * 0.42, (z * w) / 2], Tone.body, 0.012);
      for (let i = 0; i < legs; i++) {
        const x = -l / 2 + 0.2 + ((l - 0.4) * i) / (legs - 1);
        m.box([x - 0.04, x + 0.04], [0, top - 0.14], [z * w * 0.48 - 0.04, z * w * 0.48 + 0.04], Tone.trim);
        if (z > 0)
          m.box([x - 0.03, x + 0.03], [top * 0.35, top * 0.35 + 0.06], [-w * 0.46, w * 0.46], Tone.trim);
      }
    }
    m.box([-l / 2 + 0.06, l / 2 - 0.06], [top - 0.08, top - 0.02], [-w * 0.42, w * 0.42], Tone.rubber);
    for (const x of [-l / 2 + 0.07, l / 2 - 0.07])
      m.round('z', [x, top - 0.06, -w * 0.42], 0.07, w * 0.84, Tone.metal, 14);
    m.box([l * 0.3, l * 0.3 + 0.5], [top - 0.34, top - 0.14], [w * 0.3, w * 0.52], Tone.panel, 0.02);
  });
  // The slats move by less than one pitch and begin again: an endless belt of fixed length.
  const slats = d.piece((m) => {
    const count = Math.floor((l - 0.5) / SLAT_PITCH);
    for (let i = 0; i < count; i++) {
      const x = -l / 2 + 0.13 + i * SLAT_PITCH;
      m.box([x, x + SLAT_PITCH * 0.72], [top - 0.02, top + 0.012], [-w * 0.4, w * 0.4], Tone.base);
    }
  });
  const part = d.workpiece('tray', w * 0.62, { at: [0, top + 0.012, 0] });
  d.block(0, top - 0.05, 0, l, 0.2, w).block(0, top * 0.4, 0, l * 0.9, 0.1, w * 0.5);
  d.drive(['belt-speed', 'progress'], (rig) => {
    const speed = rig.read(0, rig.running ? BELT_WITHOUT_SPEED : 0);
    rig.roll(slats, speed, SLAT_PITCH);
    rig.slide(part, rig.has(1) ? (rig.read(1, 0.5) - 0.5) * (l - 0.6) : 0, 0, 0);
  });
  return d.finish();
}

/** Places in a grid, filled row by row and then upwards. */
function grid(
  columns: number,
  rows: number,
  levels: number,
  at: (c: number, r: number, k: number) => Spot,
): Spot[] {
  const spots: Spot[] = [];
  for (let k = 0; k < levels; k++)
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) spots.push(at(c, r, k));
  return spots;
}

function buffer(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const top = Math.min(0.55, h * 0.5);
  const columns = Math.max(1, Math.round(l / 0.58));
  const rows = Math.max(1, Math.round(w / 0.58));
  d.piece((m) => {
    for (const x of [-l * 0.46, l * 0.46])
      for (const z of [-w * 0.45, w * 0.45])
        m.box([x - 0.05, x + 0.05], [0, top], [z - 0.05, z + 0.05], Tone.trim);
    for (const z of [-w * 0.47, w * 0.47])
      m.box([-l / 2, l / 2], [top - 0.1, top + 0.03], [z - 0.04, z + 0.04], Tone.body, 0.01);
    for (const x of [-l * 0.49, l * 0.49])
      m.box([x - 0.03, x + 0.03], [top - 0.1, top + 0.03], [-w * 0.47, w * 0.47], Tone.body);
    const rollers = Math.max(4, Math.round(l / 0.16));
    for (let i = 0; i < rollers; i++)
      m.round(
        'z',
        [-l * 0.46 + (l * 0.92 * (i + 0.5)) / rollers, top - 0.03, -w * 0.44],
        0.04,
        w * 0.88,
        Tone.metal,
        8,
      );
    for (const x of [-l * 0.49, l * 0.49])
      m.box([x - 0.03, x + 0.03], [top, h], [-w * 0.47, -w * 0.43], Tone.trim);
    m.box([-l * 0.49, l * 0.49], [h - 0.05, h], [-w * 0.47, -w * 0.43], Tone.trim);
  });
  const spots = grid(columns, rows, 3, (c, r, k) => [
    -l / 2 + (l * (c + 0.5)) / columns,
    top + 0.01 + k * 0.26,
    w / 2 - (w * (r + 0.5)) / rows,
  ]);
  d.store('tray', 0.48, spots);
  d.block(0, top / 2, 0, l, top, w);
  return d.finish();
}

function rack(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const bays = Math.max(1, Math.round(l / 2.6));
  const shelves = Math.max(1, Math.floor((h - 0.3) / 1.1));
  const pitch = (h - 0.5) / shelves;
  d.piece((m) => {
    for (let i = 0; i <= bays; i++) {
      const x = -l / 2 + 0.05 + ((l - 0.1) * i) / bays;
      for (const z of [-w * 0.46, w * 0.46])
        m.box([x - 0.05, x + 0.05], [0, h], [z - 0.05, z + 0.05], Tone.base);
      for (let k = 0; k < shelves; k++)
        m.box([x - 0.02, x + 0.02], [0.5 + k * pitch, 0.56 + k * pitch], [-w * 0.46, w * 0.46], Tone.base);
    }
    for (let k = 0; k < shelves; k++) {
      const y = 0.16 + k * pitch;
      for (const z of [-w * 0.46, w * 0.46])
        m.box([-l / 2, l / 2], [y - 0.1, y], [z - 0.03, z + 0.03], Tone.panel);
      m.box([-l / 2 + 0.05, l / 2 - 0.05], [y - 0.03, y], [-w * 0.44, w * 0.44], Tone.body);
    }
    for (let i = 0; i < bays; i += 2)
      m.turned('z', Math.atan2(h * 0.8, l / bays), [-l / 2 + (l * i) / bays, 0.2, -w * 0.47], () =>
        m.box(
          [-l / 2 + (l * i) / bays, -l / 2 + (l * i) / bays + Math.hypot(h * 0.8, l / bays)],
          [0.18, 0.22],
          [-w * 0.48, -w * 0.46],
          Tone.base,
        ),
      );
  });
  const perBay = 3;
  const columns = bays * perBay;
  const spots = grid(columns, 1, shelves, (c, _r, k) => [
    -l / 2 + (l * (c + 0.5)) / columns,
    0.16 + k * pitch,
    0,
  ]);
  d.store('tray', Math.min(0.72, w * 0.7, (l / columns) * 0.86), spots);
  for (let k = 0; k < shelves; k++) d.block(0, 0.13 + k * pitch, 0, l, 0.08, w);
  for (let i = 0; i <= bays; i++) d.block(-l / 2 + 0.05 + ((l - 0.1) * i) / bays, h / 2, 0, 0.1, h, w);
  return d.finish();
}

function agv(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    const nose: [number, number][] = [
      [-l * 0.5, -w * 0.36],
      [-l * 0.42, -w / 2],
      [l * 0.38, -w / 2],
      [l * 0.5, -w * 0.28],
      [l * 0.5, w * 0.28],
      [l * 0.38, w / 2],
      [-l * 0.42, w / 2],
      [-l * 0.5, w * 0.36],
    ];
    m.prism('y', nose, [h * 0.3, h * 0.86], Tone.body);
    m.prism(
      'y',
      nose.map(([x, z]) => [x * 1.02, z * 1.02]),
      [h * 0.14, h * 0.32],
      Tone.rubber,
    );
    m.box([-l * 0.36, l * 0.32], [h * 0.86, h], [-w * 0.42, w * 0.42], Tone.panel, 0.01);
    m.round('y', [l * 0.42, h * 0.86, 0], 0.07, h * 0.24, Tone.trim, 14);
    for (const x of [-l * 0.32, l * 0.26])
      for (const z of [-1, 1])
        m.round('z', [x, h * 0.2, z > 0 ? w * 0.36 : -w * 0.46], h * 0.2, w * 0.1, Tone.rubber, 16);
    for (const x of [-l * 0.3, 0, l * 0.26])
      m.round('z', [x, h * 0.99, -w * 0.38], 0.035, w * 0.76, Tone.metal, 8);
  });
  d.workpiece('tray', Math.min(0.56, w * 0.6), { at: [-l * 0.02, h * 1.06, 0] });
  return d.finish();
}

function chargingStation(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    m.box([-l / 2, l / 2], [0, 0.04], [-w / 2, w * 1.1], Tone.base);
    m.box([-l * 0.38, l * 0.38], [0.04, h], [-w / 2, w * 0.1], Tone.body, 0.04);
    m.box([-l * 0.26, l * 0.26], [h * 0.12, h * 0.24], [w * 0.1, w * 0.36], Tone.trim, 0.01);
    m.box([-l * 0.24, l * 0.24], [h * 0.66, h * 0.84], [w * 0.1, w * 0.13], Tone.screen);
    // A lightning bolt says what it is without a word.
    m.prism(
      'z',
      [
        [0.03, 0.58],
        [-0.07, 0.46],
        [-0.005, 0.46],
        [-0.03, 0.36],
        [0.07, 0.49],
        [0.005, 0.49],
      ].map(([x, y]) => [(x as number) * l * 1.6, (y as number) * h]),
      [w * 0.1, w * 0.13],
      Tone.trim,
    );
  });
  return d.finish();
}

registerKind('conveyor', conveyor);
registerKind('buffer', buffer);
registerKind('rack', rack);
registerKind('agv', agv);
registerKind('charging-station', chargingStation);

/** Cabinets: controllers, meters, and everything whose class nobody knows. */
import { Tone } from '../theme';
import { type Design, Drawing, type Size } from './design';
import { registerKind } from './registry';

function controller(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const doors = Math.max(1, Math.round(l / 0.9));
  d.piece((m) => {
    m.box([-l / 2, l / 2], [0, h * 0.06], [-w / 2, w * 0.46], Tone.trim);
    m.box([-l / 2, l / 2], [h * 0.06, h], [-w / 2, w * 0.46], Tone.body, 0.02);
    for (let i = 0; i < doors; i++) {
      const [from, to] = [-l / 2 + (l * i) / doors, -l / 2 + (l * (i + 1)) / doors];
      m.box([from + 0.03, to - 0.03], [h * 0.09, h * 0.97], [w * 0.46, w / 2], Tone.panel, 0.01);
      m.box([to - 0.11, to - 0.08], [h * 0.45, h * 0.58], [w / 2, w * 0.5 + 0.03], Tone.trim);
      for (const y of [0.14, 0.17, 0.2])
        m.box(
          [from + (to - from) * 0.25, to - (to - from) * 0.25],
          [h * y, h * (y + 0.012)],
          [w / 2, w / 2 + 0.012],
          Tone.trim,
        );
    }
    m.box(
      [-l / 2 + 0.1, -l / 2 + Math.min(0.45, l * 0.5)],
      [h * 0.66, h * 0.78],
      [w / 2, w / 2 + 0.015],
      Tone.screen,
    );
  });
  return d.finish();
}

function energyMeter(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  d.piece((m) => {
    m.box([-l * 0.12, l * 0.12], [0, h * 0.5], [-w * 0.3, w * 0.1], Tone.trim);
    m.box([-l / 2, l / 2], [h * 0.45, h], [-w / 2, w * 0.4], Tone.body, 0.02);
    m.round('z', [0, h * 0.78, w * 0.4], Math.min(l, h) * 0.2, w * 0.08, Tone.panel, 20, Tone.screen);
    m.box([-l * 0.32, l * 0.32], [h * 0.52, h * 0.6], [w * 0.4, w * 0.44], Tone.screen);
  });
  return d.finish();
}

registerKind('controller', controller);
registerKind('energy-meter', energyMeter);

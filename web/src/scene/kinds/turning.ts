/** Turning machine: a sloped guard with an opening through which the chuck and its part are seen turning. */
import type { Point } from '../mesh/builder';
import { Tone } from '../theme';
import { type Design, Drawing, type Size } from './design';
import { registerKind } from './registry';

/** The guard's outline across the machine, (z, y): upright at the back, leaning away from the operator in front. */
function guard({ height: h, width: w }: Size): Point[] {
  return [
    [-w / 2, h * 0.1],
    [w / 2, h * 0.1],
    [w / 2, h * 0.44],
    [w * 0.12, h * 0.97],
    [-w * 0.36, h],
    [-w / 2, h * 0.93],
  ];
}

function turningMachine(size: Size): Design {
  const { length: l, height: h, width: w } = size;
  const d = new Drawing(size);
  const [left, right] = [-l * 0.14, l * 0.28];
  const outline = guard(size);
  d.piece((m) => {
    m.box([-l * 0.48, l * 0.48], [0, h * 0.1], [-w * 0.44, w * 0.44], Tone.trim);
    m.prism('x', outline, [-l / 2, left], Tone.body);
    m.prism('x', outline, [right, l / 2], Tone.body);
    // The bed, the back and the roof leave a hollow between the two housings.
    m.prism(
      'x',
      [
        [-w / 2, h * 0.1],
        [w / 2, h * 0.1],
        [w / 2, h * 0.44],
        [w * 0.36, h * 0.42],
        [-w * 0.3, h * 0.3],
        [-w * 0.34, h * 0.9],
        [-w / 2, h * 0.93],
      ],
      [left, right],
      Tone.base,
    );
    m.prism(
      'x',
      [
        [-w * 0.36, h],
        [w * 0.12, h * 0.97],
        [w * 0.06, h * 0.9],
        [-w * 0.34, h * 0.9],
        [-w / 2, h * 0.93],
      ],
      [left, right],
      Tone.body,
    );
    m.round('x', [left, h * 0.52, -w * 0.02], h * 0.15, l * 0.03, Tone.trim, 24);
    m.box([l * 0.31, l * 0.47], [h * 0.5, h * 0.82], [w * 0.3, w * 0.44], Tone.panel, 0.02);
    m.box([l * 0.335, l * 0.445], [h * 0.6, h * 0.78], [w * 0.43, w * 0.446], Tone.screen);
    m.box([-l * 0.47, left - l * 0.04], [h * 0.16, h * 0.4], [w * 0.5, w * 0.505], Tone.panel);
    // The chip conveyor leaves on the right.
    m.prism(
      'z',
      [
        [l * 0.46, h * 0.05],
        [l * 0.56, h * 0.05],
        [l * 0.66, h * 0.42],
        [l * 0.6, h * 0.44],
        [l * 0.5, h * 0.14],
        [l * 0.46, h * 0.14],
      ],
      [-w * 0.26, w * 0.02],
      Tone.panel,
    );
  });
  const chuck = d.piece(
    (m) => {
      m.round('x', [0, 0, 0], h * 0.11, l * 0.06, Tone.metal, 24);
      for (const angle of [0, 1, 2].map((i) => (i * Math.PI * 2) / 3)) {
        m.turned('x', angle, [0, 0, 0], () =>
          m.box([l * 0.06, l * 0.1], [h * 0.045, h * 0.1], [-h * 0.022, h * 0.022], Tone.trim),
        );
      }
    },
    { at: [left + l * 0.03, h * 0.52, -w * 0.02], axis: 'x' },
  );
  const turret = d.piece(
    (m) => {
      m.box([0, l * 0.1], [-h * 0.1, h * 0.1], [-w * 0.16, w * 0.02], Tone.panel, 0.02);
      m.round('x', [-l * 0.035, 0, 0], h * 0.115, l * 0.035, Tone.metal, 8);
      for (const angle of [0, 1, 2, 3].map((i) => (i * Math.PI) / 2)) {
        m.turned('x', angle, [0, 0, 0], () =>
          m.box([-l * 0.06, -l * 0.02], [h * 0.06, h * 0.15], [-0.02, 0.02], Tone.trim),
        );
      }
    },
    { at: [l * 0.17, h * 0.6, -w * 0.18] },
  );
  const door = d.piece((m) => {
    // The window of the door is an opening: nothing in the hall is glass.
    m.turned('x', -Math.atan2(w * 0.38, h * 0.53), [0, h * 0.44, w * 0.5], () => {
      const top = h * 0.44 + Math.hypot(w * 0.38, h * 0.53);
      const [low, high] = [h * 0.44, top * 0.985];
      m.box([left, left + l * 0.035], [low, high], [w * 0.5, w * 0.53], Tone.panel);
      m.box([right - l * 0.07, right], [low, high], [w * 0.5, w * 0.53], Tone.panel);
      m.box([left, right], [low, low + h * 0.06], [w * 0.5, w * 0.53], Tone.panel);
      m.box([left, right], [high - h * 0.09, high], [w * 0.5, w * 0.53], Tone.panel);
      m.box(
        [right - l * 0.045, right - l * 0.03],
        [low + h * 0.12, low + h * 0.34],
        [w * 0.53, w * 0.56],
        Tone.trim,
      );
    });
  });
  d.workpiece('shaft', h * 0.16, { at: [l * 0.13, 0, 0], on: chuck });
  d.block(0, h * 0.27, 0, l, h * 0.54, w).block(0, h * 0.77, -w * 0.17, l, h * 0.46, w * 0.62);
  d.drive(['spindle-speed', 'axis-x', 'axis-z'], (rig) => {
    rig.spindle(chuck, 0, 100);
    rig.slide(turret, rig.travel(2, l * 0.09), 0, rig.travel(1, w * 0.1));
    rig.ease(door, 0, rig.running ? 0 : l * 0.2);
  });
  return d.finish();
}

registerKind('turning-machine', turningMachine);

/** The shape of a person: a plain, friendly figure with a helmet, looking along +x, feet at the origin. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  LatheGeometry,
  SphereGeometry,
  Vector2,
} from 'three';

export const HEAD_HEIGHT = 1.56;
export const SHOULDER_HEIGHT = 1.31;
export const SHOULDER_WIDTH = 0.27;
export const ARM_LENGTH = 0.58;
/** How high a label stands. */
export const LABEL_HEIGHT = 1.98;

const TROUSERS = '#565b62';
const SHOES = '#33363a';
const SKIN = '#d9b99b';
const EYES = '#22262a';
const WHITE = '#ffffff';
const SEGMENTS = 18;

/** Joins parts into one geometry; each has a colour of its own, white takes that of the person. */
function join(parts: readonly [BufferGeometry, string][]): BufferGeometry {
  const [positions, normals, colours]: [number[], number[], number[]] = [[], [], []];
  for (const [part, hex] of parts) {
    const flat = part.index ? part.toNonIndexed() : part;
    const { r, g, b } = new Color(hex);
    const count = flat.getAttribute('position').count;
    positions.push(...(flat.getAttribute('position').array as Float32Array));
    normals.push(...(flat.getAttribute('normal').array as Float32Array));
    for (let i = 0; i < count; i++) colours.push(r, g, b);
    flat.dispose();
    part.dispose();
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute('normal', new BufferAttribute(new Float32Array(normals), 3));
  geometry.setAttribute('color', new BufferAttribute(new Float32Array(colours), 3));
  return geometry;
}

function turned(profile: readonly (readonly [number, number])[]): LatheGeometry {
  return new LatheGeometry(
    profile.map(([radius, height]) => new Vector2(radius, height)),
    SEGMENTS,
  );
}

/** Wider from shoulder to shoulder than from front to back. */
function flattened<T extends BufferGeometry>(geometry: T): T {
  geometry.scale(0.72, 1, 1);
  geometry.computeVertexNormals();
  return geometry;
}

/** Legs and neck: what does not carry the person's colour. */
export function standGeometry(): BufferGeometry {
  const leg = (side: number): [BufferGeometry, string] => [
    new CylinderGeometry(0.105, 0.085, 0.78, 12).translate(0, 0.45, side * 0.11),
    TROUSERS,
  ];
  const shoe = (side: number): [BufferGeometry, string] => [
    new SphereGeometry(0.1, 12, 8).scale(1.45, 0.62, 0.85).translate(0.04, 0.06, side * 0.11),
    SHOES,
  ];
  return join([
    leg(-1),
    leg(1),
    shoe(-1),
    shoe(1),
    [new CylinderGeometry(0.06, 0.07, 0.16, 12).translate(0, 1.42, 0), SKIN],
  ]);
}

/** The vest, in the person's colour. */
export function vestGeometry(): BufferGeometry {
  const vest = turned([
    [0, 0.78],
    [0.17, 0.78],
    [0.205, 0.84],
    [0.21, 1.0],
    [0.245, 1.2],
    [0.25, 1.28],
    [0.21, 1.36],
    [0.1, 1.4],
    [0, 1.41],
  ]);
  // Two bright bands, as on a high-visibility vest: quiet, but they show which way is up from far away.
  const band = (y: number, r: number): [BufferGeometry, string] => [
    flattened(
      turned([
        [r, y],
        [r + 0.008, y + 0.005],
        [r + 0.008, y + 0.05],
        [r, y + 0.055],
      ]),
    ),
    '#f2f3ee',
  ];
  return join([[flattened(vest), WHITE], band(0.93, 0.209), band(1.08, 0.224)]);
}

/** One arm that hangs from its shoulder at the origin. */
export function armGeometry(): BufferGeometry {
  return join([
    [new SphereGeometry(0.075, 12, 10), WHITE],
    [
      new CylinderGeometry(0.07, 0.052, ARM_LENGTH - 0.08, 12).translate(0, -(ARM_LENGTH - 0.08) / 2, 0),
      WHITE,
    ],
    [new SphereGeometry(0.062, 12, 10).translate(0, -ARM_LENGTH + 0.06, 0), SKIN],
  ]);
}

/** The head turns about the origin, which is in its middle. */
export function headGeometry(): BufferGeometry {
  const eye = (side: number): [BufferGeometry, string] => [
    new SphereGeometry(0.019, 8, 6).translate(0.124, 0.005, side * 0.05),
    EYES,
  ];
  return join([
    [new SphereGeometry(0.135, 20, 16).scale(0.96, 1.08, 0.94), SKIN],
    [new SphereGeometry(0.022, 8, 6).translate(0.132, -0.035, 0), SKIN],
    eye(-1),
    eye(1),
  ]);
}

/** The helmet, in the person's colour, with its brim to the front. */
export function helmetGeometry(): BufferGeometry {
  const shell = turned([
    [0.175, 0.045],
    [0.17, 0.06],
    [0.158, 0.065],
    [0.15, 0.12],
    [0.11, 0.17],
    [0.05, 0.192],
    [0, 0.195],
  ]);
  const brim = new CylinderGeometry(0.11, 0.115, 0.014, 16).scale(1, 1, 1.05).translate(0.1, 0.05, 0);
  return join([
    [shell, WHITE],
    [brim, WHITE],
  ]);
}

/** A member of a crowd: the same figure in one piece, and without a face. */
export function pawnGeometry(): BufferGeometry {
  const pawn = turned([
    [0, 0],
    [0.19, 0],
    [0.16, 0.1],
    [0.15, 0.8],
    [0.24, 1.25],
    [0.16, 1.38],
    [0.06, 1.42],
    [0.13, 1.52],
    [0.14, 1.62],
    [0.09, 1.72],
    [0, 1.74],
  ]);
  return join([[pawn, WHITE]]);
}

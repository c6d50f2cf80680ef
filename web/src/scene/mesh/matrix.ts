/**
 * The few matrix steps that run for every moving piece, on flat column-major arrays.
 * three's Matrix4 would cost a call and a copy for each of them.
 */

/** Writes the matrix of something that stands on the floor: scaled, turned about the vertical, moved. */
export function writeStanding(
  out: Float32Array,
  at: number,
  x: number,
  y: number,
  z: number,
  yaw: number,
  sx: number,
  sy: number,
  sz: number,
): void {
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  out[at] = c * sx;
  out[at + 1] = 0;
  out[at + 2] = -s * sx;
  out[at + 3] = 0;
  out[at + 4] = 0;
  out[at + 5] = sy;
  out[at + 6] = 0;
  out[at + 7] = 0;
  out[at + 8] = s * sz;
  out[at + 9] = 0;
  out[at + 10] = c * sz;
  out[at + 11] = 0;
  out[at + 12] = x;
  out[at + 13] = y;
  out[at + 14] = z;
  out[at + 15] = 1;
}

/** out = parent · move(x, y, z) */
export function writeMoved(
  out: Float32Array,
  at: number,
  parent: Float32Array,
  from: number,
  x: number,
  y: number,
  z: number,
): void {
  for (let row = 0; row < 3; row++) {
    const a = parent[from + row] as number;
    const b = parent[from + 4 + row] as number;
    const c = parent[from + 8 + row] as number;
    out[at + row] = a;
    out[at + 4 + row] = b;
    out[at + 8 + row] = c;
    out[at + 12 + row] = a * x + b * y + c * z + (parent[from + 12 + row] as number);
  }
  out[at + 3] = 0;
  out[at + 7] = 0;
  out[at + 11] = 0;
  out[at + 15] = 1;
}

/** matrix = matrix · turn(axis, angle): the two columns across the axis are mixed. */
export function turnInPlace(matrix: Float32Array, at: number, axis: 0 | 1 | 2, angle: number): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const first = at + (axis === 0 ? 4 : axis === 1 ? 8 : 0);
  const second = at + (axis === 0 ? 8 : axis === 1 ? 0 : 4);
  for (let row = 0; row < 3; row++) {
    const u = matrix[first + row] as number;
    const v = matrix[second + row] as number;
    matrix[first + row] = u * c + v * s;
    matrix[second + row] = v * c - u * s;
  }
}

export function scaleInPlace(matrix: Float32Array, at: number, x: number, y: number, z: number): void {
  for (let row = 0; row < 3; row++) {
    matrix[at + row] = (matrix[at + row] as number) * x;
    matrix[at + 4 + row] = (matrix[at + 4 + row] as number) * y;
    matrix[at + 8 + row] = (matrix[at + 8 + row] as number) * z;
  }
}

export function copyMatrix(out: Float32Array, to: number, source: Float32Array, from: number): void {
  for (let i = 0; i < 16; i++) out[to + i] = source[from + i] as number;
}

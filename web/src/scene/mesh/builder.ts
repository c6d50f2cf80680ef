/**
 * Draws a low-poly shape face by face and remembers which edges a reader should see.
 *
 * Triangles are not shared. Each vertex carries four bytes, `aMark`: three barycentric marks that are 0 on an
 * edge worth drawing (an edge inside a face is masked to 1), and the tone. The shader turns the marks into lines
 * of constant width in pixels, which costs nothing but three bytes and no second draw call.
 */
import { BufferAttribute, BufferGeometry, Matrix4, ShapeUtils, Vector2, Vector3 } from 'three';
import type { ToneId } from '../theme';

export type Axis = 'x' | 'y' | 'z';
export type Range = readonly [number, number];
export type Point = readonly [number, number];

const turnOf = {
  x: (angle: number) => new Matrix4().makeRotationX(angle),
  y: (angle: number) => new Matrix4().makeRotationY(angle),
  z: (angle: number) => new Matrix4().makeRotationZ(angle),
};

/** Cosine of the bend below which two neighbouring sides are one rounded surface. */
const ROUND_BEND = 0.85;

/** A point given along an axis and across it becomes a point in space: x takes (z, y), y takes (x, z), z takes (x, y). */
function inSpace(axis: Axis, along: number, u: number, v: number): Vector3 {
  if (axis === 'x') return new Vector3(along, v, u);
  if (axis === 'y') return new Vector3(u, along, v);
  return new Vector3(u, v, along);
}

export class MeshBuilder {
  private readonly positions: number[] = [];
  private readonly normals: number[] = [];
  private readonly marks: number[] = [];
  private frame: Matrix4 | null = null;

  /** Everything drawn inside is turned about the pivot. */
  turned(axis: Axis, angle: number, pivot: readonly [number, number, number], draw: () => void): this {
    const outer = this.frame;
    const turn = new Matrix4()
      .makeTranslation(...pivot)
      .multiply(turnOf[axis](angle))
      .multiply(new Matrix4().makeTranslation(-pivot[0], -pivot[1], -pivot[2]));
    this.frame = outer ? outer.clone().multiply(turn) : turn;
    draw();
    this.frame = outer;
    return this;
  }

  /** A block; with a chamfer its edges catch the light as on an architect's model. */
  box(x: Range, y: Range, z: Range, tone: ToneId, chamfer = 0): this {
    const low = new Vector3(Math.min(...x), Math.min(...y), Math.min(...z));
    const high = new Vector3(Math.max(...x), Math.max(...y), Math.max(...z));
    const size = high.clone().sub(low);
    const c = Math.min(chamfer, size.x / 3, size.y / 3, size.z / 3);
    const middle = low.clone().add(high).multiplyScalar(0.5);
    const half = size.multiplyScalar(0.5);
    for (const axis of [0, 1, 2]) for (const side of [-1, 1]) this.boxFace(middle, half, axis, side, c, tone);
    if (c > 0) this.chamfers(middle, half, c, tone);
    return this;
  }

  private boxFace(middle: Vector3, half: Vector3, axis: number, side: number, c: number, tone: ToneId): void {
    const u = (axis + 1) % 3;
    const v = (axis + 2) % 3;
    const corners = [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ].map(([a = 0, b = 0]) => {
      const p = middle.clone();
      p.setComponent(axis, p.getComponent(axis) + side * half.getComponent(axis));
      p.setComponent(u, p.getComponent(u) + a * (half.getComponent(u) - c));
      p.setComponent(v, p.getComponent(v) + b * (half.getComponent(v) - c));
      return p;
    });
    this.face(side > 0 ? corners : corners.reverse(), tone);
  }

  private chamfers(middle: Vector3, half: Vector3, c: number, tone: ToneId): void {
    const corner = (sx: number, sy: number, sz: number, out: number): Vector3 =>
      new Vector3(
        middle.x + sx * (half.x - (out === 0 ? 0 : c)),
        middle.y + sy * (half.y - (out === 1 ? 0 : c)),
        middle.z + sz * (half.z - (out === 2 ? 0 : c)),
      );
    for (const a of [-1, 1]) {
      for (const b of [-1, 1]) {
        this.slope(
          [corner(-1, a, b, 1), corner(1, a, b, 1), corner(1, a, b, 2), corner(-1, a, b, 2)],
          middle,
          tone,
        );
        this.slope(
          [corner(a, -1, b, 0), corner(a, 1, b, 0), corner(a, 1, b, 2), corner(a, -1, b, 2)],
          middle,
          tone,
        );
        this.slope(
          [corner(a, b, -1, 0), corner(a, b, 1, 0), corner(a, b, 1, 1), corner(a, b, -1, 1)],
          middle,
          tone,
        );
        for (const d of [-1, 1]) {
          this.slope([corner(a, b, d, 0), corner(a, b, d, 1), corner(a, b, d, 2)], middle, tone);
        }
      }
    }
  }

  /** A face without lines that looks away from the middle. */
  private slope(points: Vector3[], middle: Vector3, tone: ToneId): void {
    const outward = (points[0] as Vector3).clone().sub(middle);
    this.face(facing(points, outward), tone, false);
  }

  /** A flat convex face; its outline is drawn unless told otherwise. */
  face(points: readonly Vector3[], tone: ToneId, outlined = true): this {
    const normal = normalOf(points);
    const first = points[0] as Vector3;
    const last = points.length - 2;
    for (let i = 1; i <= last; i++) {
      const lines: [boolean, boolean, boolean] = [outlined && i === 1, outlined, outlined && i === last];
      this.triangle(
        [first, points[i] as Vector3, points[i + 1] as Vector3],
        [normal, normal, normal],
        lines,
        tone,
      );
    }
    return this;
  }

  /** An outline pushed along an axis. The outline may be concave; where it bends only a little it is drawn round. */
  prism(
    axis: Axis,
    outline: readonly Point[],
    [from, to]: Range,
    tone: ToneId,
    capTone: ToneId = tone,
  ): this {
    const flat = outline.map(([u, v]) => new Vector2(u, v));
    if (ShapeUtils.isClockWise(flat)) flat.reverse();
    const outward = flat.map((p, i) => {
      const q = flat[(i + 1) % flat.length] as Vector2;
      return inSpace(axis, 0, q.y - p.y, p.x - q.x).normalize();
    });
    flat.forEach((_, i) => {
      this.side(axis, flat, outward, i, [from, to], tone);
    });
    const along = inSpace(axis, 1, 0, 0);
    this.cap(axis, flat, Math.max(from, to), along, capTone);
    this.cap(axis, flat, Math.min(from, to), along.clone().negate(), capTone);
    return this;
  }

  private side(
    axis: Axis,
    flat: Vector2[],
    outward: Vector3[],
    i: number,
    [from, to]: Range,
    tone: ToneId,
  ): void {
    const n = flat.length;
    const [p, q] = [flat[i] as Vector2, flat[(i + 1) % n] as Vector2];
    const own = outward[i] as Vector3;
    const before = outward[(i + n - 1) % n] as Vector3;
    const after = outward[(i + 1) % n] as Vector3;
    const isRound = (other: Vector3): boolean => own.dot(other) > ROUND_BEND;
    const atP = isRound(before) ? own.clone().add(before).normalize() : own;
    const atQ = isRound(after) ? own.clone().add(after).normalize() : own;
    const [a, b] = [inSpace(axis, from, p.x, p.y), inSpace(axis, from, q.x, q.y)];
    const [c, d] = [inSpace(axis, to, q.x, q.y), inSpace(axis, to, p.x, p.y)];
    const [lineP, lineQ] = [!isRound(before), !isRound(after)];
    if (normalOf([a, b, c, d]).dot(own) > 0) {
      this.triangle([a, b, c], [atP, atQ, atQ], [true, lineQ, false], tone);
      this.triangle([a, c, d], [atP, atQ, atP], [false, true, lineP], tone);
    } else {
      this.triangle([c, b, a], [atQ, atQ, atP], [lineQ, true, false], tone);
      this.triangle([d, c, a], [atP, atQ, atP], [true, false, lineP], tone);
    }
  }

  private cap(axis: Axis, flat: Vector2[], level: number, outward: Vector3, tone: ToneId): void {
    const isLine = (a: number, b: number): boolean =>
      Math.abs(a - b) === 1 || Math.abs(a - b) === flat.length - 1;
    for (const [a = 0, b = 0, c = 0] of ShapeUtils.triangulateShape(flat, [])) {
      const at = (i: number): Vector3 => inSpace(axis, level, (flat[i] as Vector2).x, (flat[i] as Vector2).y);
      const keeps = normalOf([at(a), at(b), at(c)]).dot(outward) > 0;
      const [j, k] = keeps ? [b, c] : [c, b];
      this.triangle(
        [at(a), at(j), at(k)],
        [outward, outward, outward],
        [isLine(a, j), isLine(j, k), isLine(k, a)],
        tone,
      );
    }
  }

  /** A cylinder or a cone stump that starts at `base` and goes `height` along the axis. */
  round(
    axis: Axis,
    base: readonly [number, number, number],
    radius: number | Range,
    height: number,
    tone: ToneId,
    sides = 20,
    capTone: ToneId = tone,
  ): this {
    const [r0, r1] = typeof radius === 'number' ? [radius, radius] : radius;
    const origin = new Vector3(...base);
    const ring = (r: number, along: number, i: number): Vector3 => {
      const angle = (i / sides) * Math.PI * 2;
      return inSpace(axis, along, Math.cos(angle) * r, Math.sin(angle) * r).add(origin);
    };
    const slope = (r0 - r1) / (height || 1);
    const normal = (i: number): Vector3 => ring(1, slope, i).sub(origin).normalize();
    for (let i = 0; i < sides; i++) {
      const quad = [ring(r0, 0, i), ring(r0, 0, i + 1), ring(r1, height, i + 1), ring(r1, height, i)];
      this.smooth(quad, [normal(i), normal(i + 1), normal(i + 1), normal(i)], tone);
    }
    const indices = Array.from({ length: sides }, (_, i) => i);
    this.face(
      facing(
        indices.map((i) => ring(r1, height, i)),
        inSpace(axis, height, 0, 0),
      ),
      capTone,
    );
    this.face(
      facing(
        indices.map((i) => ring(r0, 0, i)),
        inSpace(axis, -height, 0, 0),
      ),
      capTone,
    );
    return this;
  }

  /** A strip of a rounded side: only the rims are lines. */
  private smooth(quad: Vector3[], normals: Vector3[], tone: ToneId): void {
    const [a, b, c, d] = quad as [Vector3, Vector3, Vector3, Vector3];
    const [na, nb, nc, nd] = normals as [Vector3, Vector3, Vector3, Vector3];
    if (normalOf([a, b, c, d]).dot(na) > 0) {
      this.triangle([a, b, c], [na, nb, nc], [true, false, false], tone);
      this.triangle([a, c, d], [na, nc, nd], [false, true, false], tone);
    } else {
      this.triangle([c, b, a], [nc, nb, na], [false, true, false], tone);
      this.triangle([d, c, a], [nd, nc, na], [true, false, false], tone);
    }
  }

  /** `lines` says of the edges first–second, second–third and third–first whether they are drawn. */
  private triangle(
    points: [Vector3, Vector3, Vector3],
    normals: [Vector3, Vector3, Vector3],
    lines: [boolean, boolean, boolean],
    tone: ToneId,
  ): void {
    const [firstSecond, secondThird, thirdFirst] = lines;
    points.forEach((point, i) => {
      const p = point.clone();
      const n = (normals[i] as Vector3).clone();
      if (this.frame) {
        p.applyMatrix4(this.frame);
        n.transformDirection(this.frame);
      }
      this.positions.push(p.x, p.y, p.z);
      this.normals.push(n.x, n.y, n.z);
      // Each mark belongs to the edge opposite its own vertex: it is 1 there and falls to 0 on that edge.
      this.marks.push(
        !secondThird || i === 0 ? 1 : 0,
        !thirdFirst || i === 1 ? 1 : 0,
        !firstSecond || i === 2 ? 1 : 0,
        tone,
      );
    });
  }

  build(): BufferGeometry {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(this.positions), 3));
    geometry.setAttribute('normal', new BufferAttribute(new Float32Array(this.normals), 3));
    geometry.setAttribute('aMark', new BufferAttribute(new Uint8Array(this.marks), 4));
    return geometry;
  }
}

/** Newell's sum, so that a nearly degenerate first corner does no harm. */
function normalOf(points: readonly Vector3[]): Vector3 {
  const normal = new Vector3();
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length] as Vector3;
    normal.x += (p.y - q.y) * (p.z + q.z);
    normal.y += (p.z - q.z) * (p.x + q.x);
    normal.z += (p.x - q.x) * (p.y + q.y);
  });
  return normal.normalize();
}

function facing(points: Vector3[], outward: Vector3): Vector3[] {
  return normalOf(points).dot(outward) >= 0 ? points : [...points].reverse();
}

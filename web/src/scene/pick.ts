/**
 * What the pointer points at: a ray against upright boxes that lie in flat arrays.
 * A sphere around each box turns nearly all of them away after a handful of multiplications.
 */

export interface Ray {
  ox: number;
  oy: number;
  oz: number;
  /** Direction of length one. */
  dx: number;
  dy: number;
  dz: number;
}

const STRIDE = 9;
const [X, Y, Z, HALF_LENGTH, HALF_HEIGHT, HALF_WIDTH, COS, SIN, REACH] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export class PickField {
  private boxes = new Float32Array(0);
  count = 0;
  /** Distance along the ray to the last hit. */
  distance = 0;

  resize(count: number): void {
    this.count = count;
    if (this.boxes.length < count * STRIDE) this.boxes = new Float32Array(count * STRIDE);
  }

  /** A box that stands on the floor at (x, y, z), turned about the vertical. */
  set(
    index: number,
    x: number,
    y: number,
    z: number,
    yaw: number,
    length: number,
    height: number,
    width: number,
  ): void {
    const at = index * STRIDE;
    const b = this.boxes;
    b[at + X] = x;
    b[at + Y] = y + height / 2;
    b[at + Z] = z;
    b[at + HALF_LENGTH] = length / 2;
    b[at + HALF_HEIGHT] = height / 2;
    b[at + HALF_WIDTH] = width / 2;
    b[at + COS] = Math.cos(yaw);
    b[at + SIN] = Math.sin(yaw);
    b[at + REACH] = (length * length + height * height + width * width) / 4;
  }

  /** The index of the nearest box on the ray, or -1. */
  pick(ray: Ray): number {
    let best = -1;
    let nearest = Infinity;
    for (let i = 0; i < this.count; i++) {
      const at = i * STRIDE;
      if (this.misses(ray, at)) continue;
      const distance = this.hit(ray, at);
      if (distance < nearest) {
        nearest = distance;
        best = i;
      }
    }
    this.distance = nearest;
    return best;
  }

  private misses(ray: Ray, at: number): boolean {
    const b = this.boxes;
    const x = (b[at + X] as number) - ray.ox;
    const y = (b[at + Y] as number) - ray.oy;
    const z = (b[at + Z] as number) - ray.oz;
    const along = x * ray.dx + y * ray.dy + z * ray.dz;
    const reach = b[at + REACH] as number;
    const away = x * x + y * y + z * z;
    return (along < 0 && away > reach) || away - along * along > reach;
  }

  /** Slab test in the box's own frame; Infinity when the ray misses. */
  private hit(ray: Ray, at: number): number {
    const b = this.boxes;
    const c = b[at + COS] as number;
    const s = b[at + SIN] as number;
    const x = ray.ox - (b[at + X] as number);
    const z = ray.oz - (b[at + Z] as number);
    this.enter = 0;
    this.leave = Infinity;
    this.slab(c * x - s * z, c * ray.dx - s * ray.dz, b[at + HALF_LENGTH] as number);
    this.slab(ray.oy - (b[at + Y] as number), ray.dy, b[at + HALF_HEIGHT] as number);
    this.slab(s * x + c * z, s * ray.dx + c * ray.dz, b[at + HALF_WIDTH] as number);
    return this.enter <= this.leave ? this.enter : Infinity;
  }

  private enter = 0;
  private leave = 0;

  private slab(origin: number, direction: number, half: number): void {
    if (Math.abs(direction) < 1e-9) {
      if (Math.abs(origin) > half) this.leave = -1;
      return;
    }
    const a = (-half - origin) / direction;
    const b = (half - origin) / direction;
    this.enter = Math.max(this.enter, Math.min(a, b));
    this.leave = Math.min(this.leave, Math.max(a, b));
  }

  /**
   * Pushes a walker out of the boxes: writes the free spot near (x, z) to `out`.
   * Boxes that are lower than a step do not stop anybody.
   */
  pushOut(x: number, z: number, radius: number, out: { x: number; z: number }): void {
    out.x = x;
    out.z = z;
    const b = this.boxes;
    for (let i = 0; i < this.count; i++) {
      const at = i * STRIDE;
      const dx = out.x - (b[at + X] as number);
      const dz = out.z - (b[at + Z] as number);
      if (
        dx * dx + dz * dz > (b[at + REACH] as number) + radius * radius * 4 + 1 ||
        (b[at + HALF_HEIGHT] as number) < 0.2
      )
        continue;
      const c = b[at + COS] as number;
      const s = b[at + SIN] as number;
      const u = c * dx - s * dz;
      const v = s * dx + c * dz;
      const overU = (b[at + HALF_LENGTH] as number) + radius - Math.abs(u);
      const overV = (b[at + HALF_WIDTH] as number) + radius - Math.abs(v);
      if (overU <= 0 || overV <= 0) continue;
      const pushU = overU < overV ? Math.sign(u || 1) * overU : 0;
      const pushV = overU < overV ? 0 : Math.sign(v || 1) * overV;
      out.x += c * pushU + s * pushV;
      out.z += -s * pushU + c * pushV;
    }
  }
}

/**
 * What a kind moves its pieces with. One rig serves every figure in turn: it is pointed at the figure's arrays,
 * the kind's drive runs, nothing is allocated.
 */

/** Floats per piece: slide along x, y, z in metres, turn in radians, scale (0 hides the piece). */
export const STRIDE = 5;
const TURN = 3;
const SCALE = 4;

/** Faster than this a turning thing only flickers on a 60 Hz screen; the number beside it tells the true speed. */
const FASTEST_TURN = 11;

export class Rig {
  /** The machine's state is `running`: only then may something move that no signal reports. */
  running = false;
  /** Seconds of the plant's time since the last picture, never more than a tenth. */
  deltaS = 0;
  /** Seconds on the plant's clock, for motion that repeats. */
  clockS = 0;
  /** Something still moves although no signal changed: draw this figure again in the next frame. */
  restless = false;
  private signal: Float64Array = new Float64Array(0);
  private span: Float64Array = new Float64Array(0);
  private pose: Float32Array = new Float32Array(0);
  private moved: Uint8Array = new Uint8Array(0);

  /** `moved` learns which pieces stand otherwise than before; `span` holds for each channel the lowest and the highest value known, as described or as observed. */
  point(signal: Float64Array, span: Float64Array, pose: Float32Array, moved: Uint8Array): void {
    this.signal = signal;
    this.span = span;
    this.pose = pose;
    this.moved = moved;
    this.restless = false;
  }

  /** The shown value of the kind's nth channel, or the fallback when nobody measures it. */
  read(channel: number, fallback: number): number {
    const value = this.signal[channel] ?? Number.NaN;
    return Number.isNaN(value) ? fallback : value;
  }

  has(channel: number): boolean {
    return !Number.isNaN(this.signal[channel] ?? Number.NaN);
  }

  /**
   * Metres that a slide stands from its middle, for an axis in millimetres. An axis that travels further than
   * the drawn machine has room for is scaled to its span, so that the slide never leaves the machine.
   */
  travel(channel: number, reachM: number): number {
    const mm = this.read(channel, 0);
    const low = Math.min(this.span[channel * 2] ?? 0, mm, -1000 * reachM);
    const high = Math.max(this.span[channel * 2 + 1] ?? 0, mm, 1000 * reachM);
    this.span[channel * 2] = low;
    this.span[channel * 2 + 1] = high;
    return ((mm - (low + high) / 2) / ((high - low) / 2)) * reachM;
  }

  /** The only place that changes a pose, so that a piece which keeps still costs nothing. */
  private set(piece: number, part: number, value: number): void {
    const at = piece * STRIDE + part;
    const rounded = Math.fround(value);
    if (this.pose[at] === rounded) return;
    this.pose[at] = rounded;
    this.moved[piece] = 1;
  }

  slide(piece: number, x: number, y: number, z: number): void {
    this.set(piece, 0, x);
    this.set(piece, 1, y);
    this.set(piece, 2, z);
  }

  turn(piece: number, angle: number): void {
    this.set(piece, TURN, angle);
  }

  scale(piece: number, factor: number): void {
    this.set(piece, SCALE, factor);
  }

  spin(piece: number, radiansPerSecond: number): void {
    if (radiansPerSecond === 0) return;
    const angle = (this.pose[piece * STRIDE + TURN] as number) + radiansPerSecond * this.deltaS;
    this.set(piece, TURN, angle % (Math.PI * 2));
    this.restless = true;
  }

  /** Moves a repeating pattern along x for ever: by less than one pitch, and from the start again. */
  roll(piece: number, metresPerSecond: number, pitch: number): void {
    if (metresPerSecond === 0) return;
    const x = ((this.pose[piece * STRIDE] as number) + metresPerSecond * this.deltaS) % pitch;
    this.set(piece, 0, x < 0 ? x + pitch : x);
    this.restless = true;
  }

  /** Turns a spindle by its measured rpm; without a measurement only a running machine turns. */
  spindle(piece: number, channel: number, rpmWhenRunning = 90): void {
    const rpm = this.read(channel, this.running ? rpmWhenRunning : 0);
    const speed = (Math.abs(rpm) * Math.PI) / 30;
    this.spin(piece, Math.sign(rpm) * Math.min(speed, FASTEST_TURN));
  }

  /** Eases a slide along one axis (0 x, 1 y, 2 z) towards a goal, for doors and lifts that nobody measures. */
  ease(piece: number, axis: 0 | 1 | 2, goal: number, metresPerSecond = 0.8): void {
    const here = this.pose[piece * STRIDE + axis] as number;
    const step = metresPerSecond * this.deltaS;
    if (Math.abs(goal - here) < 1e-6) return;
    this.set(piece, axis, Math.abs(goal - here) <= step ? goal : here + Math.sign(goal - here) * step);
    this.restless = true;
  }
}

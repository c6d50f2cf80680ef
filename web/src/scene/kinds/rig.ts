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

  /** `span` holds for each channel the lowest and the highest value known, as described or as observed. */
  point(signal: Float64Array, span: Float64Array, pose: Float32Array): void {
    this.signal = signal;
    this.span = span;
    this.pose = pose;
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

  slide(piece: number, x: number, y: number, z: number): void {
    const at = piece * STRIDE;
    this.pose[at] = x;
    this.pose[at + 1] = y;
    this.pose[at + 2] = z;
  }

  turn(piece: number, angle: number): void {
    this.pose[piece * STRIDE + TURN] = angle;
  }

  scale(piece: number, factor: number): void {
    this.pose[piece * STRIDE + SCALE] = factor;
  }

  spin(piece: number, radiansPerSecond: number): void {
    if (radiansPerSecond === 0) return;
    const at = piece * STRIDE + TURN;
    this.pose[at] = ((this.pose[at] ?? 0) + radiansPerSecond * this.deltaS) % (Math.PI * 2);
    this.restless = true;
  }

  /** Moves a repeating pattern along x for ever: by less than one pitch, and from the start again. */
  roll(piece: number, metresPerSecond: number, pitch: number): void {
    if (metresPerSecond === 0) return;
    const at = piece * STRIDE;
    const x = ((this.pose[at] ?? 0) + metresPerSecond * this.deltaS) % pitch;
    this.pose[at] = x < 0 ? x + pitch : x;
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
    const at = piece * STRIDE + axis;
    const here = this.pose[at] ?? 0;
    const step = metresPerSecond * this.deltaS;
    if (here === goal) return;
    this.pose[at] = Math.abs(goal - here) <= step ? goal : here + Math.sign(goal - here) * step;
    this.restless = true;
  }
}

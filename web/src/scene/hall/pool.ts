/**
 * The numbers of all figures, one behind the other. A figure sees only its own stretch; that they lie together in
 * the order in which they are visited is what makes ten thousand of them cheap.
 */
import { STRIDE } from '../kinds/rig';

export class Pool {
  private readonly poses: Float32Array;
  private readonly moves: Uint8Array;
  private readonly spots: Int32Array;
  private readonly values: Float64Array;
  private readonly spans: Float64Array;
  private readonly ids: Int32Array;
  private readonly bases: Float32Array;
  private pieces = 0;
  private channels = 0;
  private figures = 0;

  constructor(figures: number, pieces: number, channels: number) {
    this.bases = new Float32Array(figures * 16);
    this.poses = new Float32Array(pieces * STRIDE);
    this.moves = new Uint8Array(pieces);
    this.spots = new Int32Array(pieces);
    this.values = new Float64Array(channels).fill(Number.NaN);
    this.spans = new Float64Array(channels * 2);
    this.ids = new Int32Array(channels);
  }

  take(pieces: number, channels: number) {
    const [f, p, c] = [this.figures, this.pieces, this.channels];
    this.figures += 1;
    this.pieces += pieces;
    this.channels += channels;
    return {
      base: this.bases.subarray(f * 16, f * 16 + 16),
      pose: this.poses.subarray(p * STRIDE, (p + pieces) * STRIDE),
      moved: this.moves.subarray(p, p + pieces),
      places: this.spots.subarray(p, p + pieces),
      signal: this.values.subarray(c, c + channels),
      span: this.spans.subarray(c * 2, (c + channels) * 2),
      channels: this.ids.subarray(c, c + channels),
    };
  }
}

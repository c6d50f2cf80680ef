/**
 * Which labels get a place on the screen: greedily by priority, none over another.
 * Boxes live in flat arrays that are used again in every round.
 */

/** Pixels kept free around every label. */
const AIR = 3;

export class Placement {
  private readonly left: Float32Array;
  private readonly top: Float32Array;
  private readonly right: Float32Array;
  private readonly bottom: Float32Array;
  count = 0;

  constructor(readonly most: number) {
    this.left = new Float32Array(most);
    this.top = new Float32Array(most);
    this.right = new Float32Array(most);
    this.bottom = new Float32Array(most);
  }

  clear(): void {
    this.count = 0;
  }

  /** Takes the box when it is free and inside the window; answers whether it did. */
  take(x: number, y: number, width: number, height: number, viewWidth: number, viewHeight: number): boolean {
    const left = x - width / 2;
    const top = y - height;
    if (this.count >= this.most || left < 0 || top < 0 || left + width > viewWidth || y > viewHeight)
      return false;
    for (let i = 0; i < this.count; i++) {
      const apart =
        left > (this.right[i] as number) + AIR ||
        left + width < (this.left[i] as number) - AIR ||
        top > (this.bottom[i] as number) + AIR ||
        y < (this.top[i] as number) - AIR;
      if (!apart) return false;
    }
    this.block(left, top, left + width, y);
    return true;
  }

  /** Keeps a stretch of the screen free, for instance for a mark. */
  block(left: number, top: number, right: number, bottom: number): void {
    if (this.count >= this.most) return;
    this.left[this.count] = left;
    this.top[this.count] = top;
    this.right[this.count] = right;
    this.bottom[this.count] = bottom;
    this.count++;
  }
}

export type Detail = 'far' | 'name' | 'number';

/** Pixels that one metre takes at the thing: what a label may say depends on that, not on metres. */
const NAME_FROM = 19;
const NUMBER_FROM = 42;

export function detailAt(metrePixels: number): Detail {
  if (metrePixels >= NUMBER_FROM) return 'number';
  return metrePixels >= NAME_FROM ? 'name' : 'far';
}

/** Higher goes first. What is shown already stays a little longer, so that labels do not flicker at a border. */
export function priorityOf(
  isSelected: boolean,
  isHovered: boolean,
  alarm: number,
  isShown: boolean,
  distance: number,
): number {
  const base = isSelected ? 4000 : isHovered ? 3000 : alarm > 0 ? 2000 + (5 - alarm) * 100 : 1000;
  return base + (isShown ? 12 : 0) - Math.min(900, distance);
}

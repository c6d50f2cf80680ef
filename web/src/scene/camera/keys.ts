/** The walking keys. They only listen while somebody walks, and never while somebody types. */

const strides: Record<string, readonly [right: number, ahead: number]> = {
  KeyW: [0, 1],
  ArrowUp: [0, 1],
  KeyS: [0, -1],
  ArrowDown: [0, -1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};
const WALK_METRES_PER_SECOND = 2.6;
const RUN_METRES_PER_SECOND = 7.5;

export class WalkKeys {
  private readonly held = new Set<string>();
  private isFast = false;
  private readonly ending = new AbortController();
  /** What the keys ask for in this step, metres. */
  right = 0;
  ahead = 0;

  constructor(private readonly isWalking: () => boolean) {
    const options = { signal: this.ending.signal };
    globalThis.addEventListener('keydown', this.down, options);
    globalThis.addEventListener('keyup', this.up, options);
    globalThis.addEventListener('blur', () => this.held.clear(), options);
  }

  private readonly down = (event: KeyboardEvent): void => {
    this.isFast = event.shiftKey;
    const isTyping =
      event.target instanceof HTMLElement && event.target.closest('input,textarea,select,[contenteditable]');
    if (
      !this.isWalking() ||
      isTyping ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      !strides[event.code]
    )
      return;
    this.held.add(event.code);
    event.preventDefault();
  };

  private readonly up = (event: KeyboardEvent): void => {
    this.isFast = event.shiftKey;
    this.held.delete(event.code);
  };

  /** True when a step is asked for. */
  step(deltaMs: number): boolean {
    this.right = 0;
    this.ahead = 0;
    if (this.held.size === 0 || !this.isWalking()) return false;
    const metres =
      ((this.isFast ? RUN_METRES_PER_SECOND : WALK_METRES_PER_SECOND) * Math.min(deltaMs, 100)) / 1000;
    for (const code of this.held) {
      const stride = strides[code];
      this.right += (stride?.[0] ?? 0) * metres;
      this.ahead += (stride?.[1] ?? 0) * metres;
    }
    return true;
  }

  dispose(): void {
    this.ending.abort();
  }
}

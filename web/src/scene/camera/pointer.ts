/** Turns mouse and touch into gestures. One finger turns, two move and pinch, a tap selects, two taps fly. */

export interface Gestures {
  turn(dx: number, dy: number): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  tap(x: number, y: number): void;
  doubleTap(x: number, y: number): void;
  hover(x: number, y: number): void;
  leave(): void;
}

const TAP_PIXELS = 6;
const TAP_MS = 450;
const DOUBLE_MS = 340;

interface Finger {
  x: number;
  y: number;
}

export class Pointer {
  private readonly fingers = new Map<number, Finger>();
  private downAt = { x: 0, y: 0, time: 0 };
  private lastTap = { x: 0, y: 0, time: -1e9 };
  private isDrag = false;
  private readonly ending = new AbortController();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly to: Gestures,
  ) {
    const options = { signal: this.ending.signal };
    canvas.style.touchAction = 'none';
    canvas.addEventListener('pointerdown', this.down, options);
    canvas.addEventListener('pointermove', this.move, options);
    canvas.addEventListener('pointerup', this.up, options);
    canvas.addEventListener('pointercancel', this.up, options);
    canvas.addEventListener('pointerleave', () => to.leave(), options);
    canvas.addEventListener('wheel', this.wheel, { ...options, passive: false });
    canvas.addEventListener('contextmenu', (event) => event.preventDefault(), options);
  }

  private readonly down = (event: PointerEvent): void => {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.isDrag = this.fingers.size > 1;
    this.downAt = { x: event.offsetX, y: event.offsetY, time: event.timeStamp };
  };

  private readonly move = (event: PointerEvent): void => {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) {
      this.to.hover(event.offsetX, event.offsetY);
      return;
    }
    const dx = event.offsetX - finger.x;
    const dy = event.offsetY - finger.y;
    const away = Math.hypot(event.offsetX - this.downAt.x, event.offsetY - this.downAt.y);
    if (!this.isDrag && away < TAP_PIXELS) return;
    this.isDrag = true;
    if (this.fingers.size === 2) this.pinch(event.pointerId, finger, dx, dy);
    else if (event.buttons & 6 || event.shiftKey) this.to.pan(dx, dy);
    else this.to.turn(dx, dy);
    finger.x += dx;
    finger.y += dy;
  };

  /** One of two fingers moved: the middle moves by half, the spread by the ratio. */
  private pinch(id: number, finger: Finger, dx: number, dy: number): void {
    for (const [otherId, other] of this.fingers) {
      if (otherId === id) continue;
      const before = Math.hypot(finger.x - other.x, finger.y - other.y);
      const after = Math.hypot(finger.x + dx - other.x, finger.y + dy - other.y);
      this.to.pan(dx / 2, dy / 2);
      if (before > 10 && after > 10)
        this.to.zoom(before / after, (finger.x + other.x) / 2, (finger.y + other.y) / 2);
    }
  }

  private readonly up = (event: PointerEvent): void => {
    if (!this.fingers.delete(event.pointerId)) return;
    const isTap =
      !this.isDrag &&
      event.type === 'pointerup' &&
      event.button === 0 &&
      event.timeStamp - this.downAt.time < TAP_MS;
    if (isTap) this.tapped(event.offsetX, event.offsetY, event.timeStamp);
  };

  private tapped(x: number, y: number, time: number): void {
    const isSecond =
      time - this.lastTap.time < DOUBLE_MS && Math.hypot(x - this.lastTap.x, y - this.lastTap.y) < 14;
    if (isSecond) this.to.doubleTap(x, y);
    else this.to.tap(x, y);
    this.lastTap = { x, y, time: isSecond ? -1e9 : time };
  }

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * 18 : event.deltaY;
    const strength = event.ctrlKey ? 0.008 : 0.0016;
    this.to.zoom(Math.exp(Math.max(-240, Math.min(240, pixels)) * strength), event.offsetX, event.offsetY);
  };

  dispose(): void {
    this.ending.abort();
  }
}

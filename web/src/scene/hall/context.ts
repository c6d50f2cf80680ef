/**
 * The graphics card may take its memory back at any time (a driver restarts, a laptop wakes, too many pages draw).
 * Nothing of the hall lives only there: geometry, poses and looks are arrays of ours, and three hands them over
 * again with the first picture after the return. Here it is only noticed when the card goes and when it is back.
 * Spec: WebGL 1.0 §5.15.2 and §5.15.3, `webglcontextlost` and `webglcontextrestored`.
 */
export interface ContextEvents {
  lost(): void;
  /** The context is a new one: whatever was said to the old one has to be said again. */
  restored(): void;
}

export class ContextWatch {
  isLost = false;
  private readonly ending = new AbortController();

  /** Listens after the renderer does, so that the renderer has set itself up when `restored` is told. */
  constructor(
    canvas: EventTarget,
    private readonly events: ContextEvents,
  ) {
    const options = { signal: this.ending.signal };
    canvas.addEventListener('webglcontextlost', this.lost, options);
    canvas.addEventListener('webglcontextrestored', this.restored, options);
  }

  private readonly lost = (event: Event): void => {
    // Without this the browser never gives the context back.
    event.preventDefault();
    if (this.isLost) return;
    this.isLost = true;
    this.events.lost();
  };

  private readonly restored = (): void => {
    if (!this.isLost) return;
    this.isLost = false;
    this.events.restored();
  };

  dispose(): void {
    this.ending.abort();
  }
}

/**
 * The graphics card's side of the hall: the renderer, when shadows are drawn anew, and the return of a context that
 * was lost.
 */
import { PCFShadowMap, type PerspectiveCamera, type Scene, SRGBColorSpace, WebGLRenderer } from 'three';
import type { FrameStats } from '../contract';
import { type ContextEvents, ContextWatch } from './context';
import { mildTones } from './tones';

const SHADOW_EVERY_MS = 160;
const PIXEL_RATIO_MAX = 2;

export class Painter {
  private readonly renderer: WebGLRenderer;
  private readonly watch: ContextWatch;
  private readonly pixel = new Uint8Array(4);
  private background = '#000000';
  private sinceShadowMs = Infinity;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly scene: Scene,
    private readonly camera: PerspectiveCamera,
    events: ContextEvents,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'high-performance' });
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.renderer.toneMapping = mildTones();
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.shadowMap.autoUpdate = false;
    this.watch = new ContextWatch(canvas, {
      lost: events.lost,
      restored: () => {
        this.setBackground(this.background);
        this.renewShadows();
        events.restored();
      },
    });
  }

  get isLost(): boolean {
    return this.watch.isLost;
  }

  setBackground(colour: string): void {
    this.background = colour;
    this.renderer.setClearColor(colour);
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.renderer.setPixelRatio(Math.min(PIXEL_RATIO_MAX, pixelRatio));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  /** Something that throws shadows stands elsewhere, or there are none yet. */
  renewShadows(): void {
    this.sinceShadowMs = Infinity;
  }

  /**
   * Shadows are drawn anew a few times a second, and only when `isNeeded` says so: it aims the light and tells
   * whether that, or anything that throws a shadow, has moved.
   */
  wantsShadows(deltaMs: number, isNeeded: () => boolean): boolean {
    this.sinceShadowMs += deltaMs;
    if (this.sinceShadowMs < SHADOW_EVERY_MS) return false;
    if (!isNeeded() && this.sinceShadowMs !== Infinity) return false;
    this.sinceShadowMs = 0;
    return true;
  }

  paint(renewsShadows: boolean): void {
    this.renderer.shadowMap.needsUpdate = renewsShadows;
    this.renderer.render(this.scene, this.camera);
  }

  /** Reading one pixel is the only call that does not return before the picture is there. */
  finish(): void {
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.pixel);
  }

  note(stats: FrameStats): void {
    stats.drawCalls = this.renderer.info.render.calls;
    stats.triangles = this.renderer.info.render.triangles;
  }

  dispose(): void {
    this.watch.dispose();
    this.renderer.dispose();
  }
}

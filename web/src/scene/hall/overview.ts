/** The overview map: footprints in grey, alarms in their colours, the camera's cone, a click to go there. */
import type { PerspectiveCamera } from 'three';
import type { ThingId } from '../../protocol/types';
import type { FloorBox } from '../coordinates';
import { alarmColours, type Look } from '../theme';
import type { Troupe } from './troupe';

const WIDEST = 208;
const TALLEST = 132;
const DRAW_EVERY_MS = 120;
/** As in the overlay's style. */
const PADDING = 4;

export class Overview {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d') as CanvasRenderingContext2D;
  private readonly base = document.createElement('canvas');
  private hall: FloorBox = { minX: 0, maxX: 1, minZ: 0, maxZ: 1, height: 1 };
  private scale = 1;
  private readonly dots = Math.min(2, globalThis.devicePixelRatio || 1);
  private sinceMs = 1e9;
  private seenRevision = -1;
  private look: Look | null = null;

  constructor(overlay: HTMLElement, goTo: (x: number, z: number) => void) {
    this.canvas.className = 'hall-map';
    overlay.append(this.canvas);
    this.canvas.addEventListener('pointerdown', (event) => {
      const [x, z] = [(event.offsetX - PADDING) / this.scale, (event.offsetY - PADDING) / this.scale];
      goTo(this.hall.minX + x, this.hall.minZ + z);
    });
  }

  setLook(look: Look): void {
    this.look = look;
    this.seenRevision = -1;
  }

  setHall(hall: FloorBox): void {
    this.hall = hall;
    const [l, w] = [hall.maxX - hall.minX, hall.maxZ - hall.minZ];
    this.scale = Math.min(WIDEST / l, TALLEST / w);
    const [width, height] = [Math.round(l * this.scale), Math.round(w * this.scale)];
    for (const canvas of [this.canvas, this.base]) {
      canvas.width = width * this.dots;
      canvas.height = height * this.dots;
    }
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.seenRevision = -1;
  }

  update(
    troupe: Troupe,
    priorities: ReadonlyMap<ThingId, number>,
    selected: ThingId | null,
    revision: number,
    camera: PerspectiveCamera,
    deltaMs: number,
  ): void {
    this.sinceMs += deltaMs;
    if (this.sinceMs < DRAW_EVERY_MS || !this.look) return;
    this.sinceMs = 0;
    if (revision !== this.seenRevision) this.drawBase(troupe, priorities, this.look);
    this.seenRevision = revision;
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.drawImage(this.base, 0, 0);
    this.place(this.context);
    for (const figure of troupe.figures) {
      if (figure.roams)
        this.footprint(this.context, figure.x, figure.z, figure.yaw, figure.place.size, this.look.ink);
      if (figure.thing.id === selected)
        this.footprint(this.context, figure.x, figure.z, figure.yaw, figure.place.size, this.look.accent);
    }
    this.drawCone(camera, this.look);
  }

  /** From here on the context speaks in metres of the hall. */
  private place(context: CanvasRenderingContext2D): void {
    const k = this.scale * this.dots;
    context.setTransform(k, 0, 0, k, -this.hall.minX * k, -this.hall.minZ * k);
  }

  private drawBase(troupe: Troupe, priorities: ReadonlyMap<ThingId, number>, look: Look): void {
    const context = this.base.getContext('2d') as CanvasRenderingContext2D;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.base.width, this.base.height);
    this.place(context);
    for (const figure of troupe.figures) {
      if (figure.roams) continue;
      const priority = priorities.get(figure.thing.id) ?? 0;
      const colour =
        priority > 0
          ? (alarmColours[priority] ?? look.quiet)
          : figure.state === 'down'
            ? look.ink
            : look.quiet;
      this.footprint(context, figure.x, figure.z, figure.yaw, figure.place.size, colour);
      if (priority > 0) this.dot(context, figure.x, figure.z, colour);
    }
  }

  private footprint(
    context: CanvasRenderingContext2D,
    x: number,
    z: number,
    yaw: number,
    size: readonly [number, number, number],
    colour: string,
  ): void {
    context.save();
    context.translate(x, z);
    context.rotate(-yaw);
    context.fillStyle = colour;
    context.fillRect(-size[0] / 2, -size[1] / 2, size[0], size[1]);
    context.restore();
  }

  private dot(context: CanvasRenderingContext2D, x: number, z: number, colour: string): void {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, z, 3.5 / this.scale, 0, Math.PI * 2);
    context.fill();
  }

  private drawCone(camera: PerspectiveCamera, look: Look): void {
    const { context } = this;
    const [x, z] = [camera.position.x, camera.position.z];
    const yaw = camera.rotation.y;
    const half = Math.atan(Math.tan((camera.fov * Math.PI) / 360) * camera.aspect);
    const reach = 26 / this.scale;
    context.fillStyle = look.accent;
    context.globalAlpha = 0.22;
    context.beginPath();
    context.moveTo(x, z);
    // The camera looks along -z when its yaw is 0; the map's y is the scene's z.
    context.arc(x, z, reach * 1.6, -Math.PI / 2 - yaw - half, -Math.PI / 2 - yaw + half);
    context.closePath();
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, z, 3 / this.scale, 0, Math.PI * 2);
    context.fill();
  }

  dispose(): void {
    this.canvas.remove();
  }
}

/** Where one looks from: joins hand and keys to the camera, and knows what a walker must not walk through. */
import { type PerspectiveCamera, Vector3 } from 'three';
import { WalkKeys } from '../camera/keys';
import { CameraRig } from '../camera/rig';
import type { CameraPose } from '../contract';
import type { Figure } from './figure';
import type { Pointing } from './pointing';
import type { Setting } from './setting';
import { freeWindow } from './style';

const FIRST_AZIMUTH = -0.62;
const FIRST_ELEVATION = 0.56;
/** A camera that came to rest is told of after this time, so that an address does not change sixty times a second. */
const TELL_AFTER_MS = 200;
const WALL_METRES = 0.4;
/** A click on the map comes at least this near. */
const MAP_DISTANCE_METRES = 34;
const WALKER_SHADOWS_METRES = 40;

export class Viewpoint {
  private readonly rig: CameraRig;
  private readonly keys = new WalkKeys(() => this.isWalking);
  private readonly focus = new Vector3();
  private sinceTellMs = 0;
  private hasMovedSinceTold = false;

  constructor(
    private readonly camera: PerspectiveCamera,
    private readonly overlay: HTMLElement,
    private readonly setting: Setting,
    private readonly pointing: Pointing,
    private readonly told: (pose: CameraPose) => void,
  ) {
    this.rig = new CameraRig(camera);
  }

  get isWalking(): boolean {
    return this.rig.mode === 'walk';
  }

  /** The picture is seen from elsewhere than the one before. */
  get moved(): boolean {
    return this.rig.moved;
  }

  update(deltaMs: number): void {
    if (this.keys.step(deltaMs)) this.rig.walk(this.keys.right, this.keys.ahead, this.free);
    this.rig.update(deltaMs);
    this.setting.followEye(this.camera);
    this.hasMovedSinceTold ||= this.rig.moved;
    this.sinceTellMs += deltaMs;
    if (!this.hasMovedSinceTold || this.rig.moved || this.sinceTellMs <= TELL_AFTER_MS) return;
    this.hasMovedSinceTold = false;
    this.sinceTellMs = 0;
    this.told(this.rig.pose());
  }

  /** Aims the light's shadows at what is looked at; true when they must be drawn anew. */
  aimLight(): boolean {
    const { x, z, distance } = this.rig.now;
    return this.setting.aimLight(this.focus.set(x, 0, z), this.isWalking ? WALKER_SHADOWS_METRES : distance);
  }

  /** The whole hall, unless the reader has chosen a view of his own. */
  fitUntouched(): void {
    if (!this.rig.isTouched) this.fit(false);
  }

  fitAll(): void {
    // From here on the view is fitted by itself again when the window changes.
    this.rig.isTouched = false;
    this.fit(true);
  }

  private fit(ease: boolean): void {
    this.rig.fit(this.setting.box, FIRST_AZIMUTH, FIRST_ELEVATION, ease, freeWindow(this.overlay));
  }

  flyTo(figure: Figure): void {
    const { size } = figure.place;
    this.rig.mode = 'orbit';
    this.rig.isTouched = true;
    this.rig.flyToStance({
      x: figure.x,
      y: figure.y + size[2] * 0.45,
      z: figure.z,
      azimuth: this.rig.now.azimuth,
      elevation: 0.42,
      distance: 4 + Math.max(...size) * 2.6,
    });
  }

  /** A click on the map: the same view of another spot. */
  goTo(x: number, z: number): void {
    this.rig.isTouched = true;
    const { now } = this.rig;
    const distance = this.isWalking ? 0 : Math.min(now.distance, MAP_DISTANCE_METRES);
    this.rig.flyToStance({ ...now, x, z, y: this.isWalking ? now.y : 1, distance });
  }

  turn(dx: number, dy: number): void {
    this.rig.turn(dx, dy);
  }

  pan(dx: number, dy: number, viewHeight: number): void {
    this.rig.pan(dx, dy, viewHeight);
  }

  /** Towards what lies under the spot on the screen; a walker walks. */
  zoomAt(factor: number, x: number, y: number): void {
    if (this.isWalking) {
      this.rig.walk(0, -Math.log(factor) * 3, this.free);
      return;
    }
    const at = this.pointing.pointAt(x, y, this.rig.now.distance * 2, this.focus);
    this.rig.zoom(factor, at.x, at.y, at.z);
  }

  setMode(mode: CameraPose['mode']): void {
    this.rig.setMode(mode, this.free);
  }

  pose(): CameraPose {
    return this.rig.pose();
  }

  setPose(pose: CameraPose, ease: boolean): void {
    this.rig.setPose(pose, ease);
  }

  private readonly free = (at: { x: number; z: number }): void => {
    const { box } = this.setting;
    at.x = Math.max(box.minX + WALL_METRES, Math.min(box.maxX - WALL_METRES, at.x));
    at.z = Math.max(box.minZ + WALL_METRES, Math.min(box.maxZ - WALL_METRES, at.z));
    this.pointing.pushOut(at);
  };

  dispose(): void {
    this.keys.dispose();
  }
}

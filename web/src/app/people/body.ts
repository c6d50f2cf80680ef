/** The own body, as the camera says it: a walker stands under the eye, whoever looks from above where the look rests. */
import { turnBetween } from '../../client/meet/motion';
import type { Body, Gesture, Spot } from '../../protocol/meet';
import type { CameraPose } from '../../scene/contract';

const EYE_HEIGHT = 1.7;
/** From above one stands this far before what is looked at. */
const BEFORE_METRES = 2;
/** The head turns this far before the body comes along. */
const NECK = 0.7;

export class OwnBody {
  gesture: Gesture = 'none';
  isSpeaking = false;
  ray: Spot | null = null;
  private yaw = 0;
  private x = 0;
  private y = 0;

  at({ position, target, mode }: CameraPose): Body {
    const [dx, dy, dz] = [target[0] - position[0], target[1] - position[1], target[2] - position[2]];
    const over = Math.hypot(dx, dz) || 1;
    const headYaw = Math.atan2(-dz, dx);
    const isAbove = mode === 'orbit';
    const back = isAbove ? BEFORE_METRES : 0;
    const [x, z] = isAbove
      ? [target[0] - (dx / over) * back, target[2] - (dz / over) * back]
      : [position[0], position[2]];
    const floor = isAbove ? 0 : Math.max(0, position[1] - EYE_HEIGHT);
    this.turnBody(headYaw, Math.hypot(x - this.x, -z - this.y) > 0.01);
    [this.x, this.y] = [x, -z];
    return {
      position: [x, -z, floor],
      yaw: this.yaw,
      headYaw,
      pitch: isAbove ? -0.35 : Math.atan2(dy, over),
      isSpeaking: this.isSpeaking,
      isAbove,
      gesture: this.gesture,
      ray: this.ray,
    };
  }

  private turnBody(headYaw: number, isWalking: boolean): void {
    const off = turnBetween(this.yaw, headYaw);
    if (isWalking) this.yaw += off * 0.2;
    else if (Math.abs(off) > NECK) this.yaw += off - Math.sign(off) * NECK;
  }
}

/** A walker's camera beside somebody, who is in the picture. */
export function beside(x: number, y: number, yaw: number): CameraPose {
  // Before them and a little to the side, at a distance that is polite.
  const angle = yaw + 0.5;
  const eye: CameraPose['position'] = [x + Math.cos(angle) * 2.4, EYE_HEIGHT, -(y + Math.sin(angle) * 2.4)];
  return { position: eye, target: [x, 1.45, -y], mode: 'walk' };
}

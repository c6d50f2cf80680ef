/**
 * One soft key light with shadows, sky and floor bounce, and a sky that is only a tone.
 * The shadow map follows what the camera looks at and is renewed a few times a second at most.
 */
import {
  BackSide,
  Color,
  DirectionalLight,
  Group,
  HemisphereLight,
  Mesh,
  type PerspectiveCamera,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from 'three';
import { keyDirection } from '../mesh/matter';
import type { Look } from '../theme';

const SHADOW_PIXELS = 2048;
const LONGEST_REACH = 70;

const skyVertex = /* glsl */ `
varying float vUp;
void main() {
  vUp = normalize(position).y;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}
`;
const skyFragment = /* glsl */ `
uniform vec3 uHorizon;
uniform vec3 uZenith;
varying float vUp;
void main() {
  gl_FragColor = vec4(mix(uHorizon, uZenith, smoothstep(0.0, 0.7, vUp)), 1.0);
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}
`;

export class Light {
  readonly group = new Group();
  private readonly sky = new HemisphereLight();
  private readonly key = new DirectionalLight();
  private readonly dome: Mesh<SphereGeometry, ShaderMaterial>;
  private readonly skyColours = { uHorizon: { value: new Color() }, uZenith: { value: new Color() } };
  private readonly focus = new Vector3();
  private reach = 0;

  constructor() {
    this.key.castShadow = true;
    this.key.shadow.mapSize.set(SHADOW_PIXELS, SHADOW_PIXELS);
    this.key.shadow.bias = -0.0004;
    this.key.shadow.normalBias = 0.03;
    this.key.shadow.radius = 3.2;
    const material = new ShaderMaterial({
      vertexShader: skyVertex,
      fragmentShader: skyFragment,
      side: BackSide,
      depthWrite: false,
      depthTest: false,
      uniforms: this.skyColours,
    });
    this.dome = new Mesh(new SphereGeometry(1, 16, 12), material);
    this.dome.renderOrder = -200;
    this.dome.frustumCulled = false;
    this.group.add(this.sky, this.key, this.key.target, this.dome);
  }

  setLook(look: Look): void {
    this.sky.color.set(look.sky);
    this.sky.groundColor.set(look.bounce);
    this.sky.intensity = look.skyStrength;
    this.key.color.set('#fff9f1');
    this.key.intensity = look.keyStrength;
    this.skyColours.uHorizon.value.set(look.background);
    this.skyColours.uZenith.value.set(look.zenith);
  }

  /** The dome stays around the eye, so that the sky has no distance. */
  follow(camera: PerspectiveCamera): void {
    this.dome.position.copy(camera.position);
    this.dome.scale.setScalar(camera.far * 0.5);
  }

  /** Aims the shadows at a stretch of floor; true when they must be drawn anew. */
  aim(target: Vector3, distance: number): boolean {
    const reach = Math.min(LONGEST_REACH, Math.max(14, Math.ceil((distance * 0.62) / 8) * 8));
    const isClose = this.focus.distanceTo(target) < reach * 0.12;
    if (isClose && reach === this.reach) return false;
    this.focus.copy(target);
    this.reach = reach;
    const camera = this.key.shadow.camera;
    camera.left = camera.bottom = -reach;
    camera.right = camera.top = reach;
    camera.near = 1;
    camera.far = 260;
    camera.updateProjectionMatrix();
    this.key.target.position.copy(target);
    this.key.position.copy(target).addScaledVector(keyDirection, 130);
    this.key.target.updateMatrixWorld();
    this.key.updateMatrixWorld();
    return true;
  }

  dispose(): void {
    this.key.shadow.dispose();
    this.dome.geometry.dispose();
    this.dome.material.dispose();
  }
}

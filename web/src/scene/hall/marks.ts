/**
 * The marks above machines: alarm priorities by colour and shape, and the quiet signs for starved, blocked and
 * set-up. They keep their size in pixels, so that an alarm is read from the other end of the hall.
 */
import {
  BufferAttribute,
  Color,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
  Vector2,
} from 'three';
import type { ThingId } from '../../protocol/types';
import { alarmColours, type Look } from '../theme';
import type { Figure } from './figure';
import type { Troupe } from './troupe';

/** 1–4 are the alarm priorities. */
const Sign = { starved: 5, blocked: 6, setup: 7 } as const;
const MOST = 512;

const vertex = /* glsl */ `
attribute vec3 aAnchor;
attribute float aSign;
uniform vec2 uView;
varying vec2 vAt;
flat varying float vSign;
varying float vFade;
void main() {
  vec4 eye = viewMatrix * vec4(aAnchor, 1.0);
  float away = -eye.z;
  bool isAlarm = aSign < 4.5;
  // Alarms shrink little with distance; quiet signs go away when the whole hall is in sight.
  float metrePixels = uView.y * projectionMatrix[1][1] * 0.5 / max(away, 0.1);
  float size = isAlarm ? clamp(metrePixels * 0.55, 11.0, 17.0) : clamp(metrePixels * 0.4, 7.0, 12.0);
  vFade = isAlarm ? 1.0 : smoothstep(5.0, 9.0, metrePixels);
  vAt = vec2(position.x, position.y) * 1.25;
  vAt.y -= position.y < 0.0 ? 0.9 : 0.0;
  vSign = aSign;
  vec4 clip = projectionMatrix * eye;
  vec2 lift = vec2(0.0, size * 2.15);
  clip.xy += (vAt * size + lift) * 2.0 / uView * clip.w;
  gl_Position = clip;
}
`;
const fragment = /* glsl */ `
uniform vec3 uColours[5];
uniform vec3 uSurface;
uniform vec3 uInk;
varying vec2 vAt;
flat varying float vSign;
varying float vFade;
float boxAt(vec2 p, vec2 half_) { vec2 q = abs(p) - half_; return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0); }
float triangleAt(vec2 p) {
  p.y += 0.22;
  return max(dot(vec2(abs(p.x), p.y), vec2(0.866, 0.5)) - 0.52, -p.y - 0.42);
}
float stroke(vec2 p, vec2 a, vec2 b) { vec2 d = b - a; return length(p - a - d * clamp(dot(p - a, d) / dot(d, d), 0.0, 1.0)); }
float arrowAt(vec2 p, float way) {
  p.y = (p.y - 0.1) * way + 0.0;
  float shaft = boxAt(p - vec2(0.0, 0.26), vec2(0.17, 0.26));
  float head = max(dot(vec2(abs(p.x), -p.y), normalize(vec2(1.0, 1.0))) - 0.26, p.y);
  return abs(min(shaft, head)) - 0.055;
}
float wrenchAt(vec2 p) {
  p = mat2(0.7071, -0.7071, 0.7071, 0.7071) * p;
  float handle = stroke(p, vec2(0.0, -0.62), vec2(0.0, 0.15)) - 0.13;
  float jaw = max(length(p - vec2(0.0, 0.38)) - 0.36, -boxAt(p - vec2(0.0, 0.66), vec2(0.14, 0.34)));
  return min(handle, jaw);
}
void main() {
  int sign_ = int(vSign + 0.5);
  bool isAlarm = sign_ <= 4;
  float shape = 1.0;
  if (sign_ == 1) shape = boxAt(vAt, vec2(0.66));
  else if (sign_ == 2) shape = triangleAt(vAt) - 0.24;
  else if (sign_ == 3) shape = (abs(vAt.x) + abs(vAt.y) - 0.98) * 0.7071;
  else if (sign_ == 4) shape = length(vAt) - 0.76;
  else shape = length(vAt) - 0.92;
  float pixel = fwidth(vAt.x);
  float stem = max(abs(vAt.x) - pixel * 0.9, max(vAt.y + 0.6, -vAt.y - 2.2));
  vec3 fill = isAlarm ? uColours[sign_] : uSurface;
  float body = 1.0 - smoothstep(-pixel, pixel, shape);
  float rim = 1.0 - smoothstep(-pixel, pixel, shape - 0.13);
  vec3 colour = mix(isAlarm ? uSurface : uInk * 0.8 + uSurface * 0.2, fill, body);
  if (isAlarm) {
    // The exclamation mark keeps the sign readable in greyscale.
    float bang = min(boxAt(vAt - vec2(0.0, sign_ == 2 ? 0.06 : 0.14), vec2(0.075, 0.26)) - 0.02, length(vAt - vec2(0.0, sign_ == 2 ? -0.42 : -0.34)) - 0.11);
    colour = mix(colour, vec3(1.0), 1.0 - smoothstep(-pixel, pixel, bang));
  } else {
    float glyph = sign_ == 7 ? wrenchAt(vAt * 1.15) : arrowAt(vAt, sign_ == 5 ? 1.0 : -1.0);
    if (sign_ != 7) glyph = min(glyph, boxAt(vAt - vec2(0.0, -0.56), vec2(0.34, 0.05)));
    colour = mix(colour, uInk, 1.0 - smoothstep(-pixel, pixel, glyph));
  }
  float line = 1.0 - smoothstep(0.0, pixel, stem);
  float alpha = max(rim, line * 0.9);
  colour = mix(isAlarm ? fill : uInk, colour, rim);
  if (alpha * vFade < 0.01) discard;
  gl_FragColor = vec4(colour, alpha * vFade);
  #include <colorspace_fragment>
}
`;

/** How far above its anchor a mark reaches, in pixels; the same sum as in the shader. */
export function markTop(isAlarm: boolean, metrePixels: number): number {
  const size = isAlarm
    ? Math.max(11, Math.min(17, metrePixels * 0.55))
    : Math.max(7, Math.min(12, metrePixels * 0.4));
  return size * (isAlarm ? 3.05 : 3.15);
}

function signOf(figure: Figure, priority: number): number {
  if (priority > 0) return priority;
  const state = figure.state;
  return state === 'starved' || state === 'blocked' || state === 'setup' ? Sign[state] : 0;
}

export class Marks {
  private readonly anchors = new InstancedBufferAttribute(new Float32Array(MOST * 3), 3).setUsage(
    DynamicDrawUsage,
  );
  private readonly signs = new InstancedBufferAttribute(new Float32Array(MOST), 1).setUsage(DynamicDrawUsage);
  private readonly geometry = new InstancedBufferGeometry();
  private readonly uniforms = {
    uView: { value: new Vector2(1, 1) },
    uSurface: { value: new Color() },
    uInk: { value: new Color() },
    uColours: { value: alarmColours.map((hex) => new Color(hex)) },
  };
  readonly mesh: Mesh;
  private readonly marked: Figure[] = [];
  private seenRevision = -1;

  constructor() {
    this.geometry.setAttribute(
      'position',
      new BufferAttribute(new Float32Array([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0]), 3),
    );
    this.geometry.setIndex([0, 1, 2, 0, 2, 3]);
    this.geometry.setAttribute('aAnchor', this.anchors);
    this.geometry.setAttribute('aSign', this.signs);
    this.geometry.instanceCount = 0;
    const material = new ShaderMaterial({
      vertexShader: vertex,
      fragmentShader: fragment,
      uniforms: this.uniforms,
      transparent: true,
      depthTest: false,
      depthWrite: false,
    });
    this.mesh = new Mesh(this.geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 100;
  }

  setLook(look: Look): void {
    this.uniforms.uSurface.value.set(look.surface);
    this.uniforms.uInk.value.set(look.ink);
  }

  resize(width: number, height: number): void {
    this.uniforms.uView.value.set(width, height);
  }

  /** Lists who carries a mark when something changed; vehicles take theirs along in every picture. */
  update(troupe: Troupe, priorities: ReadonlyMap<ThingId, number>, revision: number): void {
    const isNew = revision !== this.seenRevision;
    if (isNew) this.list(troupe, priorities);
    this.seenRevision = revision;
    for (let i = 0; i < this.marked.length; i++) {
      const figure = this.marked[i] as Figure;
      if (isNew || figure.roams)
        this.anchors.setXYZ(i, figure.x, figure.y + figure.place.size[2] + 0.1, figure.z);
      if (figure.roams) this.anchors.needsUpdate = true;
    }
    if (isNew) this.anchors.needsUpdate = true;
  }

  private list(troupe: Troupe, priorities: ReadonlyMap<ThingId, number>): void {
    this.marked.length = 0;
    // The most urgent are drawn last, on top of the others.
    const signed = troupe.figures
      .map((figure) => ({ figure, sign: signOf(figure, priorities.get(figure.thing.id) ?? 0) }))
      .filter(({ sign }) => sign > 0)
      .sort((a, b) => b.sign - a.sign)
      .slice(-MOST);
    signed.forEach(({ figure, sign }, i) => {
      this.marked.push(figure);
      this.signs.setX(i, sign);
    });
    this.signs.needsUpdate = true;
    this.geometry.instanceCount = signed.length;
  }

  dispose(): void {
    this.geometry.dispose();
    (this.mesh.material as ShaderMaterial).dispose();
  }
}

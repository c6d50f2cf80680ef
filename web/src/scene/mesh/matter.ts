/**
 * The one material of every machine: matte, with faint edges, a floor shade, and the state patterns of LOOK.md.
 * An instance says how it looks in four bytes, `aLook`: pattern, highlight, darkness, order mark.
 */
import { Color, MeshLambertMaterial, Vector3 } from 'three';
import type { Look } from '../theme';
import { paletteColours } from '../theme';

export const Pattern = { plain: 0, hatched: 1, crosshatched: 2, outlined: 3 } as const;
export const Highlight = { none: 0, hover: 1, selected: 2 } as const;
export const LOOK_SIZE = 4;

const vertexHead = /* glsl */ `
attribute vec4 aMark;
attribute vec4 aLook;
uniform vec3 uPalette[12];
varying vec3 vEdge;
varying vec3 vGround;
flat varying vec3 vTone;
flat varying vec3 vState;
vec3 orderTint(float code) {
  float hue = fract(code * 0.61803) * 6.0;
  vec3 wheel = clamp(abs(mod(hue + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
  return mix(vec3(0.30), wheel * 0.55 + 0.08, 0.42) * (0.55 + 0.5 * fract(code * 0.37));
}
`;

const vertexBody = /* glsl */ `
  int tone = int(aMark.w + 0.5);
  vTone = (tone == 9 && aLook.w > 0.5) ? orderTint(aLook.w) : uPalette[tone];
  vEdge = aMark.xyz;
  vState = aLook.xyz + vec3(0.0, 0.0, tone == 7 ? 0.5 : 0.0);
  vGround = (modelMatrix * instanceMatrix * vec4(transformed, 1.0)).xyz;
`;

const fragmentHead = /* glsl */ `
uniform vec3 uEdge;
uniform vec3 uAccent;
uniform vec3 uGroundTone;
uniform float uEdgeStrength;
varying vec3 vEdge;
varying vec3 vGround;
flat varying vec3 vTone;
flat varying vec3 vState;
float edgeLine(float width) {
  vec3 slope = max(fwidth(vEdge), vec3(1e-5));
  vec3 pixels = vEdge / slope;
  vec3 line = (1.0 - smoothstep(vec3(width - 0.6), vec3(width + 0.6), pixels)) * (1.0 - smoothstep(0.12, 0.5, slope));
  return max(line.x, max(line.y, line.z));
}
float hatch(float along) {
  float pixel = max(fwidth(along), 1e-6);
  float period = 0.14 * exp2(ceil(max(0.0, log2(pixel * 7.0 / 0.14))));
  float wave = abs(fract(along / period) - 0.5) * 2.0;
  float soft = clamp(pixel / period * 2.0, 0.02, 0.5);
  return smoothstep(0.62 - soft, 0.62 + soft, wave);
}
`;

const fragmentTone = /* glsl */ `
  float darkness = floor(vState.z);
  bool glowing = fract(vState.z) > 0.25;
  vec3 toneColour = vTone;
  toneColour = mix(toneColour, toneColour * 0.34, darkness);
  toneColour *= mix(0.80, 1.0, smoothstep(0.0, 0.9, vGround.y));
  float pattern = vState.x;
  float stripes = 0.0;
  if (pattern > 0.5 && pattern < 2.5) {
    stripes = hatch(vGround.x + vGround.y - vGround.z);
    if (pattern > 1.5) stripes = max(stripes, hatch(vGround.x - vGround.y + vGround.z));
    toneColour = mix(toneColour, uEdge, stripes * 0.27);
  }
  float outlined = step(2.5, pattern);
  toneColour = mix(toneColour, uGroundTone, outlined * 0.92);
  float line = edgeLine(vState.y > 1.5 ? 1.7 : 0.85);
  float strength = mix(uEdgeStrength, 0.95, outlined);
  toneColour = mix(toneColour, mix(toneColour * 0.35, uEdge, 0.6), line * strength);
  float highlighted = vState.y > 1.5 ? 1.0 : vState.y * 0.55;
  toneColour = mix(toneColour, uAccent, line * highlighted);
  toneColour = mix(toneColour, uAccent, highlighted * 0.07);
  diffuseColor.rgb = toneColour;
  totalEmissiveRadiance += glowing ? vTone * 0.55 * (1.0 - darkness) * (1.0 - outlined) : vec3(0.0);
  totalEmissiveRadiance += uAccent * line * highlighted * 0.35;
`;

/** Only the shape of a thing, in the colour of the future: filled when it is added, outlined when it is taken away. */
const ghostTone = /* glsl */ `
  float line = edgeLine(1.1);
  bool isRemoved = vState.x > 2.5;
  diffuseColor.rgb = uAccent;
  diffuseColor.a = isRemoved ? 0.02 + 0.85 * line : 0.26 + 0.7 * line;
  totalEmissiveRadiance += uAccent * 0.3;
`;

export interface Matter {
  readonly material: MeshLambertMaterial;
  setLook(look: Look): void;
  /** Future parts are slightly translucent (LOOK.md, "Never in doubt when"). */
  setTranslucent(translucent: boolean): void;
  dispose(): void;
}

type Uniforms = ReturnType<typeof uniformsOf>;

function uniformsOf() {
  return {
    uPalette: { value: Array.from({ length: 12 }, () => new Color()) },
    uEdge: { value: new Color() },
    uAccent: { value: new Color() },
    uGroundTone: { value: new Color() },
    uEdgeStrength: { value: 0.5 },
  };
}

function paint(material: MeshLambertMaterial, uniforms: Uniforms, tone: string): void {
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', `#include <common>\n${vertexHead}`)
      .replace('#include <project_vertex>', `#include <project_vertex>\n${vertexBody}`);
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\n${fragmentHead}`)
      .replace('#include <color_fragment>', tone);
  };
}

function setUniforms(uniforms: Uniforms, look: Look): void {
  paletteColours(look).forEach((colour, i) => {
    uniforms.uPalette.value[i]?.copy(colour);
  });
  uniforms.uEdge.value.set(look.edge);
  uniforms.uAccent.value.set(look.accent);
  uniforms.uGroundTone.value.set(look.floor);
  uniforms.uEdgeStrength.value = look.edgeStrength;
}

export function createMatter(): Matter {
  const uniforms = uniformsOf();
  const material = new MeshLambertMaterial();
  paint(material, uniforms, fragmentTone);
  return {
    material,
    setLook: (look) => setUniforms(uniforms, look),
    setTranslucent(translucent) {
      material.transparent = translucent;
      material.opacity = translucent ? 0.72 : 1;
      material.needsUpdate = true;
    },
    dispose: () => material.dispose(),
  };
}

/** The matter of what is not there: it hides nothing, and lies over a real machine in the same place. */
export function createGhostMatter(): Omit<Matter, 'setTranslucent'> {
  const uniforms = uniformsOf();
  const material = new MeshLambertMaterial({
    transparent: true,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: -1,
    polygonOffsetUnits: -2,
  });
  material.customProgramCacheKey = () => 'ghost';
  paint(material, uniforms, ghostTone);
  return { material, setLook: (look) => setUniforms(uniforms, look), dispose: () => material.dispose() };
}

/** The direction from which the key light comes, in the scene's frame. */
export const keyDirection = new Vector3(-0.45, 0.78, 0.44).normalize();

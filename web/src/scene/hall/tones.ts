/**
 * Mild tone mapping: colours are kept as the palette says, and only what is brighter than paper is bent back.
 * three's own curves change greys: Neutral tints the dark ones, AgX and ACES flatten them all.
 */
import { CustomToneMapping, ShaderChunk } from 'three';

const identity = 'vec3 CustomToneMapping( vec3 color ) { return color; }';
const mild = /* glsl */ `vec3 CustomToneMapping( vec3 color ) {
  color *= toneMappingExposure;
  const float knee = 0.80;
  vec3 over = max(color - knee, 0.0);
  return min(color, knee) + (1.0 - knee) * (1.0 - exp(-over / (1.0 - knee)));
}`;

export function mildTones(): typeof CustomToneMapping {
  ShaderChunk.tonemapping_pars_fragment = ShaderChunk.tonemapping_pars_fragment.replace(identity, mild);
  return CustomToneMapping;
}

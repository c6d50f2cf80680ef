/** The parts that travel through the plant. Each carries a band in the tone `mark`, which the order colours. */
import type { BufferGeometry } from 'three';
import { MeshBuilder, type Point } from '../mesh/builder';
import { Tone } from '../theme';

export type PartShape = 'shaft' | 'gear' | 'tray';

function toothed(radius: number, teeth: number): Point[] {
  return Array.from({ length: teeth * 4 }, (_, i): Point => {
    const angle = ((i + 0.5) / (teeth * 4)) * Math.PI * 2;
    const r = i % 4 < 2 ? radius : radius * 0.87;
    return [Math.cos(angle) * r, Math.sin(angle) * r];
  });
}

const draw: Record<PartShape, (mesh: MeshBuilder, d: number) => void> = {
  /** Lies along x with its middle at the origin, as it sits between chuck and tailstock. */
  shaft: (mesh, d) => {
    mesh.round('x', [-d * 0.9, 0, 0], d * 0.28, d * 1.8, Tone.part, 14);
    mesh.round('x', [-d * 0.35, 0, 0], d * 0.5, d * 0.5, Tone.part, 18);
    mesh.round('x', [-d * 0.17, 0, 0], d * 0.515, d * 0.14, Tone.mark, 18);
  },
  /** Lies flat and stands on the origin. */
  gear: (mesh, d) => {
    mesh.prism('y', toothed(d / 2, 18), [0, d * 0.26], Tone.part);
    mesh.round('y', [0, d * 0.26, 0], d * 0.3, d * 0.05, Tone.mark, 16);
    mesh.round('y', [0, d * 0.31, 0], d * 0.13, d * 0.12, Tone.part, 12);
  },
  /** A small carrier with a gear on it, for shelves and stacks. */
  tray: (mesh, d) => {
    mesh.box([-d * 0.5, d * 0.5], [0, d * 0.12], [-d * 0.5, d * 0.5], Tone.wood, d * 0.02);
    mesh.round('y', [0, d * 0.12, 0], d * 0.4, d * 0.26, Tone.part, 14);
    mesh.round('y', [0, d * 0.2, 0], d * 0.412, d * 0.09, Tone.mark, 14);
    mesh.round('y', [0, d * 0.38, 0], d * 0.16, d * 0.14, Tone.part, 10);
  },
};

const meshes = new Map<string, BufferGeometry>();

/** Diameters are rounded to 4 cm so that the whole plant shares a handful of meshes. */
export function partMesh(shape: PartShape, diameter: number): BufferGeometry {
  const d = Math.max(0.08, Math.round(diameter * 25) / 25);
  const key = `${shape} ${d}`;
  const known = meshes.get(key);
  if (known) return known;
  const builder = new MeshBuilder();
  draw[shape](builder, d);
  const mesh = builder.build();
  meshes.set(key, mesh);
  return mesh;
}

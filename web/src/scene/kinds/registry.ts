/** Kinds of scene object register themselves here; the renderer does not know them. */
import type { Design, Size } from './design';

export type Maker = (size: Size) => Design;

const makers = new Map<string, Maker>();
const designs = new Map<string, Design[]>();

/** Within this share a design is stretched instead of drawn anew. */
const STRETCH = 0.04;

export function registerKind(names: string | readonly string[], maker: Maker): void {
  for (const name of typeof names === 'string' ? [names] : names) makers.set(name, maker);
}

/** An unknown class is drawn as a cabinet. */
function makerOf(kind: string): Maker {
  const maker = makers.get(kind) ?? makers.get('controller');
  if (!maker) throw new Error('no kinds are registered: import kinds/index');
  return maker;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= STRETCH * b;
}

/** The design for a class at a size. Equal and nearly equal sizes share one design, and so its meshes. */
export function designOf(kind: string, size: Size): Design {
  const known = designs.get(kind) ?? [];
  designs.set(kind, known);
  const near = known.find(
    (d) =>
      isClose(size.length, d.size.length) &&
      isClose(size.height, d.size.height) &&
      isClose(size.width, d.size.width),
  );
  if (near) return near;
  const made = makerOf(kind)(size);
  known.push(made);
  return made;
}

/** Calm colours that tell orders apart: one lightness, little saturation, far from those of alarms. */
export interface Tint {
  fill: string;
  edge: string;
}

const HUES = [212, 172, 264, 96, 236, 150, 196, 288, 122, 182, 250, 76];
const tints = new Map<string, Tint>();

export function tintOf(order: string, dark: boolean): Tint {
  const key = `${dark} ${order}`;
  let tint = tints.get(key);
  if (!tint) {
    const code = codeOf(order);
    const hue = HUES[code % HUES.length] ?? 0;
    const step = (Math.floor(code / HUES.length) % 3) * 4;
    tint = dark
      ? { fill: `hsl(${hue} 18% ${30 + step}%)`, edge: `hsl(${hue} 20% ${44 + step}%)` }
      : { fill: `hsl(${hue} 30% ${80 + step / 2}%)`, edge: `hsl(${hue} 24% ${58 + step}%)` };
    if (tints.size > 4000) tints.clear();
    tints.set(key, tint);
  }
  return tint;
}

/** Orders are often numbered one after another: neighbours get different hues. */
function codeOf(order: string): number {
  const number = /(\d+)\D*$/.exec(order)?.[1];
  if (number) return Number(number) * 5;
  let code = 7;
  for (const letter of order) code = (code * 31 + letter.charCodeAt(0)) % 99_991;
  return code;
}

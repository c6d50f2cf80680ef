/** A person's colour follows from who it is, so that all see the same. Calm tones that no alarm has. */
const COLOURS = [
  '#2c7a86',
  '#3a69ad',
  '#4f8748',
  '#86683a',
  '#78568a',
  '#a85278',
  '#3f8871',
  '#5d72ad',
  '#8d6a86',
  '#567f94',
  '#71803a',
  '#6b5bb0',
] as const;

export function colourOf(person: string): string {
  let hash = 2166136261;
  for (let i = 0; i < person.length; i++) hash = Math.imul(hash ^ person.charCodeAt(i), 16777619);
  return COLOURS[(hash >>> 0) % COLOURS.length] ?? COLOURS[0];
}

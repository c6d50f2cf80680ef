/** Where somebody is, in the words of the plant: at the nearest machine. */
import type { App } from '../app.svelte';

const AT_METRES = 7;
const NO_PLACE = new Set(['site', 'area', 'line', 'aisle', 'connection']);

export function whereIs(app: App, seat: number): string {
  const shown = app.people.meeting.motions.get(seat)?.shown;
  const { words } = app.people;
  if (!shown) return words.farAway;
  let nearest = AT_METRES;
  let name = '';
  for (const { place, name: thing, class: kind, level } of app.model.document.things) {
    if (!place || NO_PLACE.has(kind) || level === 'floor') continue;
    const away =
      Math.hypot(place.position[0] - shown.x, place.position[1] - shown.y) -
      Math.max(place.size[0], place.size[1]) / 2;
    if (away >= nearest) continue;
    nearest = away;
    name = thing;
  }
  return name === '' ? words.away(app.people.distanceTo(seat)) : words.near(name);
}

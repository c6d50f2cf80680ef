/** What the palette offers for a text: times first, then commands, things and signals. */

import type { PlantModel } from '../../client/model';
import { parseTime, type TimeContext, type TimeJump } from '../../client/timeparse';
import type { SearchHit } from '../../protocol/rest';
import type { Signal, Thing } from '../../protocol/types';

export interface Command {
  name: string;
  keys: string;
  run(): void;
}

export type Entry =
  | { kind: 'time'; jump: TimeJump }
  | { kind: 'known'; ms: number }
  | { kind: 'thing'; thing: Thing }
  | { kind: 'signal'; signal: Signal; thing: Thing | undefined }
  | { kind: 'command'; command: Command };

const THINGS_MAX = 8;
const SIGNALS_MAX = 6;
const COMMANDS_MAX = 6;
/** In a larger plant the server looks for signals: typing must stay quick. */
const LOCAL_SIGNALS_MAX = 20_000;

export function entriesFor(
  text: string,
  model: PlantModel,
  commands: readonly Command[],
  context: TimeContext,
): Entry[] {
  const query = text.trim().toLowerCase();
  if (query === '') return commands.map((command) => ({ kind: 'command', command }) as const);
  const known = knownAsOf(query, context);
  const jump = parseTime(query, context);
  const matching = commands.filter(({ name }) => score(name, query) > 0).slice(0, COMMANDS_MAX);
  return [
    ...(known === undefined ? [] : [{ kind: 'known', ms: known } as const]),
    ...(jump ? [{ kind: 'time', jump } as const] : []),
    ...bestThings(model, query).map((thing) => ({ kind: 'thing', thing }) as const),
    ...matching.map((command) => ({ kind: 'command', command }) as const),
    ...(query.length > 1 && model.document.signals.length < LOCAL_SIGNALS_MAX
      ? bestSignals(model, query)
      : []),
  ];
}

/** `known 14:20`, `as known at 14:20`, `已知 14:20`: the state of knowledge, not the instant. */
function knownAsOf(query: string, context: TimeContext): number | undefined {
  const said = /^(?:(?:as )?known(?: at| as of)?|已知|截至) ?(.+)$/.exec(query);
  const jump = said ? parseTime(said[1] ?? '', context) : undefined;
  return jump?.kind === 'instant' ? jump.ms : undefined;
}

function bestThings(model: PlantModel, query: string): Thing[] {
  const found: { thing: Thing; points: number }[] = [];
  for (const thing of model.document.things) {
    if (thing.level === 'floor') continue;
    const points = Math.max(
      score(thing.name, query),
      score(thing.key, query) * 1.1,
      score(thing.class, query) * 0.5,
    );
    if (points > 0) found.push({ thing, points: points * (thing.place ? 1 : 0.9) });
  }
  return found
    .sort((a, b) => b.points - a.points)
    .slice(0, THINGS_MAX)
    .map(({ thing }) => thing);
}

function bestSignals(model: PlantModel, query: string): Entry[] {
  const found: { signal: Signal; thing: Thing | undefined; points: number }[] = [];
  for (const signal of model.document.signals) {
    const thing = model.thing(signal.thing);
    const points = score(`${thing?.name ?? ''} ${signal.name}`, query);
    if (points > 0) found.push({ signal, thing, points });
  }
  return found
    .sort((a, b) => b.points - a.points)
    .slice(0, SIGNALS_MAX)
    .map(({ signal, thing }) => ({ kind: 'signal', signal, thing }) as const);
}

/** 0 when a word of the query is missing; the start of the name counts most, the start of a word more than its middle. */
export function score(name: string, query: string): number {
  const text = name.toLowerCase();
  if (query === '') return 0.1;
  if (text === query) return 10;
  if (text.startsWith(query)) return 6;
  let points = 0;
  for (const word of query.split(/\s+/)) {
    const at = text.indexOf(word);
    if (at < 0) return 0;
    points += at === 0 || /[\s\-_./·]/.test(text[at - 1] ?? '') ? 2 : 1;
  }
  return points - text.length / 1000;
}

/** What the server found beyond the local names, without what is already listed. */
export function entriesOfHits(
  hits: readonly SearchHit[],
  model: PlantModel,
  listed: readonly Entry[],
): Entry[] {
  const known = new Set(
    listed.map((entry) =>
      entry.kind === 'thing' ? `t${entry.thing.id}` : entry.kind === 'signal' ? `s${entry.signal.id}` : '',
    ),
  );
  return hits.flatMap((hit): Entry[] => {
    const id = Number(hit.id);
    if (hit.kind === 'thing') {
      const thing = model.thing(id);
      return thing && !known.has(`t${id}`) ? [{ kind: 'thing', thing }] : [];
    }
    const signal = hit.kind === 'signal' ? model.signal(id) : undefined;
    return signal && !known.has(`s${id}`)
      ? [{ kind: 'signal', signal, thing: model.thing(signal.thing) }]
      : [];
  });
}

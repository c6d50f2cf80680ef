/**
 * The address of a view: everything a colleague needs to see the same thing, in the hash so that it never
 * reaches a server log. `#plant?at=2026-11-23T05:21:36Z&speed=60&sel=GR-3&cam=o,12,8,30,0,0,0`
 */
import type { CameraPose, Theme } from '../scene/contract';
import { fromWire, toWire } from './instant';
import { type Language, languageOf } from './language';
import { LIVE, type View } from './view';

export interface Address {
  site: string;
  view: View;
  /** The key of the selected thing: keys survive a rebuilt database, ids do not. */
  selection: string | null;
  futures: FuturesAddress;
  camera: CameraPose | null;
  theme: Theme | null;
  language: Language | null;
}

/** Which panel of the futures is open, which branches it compares, and which plan it shows. */
export interface FuturesAddress {
  room: string | null;
  compared: readonly string[];
  plan: string | null;
}

export function formatAddress(address: Address): string {
  const query: string[] = [];
  const put = (name: string, value: string) => query.push(`${name}=${encode(value)}`);
  const { view, camera } = address;
  if (view.branch !== 'live') put('branch', view.branch);
  if (view.at !== null) put('at', toWire(view.at));
  if (view.at !== null && view.speed !== 0) put('speed', String(view.speed));
  if (view.at !== null && view.asKnownAt !== null) put('known', toWire(view.asKnownAt));
  if (address.selection !== null) put('sel', address.selection);
  const { room, compared, plan } = address.futures;
  if (room !== null) put('room', room);
  if (compared.length > 0) put('cmp', compared.join(','));
  if (plan !== null && room === 'plan') put('plan', plan);
  if (camera) put('cam', formatCamera(camera));
  if (address.theme) put('theme', address.theme);
  if (address.language) put('lang', address.language);
  return `#${encode(address.site)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

export function parseAddress(hash: string): Address {
  const [site = '', text = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const query = new URLSearchParams(text);
  const theme = query.get('theme');
  return {
    site: safeDecode(site),
    view: parseView(query),
    selection: query.get('sel'),
    futures: {
      room: query.get('room'),
      compared: (query.get('cmp') ?? '').split(',').filter(Boolean),
      plan: query.get('plan'),
    },
    camera: parseCamera(query.get('cam')),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    language: languageOf(query.get('lang')) ?? null,
  };
}

function parseView(query: URLSearchParams): View {
  const at = instantOrNull(query.get('at'));
  const speed = Number(query.get('speed') ?? '0');
  return {
    branch: query.get('branch') || LIVE.branch,
    at,
    speed: at === null ? LIVE.speed : speed >= 0 && speed <= 1000 ? speed : 0,
    // The present is all that is known: without an instant there is nothing to leave out.
    asKnownAt: at === null ? null : instantOrNull(query.get('known')),
  };
}

function instantOrNull(text: string | null): number | null {
  const ms = text === null ? Number.NaN : fromWire(text);
  return Number.isFinite(ms) ? ms : null;
}

function formatCamera(pose: CameraPose): string {
  const numbers = [...pose.position, ...pose.target].map((metres) => String(Math.round(metres * 100) / 100));
  return `${pose.mode === 'walk' ? 'w' : 'o'},${numbers.join(',')}`;
}

function parseCamera(text: string | null): CameraPose | null {
  const [mode, ...rest] = (text ?? '').split(',');
  const [a, b, c, d, e, f] = rest.map(Number);
  if (rest.length !== 6 || !rest.every((part) => part !== '' && Number.isFinite(Number(part)))) return null;
  return {
    mode: mode === 'w' ? 'walk' : 'orbit',
    position: [a ?? 0, b ?? 0, c ?? 0],
    target: [d ?? 0, e ?? 0, f ?? 0],
  };
}

/** Keeps what is legal and readable in a fragment; an address is read by people, too. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /%(3A|2C|2F|20)/g,
    (_, code) => ({ '3A': ':', '2C': ',', '2F': '/', '20': '+' })[code as '20'] ?? '',
  );
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

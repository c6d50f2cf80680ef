import { describe, expect, it } from 'vitest';
import { type Address, formatAddress, parseAddress } from './address';
import { LIVE } from './view';

const PLAIN: Address = {
  site: 'Aurora Drives',
  view: LIVE,
  selection: null,
  futures: { room: null, compared: [], plan: null },
  camera: null,
  theme: null,
  language: null,
};

describe('address', () => {
  it('is short when there is little to say', () => expect(formatAddress(PLAIN)).toBe('#Aurora+Drives'));

  it.each<[string, Partial<Address>]>([
    ['live', {}],
    [
      'past',
      { view: { branch: 'live', at: Date.parse('2026-11-23T05:21:36.123Z'), speed: 0, asKnownAt: null } },
    ],
    [
      'playback',
      { view: { branch: 'live', at: Date.parse('2026-11-23T05:21:36Z'), speed: 0.1, asKnownAt: null } },
    ],
    ['as known', { view: { branch: 'live', at: 1e12, speed: 0, asKnownAt: 1.1e12 } }],
    ['branch', { view: { ...LIVE, branch: 'what if A/B' } }],
    ['a comparison', { futures: { room: 'compare', compared: ['b1', 'b7'], plan: null } }],
    ['a plan', { futures: { room: 'plan', compared: [], plan: 'plan-3' } }],
    ['selection', { selection: 'mtc:Mazak01/spindle & co?#%' }],
    ['camera', { camera: { mode: 'walk', position: [1.25, 1.7, -3], target: [0, 0.5, 12] } }],
    ['looks', { theme: 'dark', language: 'zh' }],
    ['Chinese site', { site: '曙光电驱' }],
  ])('restores %s', (_, change) => {
    const address = { ...PLAIN, ...change };
    expect(parseAddress(formatAddress(address))).toEqual(address);
  });

  it.each([
    '',
    '#',
    '#?',
    '#x?at=nonsense&speed=-3&cam=o,1,2&theme=pink&lang=xx',
    '#%E0%A4%A',
    '#x?speed=9999&at=',
    '#x?known=2026-11-23T05:21:36Z',
  ])('falls back to live for %s', (hash) => {
    const { view, camera, theme, language } = parseAddress(hash);
    expect({ view, camera, theme, language }).toEqual({
      view: LIVE,
      camera: null,
      theme: null,
      language: null,
    });
  });
});

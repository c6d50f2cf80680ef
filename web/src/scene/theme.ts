/**
 * The colours of the hall in both themes: warm neutral greys carry the plant, saturation is for the abnormal.
 * Machines refer to a tone, never to a colour, so that a theme is one uniform array.
 */
import { Color } from 'three';
import type { Theme } from './contract';

/** What a surface is made of; the number is the index into the palette of the shader. */
export const Tone = {
  body: 0,
  panel: 1,
  base: 2,
  trim: 3,
  screen: 4,
  metal: 5,
  rubber: 6,
  glow: 7,
  part: 8,
  mark: 9,
  wood: 10,
  liquid: 11,
} as const;
export type ToneId = (typeof Tone)[keyof typeof Tone];

export interface Look {
  background: string;
  zenith: string;
  floor: string;
  floorJoint: string;
  aisle: string;
  paint: string;
  floorText: string;
  wall: string;
  wallWindow: string;
  pilaster: string;
  edge: string;
  accent: string;
  surface: string;
  line: string;
  ink: string;
  quietText: string;
  quiet: string;
  contact: number;
  sky: string;
  bounce: string;
  skyStrength: number;
  keyStrength: number;
  edgeStrength: number;
  palette: readonly string[];
}

const light: Look = {
  background: '#eef0f2',
  zenith: '#e3e8ec',
  floor: '#c9c8c4',
  floorJoint: '#b7b6b1',
  aisle: '#d5d4cf',
  paint: '#f6f5f2',
  floorText: '#73716d',
  wall: '#dfdedb',
  wallWindow: '#f0f2f3',
  pilaster: '#cfcdc9',
  edge: '#33322f',
  accent: '#0b6bcb',
  surface: '#ffffff',
  line: '#d5d9dd',
  ink: '#1b1f23',
  quietText: '#5b636b',
  quiet: '#a3a5a6',
  contact: 0.44,
  sky: '#ffffff',
  bounce: '#c9c4bb',
  skyStrength: 1.62,
  keyStrength: 2.25,
  edgeStrength: 0.5,
  palette: [
    '#e6e3dd',
    '#c9c6c0',
    '#94918b',
    '#63615e',
    '#43464a',
    '#aeb0b0',
    '#4c4b4a',
    '#cf8f5a',
    '#a3a4a2',
    '#b0ada6',
    '#c4b8a2',
    '#70736f',
  ],
};

const dark: Look = {
  background: '#14171a',
  zenith: '#1a1f23',
  floor: '#31363a',
  floorJoint: '#2a2e32',
  aisle: '#3b4145',
  paint: '#565d63',
  floorText: '#878f96',
  wall: '#2d3236',
  wallWindow: '#3a4147',
  pilaster: '#343a3f',
  edge: '#0b0d0f',
  accent: '#5aa9f7',
  surface: '#1c2024',
  line: '#2c3238',
  ink: '#e6e9ec',
  quietText: '#98a1aa',
  quiet: '#5d656c',
  contact: 0.5,
  sky: '#dfe5ea',
  bounce: '#5a5650',
  skyStrength: 1.75,
  keyStrength: 1.75,
  edgeStrength: 0.6,
  palette: [
    '#8f8e8b',
    '#74736f',
    '#514f4c',
    '#3a3a3a',
    '#24272a',
    '#83868a',
    '#2a2b2d',
    '#c67d48',
    '#939392',
    '#8f8b84',
    '#7c7262',
    '#3f4544',
  ],
};

export function lookOf(theme: Theme): Look {
  return theme === 'dark' ? dark : light;
}

/** Alarm priorities 1–4; index 0 is unused. The colours are the same in both themes but for the violet's lightness. */
export const alarmColours = ['#000000', '#c62828', '#d9730d', '#b98900', '#7a4fd0'] as const;

export function paletteColours(look: Look): Color[] {
  return look.palette.map((hex) => new Color(hex));
}

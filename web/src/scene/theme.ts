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
  edge: string;
  accent: string;
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
  zenith: '#dfe4e8',
  floor: '#dcd9d3',
  floorJoint: '#cdcac3',
  aisle: '#e9e7e2',
  paint: '#fbfaf7',
  floorText: '#8f8b84',
  wall: '#e9e6e1',
  edge: '#3a3733',
  accent: '#0b6bcb',
  quiet: '#8b8780',
  contact: 0.42,
  sky: '#f4f6f8',
  bounce: '#b8afa2',
  skyStrength: 1.75,
  keyStrength: 2.0,
  edgeStrength: 0.5,
  palette: [
    '#d8d4cc', '#bdb9b1', '#8d8981', '#5e5b57', '#3d4043', '#a7a8a6',
    '#484745', '#c98a55', '#9a9a97', '#a9a59c', '#bfb19a', '#6a6d68',
  ],
};

const dark: Look = {
  background: '#14171a',
  zenith: '#1b2025',
  floor: '#23272b',
  floorJoint: '#1e2225',
  aisle: '#2b3034',
  paint: '#434a50',
  floorText: '#79828a',
  wall: '#2a2f33',
  edge: '#0c0e10',
  accent: '#5aa9f7',
  quiet: '#7b848c',
  contact: 0.6,
  sky: '#b9c4cf',
  bounce: '#4b4740',
  skyStrength: 1.15,
  keyStrength: 1.5,
  edgeStrength: 0.62,
  palette: [
    '#8e8c88', '#716f6c', '#4c4b4a', '#343536', '#202326', '#7b7d7e',
    '#26282a', '#c07a45', '#8c8c8a', '#8a867e', '#716757', '#3a3f3e',
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

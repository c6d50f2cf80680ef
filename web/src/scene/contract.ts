/**
 * What the hall needs from the client, and what it offers to the app.
 * The scene knows neither Svelte nor the network; the app knows no three.js.
 */
import type { Alarm, Relation, Signal, SignalId, Thing, ThingId, WorldDocument } from '../protocol/types';

/** The newest sample of every signal, indexed by signal id. Owned and written by the client, read by the scene each frame. */
export interface SignalTable {
  /** Arrays are at least this long; they are replaced by longer ones when a signal with a larger id appears. */
  readonly capacity: number;
  readonly value: Float64Array;
  /** Source time of the sample, ms since the epoch. 0 = never seen. */
  readonly time: Float64Array;
  /** The sample before it, for interpolation between the two. */
  readonly previousValue: Float64Array;
  readonly previousTime: Float64Array;
  /** Upper 16 bits of the OPC UA StatusCode. */
  readonly status: Uint16Array;
  /** 0 absent, 1 boolean, 2 integer, 3 number, 4 text. */
  readonly type: Uint8Array;
  readonly text: (string | undefined)[];
  /** Rises with every frame in which this signal changed. */
  readonly version: Uint32Array;
  /** Rises with every applied frame. */
  readonly frame: number;
  /** Rises with every frame that replaced everything: what is in the table now did not come from what was. */
  readonly keyframe: number;
}

/** Structure with the lookups that the scene and the panels share. */
export interface WorldModel {
  readonly revision: number;
  readonly document: WorldDocument;
  thing(id: ThingId): Thing | undefined;
  children(id: ThingId): readonly Thing[];
  signal(id: SignalId): Signal | undefined;
  signalsOf(thing: ThingId): readonly Signal[];
  /** The first signal of the thing that plays this role. */
  role(thing: ThingId, role: string): Signal | undefined;
  relations(thing: ThingId): readonly Relation[];
}

export type Tense = 'live' | 'past' | 'future' | 'offline';
export type Theme = 'light' | 'dark';

/** Where the camera stands: three.js frame (y up), metres. */
export interface CameraPose {
  position: [number, number, number];
  target: [number, number, number];
  mode: 'orbit' | 'walk';
}

export interface HallEvents {
  select(thing: ThingId | null): void;
  hover(thing: ThingId | null): void;
  camera(pose: CameraPose): void;
  /** The graphics card took the picture away, or gave it back. */
  picture(state: 'lost' | 'back'): void;
}

/** The few words that the picture itself carries, in the reader's language. */
export interface HallWords {
  /** Of something that said nothing for this long, though it should have. */
  stale(ageMs: number): string;
  /** Of something whose newest value is not to be trusted, and how old that value is. */
  bad(ageMs: number): string;
}

/** Things that stand in one branch and not in the one that is shown; their ids are their own. */
export interface GhostScene {
  world: WorldModel;
  /** Those that are taken away; the others are added. */
  removed: ReadonlySet<ThingId>;
}

/** Somebody in the hall, as drawn in this picture; the site frame, metres and radians. */
export interface Avatar {
  readonly seat: number;
  name: string;
  colour: string;
  x: number;
  y: number;
  z: number;
  yaw: number;
  headYaw: number;
  pitch: number;
  /** Metres per second over the floor. */
  speed: number;
  isSpeaking: boolean;
  gesture: 'none' | 'wave' | 'hand' | 'yes' | 'no' | 'clap';
  /** Where the pointing ray ends. */
  ray: readonly [number, number, number] | null;
  /** Looks at the hall from above, and stands where that look rests. */
  isAbove: boolean;
  /** Is at another instant, or on another branch, than what is shown. */
  isElsewhen: boolean;
  /** What the label says behind the name: that other instant. */
  badge: string;
}

/** People who are not shown one by one: how many stand about a spot. */
export interface CrowdSpot {
  x: number;
  y: number;
  /** Side of the square that they stand in. */
  side: number;
  count: number;
  label: string;
}

/** Everybody in the hall. Owned by the app, read by the scene for every picture. */
export interface PeopleScene {
  readonly avatars: readonly Avatar[];
  crowd: readonly CrowdSpot[];
  /** The own pointing ray. */
  ownRay: readonly [number, number, number] | null;
  ownColour: string;
  /** Whoever stands nearer to a walker's eye than this fades away, m. */
  personalSpace: number;
}

export interface FrameStats {
  /** JavaScript time of the last frame, ms. */
  scriptMs: number;
  drawCalls: number;
  triangles: number;
  objects: number;
}

export interface Hall {
  setWorld(world: WorldModel): void;
  setTable(table: SignalTable): void;
  setAlarms(alarms: readonly Alarm[]): void;
  setTense(tense: Tense): void;
  setTheme(theme: Theme): void;
  setWords(words: HallWords): void;
  setGhosts(ghosts: GhostScene | null): void;
  /** What labels say behind a name instead of the number that is measured; empty for that number. */
  setNotes(notes: ReadonlyMap<ThingId, string>): void;
  /** People who are drawn from now on; null is nobody. */
  setPeople(people: PeopleScene | null): void;
  /** What is pointed at, site frame: under the pointer, or in the middle of the picture; null beyond the hall. */
  aim(): readonly [number, number, number] | null;
  select(thing: ThingId | null): void;
  flyTo(thing: ThingId | 'all'): void;
  setMode(mode: 'orbit' | 'walk'): void;
  getCamera(): CameraPose;
  setCamera(pose: CameraPose, ease: boolean): void;
  /**
   * Draws one picture for the instant (ms since the epoch) that the view stands at. Ages are counted to
   * `ageInstantMs`, which goes on when a lost connection holds the instant.
   */
  frame(instantMs: number, deltaMs: number, ageInstantMs?: number): void;
  /** Waits until the card has finished the picture. Costs a standstill: only for measurements. */
  finish(): void;
  resize(width: number, height: number, pixelRatio: number): void;
  readonly stats: FrameStats;
  dispose(): void;
}

export type CreateHall = (
  canvas: HTMLCanvasElement,
  /** An absolutely placed element over the canvas that takes the labels and the overview map. */
  overlay: HTMLElement,
  events: HallEvents,
) => Hall;

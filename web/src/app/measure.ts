/** `window.trine`: what a measurement from outside may ask of the page. Nothing of the client uses it. */
import type { Sighting } from '../client/probe';
import { DRAWN_ROLES } from '../client/session';
import type { FrameStats } from '../scene/contract';
import { app } from './app.svelte';

export interface Measurement {
  sightings: Sighting[];
  superseded: number;
  pictures: number;
}

export interface Measure {
  /** Begins to watch every signal that the hall draws from. */
  start(): void;
  stop(): Measurement;
  frame(): FrameStats | undefined;
}

export const measure: Measure = {
  start() {
    const roles = new Set(DRAWN_ROLES);
    const { signals } = app.model.document;
    app.session.probe.start(signals.filter(({ role }) => role && roles.has(role)).map(({ id }) => id));
  },
  stop() {
    const { probe } = app.session;
    const sightings = probe.stop();
    return { sightings, superseded: probe.superseded, pictures: probe.pictures };
  },
  frame: () => app.hall?.stats,
};

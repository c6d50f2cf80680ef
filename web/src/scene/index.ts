/** The hall's door: the app takes `createHall` and nothing else. */
import type { CreateHall } from './contract';
import { PlantHall } from './hall/hall';

export const createHall: CreateHall = (canvas, overlay, events) => new PlantHall(canvas, overlay, events);

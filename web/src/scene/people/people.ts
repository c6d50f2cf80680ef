/** Everybody in the hall: figures, what they leave on the floor and in the air, crowds, names. */
import { Group, type PerspectiveCamera } from 'three';
import type { PeopleScene } from '../contract';
import { Avatars } from './avatars';
import { Crowds } from './crowds';
import { Names } from './names';
import { Traces } from './traces';

export class People {
  readonly group = new Group();
  private readonly avatars = new Avatars();
  private readonly traces = new Traces();
  private readonly crowds = new Crowds();
  private readonly names: Names;
  private people: PeopleScene | null = null;

  constructor(overlay: HTMLElement) {
    this.names = new Names(overlay);
    this.group.add(this.avatars.group, this.traces.group, this.crowds.mesh);
    this.group.visible = false;
  }

  set(people: PeopleScene | null): void {
    this.people = people;
    this.group.visible = people !== null;
  }

  resize(width: number, height: number): void {
    this.names.resize(width, height);
  }

  update(camera: PerspectiveCamera, deltaMs: number, isWalking: boolean): void {
    const { people } = this;
    if (!people) return;
    this.avatars.update(people, deltaMs, isWalking ? camera.position : null);
    this.traces.update(people, deltaMs, camera);
    this.crowds.update(people.crowd);
    this.names.update(people, camera, deltaMs);
  }

  dispose(): void {
    this.avatars.dispose();
    this.traces.dispose();
    this.crowds.dispose();
    this.names.dispose();
  }
}

/** The names over people's heads: who it is, who speaks, and at which other instant somebody is. */
import { type PerspectiveCamera, Vector3 } from 'three';
import type { PeopleScene } from '../contract';
import { LABEL_HEIGHT } from './shape';

const NAMES_MAX = 40;
const CHOOSE_EVERY_MS = 200;

interface Name {
  element: HTMLDivElement;
  dot: HTMLSpanElement;
  text: HTMLSpanElement;
  badge: HTMLSpanElement;
  key: string;
  said: string;
}

export class Names {
  private readonly root = document.createElement('div');
  private readonly names: Name[] = [];
  private readonly at = new Vector3();
  private order: number[] = [];
  private sinceMs = Infinity;
  private width = 1;
  private height = 1;

  constructor(overlay: HTMLElement) {
    this.root.className = 'hall-people';
    overlay.append(this.root);
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  update(people: PeopleScene, camera: PerspectiveCamera, deltaMs: number): void {
    this.sinceMs += deltaMs;
    if (this.sinceMs > CHOOSE_EVERY_MS) this.choose(people, camera);
    let used = 0;
    for (const index of this.order) {
      const avatar = people.avatars[index];
      if (!avatar) continue;
      this.at.set(avatar.x, avatar.z + LABEL_HEIGHT, -avatar.y);
      if (!this.isInSight(camera)) continue;
      const name = this.nameAt(used++);
      this.write(name, avatar.name, avatar.badge, avatar.colour, avatar.isSpeaking, avatar.isElsewhen);
      this.move(name);
    }
    for (const spot of people.crowd) {
      if (used >= NAMES_MAX) break;
      this.at.set(spot.x, LABEL_HEIGHT + 0.3, -spot.y);
      if (!this.isInSight(camera)) continue;
      const name = this.nameAt(used++);
      this.write(name, spot.label, '', '', false, false);
      this.move(name);
    }
    for (let i = used; i < this.names.length; i++) this.hide(this.names[i] as Name);
  }

  /** The nearest to the eye have a name. */
  private choose({ avatars }: PeopleScene, camera: PerspectiveCamera): void {
    this.sinceMs = 0;
    const { x, z } = camera.position;
    const far = avatars.map((avatar) => Math.hypot(avatar.x - x, -avatar.y - z));
    this.order = avatars
      .map((_, i) => i)
      .sort((a, b) => (far[a] ?? 0) - (far[b] ?? 0))
      .slice(0, NAMES_MAX);
  }

  private isInSight(camera: PerspectiveCamera): boolean {
    this.at.project(camera);
    return this.at.z < 1 && Math.abs(this.at.x) < 1.05 && Math.abs(this.at.y) < 1.05;
  }

  private nameAt(index: number): Name {
    let name = this.names[index];
    if (!name) {
      const [element, dot, text, badge] = [
        document.createElement('div'),
        document.createElement('span'),
        document.createElement('span'),
        document.createElement('span'),
      ];
      dot.className = 'hall-person-dot';
      badge.className = 'hall-person-badge';
      element.append(dot, text, badge);
      this.root.append(element);
      name = { element, dot, text, badge, key: '', said: '' };
      this.names[index] = name;
    }
    return name;
  }

  private write(
    name: Name,
    text: string,
    badge: string,
    colour: string,
    isSpeaking: boolean,
    isElsewhen: boolean,
  ): void {
    const said = `${text}|${badge}|${colour}|${isSpeaking}|${isElsewhen}`;
    if (name.said === said) return;
    name.said = said;
    name.text.textContent = text;
    name.badge.textContent = badge;
    name.dot.style.background = colour;
    const kind = colour === '' ? ' hall-crowd' : '';
    name.element.className = `hall-person${kind}${isSpeaking ? ' hall-speaks' : ''}${isElsewhen ? ' hall-elsewhen' : ''}`;
    name.element.style.setProperty('--person', colour);
    name.element.hidden = false;
  }

  private move(name: Name): void {
    const x = ((this.at.x + 1) * this.width) / 2;
    const y = ((1 - this.at.y) * this.height) / 2;
    const key = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px) translate(-50%,-100%)`;
    if (name.key === key) return;
    name.key = key;
    name.element.style.transform = key;
  }

  private hide(name: Name): void {
    if (name.said === '') return;
    name.said = '';
    name.element.hidden = true;
  }

  dispose(): void {
    this.root.remove();
  }
}

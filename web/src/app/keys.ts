/** The keyboard. Letters act only when nobody is typing; a dialog keeps its keys to itself. */
import { app } from './app.svelte';

const SECOND = 1000;
const STEP_MS = 10 * SECOND;
const BIG_STEP_MS = 300 * SECOND;

type Action = (event: KeyboardEvent) => void;

const ACTIONS: Record<string, Action> = {
  ' ': () => app.time.playPause(),
  ArrowLeft: (event) => app.time.seek(app.session.instant() - (event.shiftKey ? BIG_STEP_MS : STEP_MS)),
  ArrowRight: (event) => app.time.seek(app.session.instant() + (event.shiftKey ? BIG_STEP_MS : STEP_MS)),
  '[': () => void app.time.stepAlarm('previous'),
  ']': () => void app.time.stepAlarm('next'),
  l: () => app.time.goLive(),
  k: () => {
    app.dialog = 'known';
  },
  f: () => app.hall?.flyTo(app.selected ?? 'all'),
  w: () => app.setMode(app.mode === 'walk' ? 'orbit' : 'walk'),
  '/': () => openPalette(),
  '?': () => {
    app.dialog = 'shortcuts';
  },
  i: () => app.futures.toggle('what-if'),
  c: () => app.futures.toggle('compare'),
  p: () => app.futures.toggle('plan'),
  e: () => app.futures.toggle('accuracy'),
  m: () => app.futures.toggle('model'),
  u: () => app.people.open(!app.people.isOpen),
  t: () => app.people.write(),
  r: () => app.people.point(true),
  v: (event) => !event.repeat && app.people.voice.press(true),
  g: () => app.people.gesture('wave'),
  h: () => app.people.gesture('hand'),
  '+': () => app.time.stepSpeed(1),
  '-': () => app.time.stepSpeed(-1),
  '1': () => app.togglePanel('tree'),
  '2': () => app.togglePanel('inspector'),
  '3': () => app.togglePanel('timeline'),
  Escape: () => stepBack(),
};

/** The last thing that was opened goes first. */
function stepBack(): void {
  if (app.people.following !== null) app.people.stopFollowing();
  else if (app.mode === 'walk') app.setMode('orbit');
  else if (app.selected !== null) app.select(null);
  else app.futures.open(null);
}

function openPalette(): void {
  app.dialog = 'palette';
}

export function handleKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    app.dialog = app.dialog === 'palette' ? null : 'palette';
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (app.dialog !== null) {
    if (event.key === 'Escape') app.dialog = null;
    return;
  }
  if (isTyping(event.target) || (isWalking(event) && event.key !== 'Escape')) return;
  const action = ACTIONS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || wantsKey(event.target, event.key)) return;
  event.preventDefault();
  action(event);
}

/** What is done while a key is held ends with it. */
export function handleKeyUp(event: KeyboardEvent): void {
  const key = event.key.toLowerCase();
  if (key === 'r') app.people.point(false);
  if (key === 'v') app.people.voice.press(false);
}

/** The window lost the keyboard: nothing is held any more. */
export function letGo(): void {
  app.people.point(false);
  app.people.voice.press(false);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}

/** While somebody walks, the arrows and letters are their feet; W itself still leads back to orbit with Escape. */
function isWalking(event: KeyboardEvent): boolean {
  return app.mode === 'walk' && /^(Arrow|[wasdqe]$)/i.test(event.key);
}

/** Space presses a focused button, and arrows move in the tree: those elements come first. */
function wantsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === ' ' || key === 'Enter') return target.closest('button, a, summary, [role=treeitem]') !== null;
  return (
    key.startsWith('Arrow') &&
    target.closest('[role=tree], [role=listbox], [role=slider], [role=tablist], [role=application]') !== null
  );
}

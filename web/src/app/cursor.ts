/** The one instant under the pointer, shared by all plots and the timeline. */
type Listener = (ms: number | null, from: object) => void;

const listeners = new Set<Listener>();

export const cursor = {
  ms: null as number | null,
  set(ms: number | null, from: object): void {
    if (ms === this.ms) return;
    this.ms = ms;
    for (const listener of listeners) listener(ms, from);
  },
  listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

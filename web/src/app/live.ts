/** Attachments that keep an element's text or look equal to something that changes ten times a second. */
import { onTick } from './tick';

/** Writes the text when it differs: an unchanged number costs no layout. */
export function liveText(read: () => string): (element: Element) => () => void {
  return (element) => {
    let shown: string | undefined;
    return onTick(() => {
      const text = read();
      if (text === shown) return;
      shown = text;
      element.textContent = text;
    });
  };
}

/** Keeps a data attribute; styles hang on it. */
export function liveData(name: string, read: () => string): (element: HTMLElement) => () => void {
  return (element) =>
    onTick(() => {
      const value = read();
      if (element.dataset[name] !== value) element.dataset[name] = value;
    });
}

export function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
}

/** What this browser remembers of its reader: theme, language, folded panels. */
import { type Language, languageOf } from '../client/language';
import type { Theme } from '../scene/contract';

export interface Folds {
  tree: boolean;
  inspector: boolean;
  timeline: boolean;
}

/** Browsers that forbid storage (private windows, policies) must not stop the client. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(`trine.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`trine.${key}`, value);
  } catch {
    // Nothing to do: the choice holds for this visit.
  }
}

export const settings = {
  theme(): Theme | null {
    const theme = read('theme');
    return theme === 'light' || theme === 'dark' ? theme : null;
  },
  setTheme: (theme: Theme) => write('theme', theme),
  language: (): Language | undefined => languageOf(read('language')),
  setLanguage: (language: Language) => write('language', language),
  folds(): Partial<Folds> {
    try {
      return JSON.parse(read('folds') ?? '{}') as Partial<Folds>;
    } catch {
      return {};
    }
  },
  setFolds: (folds: Folds) => write('folds', JSON.stringify(folds)),
};

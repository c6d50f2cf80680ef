/** What this browser remembers of its guest: the name, the secret that makes it the same guest, whom not to know of. */
export interface Shunned {
  person: string;
  name: string;
  how: 'muted' | 'blocked';
}

interface Kept {
  name: string;
  secret: string;
  shunned: Shunned[];
}

const KEY = 'trine.guest';

/** Browsers that forbid storage have a guest for this visit. */
function read(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
  } catch {
    return {};
  }
}

function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Guest {
  private readonly kept: Kept;

  constructor() {
    const { name, secret, shunned } = read();
    this.kept = { name: name ?? '', secret: secret ?? newSecret(), shunned: shunned ?? [] };
  }

  get name(): string {
    return this.kept.name;
  }

  get secret(): string {
    return this.kept.secret;
  }

  get shunned(): readonly Shunned[] {
    return this.kept.shunned;
  }

  setName(name: string): void {
    this.kept.name = name;
    this.keep();
  }

  setShunned(shunned: readonly Shunned[]): void {
    this.kept.shunned = [...shunned];
    this.keep();
  }

  private keep(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // The choice holds for this visit.
    }
  }
}

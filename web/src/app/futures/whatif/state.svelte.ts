/** The what-if that is being put together; it stays while the panel is closed. */
import { ApiError } from '../../../client/api';
import { toWire } from '../../../client/instant';
import { isLive } from '../../../client/view';
import type { Change, ChangeKind, Order } from '../../../protocol/futures';
import { app } from '../../app.svelte';
import { choicesOf, newChange } from './draft';

export interface DraftChange {
  id: number;
  change: Change;
  problem: string | null;
}

class Draft {
  name = $state('');
  hours = $state(8);
  replications = $state(100);
  begins: 'now' | 'shown' = $state('now');
  changes: DraftChange[] = $state([]);
  problem: string | null = $state(null);
  orders: readonly Order[] = $state.raw([]);
  isSending = $state(false);
  readonly choices = $derived(choicesOf(app.model, this.orders));
  private count = 0;

  /** Orders are read when somebody opens the panel; a server without orders offers none. */
  async readOrders(): Promise<void> {
    this.orders = await app.futures.api.orders().catch(() => []);
  }

  add(kind: ChangeKind, about: number | null): void {
    const change = newChange(kind, this.choices, about, app.session.serverNow());
    this.changes.push({ id: ++this.count, change, problem: null });
  }

  remove(id: number): void {
    this.changes = this.changes.filter((change) => change.id !== id);
  }

  /** Another value was given: what the server said of the old one no longer holds. */
  set(draft: DraftChange, change: Change): void {
    draft.change = change;
    draft.problem = null;
  }

  async run(name: string): Promise<void> {
    this.isSending = true;
    this.problem = null;
    for (const draft of this.changes) draft.problem = null;
    try {
      app.futures.accepted(await app.futures.api.whatIf(this.request(name)));
      this.name = '';
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refused(error);
    } finally {
      this.isSending = false;
    }
  }

  private request(name: string) {
    const { view } = app;
    const shown = this.begins === 'shown' && !isLive(view);
    const changes = $state.snapshot(this.changes).map(({ change }) => change as Change);
    const parent = view.branch === 'live' ? {} : { parent: view.branch };
    const from = shown ? { ...parent, at: toWire(app.session.instant()) } : {};
    return { name, hours: this.hours, replications: this.replications, changes, ...from };
  }

  private refused(error: ApiError): void {
    for (const { change, detail } of error.changes) {
      const draft = this.changes[change];
      if (draft) draft.problem = detail;
    }
    const isShown = error.changes.some(({ change }) => this.changes[change] !== undefined);
    this.problem = isShown ? null : error.message;
  }
}

export const draft = new Draft();

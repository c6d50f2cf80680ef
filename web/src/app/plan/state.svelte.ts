/** The plan on the chart and the one that was accepted: read, moved, accepted. */
import { ApiError } from '../../client/api';
import { toWire } from '../../client/instant';
import type { Objective, Plan } from '../../protocol/futures';
import type { ThingId } from '../../protocol/types';
import { app } from '../app.svelte';
import { type Gantt, layoutPlan, movedBetween } from './layout';

/** So long those operations are outlined that a repair has moved. */
const OUTLINED_MS = 3000;

class PlanRoom {
  plan: Plan | undefined = $state.raw();
  accepted: Plan | undefined = $state.raw();
  moved: ReadonlySet<string> = $state.raw(new Set());
  isLoaded = $state(false);
  isMoving = $state(false);
  objective: Objective = $state('tardiness');
  seconds = $state(10);
  robust = $state(false);
  showsBehind = $state(true);
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly gantt: Gantt | null = $derived(this.plan ? layoutPlan(this.plan, app.model) : null);
  readonly behind: Gantt | null = $derived(
    this.accepted && this.showsBehind && this.accepted.id !== this.plan?.id
      ? layoutPlan(this.accepted, app.model)
      : null,
  );

  /** The plan that was asked for, else the newest; and the accepted one, to be compared with. */
  async load(wanted: string | null): Promise<void> {
    const { futures } = app;
    try {
      const id = futures.plans.find((plan) => plan.id === wanted)?.id ?? futures.plans[0]?.id;
      if (id !== undefined && id !== this.plan?.id) this.plan = await futures.api.plan(id);
      const accepted = futures.plans.find((plan) => plan.accepted)?.id;
      if (accepted === undefined) this.accepted = undefined;
      else if (accepted === this.plan?.id) this.accepted = this.plan;
      else if (accepted !== this.accepted?.id) this.accepted = await futures.api.plan(accepted);
      this.isLoaded = true;
    } catch (error) {
      futures.failed(error);
    }
  }

  make(name: string): void {
    const { objective, seconds, robust } = this;
    app.futures.ask(app.futures.api.makePlan({ name, objective, seconds, robust }));
  }

  /** True when the server has put the operation there and repaired the rest. */
  async move(operation: string, thing: ThingId, start: number): Promise<boolean> {
    const before = this.plan;
    if (!before || this.isMoving) return false;
    this.isMoving = true;
    try {
      const after = await app.futures.api.move(before.id, { operation, thing, start: toWire(start) });
      this.plan = after;
      this.show(movedBetween(before, after));
      await app.futures.readPlans();
      app.futures.planId = after.id;
      app.addressChanged();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      app.tell(error.message);
      return false;
    } finally {
      this.isMoving = false;
    }
  }

  private show(moved: ReadonlySet<string>): void {
    this.moved = moved;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moved = new Set();
    }, OUTLINED_MS);
  }

  async accept(said: string): Promise<void> {
    const { plan } = this;
    if (!plan) return;
    try {
      await app.futures.api.accept(plan.id);
      this.plan = { ...plan, accepted: true };
      this.accepted = this.plan;
      await app.futures.readPlans();
      app.tell(said);
    } catch (error) {
      app.futures.failed(error);
    }
  }
}

export const room = new PlanRoom();

/** The app's store of what may come: branches, jobs, plans, what is compared, and which of their panels is open. */
import { ApiError } from '../../client/api';
import { FuturesApi } from '../../client/futures/api';
import { baseOf, type Future, futureOf, futuresOf, newestForecast } from '../../client/futures/branches';
import type { Bands, BranchDetail, Job, PlanSummary } from '../../protocol/futures';
import type { App } from '../app.svelte';

export const ROOMS = ['what-if', 'compare', 'plan', 'accuracy', 'model'] as const;
export type Room = (typeof ROOMS)[number];

/** Which number the labels in the hall compare. */
export type LabelKpi = 'running' | 'good';

const FORECAST_HOURS = 8;
/** The server says when something ends; a job that nobody speaks of any more is left out after this. */
const ENDED_SHOWN_MS = 4000;

export class Futures {
  list: readonly Future[] = $state.raw([]);
  jobs: readonly Job[] = $state.raw([]);
  plans: readonly PlanSummary[] = $state.raw([]);
  room: Room | null = $state(null);
  /** Ids of the branches that stand side by side; the first is what the others are compared with. */
  compared: readonly string[] = $state.raw([]);
  labelKpi: LabelKpi = $state('running');
  /** The plan on the chart; null is the newest. */
  planId: string | null = $state(null);
  /** A plan that was made by itself, until somebody has looked at it. */
  proposal: { plan: string; reason: string } | null = $state.raw(null);
  /** A machine for which a what-if is to be begun. */
  draftThing: number | null = $state(null);
  /** Rises when branches have changed, so that answers about them are read again. */
  revision = $state(0);
  /** What an address says is compared, until the branches are known. */
  wanted: readonly string[] = [];
  readonly api: FuturesApi;
  private readonly bandsById = new Map<string, Bands | 'reading'>();
  private readonly details = new Map<string, Promise<BranchDetail>>();

  readonly running: readonly Job[] = $derived(
    this.jobs.filter(({ state }) => state === 'running' || state === 'waiting'),
  );
  readonly shown: Future | undefined = $derived.by(() => futureOf(this.list, this.app.view.branch));
  readonly whatIfs: readonly Future[] = $derived(this.list.filter(({ purpose }) => purpose === 'what-if'));

  constructor(private readonly app: App) {
    this.api = new FuturesApi(app.api);
  }

  /** The forecast that is drawn right of now. */
  forecast(): Future | undefined {
    return newestForecast(this.list, this.app.session.serverNow());
  }

  future(id: string): Future | undefined {
    return futureOf(this.list, id);
  }

  // ---- what the server tells

  /** A server that knows no futures yet leaves the strip as it was. */
  async load(): Promise<void> {
    await Promise.all([this.readBranches(), this.readJobs(), this.readPlans()]).catch(() => undefined);
  }

  async readBranches(): Promise<void> {
    this.list = futuresOf(await this.api.branches());
    this.details.clear();
    const known = new Set(this.list.map(({ id }) => id));
    for (const id of this.bandsById.keys()) if (!known.has(id)) this.bandsById.delete(id);
    const wanted = this.wanted.length > 0 ? this.wanted : this.compared;
    this.wanted = [];
    this.compared = wanted.filter((id) => known.has(id));
    this.revision++;
    this.app.shown.makeRoom(this.roomNeeded());
  }

  private async readJobs(): Promise<void> {
    this.jobs = (await this.api.jobs()).filter(({ state }) => state === 'running' || state === 'waiting');
  }

  async readPlans(): Promise<void> {
    this.plans = await this.api.plans();
  }

  gotJob(job: Job): void {
    const before = this.jobs.find(({ id }) => id === job.id);
    this.jobs = [...this.jobs.filter(({ id }) => id !== job.id), job];
    if (before?.state === job.state) return;
    if (job.state === 'failed') this.app.tell(job.problem ?? this.app.t.problem(job.name));
    if (job.state === 'done') void this.finished(job);
    if (job.ended !== null) setTimeout(() => this.forget(job.id), ENDED_SHOWN_MS);
  }

  private forget(id: string): void {
    this.jobs = this.jobs.filter((job) => job.id !== id);
  }

  private async finished(job: Job): Promise<void> {
    if (job.kind === 'plan') {
      await this.readPlans();
      if (job.plan) this.planId = job.plan;
    } else if (job.branch) {
      await this.readBranches();
      const future = this.future(job.branch);
      if (future?.purpose === 'what-if') this.compareWithBase(future);
    }
    this.app.announcement = this.app.t.jobDone(this.app.t.jobKinds[job.kind]);
  }

  async gotPlan(plan: string, reason: string): Promise<void> {
    this.proposal = { plan, reason };
    await this.readPlans().catch(() => undefined);
  }

  // ---- what the reader does

  open(room: Room | null): void {
    this.room = room;
    if (room) this.app.sheet = 'futures';
    this.app.shown.makeRoom(this.roomNeeded());
    this.app.addressChanged();
  }

  toggle(room: Room): void {
    this.open(this.room === room ? null : room);
  }

  private roomNeeded(): 'none' | 'some' | 'most' {
    if (this.room === 'plan') return 'most';
    return this.forecast() || this.whatIfs.length > 0 ? 'some' : 'none';
  }

  startForecast(hours = FORECAST_HOURS): void {
    this.ask(this.api.forecast(hours));
  }

  cancel(job: string): void {
    this.api.cancel(job).catch((error) => this.failed(error));
  }

  /** A job that was accepted is shown at once, before the socket tells of it. */
  ask(job: Promise<Job>): void {
    job.then((accepted) => this.accepted(accepted)).catch((error) => this.failed(error));
  }

  accepted(job: Job): void {
    if (!this.jobs.some(({ id }) => id === job.id)) this.gotJob(job);
  }

  failed(error: unknown): void {
    if (error instanceof ApiError) this.app.tell(this.app.t.problem(error.message));
    else throw error;
  }

  compareWithBase(future: Future): void {
    const base = baseOf(future, this.list);
    const rest = this.compared.filter((id) => id !== base?.id && id !== future.id);
    this.setCompared(base ? [base.id, ...rest, future.id] : [...rest, future.id]);
  }

  setCompared(ids: readonly string[]): void {
    this.compared = ids;
    this.app.addressChanged();
  }

  toggleCompared(id: string): void {
    const next = this.compared.includes(id)
      ? this.compared.filter((other) => other !== id)
      : [...this.compared, id];
    this.setCompared(next);
  }

  whatIfThis(thing: number): void {
    this.draftThing = thing;
    this.open('what-if');
  }

  showPlan(id: string | null): void {
    this.planId = id;
    this.proposal = null;
    this.open('plan');
  }

  // ---- read once and kept

  /** The bands of a branch, or undefined until they have come. */
  bands(id: string): Bands | undefined {
    const known = this.bandsById.get(id);
    if (known === undefined) {
      this.bandsById.set(id, 'reading');
      this.api.bands(id).then(
        (bands) => this.bandsById.set(id, bands),
        () => setTimeout(() => this.bandsById.delete(id), ENDED_SHOWN_MS),
      );
    }
    return known === 'reading' ? undefined : known;
  }

  detail(id: string): Promise<BranchDetail> {
    let known = this.details.get(id);
    if (!known) {
      known = this.api.branch(id);
      this.details.set(id, known);
      known.catch(() => this.details.delete(id));
    }
    return known;
  }
}

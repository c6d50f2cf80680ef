/** The futures of the synthetic plant: branches, jobs that go on by themselves, plans, and the routes to them. */
import type {
  Branch,
  Change,
  ChangeProblem,
  Job,
  Plan,
  Tariff,
  WhatIfRequest,
} from '../../src/protocol/futures';
import { type Formula, HOUR, MINUTE } from '../formula';
import { BranchFormula } from './life';
import { bandsOf, comparisonOf, forecastErrorOf, modelOf, reportOf } from './results';
import { Scheduler } from './schedule';

const JOB_MS = Number(process.env.JOB_MS ?? 6000);
const TICK_MS = 250;
const iso = (at: number) => new Date(at).toISOString();

export interface Answer {
  status: number;
  body: unknown;
}

const LIVE: Branch = {
  id: 'live',
  name: 'live',
  parent: null,
  forkedAt: null,
  until: null,
  purpose: null,
  changes: [],
  kept: true,
};

export class MockFutures {
  private branches: Branch[] = [];
  private readonly formulas = new Map<string, BranchFormula>();
  private readonly jobs: Job[] = [];
  private readonly finish = new Map<string, () => Partial<Job>>();
  private readonly plans: Plan[] = [];
  private tariff: Tariff | null = null;
  private readonly scheduler: Scheduler;
  private count = 0;

  constructor(
    private readonly live: Formula,
    private readonly tell: (message: object) => void,
  ) {
    this.scheduler = new Scheduler(live, live.opened, Number(process.env.PLAN_ORDERS ?? 22));
    if (process.env.FUTURES !== 'none') this.seed();
    setInterval(() => this.tick(), TICK_MS);
  }

  private seed(): void {
    const { opened } = this.live;
    const id = (key: string) => this.live.plant.things.find((thing) => thing.key === key)?.id ?? 0;
    this.fork('Forecast', 'forecast', opened - 7.2 * HOUR, 3.5, []);
    this.fork('Forecast', 'forecast', opened - 3.4 * HOUR, 3, []);
    this.fork('Forecast', 'forecast', opened - 12 * MINUTE, 8, []);
    const fork = opened - 12 * MINUTE;
    this.fork('Second grinder', 'what-if', fork, 8, [
      { change: 'add-machine', like: id('GR-3'), name: 'GR-6' },
    ]);
    this.fork('Mill 2 taken out', 'what-if', fork, 6, [{ change: 'remove-machine', thing: id('MI-2') }]);
    this.fork('Faster washer', 'what-if', fork, 8, [
      { change: 'speed', thing: id('WA-1'), factor: 1.15 },
      { change: 'buffer', thing: id('BU-2'), capacity: 24 },
    ]);
    const plan = this.scheduler.make('Morning plan', 'tardiness', null);
    this.plans.push({ ...plan, accepted: true });
  }

  formulaOf(branch: string | null): Formula {
    return this.formulas.get(branch ?? 'live') ?? this.live;
  }

  /** Where a branch begins and ends; undefined for live. */
  spanOf(id: string): { from: number; until: number } | undefined {
    const branch = this.branches.find((candidate) => candidate.id === id);
    return branch && { from: Date.parse(String(branch.forkedAt)), until: Date.parse(String(branch.until)) };
  }

  private fork(
    name: string,
    purpose: Branch['purpose'],
    at: number,
    hours: number,
    changes: Change[],
    parent = 'live',
  ): Branch {
    const n = ++this.count;
    const branch: Branch = {
      id: `b${n}`,
      name: purpose === 'forecast' ? `Forecast ${n}` : name,
      parent,
      forkedAt: iso(at),
      until: iso(at + hours * HOUR),
      purpose,
      changes,
      kept: false,
    };
    this.branches = [branch, ...this.branches].sort((a, b) =>
      String(b.forkedAt).localeCompare(String(a.forkedAt)),
    );
    this.formulas.set(
      branch.id,
      new BranchFormula(this.formulaOf(parent), at, at + hours * HOUR, changes, n * 13),
    );
    return branch;
  }

  // ---- jobs

  private start(kind: Job['kind'], name: string, done: () => Partial<Job>): Job {
    const job: Job = {
      id: `j${this.jobs.length + 1}`,
      kind,
      name,
      state: 'running',
      progress: 0,
      message: '0 of 200 replications',
      started: iso(Date.now()),
      ended: null,
      branch: null,
      plan: null,
      problem: null,
    };
    this.jobs.push(job);
    this.finish.set(job.id, done);
    this.tell({ type: 'job', job });
    return job;
  }

  private tick(): void {
    for (const job of this.jobs) {
      if (job.state !== 'running') continue;
      job.progress = Math.min(1, job.progress + TICK_MS / JOB_MS);
      job.message = `${Math.round(job.progress * 200)} of 200 replications`;
      if (job.progress >= 1) this.end(job);
      this.tell({ type: 'job', job });
    }
  }

  private end(job: Job): void {
    Object.assign(job, this.finish.get(job.id)?.(), { ended: iso(Date.now()) });
    if (job.state === 'running') job.state = 'done';
    if (job.branch) this.tell({ type: 'branches' });
  }

  /** A machine broke: a repaired plan is proposed, as the server does by itself. */
  breakDown(): void {
    const accepted = this.plans.find(({ accepted: is }) => is) ?? this.plans[0];
    const target = accepted?.operations.find(
      ({ frozen, thing }) => !frozen && this.nameOf(thing).startsWith('Grinder'),
    );
    if (!accepted || !target) return;
    const start = Date.parse(String(target.start)) + 1.2 * HOUR;
    const plan = this.scheduler.repair(accepted, target.id, { thing: target.thing, start, pinned: true });
    const reason = `${this.nameOf(target.thing)} is down`;
    this.plans.unshift({ ...plan, name: 'Repaired plan', reason });
    this.tell({ type: 'plan', plan: plan.id, reason });
  }

  private nameOf(thing: number): string {
    return this.live.plant.things.find(({ id }) => id === thing)?.name ?? '';
  }

  // ---- routes

  /** The answer to a call, or undefined when it is not about futures. */
  answer(method: string, path: string, query: URLSearchParams, body: unknown): Answer | undefined {
    const [room, id, what] = path.split('/');
    const key = `${method} ${[room, id ? ':id' : '', what ?? ''].filter(Boolean).join('/')}`;
    switch (key) {
      case 'GET branches':
        return ok([LIVE, ...this.branches]);
      case 'GET branches/:id':
        return this.withBranch(id, (branch) =>
          ok({ ...branch, report: reportOf(branch, this.formulaOf(branch.id)) }),
        );
      case 'PATCH branches/:id':
        return this.withBranch(id, (branch) => {
          Object.assign(branch, body);
          this.tell({ type: 'branches' });
          return ok(branch);
        });
      case 'DELETE branches/:id':
        return this.discard(id);
      case 'GET branches/:id/bands':
        return this.withBranch(id, (branch) =>
          ok(bandsOf(branch, this.formulaOf(branch.id), query.get('series')?.split(',') ?? null)),
        );
      case 'GET comparison': {
        const ids = (query.get('branches') ?? '').split(',');
        return ok(
          comparisonOf(ids.flatMap((one) => this.branches.find((branch) => branch.id === one) ?? [])),
        );
      }
      case 'GET model':
        return ok(modelOf(this.live));
      case 'GET forecast-error':
        return ok(forecastErrorOf(this.branches, Date.now(), this.live));
      case 'POST forecasts': {
        const { hours = 8 } = body as { hours?: number };
        return accepted(
          this.start('forecast', `${hours} h`, () => ({
            branch: this.fork('Forecast', 'forecast', Date.now(), hours, []).id,
          })),
        );
      }
      case 'POST what-ifs':
        return this.whatIf(body as WhatIfRequest);
      case 'POST validations':
        return accepted(this.start('validation', 'Validation', () => ({})));
      case 'GET jobs':
        return ok(this.jobs);
      case 'DELETE jobs/:id': {
        const job = this.jobs.find((candidate) => candidate.id === id);
        if (!job) return missing();
        if (job.state === 'running') Object.assign(job, { state: 'cancelled', ended: iso(Date.now()) });
        this.tell({ type: 'job', job });
        return { status: 204, body: undefined };
      }
      case 'GET orders':
        return ok(this.scheduler.orders);
      case 'GET tariff':
        return ok(this.tariff);
      case 'POST tariff':
        this.tariff = body as Tariff;
        return ok(this.tariff);
      case 'GET plans':
        return ok(this.plans.map(({ operations: _, orders: __, closed: ___, ...summary }) => summary));
      case 'GET plans/:id':
        return this.withPlan(id, ok);
      case 'POST plans': {
        const { name = 'Plan', objective = 'tardiness' } = body as {
          name?: string;
          objective?: Plan['objective'];
        };
        return accepted(
          this.start('plan', name, () => {
            const plan = this.scheduler.make(name, objective, null);
            this.plans.unshift(plan);
            return { plan: plan.id };
          }),
        );
      }
      case 'POST plans/:id/moves':
        return this.withPlan(id, (plan) =>
          this.move(plan, body as { operation: string; thing: number; start: string }),
        );
      case 'POST plans/:id/accept':
        return this.withPlan(id, (plan) => {
          for (const other of this.plans) other.accepted = other === plan;
          return { status: 204, body: undefined };
        });
      case 'POST break-down':
        this.breakDown();
        return { status: 204, body: undefined };
      default:
        return undefined;
    }
  }

  private withBranch(id: string | undefined, run: (branch: Branch) => Answer): Answer {
    const branch = this.branches.find((candidate) => candidate.id === id);
    return branch ? run(branch) : missing();
  }

  private withPlan(id: string | undefined, run: (plan: Plan) => Answer): Answer {
    const plan = this.plans.find((candidate) => candidate.id === id);
    return plan ? run(plan) : missing();
  }

  private discard(id: string | undefined): Answer {
    return this.withBranch(id, (branch) => {
      if (this.branches.some(({ parent }) => parent === branch.id))
        return refused(409, 'branch-has-children', 'Other branches fork from it. Discard those first.');
      this.branches = this.branches.filter((other) => other !== branch);
      this.tell({ type: 'branches' });
      return { status: 204, body: undefined };
    });
  }

  private whatIf({ name, parent = 'live', at, hours = 8, changes }: WhatIfRequest): Answer {
    const problems = changes.flatMap((change, i) => this.problemOf(change, i));
    if (problems.length > 0)
      return refused(422, 'changes-refused', problems.map(({ detail }) => detail).join(' '), problems);
    const from = at === undefined || at === 'now' ? Date.now() : Date.parse(at);
    return accepted(
      this.start('what-if', name, () => ({
        branch: this.fork(name, 'what-if', from, hours, changes, parent).id,
      })),
    );
  }

  private problemOf(change: Change, i: number): ChangeProblem[] {
    const wrong = (detail: string) => [{ change: i, detail }];
    if ('like' in change && !this.nameOf(change.like))
      return wrong('There is no machine to copy. Choose one.');
    if ('thing' in change && !this.nameOf(change.thing))
      return wrong('There is no such machine. Choose one.');
    if (change.change === 'add-machine' && this.live.plant.things.some(({ key }) => key === change.name))
      return wrong(`${change.name} already exists. Give the new machine another name.`);
    if (change.change === 'speed' && !(change.factor > 0))
      return wrong('A machine cannot stand still by speed. Take it away instead.');
    if (change.change === 'buffer' && !(change.capacity >= 0)) return wrong('A capacity cannot be negative.');
    return [];
  }

  private move(
    plan: Plan,
    { operation, thing, start }: { operation: string; thing: number; start: string },
  ): Answer {
    const moved = plan.operations.find(({ id }) => id === operation);
    if (!moved) return missing();
    if (moved.frozen) return refused(409, 'operation-frozen', 'The operation has begun. It cannot be moved.');
    if (!moved.alternatives.includes(thing))
      return refused(422, 'machine-not-allowed', `${this.nameOf(thing)} cannot do ${moved.segment}.`);
    const repaired = this.scheduler.repair(plan, operation, {
      thing,
      start: Date.parse(start),
      pinned: true,
    });
    this.plans.unshift(repaired);
    return { status: 201, body: repaired };
  }
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const accepted = (body: unknown): Answer => ({ status: 202, body });
const missing = (): Answer => refused(404, 'not-found', 'There is nothing of this name.');

function refused(status: number, code: string, detail: string, changes?: ChangeProblem[]): Answer {
  return {
    status,
    body: { type: `https://trine.dev/problems/${code}`, title: code, status, detail, code, changes },
  };
}

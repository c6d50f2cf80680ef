/** The REST calls about branches, futures and plans. */
import type {
  Bands,
  Branch,
  BranchDetail,
  Comparison,
  ForecastError,
  Job,
  MoveRequest,
  Order,
  Plan,
  PlanRequest,
  PlanSummary,
  PlantModelReport,
  Tariff,
  WhatIfRequest,
} from '../../protocol/futures';
import type { Api } from '../api';

export class FuturesApi {
  constructor(private readonly api: Api) {}

  branches(): Promise<Branch[]> {
    return this.api.get('branches', {});
  }

  branch(id: string): Promise<BranchDetail> {
    return this.api.get(`branches/${encodeURIComponent(id)}`, {});
  }

  change(id: string, change: { name?: string; kept?: boolean }): Promise<Branch> {
    return this.api.send('PATCH', `branches/${encodeURIComponent(id)}`, change);
  }

  discard(id: string): Promise<void> {
    return this.api.send('DELETE', `branches/${encodeURIComponent(id)}`);
  }

  bands(id: string, series?: readonly string[]): Promise<Bands> {
    return this.api.get(`branches/${encodeURIComponent(id)}/bands`, { series: series?.join(',') });
  }

  resultsUrl(id: string, what: 'kpis' | 'bands', format: 'csv' | 'parquet'): string {
    return `/api/v1/branches/${encodeURIComponent(id)}/results?what=${what}&format=${format}`;
  }

  comparison(branches: readonly string[], signal?: AbortSignal): Promise<Comparison> {
    return this.api.get('comparison', { branches: branches.join(',') }, signal);
  }

  model(): Promise<PlantModelReport> {
    return this.api.get('model', {});
  }

  forecastError(): Promise<ForecastError> {
    return this.api.get('forecast-error', {});
  }

  forecast(hours: number): Promise<Job> {
    return this.api.send('POST', 'forecasts', { hours });
  }

  whatIf(request: WhatIfRequest): Promise<Job> {
    return this.api.send('POST', 'what-ifs', request);
  }

  validate(hours: number): Promise<Job> {
    return this.api.send('POST', 'validations', { hours });
  }

  jobs(): Promise<Job[]> {
    return this.api.get('jobs', {});
  }

  cancel(job: string): Promise<void> {
    return this.api.send('DELETE', `jobs/${encodeURIComponent(job)}`);
  }

  orders(): Promise<Order[]> {
    return this.api.get('orders', {});
  }

  tariff(): Promise<Tariff | null> {
    return this.api.get('tariff', {});
  }

  sayTariff(tariff: Tariff): Promise<Tariff> {
    return this.api.send('POST', 'tariff', tariff);
  }

  plans(): Promise<PlanSummary[]> {
    return this.api.get('plans', {});
  }

  plan(id: string): Promise<Plan> {
    return this.api.get(`plans/${encodeURIComponent(id)}`, {});
  }

  makePlan(request: PlanRequest): Promise<Job> {
    return this.api.send('POST', 'plans', request);
  }

  move(plan: string, move: MoveRequest): Promise<Plan> {
    return this.api.send('POST', `plans/${encodeURIComponent(plan)}/moves`, move);
  }

  accept(plan: string): Promise<void> {
    return this.api.send('POST', `plans/${encodeURIComponent(plan)}/accept`);
  }
}

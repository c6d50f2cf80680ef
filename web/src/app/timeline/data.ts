/** Keeps the timeline's answer fitting to its window: one request at a time, the newest wish next. */
import { type Api, isAbort } from '../../client/api';
import type { TimelineAnswer } from '../../protocol/rest';
import { bucketQuery, type TimeWindow } from './window';

const BUCKETS_MAX = 220;
/** Live data ages: the strip is read again this often, or once a bucket when buckets are longer. */
const REFRESH_MS = 4000;

export class TimelineData {
  answer: TimelineAnswer | undefined;
  stepMs = 60_000;
  private key = '';
  private readAt = 0;
  private busy = false;

  constructor(private readonly api: Api) {}

  /** Called with every tick; asks the server only when what it has does not serve any more. */
  want(window: TimeWindow, branch: string, asKnownAt: number | null, nowMs: number): void {
    const query = bucketQuery(window, BUCKETS_MAX);
    const key = `${query.step} ${query.from} ${query.to} ${branch} ${asKnownAt}`;
    if (this.busy || (key === this.key && nowMs - this.readAt < REFRESH_MS)) return;
    this.busy = true;
    this.api
      .timeline({ from: query.from, to: query.to, branch, asKnownAt }, query.buckets)
      .then((answer) => {
        this.answer = answer;
        this.stepMs = query.step;
        this.key = key;
      })
      .catch((error) => {
        if (!isAbort(error)) this.key = key;
      })
      .finally(() => {
        this.readAt = performance.now();
        this.busy = false;
      });
  }
}

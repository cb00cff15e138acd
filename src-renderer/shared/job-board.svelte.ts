import type { JobView } from '../../src-contract/operations.ts';
import { describeCallError, type CallReply, type Client } from '../transport/client.ts';

/** Long work of the host: what runs, what ended, and what could not even be started. */
export class JobBoard {
  jobs = $state.raw<readonly JobView[]>([]);
  /** Of the last command that failed to start or to cancel work. */
  problem = $state<string | null>(null);
  #dismissed = $state.raw<readonly string[]>([]);
  readonly running = $derived(this.jobs.filter(({ state }) => state === 'running'));
  /** The last job that ended and was not dismissed; null while another runs. */
  readonly ended = $derived(this.running.length > 0 ? null
    : this.jobs.findLast(({ state, job_id }) => state !== 'running' && !this.#dismissed.includes(job_id)) ?? null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Jobs that had ended before this page opened are old news and are not announced. */
  async refresh(announce_ended: boolean): Promise<void> {
    const reply = await this.#client.call('jobs.listJobs', {});
    if (!reply.ok) return;
    const { jobs } = reply.value;
    if (!announce_ended) {
      this.#dismissed = jobs.filter(({ state }) => state !== 'running').map(({ job_id }) => job_id);
    }
    this.jobs = jobs.toSorted((a, b) => a.started_at_utc_ms - b.started_at_utc_ms);
  }

  accept(job: JobView): void {
    const known = this.jobs.some(({ job_id }) => job_id === job.job_id);
    this.jobs = known ? this.jobs.map((old) => (old.job_id === job.job_id ? job : old)) : [...this.jobs, job];
  }

  byId(job_id: string | null): JobView | null {
    return this.jobs.find((job) => job.job_id === job_id) ?? null;
  }

  /** Follows a command that starts a job; its id, or null with the reason in `problem`. */
  async start(started: Promise<CallReply<{ job_id: string }>>): Promise<string | null> {
    const reply = await started;
    this.problem = reply.ok ? null : describeCallError(reply.error);
    return reply.ok ? reply.value.job_id : null;
  }

  async cancel(job_id: string): Promise<void> {
    const reply = await this.#client.call('jobs.cancelJob', { job_id });
    this.problem = reply.ok ? null : describeCallError(reply.error);
  }

  dismiss(job_id: string): void {
    this.#dismissed = [...this.#dismissed, job_id];
  }
}

import type { JobView } from '../../../src-contract/operations.ts';
import type { JobBoard } from '../../shared/job-board.svelte.ts';
import type { Client } from '../../transport/client.ts';

const SEED_MAX = 4_294_967_295;

/** One flight of the simulator at a time, followed on the board of jobs. */
export class Flight {
  mode = $state<'qkd' | 'bell'>('qkd');
  /** Same seed, same recordings; null while the field is empty. */
  seed = $state<number | null>(1);
  #job_id = $state<string | null>(null);
  readonly #client: Client;
  readonly #jobs: JobBoard;
  readonly job = $derived.by(() => this.#jobs.byId(this.#job_id));
  readonly seed_valid =
    $derived(this.seed !== null && Number.isInteger(this.seed) && this.seed >= 0 && this.seed <= SEED_MAX);

  constructor(client: Client, jobs: JobBoard) {
    this.#client = client;
    this.#jobs = jobs;
  }

  async fly(start_utc_ms: number): Promise<void> {
    const { mode, seed } = this;
    if (seed === null || !this.seed_valid) return;
    this.#job_id = await this.#jobs.start(this.#client.call('simulator.flyPass', { start_utc_ms, mode, seed }));
  }

  async cancel(): Promise<void> {
    if (this.#job_id !== null) await this.#jobs.cancel(this.#job_id);
  }
}

/** One line under the button: what it does, or how the last flight ended. */
export function onFlight(job: JobView | null): string {
  switch (job?.state) {
    case undefined: return 'simulated, imported, processed';
    case 'running': return job.stage;
    case 'done': return 'flown and archived:';
    case 'failed': return job.failure ?? 'the flight failed';
    case 'cancelled': return 'cancelled; nothing was archived';
  }
}

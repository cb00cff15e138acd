import type { InputOf, JobView, OutputOf } from '../../../src-contract/operations.ts';
import type { PlannedPassView } from '../../../src-contract/schedule.ts';
import type { JobBoard } from '../../shared/job-board.svelte.ts';
import { describeCallError, type Client } from '../../transport/client.ts';

type Scenario = OutputOf<'simulator.listScenarios'>['scenarios'][number];

/** Passes that may still be flown. */
const AHEAD: readonly PlannedPassView['state'][] = ['approved', 'armed', 'live'];

/** What the demo can fly live, and the flight that is on. */
export class LiveFlight {
  scenarios = $state.raw<readonly Scenario[]>([]);
  passes = $state.raw<readonly PlannedPassView[]>([]);
  /** The host's sentence on what it refused. */
  problem = $state<string | null>(null);
  starting = $state(false);
  #job_id = $state<string | null>(null);
  readonly #client: Client;
  readonly #jobs: JobBoard;
  readonly job: JobView | null = $derived.by(() => this.#jobs.byId(this.#job_id));

  constructor(client: Client, jobs: JobBoard) {
    this.#client = client;
    this.#jobs = jobs;
  }

  async refresh(): Promise<void> {
    const [scenarios, plan] = await Promise.all([
      this.#client.call('simulator.listScenarios', {}), this.#client.call('schedule.listPasses', {}),
    ]);
    if (scenarios.ok) this.scenarios = scenarios.value.scenarios;
    if (plan.ok) this.passes = plan.value.passes.filter(({ state }) => AHEAD.includes(state));
    this.problem = scenarios.ok ? null : describeCallError(scenarios.error);
  }

  /** True when both stations take off. */
  async fly(order: InputOf<'simulator.flyLive'>): Promise<boolean> {
    this.starting = true;
    const reply = await this.#client.call('simulator.flyLive', order);
    this.starting = false;
    this.problem = reply.ok ? null : describeCallError(reply.error);
    if (reply.ok) this.#job_id = reply.value.job_id;
    return reply.ok;
  }
}

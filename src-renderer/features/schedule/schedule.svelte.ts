import type { ChoiceView } from '../../../src-contract/choice.ts';
import type { ExportedText, PassChange, PassHistory, PlanExport, PlannedPassView,
  ReplannedView } from '../../../src-contract/schedule.ts';
import type { JobBoard } from '../../shared/job-board.svelte.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import { describeCallError, type CallReply, type Client } from '../../transport/client.ts';

/** Whose decision, and why: what every change of the plan is kept with. */
export interface Decision { readonly who: string; readonly why: string; readonly override_why: string | null }

export type ScheduleDialog =
  'propose' | 'approve' | 'arm' | 'start' | 'abort' | 'cancel' | 'replan' | 'export' | 'history' | 'choose';

/** Among what to choose: nights of the page, up to a demand, weighed by the forecasts or as if clear. */
export interface Wish {
  readonly first_night: string;
  readonly nights: number;
  readonly demand_bits: number | null;
  readonly by_weather: boolean;
}

const CHOICE_S_MAX = 60;

interface Interval { readonly start_utc_ms: number; readonly end_utc_ms: number }

const ENDED: readonly PlannedPassView['state'][] = ['cancelled', 'aborted'];

/** A pass that still claims its window: it was neither called off nor broken off. */
export function claims(pass: PlannedPassView): boolean {
  return !ENDED.includes(pass.state);
}

/** The plan as the host keeps it, the history of one pass of it, and the decisions that change it. */
export class Schedule {
  readonly plan = new Loadable<readonly PlannedPassView[]>();
  readonly history = new Loadable<PassHistory>();
  deciding = $state(false);
  /** The host's sentence on the last decision or export that it refused. */
  refusal = $state<string | null>(null);
  /** What the last re-planning from this page moved. */
  replanned = $state.raw<ReplannedView | null>(null);
  /** Kept from one decision to the next. */
  who = $state('');
  /** The last choice that was asked for, once it is made; null before, and while another is being made. */
  choice = $state.raw<ChoiceView | null>(null);
  #choice_job_id = $state<string | null>(null);
  readonly choosing = $derived.by(() => this.#jobs.byId(this.#choice_job_id));
  readonly #client: Client;
  readonly #jobs: JobBoard;

  constructor(client: Client, jobs: JobBoard) {
    this.#client = client;
    this.#jobs = jobs;
  }

  /** Starts to choose; `readChoice` brings the answer once the job is done. */
  async choose(wish: Wish): Promise<void> {
    this.choice = null;
    this.refusal = null;
    const request = { among: 'nights', seconds_max: CHOICE_S_MAX, ...wish } as const;
    const reply = await this.#client.call('schedule.chooseWindows', request);
    if (reply.ok) this.#choice_job_id = reply.value.job_id;
    else this.refusal = describeCallError(reply.error);
  }

  async readChoice(): Promise<void> {
    const job_id = this.#choice_job_id;
    if (job_id === null) return;
    const reply = await this.#client.call('schedule.readChoice', { job_id });
    if (reply.ok) this.choice = reply.value;
    else this.refusal = describeCallError(reply.error);
  }

  async cancelChoice(): Promise<void> {
    if (this.#choice_job_id !== null) await this.#jobs.cancel(this.#choice_job_id);
  }

  /** Proposes what was chosen, one by one; true when all of it is on the plan. The first refusal ends it. */
  async proposeChoice(decision: Decision): Promise<boolean> {
    for (const { start_utc_ms, end_utc_ms } of this.choice?.chosen ?? []) {
      const middle = (start_utc_ms + end_utc_ms) / 2;
      const proposed = await this.#take(this.#client.call('schedule.proposePass', { start_utc_ms: middle, ...decision }));
      if (proposed === null) break;
    }
    await this.refresh();
    return this.refusal === null;
  }

  async refresh(): Promise<void> {
    await this.plan.load(async (signal) => {
      const reply = await this.#client.call('schedule.listPasses', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.passes } : reply;
    });
  }

  /** The pass planned in a window; one that still claims it before one that ended, then the latest change. */
  passIn(window: Interval): PlannedPassView | null {
    return (this.plan.value ?? [])
      .filter(({ start_utc_ms, end_utc_ms }) => start_utc_ms < window.end_utc_ms && window.start_utc_ms < end_utc_ms)
      .toSorted((a, b) => Number(claims(b)) - Number(claims(a)) || b.changed.at_utc_ms - a.changed.at_utc_ms)[0]
      ?? null;
  }

  /** Reads who changed a pass, when and why; null for none. */
  async follow(pass_id: string | null): Promise<void> {
    if (this.history.value?.pass_id !== pass_id) this.history.clear();
    if (pass_id === null) return;
    await this.history.load((signal) => this.#client.call('schedule.readHistory', { pass_id }, signal));
  }

  /** True when the window is on the plan. */
  async propose(start_utc_ms: number, decision: Decision): Promise<boolean> {
    return await this.#decide(this.#client.call('schedule.proposePass', { start_utc_ms, ...decision })) !== null;
  }

  /** True when the pass changed; the version tells the host which state was decided on. */
  async change({ pass_id, version }: PlannedPassView, action: PassChange['action'],
    decision: Decision): Promise<boolean> {
    const change = { pass_id, version, action, ...decision };
    return await this.#decide(this.#client.call('schedule.changePass', change)) !== null;
  }

  /** True when the passes ahead stand on the newest elements. */
  async replan({ who, why }: Decision): Promise<boolean> {
    const replanned = await this.#decide(this.#client.call('schedule.replanPasses', { who, why }));
    if (replanned !== null) this.replanned = replanned;
    return replanned !== null;
  }

  /** The file, or null with the reason in `refusal`. */
  async exportPlan(order: PlanExport): Promise<ExportedText | null> {
    return this.#take(this.#client.call('schedule.exportPlan', order));
  }

  /** Before a dialog opens. */
  forgetRefusal(): void {
    this.refusal = null;
    this.choice = null;
    this.#choice_job_id = null;
  }

  async #decide<T>(asked: Promise<CallReply<T>>): Promise<T | null> {
    const value = await this.#take(asked);
    await this.refresh();
    return value;
  }

  async #take<T>(asked: Promise<CallReply<T>>): Promise<T | null> {
    this.deciding = true;
    this.refusal = null;
    const reply = await asked;
    this.deciding = false;
    if (!reply.ok) this.refusal = describeCallError(reply.error);
    return reply.ok ? reply.value : null;
  }
}

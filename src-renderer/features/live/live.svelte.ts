import type { Frame } from '../../../src-contract/frames.ts';
import type { LiveView } from '../../../src-contract/live.ts';
import type { InputOf } from '../../../src-contract/operations.ts';
import { describeCallError, type CallReply, type Client } from '../../transport/client.ts';
import { LiveSeries } from './live-series.ts';

export type LiveOrder = InputOf<'live.directPass'>;
type Pass = NonNullable<LiveView['pass']>;

/** The series as it stood when something came; a new object each time, so that what draws it looks again. */
interface Drawn { readonly series: LiveSeries; readonly now_t_s: number }

/** Everything there is; asked for at first and, because late batches mend what was drawn, now and then again. */
const FROM_THE_START_S = -7200;
const WHOLE_AGAIN_MS = 30_000;
/** Between two messages of the host the pass's clock goes on by itself, for so long: then it is not known any more. */
const CARRIED_MS_MAX = 3000;

/** The pass that is on as the host tells it, its series, and the orders given to it. */
export class Live {
  view = $state.raw<LiveView | null>(null);
  plan = $state.raw<Frame | null>(null);
  drawn = $state.raw<Drawn | null>(null);
  /** The pass's own time, carried between the host's messages; null without a pass. */
  now_utc_ms = $state<number | null>(null);
  /** Plots stand still to be read; numbers go on. */
  held = $state(false);
  acting = $state(false);
  /** The host's sentence on the last order it refused, or why nothing came. */
  problem = $state<string | null>(null);
  readonly #client: Client;
  readonly #steadyMs: () => number;
  #series = new LiveSeries();
  #received_ms = 0;
  #whole_ms = -Infinity;
  #reading = false;
  #again = false;

  constructor(client: Client, steadyMs: () => number) {
    this.#client = client;
    this.#steadyMs = steadyMs;
  }

  get pass(): Pass | null {
    return this.view?.pass ?? null;
  }

  async refresh(): Promise<void> {
    const reply = await this.#client.call('live.readLive', {});
    if (reply.ok) await this.accept(reply.value);
    else this.problem = describeCallError(reply.error);
  }

  /** What the host says unasked, at most twice a second. */
  async accept(view: LiveView): Promise<void> {
    const known = this.view?.pass?.pass_id;
    this.view = view;
    this.#received_ms = this.#steadyMs();
    this.tick();
    const { pass } = view;
    if (pass === null) this.#forget();
    else if (pass.pass_id !== known) await this.#openPass(pass.pass_id);
    else await this.#readSeries(pass.pass_id);
  }

  /** To be called several times a second. */
  tick(): void {
    const { pass } = this;
    const since_ms = Math.min(this.#steadyMs() - this.#received_ms, CARRIED_MS_MAX);
    this.now_utc_ms = pass === null ? null : pass.now_utc_ms + since_ms * pass.speed;
  }

  /** True when it was done. */
  async direct(order: LiveOrder): Promise<boolean> {
    this.acting = true;
    const reply: CallReply<LiveView> = await this.#client.call('live.directPass', order);
    this.acting = false;
    this.problem = reply.ok ? null : describeCallError(reply.error);
    if (reply.ok) await this.accept(reply.value);
    return reply.ok;
  }

  #forget(): void {
    this.#series = new LiveSeries();
    this.#whole_ms = -Infinity;
    this.plan = null;
    this.drawn = null;
    this.held = false;
  }

  async #openPass(pass_id: string): Promise<void> {
    this.#forget();
    const [plan] = await Promise.all([this.#client.series('live.readPlan', { pass_id }), this.#readSeries(pass_id)]);
    if (plan.ok && this.pass?.pass_id === pass_id) this.plan = plan.value;
  }

  /** One question at a time: what comes meanwhile is asked for once, afterwards. */
  async #readSeries(pass_id: string): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    const now_ms = this.#steadyMs();
    const whole = now_ms - this.#whole_ms > WHOLE_AGAIN_MS;
    const since_t_s = whole ? FROM_THE_START_S : Math.max(FROM_THE_START_S, this.#series.through_t_s);
    const reply = await this.#client.series('live.readSeries', { pass_id, since_t_s });
    this.#reading = false;
    if (this.pass?.pass_id !== pass_id) return;
    if (reply.ok) {
      if (whole) {
        this.#series = new LiveSeries();
        this.#whole_ms = now_ms;
      }
      this.#series.accept(reply.value);
      if (!this.held) this.#draw();
    }
    if (!this.#again) return;
    this.#again = false;
    await this.#readSeries(pass_id);
  }

  #draw(): void {
    const { pass, now_utc_ms } = this;
    if (pass === null || now_utc_ms === null) return;
    this.drawn = { series: this.#series, now_t_s: (now_utc_ms - pass.start_utc_ms) / 1000 };
  }
}

import type { ElementSourceView } from '../../../src-contract/elements.ts';
import type { OutputOf } from '../../../src-contract/operations.ts';
import type { ElementSetSummary } from '../../../src-contract/orbit.ts';
import type { JobBoard } from '../../shared/job-board.svelte.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import type { Status } from '../../shared/status.ts';
import { describeCallError, type CallReply, type Client } from '../../transport/client.ts';

type Imported = OutputOf<'orbit.importElements'>;

export interface AgeBadge { readonly status: Status; readonly word: string }

/** Days up to which edges hold within a fraction of a second (PHYSICS, section 2). */
const FRESH_DAYS = 4;

/** May the edges be trusted? By the distance of the epoch from now, either way. */
export function ageBadge(age_days: number, age_days_max: number): AgeBadge {
  const apart = Math.abs(age_days);
  const said = `${apart.toFixed(1)} d from epoch`;
  if (apart > age_days_max) return { status: 'serious', word: `too old, ${said}` };
  if (apart > FRESH_DAYS) return { status: 'caution', word: `ageing, ${said}` };
  return { status: 'normal', word: `good, ${said}` };
}

/** By how much the newest set moved a window against the set before it. */
export interface SinceSet {
  readonly before: ElementSetSummary;
  /** Null where one of the two sets has no such window. */
  readonly start_moved_s: number | null;
  readonly end_moved_s: number | null;
}

interface Interval { readonly start_utc_ms: number; readonly end_utc_ms: number }

/** Element sets of the mission, and bringing in new ones. */
export class Elements {
  readonly sets = new Loadable<readonly ElementSetSummary[]>();
  readonly current = $derived(this.sets.value?.find(({ current }) => current) ?? null);
  importing = $state(false);
  /** Of the last import: what it brought, or what was wrong with it. */
  imported = $state.raw<Imported | null>(null);
  refusal = $state<string | null>(null);
  readonly sources = new Loadable<readonly ElementSourceView[]>();
  readonly since = new Loadable<SinceSet>();
  /** Why a source was not added or not taken off. */
  source_refusal = $state<string | null>(null);
  /** The set that was in use before the present one: the next older epoch. */
  readonly previous = $derived((this.sets.value ?? []).filter(({ current }) => !current)
    .toSorted((a, b) => b.epoch_utc_ms - a.epoch_utc_ms)[0] ?? null);
  readonly #client: Client;
  readonly #jobs: JobBoard;

  constructor(client: Client, jobs: JobBoard) {
    this.#client = client;
    this.#jobs = jobs;
  }

  async refreshSources(): Promise<void> {
    await this.sources.load(async (signal) => {
      const reply = await this.#client.call('elements.listSources', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.sources } : reply;
    });
  }

  /** True when the address is a source from now on. */
  async addSource(address: string): Promise<boolean> {
    return this.#changeSources(await this.#client.call('elements.addSource', { address }));
  }

  async removeSource(source_id: string): Promise<boolean> {
    return this.#changeSources(await this.#client.call('elements.removeSource', { source_id }));
  }

  /** Asks now, one source or all; what comes of it is told by the sources themselves. */
  async fetchSources(source_id: string | null): Promise<void> {
    await this.#jobs.start(this.#client.call('elements.fetchSources', { source_id }));
  }

  async #changeSources(reply: CallReply<unknown>): Promise<boolean> {
    this.source_refusal = reply.ok ? null : describeCallError(reply.error);
    await this.refreshSources();
    return reply.ok;
  }

  /** What the newest set changed about a window; nothing while there is one set only. */
  async compareAt(window: Interval | null): Promise<void> {
    const [before, after] = [this.previous, this.current];
    if (window === null || before === null || after === null) {
      this.since.clear();
      return;
    }
    await this.since.load(async (signal) => {
      const query = {
        before_set_id: before.element_set_id, after_set_id: after.element_set_id, from_utc_ms: window.start_utc_ms,
        days: (window.end_utc_ms - window.start_utc_ms) / 86_400_000,
      };
      const reply = await this.#client.call('orbit.compareElements', query, signal);
      if (!reply.ok) return reply;
      const meant = reply.value.windows.find(({ after: found, before: was }) => {
        const edges = found ?? was;
        return edges !== null && edges.start_utc_ms < window.end_utc_ms && window.start_utc_ms < edges.end_utc_ms;
      });
      return { ok: true, value: {
        before, start_moved_s: meant?.start_moved_s ?? null, end_moved_s: meant?.end_moved_s ?? null } };
    });
  }

  async refresh(): Promise<void> {
    await this.sets.load(async (signal) => {
      const reply = await this.#client.call('orbit.listElements', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.sets } : reply;
    });
  }

  /** True when the text was taken. */
  async take(text: string, source_name: string): Promise<boolean> {
    this.importing = true;
    this.imported = null;
    this.refusal = null;
    const reply = await this.#client.call('orbit.importElements', { text, source_name });
    this.importing = false;
    if (reply.ok) this.imported = reply.value;
    else this.refusal = describeCallError(reply.error);
    await this.refresh();
    return reply.ok;
  }

  /** Before the dialog opens again. */
  forgetImport(): void {
    this.imported = null;
    this.refusal = null;
  }
}

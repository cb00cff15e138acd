import type { Frame } from '../../../src-contract/frames.ts';
import type { OutputOf } from '../../../src-contract/operations.ts';
import type { GateWish } from '../../../src-contract/quantities.ts';
import type { PassDetail, PassSummary } from '../../../src-contract/pass.ts';
import type { JobBoard } from '../../shared/job-board.svelte.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import type { Client } from '../../transport/client.ts';
import { searchPasses, sortPasses, type Order } from './listing.ts';

type Verification = OutputOf<'archive.verifyPass'>;

/** The archive: its list, the pass that is open, and the verdict whose series are drawn. */
export class Passes {
  search = $state('');
  order = $state.raw<Order>({ column: 'start', descending: true });
  open_id = $state<string | null>(null);
  verdict_id = $state<number | null>(null);
  readonly list = new Loadable<readonly PassSummary[]>();
  readonly detail = new Loadable<PassDetail>();
  readonly series = new Loadable<Frame>();
  readonly verification = new Loadable<Verification>();
  readonly shown = $derived(sortPasses(searchPasses(this.list.value ?? [], this.search), this.order));
  readonly verdict =
    $derived(this.detail.value?.verdicts.find(({ verdict_id }) => verdict_id === this.verdict_id) ?? null);
  readonly #client: Client;
  readonly #jobs: JobBoard;

  constructor(client: Client, jobs: JobBoard) {
    this.#client = client;
    this.#jobs = jobs;
  }

  async refresh(): Promise<void> {
    await this.list.load(async (signal) => {
      const reply = await this.#client.call('archive.listPasses', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.passes } : reply;
    });
    if (this.open_id !== null) await this.#readDetail(this.open_id);
  }

  /** Opens a pass with its latest verdict; null closes. */
  async open(pass_id: string | null): Promise<void> {
    if (pass_id === this.open_id) return;
    this.open_id = pass_id;
    this.detail.clear();
    this.series.clear();
    this.verification.clear();
    this.verdict_id = null;
    if (pass_id !== null) await this.#readDetail(pass_id);
  }

  /** The archive says this pass changed: a new verdict is shown at once. */
  async changed(pass_id: string): Promise<void> {
    if (pass_id === this.open_id) this.verdict_id = null;
    await this.refresh();
  }

  /** Which verdict's series the plots draw. */
  async choose(verdict_id: number): Promise<void> {
    if (verdict_id === this.verdict_id) return;
    this.verdict_id = verdict_id;
    await this.#readSeries();
  }

  /** To the verdict before or after the one drawn. */
  async stepVerdict(by: number): Promise<void> {
    const verdicts = this.detail.value?.verdicts ?? [];
    const next = verdicts[verdicts.findIndex(({ verdict_id }) => verdict_id === this.verdict_id) + by];
    if (next !== undefined) await this.choose(next.verdict_id);
  }

  async verify(): Promise<void> {
    const pass_id = this.open_id;
    if (pass_id === null) return;
    await this.verification.load((signal) => this.#client.call('archive.verifyPass', { pass_id }, signal));
  }

  /** Starts processing with another gate or lock; the verdict arrives as an event. True when it was started. */
  async reprocess(gate_ns: GateWish, beacon: boolean): Promise<boolean> {
    const pass_id = this.open_id;
    if (pass_id === null) return false;
    return await this.#jobs.start(this.#client.call('detection.processPass', { pass_id, gate_ns, beacon })) !== null;
  }

  async importRecordings(manifest_paths: readonly [string, string], partial: boolean): Promise<boolean> {
    const [first, second] = manifest_paths;
    return await this.#jobs.start(this.#client.call('archive.importPass',
      { manifest_paths: [first.trim(), second.trim()], partial })) !== null;
  }

  /** The pass above or below the open one, in the order shown. */
  neighbour(by: number): string | null {
    const index = this.shown.findIndex(({ pass_id }) => pass_id === this.open_id);
    return (index < 0 ? this.shown[0] : this.shown[index + by])?.pass_id ?? null;
  }

  sortBy(column: Order['column']): void {
    this.order = { column, descending: this.order.column === column ? !this.order.descending : true };
  }

  async #readDetail(pass_id: string): Promise<void> {
    await this.detail.load((signal) => this.#client.call('archive.readPass', { pass_id }, signal));
    const verdicts = this.detail.value?.verdicts ?? [];
    if (verdicts.some(({ verdict_id }) => verdict_id === this.verdict_id)) return;
    this.verdict_id = verdicts.at(-1)?.verdict_id ?? null;
    await this.#readSeries();
  }

  async #readSeries(): Promise<void> {
    const [pass_id, verdict_id] = [this.open_id, this.verdict_id];
    this.series.clear();
    if (pass_id === null || verdict_id === null) return;
    await this.series.load((signal) =>
      this.#client.series('detection.readVerdictSeries', { pass_id, verdict_id }, signal));
  }
}

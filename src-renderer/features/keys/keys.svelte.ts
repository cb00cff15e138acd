import type { ChannelView } from '../../../src-contract/channel.ts';
import type { DeliveryView } from '../../../src-contract/delivery.ts';
import type { KeyView } from '../../../src-contract/key.ts';
import type { InputOf } from '../../../src-contract/operations.ts';
import type { PassSummary } from '../../../src-contract/pass.ts';
import type { JobBoard } from '../../shared/job-board.svelte.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import { describeCallError, type Client } from '../../transport/client.ts';
import { searchKeys, sortKeys, type Order } from './listing.ts';

export type KeyOrder = InputOf<'distillation.distilPasses'>;

/** The mission's keys as accounts, the other console, and the passes a key can be made of. */
export class Keys {
  search = $state('');
  order = $state.raw<Order>({ column: 'made', descending: true });
  open_id = $state<string | null>(null);
  /** Why the last destruction was refused, or what it left behind. */
  refusal = $state<string | null>(null);
  left_behind = $state<string | null>(null);
  /** Why keys are not served, or could not be stopped. */
  delivery_refusal = $state<string | null>(null);
  serving_changes = $state(false);
  readonly list = new Loadable<readonly KeyView[]>();
  readonly channel = new Loadable<ChannelView>();
  readonly delivery = new Loadable<DeliveryView>();
  readonly passes = new Loadable<readonly PassSummary[]>();
  readonly shown = $derived(sortKeys(searchKeys(this.list.value ?? [], this.search), this.order));
  readonly open_key = $derived(this.list.value?.find(({ key_id }) => key_id === this.open_id) ?? null);
  readonly #client: Client;
  readonly #jobs: JobBoard;

  constructor(client: Client, jobs: JobBoard) {
    this.#client = client;
    this.#jobs = jobs;
  }

  async refresh(): Promise<void> {
    await Promise.all([
      this.list.load(async (signal) => {
        const reply = await this.#client.call('keys.listKeys', {}, signal);
        return reply.ok ? { ok: true, value: reply.value.keys } : reply;
      }),
      this.channel.load((signal) => this.#client.call('session.describeChannel', {}, signal)),
      this.readDelivery(),
    ]);
  }

  readDelivery(): Promise<void> {
    return this.delivery.load((signal) => this.#client.call('delivery.describeDelivery', { key_id: null }, signal));
  }

  /** Begins or ends the service for applications. */
  async serve(on: boolean): Promise<void> {
    if (this.serving_changes) return;
    this.serving_changes = true;
    const reply = await this.#client.call(on ? 'delivery.startDelivery' : 'delivery.stopDelivery', {});
    this.serving_changes = false;
    this.delivery_refusal = reply.ok ? null : describeCallError(reply.error);
    await this.readDelivery();
  }

  async readPasses(): Promise<void> {
    await this.passes.load(async (signal) => {
      const reply = await this.#client.call('archive.listPasses', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.passes } : reply;
    });
  }

  open(key_id: string | null): void {
    this.open_id = key_id;
    this.left_behind = null;
  }

  /** Starts a distillation; the key arrives as an event. Operational passes are distilled with the other console. */
  async distil(order: KeyOrder, with_peer: boolean): Promise<boolean> {
    const started = with_peer
      ? this.#client.call('session.distilWithPeer', { ...order, listen: null, peer: null, role: null })
      : this.#client.call('distillation.distilPasses', order);
    return await this.#jobs.start(started) !== null;
  }

  /** Ends the open key. True when it was destroyed; else `refusal` says why not. */
  async destroy(why: string): Promise<boolean> {
    const key_id = this.open_id;
    if (key_id === null) return false;
    const reply = await this.#client.call('keys.destroyKey', { key_id, why });
    this.refusal = reply.ok ? null : describeCallError(reply.error);
    if (!reply.ok) return false;
    this.left_behind = reply.value.overwritten ? null
      : 'Another program reads the database, so its old pages are not yet overwritten. Close that program, then open '
        + 'the mission anew.';
    await this.refresh();
    return true;
  }

  /** The key above or below the open one, in the order shown. */
  neighbour(by: number): string | null {
    const index = this.shown.findIndex(({ key_id }) => key_id === this.open_id);
    return (index < 0 ? this.shown[0] : this.shown[index + by])?.key_id ?? null;
  }

  sortBy(column: Order['column']): void {
    this.order = { column, descending: this.order.column === column ? !this.order.descending : true };
  }
}

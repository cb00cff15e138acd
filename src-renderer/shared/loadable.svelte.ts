import { describeCallError, type CallError, type CallReply } from '../transport/client.ts';

/** Something asked of the host: the last good value, what went wrong since, and whether an answer is awaited. */
export class Loadable<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<CallError | null>(null);
  loading = $state(false);
  #current: AbortController | null = null;

  /** Asks; a later question makes an earlier answer void. A failure keeps the last good value. */
  async load(ask: (signal: AbortSignal) => Promise<CallReply<T>>): Promise<void> {
    this.#current?.abort();
    const own = new AbortController();
    this.#current = own;
    this.loading = true;
    const reply = await ask(own.signal);
    if (this.#current !== own) return;
    this.loading = false;
    if (reply.ok) this.value = reply.value;
    this.error = reply.ok ? null : reply.error;
  }

  /** Forgets the value: what it belonged to is no longer shown. */
  clear(): void {
    this.#current?.abort();
    this.#current = null;
    this.loading = false;
    this.value = null;
    this.error = null;
  }

  get problem(): string | null {
    return this.error === null ? null : describeCallError(this.error);
  }
}

import type { OutputOf } from '../../src-contract/operations.ts';
import type { Client } from '../transport/client.ts';

type Reading = OutputOf<'mission.readClock'>;

/** The host's clock, carried forward between readings by the page's steady one. */
export class MissionClock {
  /** Null until the host has answered once. */
  utc_ms = $state<number | null>(null);
  simulated = $state(false);
  disk_free_bytes = $state<number | null>(null);
  readonly #client: Client;
  readonly #steadyMs: () => number;
  #offset_ms = 0;

  /** `steadyMs`: a clock that never jumps, such as `performance.now`. */
  constructor(client: Client, steadyMs: () => number) {
    this.#client = client;
    this.#steadyMs = steadyMs;
  }

  /** Reads the host's clock; half the way there and back is the error. */
  async synchronise(): Promise<void> {
    const asked_ms = this.#steadyMs();
    const reply = await this.#client.call('mission.readClock', {});
    if (reply.ok) this.#accept(reply.value, (asked_ms + this.#steadyMs()) / 2);
  }

  /** To be called several times a second. */
  tick(): void {
    if (this.utc_ms !== null) this.utc_ms = this.#steadyMs() + this.#offset_ms;
  }

  #accept(reading: Reading, at_steady_ms: number): void {
    this.#offset_ms = reading.utc_ms - at_steady_ms;
    this.utc_ms = this.#steadyMs() + this.#offset_ms;
    this.simulated = reading.simulated;
    this.disk_free_bytes = reading.disk_free_bytes;
  }
}

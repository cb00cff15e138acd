import type { DualWindowView } from '../../../src-contract/orbit.ts';
import type { Client } from '../../transport/client.ts';
import { nightOf } from '../../shared/times.ts';

/** How far ahead the status bar looks. */
const NIGHTS_AHEAD = 14;

export interface NextWindowPorts {
  readonly client: Client;
  readonly now: () => number | null;
  readonly utc_offset_h: number;
}

/** The dark window that is on or comes next, for the countdown. */
export class NextWindow {
  window = $state.raw<DualWindowView | null>(null);
  /** Why there is none, once that is known. */
  absence = $state<string | null>(null);
  readonly #ports: NextWindowPorts;
  #asking = false;

  constructor(ports: NextWindowPorts) {
    this.#ports = ports;
  }

  async refresh(): Promise<void> {
    const { client, now, utc_offset_h } = this.#ports;
    const now_utc_ms = now();
    if (now_utc_ms === null || this.#asking) return;
    this.#asking = true;
    const reply = await client.call('orbit.listNights',
      { first_night: nightOf(now_utc_ms, utc_offset_h), nights: NIGHTS_AHEAD });
    this.#asking = false;
    const windows = reply.ok ? reply.value.nights.flatMap(({ windows }) => windows) : [];
    this.window = windows.find(({ dark, end_utc_ms }) => dark && end_utc_ms > now_utc_ms) ?? null;
    this.absence = this.window !== null ? null
      : reply.ok ? `no window within ${NIGHTS_AHEAD} nights` : 'no elements to compute from';
  }

  /** To be called as time passes: once a window has ended the one after it is asked for. */
  async tick(): Promise<void> {
    const now_utc_ms = this.#ports.now();
    if (this.window !== null && now_utc_ms !== null && this.window.end_utc_ms < now_utc_ms) await this.refresh();
  }
}

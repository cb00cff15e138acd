import type { Frame } from '../../../src-contract/frames.ts';
import type { OutputOf } from '../../../src-contract/operations.ts';
import type { DualWindowView, NightView } from '../../../src-contract/orbit.ts';
import type { KeyOutlook } from '../../../src-contract/outlook.ts';
import type { PassSummary } from '../../../src-contract/pass.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import { addNights, nightOf } from '../../shared/times.ts';
import type { Client } from '../../transport/client.ts';

export type Nights = OutputOf<'orbit.listNights'>;

export interface PlanPorts {
  readonly client: Client;
  /** The mission's clock; null until it is known. */
  readonly now: () => number | null;
  readonly utc_offset_h: number;
}

/** A fortnight fits the screen, a month scrolls. */
export type Span = 14 | 31;

/** Curves reach this far beyond a window, so that each station's own rise and set are on the map. */
const MARGIN_S = 420;
const STEP_S = 1;

/** The window of a night worth looking at: dark before not, then the most bits. */
export function bestWindow(night: NightView): DualWindowView | null {
  const order = (a: DualWindowView, b: DualWindowView) =>
    Number(b.dark) - Number(a.dark) || b.expected.sifted_bits - a.expected.sifted_bits;
  return night.windows.toSorted(order)[0] ?? null;
}

/** Nights of a page, the one chosen, and what its window would look like. */
export class Plan {
  first_night = $state<string | null>(null);
  span = $state<Span>(14);
  selected_night = $state<string | null>(null);
  /** Seconds into the window where the reader stands; null for nowhere. */
  cursor_s = $state<number | null>(null);
  passes = $state.raw<readonly PassSummary[]>([]);
  readonly nights = new Loadable<Nights>();
  readonly curves = new Loadable<Frame>();
  /** What the window adds to the campaign's key. */
  readonly outlook = new Loadable<KeyOutlook>();
  readonly rows = $derived(this.nights.value?.nights ?? []);
  readonly night = $derived(this.rows.find(({ night }) => night === this.selected_night) ?? null);
  readonly window = $derived(this.night === null ? null : bestWindow(this.night));
  readonly #ports: PlanPorts;

  constructor(ports: PlanPorts) {
    this.#ports = ports;
  }

  /** Opens on a night, or on today. */
  async open(night: string | null): Promise<void> {
    if (night === null) await this.today();
    else await this.show(night, night);
    await this.refreshPasses();
  }

  /** The page that starts with the night now on, and its first window still to come. */
  async today(): Promise<void> {
    const now_utc_ms = this.#ports.now();
    if (now_utc_ms === null) return;
    await this.show(nightOf(now_utc_ms, this.#ports.utc_offset_h), null);
  }

  /** A page from `first_night`; without a wish the first window not yet over is chosen. */
  async show(first_night: string, wish: string | null): Promise<void> {
    this.first_night = first_night;
    await this.nights.load((signal) =>
      this.#ports.client.call('orbit.listNights', { first_night, nights: this.span }, signal));
    await this.#settle(wish);
  }

  async page(pages: number): Promise<void> {
    if (this.first_night === null) return;
    const first_night = addNights(this.first_night, pages * this.span);
    await this.show(first_night, pages > 0 ? first_night : addNights(first_night, this.span - 1));
  }

  async setSpan(span: Span): Promise<void> {
    this.span = span;
    if (this.first_night !== null) await this.show(this.first_night, this.selected_night);
  }

  /** The elements changed, or events were missed: the same page again. */
  async refresh(): Promise<void> {
    if (this.first_night === null) await this.today();
    else await this.show(this.first_night, this.selected_night);
    await this.refreshPasses();
  }

  async refreshPasses(): Promise<void> {
    const reply = await this.#ports.client.call('archive.listPasses', {});
    if (reply.ok) this.passes = reply.value.passes;
  }

  async select(night: string): Promise<void> {
    this.selected_night = night;
    this.cursor_s = null;
    await this.#readCurves();
  }

  /** Up and down the nights, over the page's edge too. */
  async step(by: number): Promise<void> {
    const index = this.rows.findIndex(({ night }) => night === this.selected_night);
    const next = this.rows[index + by];
    if (index >= 0 && next !== undefined) await this.select(next.night);
    else if (index >= 0) await this.page(Math.sign(by));
  }

  /** Moves the reader along the pass; from nowhere it starts at the window's begin. */
  scrub(by_s: number): void {
    const length_s = this.window?.duration_s ?? 0;
    const from_s = this.cursor_s ?? (by_s > 0 ? -by_s : length_s - by_s);
    this.cursor_s = Math.min(length_s, Math.max(0, Math.round(from_s + by_s)));
  }

  /** Passes flown in this window, newest import first. */
  flownIn(window: DualWindowView): readonly PassSummary[] {
    return this.passes
      .filter(({ start_utc_ms, seconds }) =>
        start_utc_ms < window.end_utc_ms && start_utc_ms + seconds * 1000 > window.start_utc_ms)
      .toSorted((a, b) => b.imported_at_utc_ms - a.imported_at_utc_ms);
  }

  async #settle(wish: string | null): Promise<void> {
    const now_utc_ms = this.#ports.now() ?? 0;
    const wished = this.rows.find(({ night }) => night === wish);
    const coming = this.rows.find(({ windows }) => windows.some(({ end_utc_ms }) => end_utc_ms > now_utc_ms));
    const chosen = wished ?? coming ?? this.rows[0];
    this.selected_night = chosen?.night ?? null;
    this.cursor_s = null;
    await this.#readCurves();
  }

  async #readCurves(): Promise<void> {
    const window = this.window;
    this.curves.clear();
    this.outlook.clear();
    if (window === null) return;
    const { start_utc_ms, end_utc_ms } = window;
    await Promise.all([
      this.curves.load((signal) => this.#ports.client.series(
        'orbit.readPassCurves', { start_utc_ms, end_utc_ms, margin_s: MARGIN_S, step_s: STEP_S }, signal)),
      this.outlook.load((signal) => this.#ports.client.call(
        'outlook.projectKey', { at_utc_ms: Math.round((start_utc_ms + end_utc_ms) / 2) }, signal)),
    ]);
  }
}

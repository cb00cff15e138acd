import type { ForecastEntry, NightWeather, WeatherView } from '../../../src-contract/weather.ts';
import type { OutputOf } from '../../../src-contract/operations.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import { describeCallError, type Client } from '../../transport/client.ts';

type Imported = OutputOf<'weather.importForecasts'>;
type Weighed = NightWeather['windows'][number];

/** The sky as it is expected, night by night, and bringing in what is known of it. */
export class Weather {
  readonly view = new Loadable<WeatherView>();
  /** Why the last entry or import was not taken. */
  refusal = $state<string | null>(null);
  imported = $state.raw<Imported | null>(null);
  busy = $state(false);
  readonly #client: Client;
  #span: { readonly first_night: string; readonly nights: number } | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The nights shown; asked again when they or the forecasts change. */
  async show(first_night: string | null, nights: number): Promise<void> {
    this.#span = first_night === null ? null : { first_night, nights };
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const span = this.#span;
    if (span !== null) await this.view.load((signal) => this.#client.call('weather.listForecasts', span, signal));
  }

  of(night: string): NightWeather | null {
    return this.view.value?.nights.find((view) => view.night === night) ?? null;
  }

  /** What a window brings on average by the forecasts; null where a station has none. */
  weighed(night: string, start_utc_ms: number): Weighed | null {
    return this.of(night)?.windows.find((window) => Math.abs(window.start_utc_ms - start_utc_ms) < 1000) ?? null;
  }

  /** True when every entry was kept; the first that is refused ends it. */
  async record(entries: readonly ForecastEntry[]): Promise<boolean> {
    this.forget();
    this.busy = true;
    for (const entry of entries) {
      const reply = await this.#client.call('weather.recordForecast', entry);
      if (reply.ok) continue;
      this.refusal = describeCallError(reply.error);
      break;
    }
    this.busy = false;
    await this.refresh();
    return this.refusal === null;
  }

  async take(text: string, source_name: string): Promise<void> {
    this.forget();
    this.busy = true;
    const reply = await this.#client.call('weather.importForecasts', { text, source_name });
    this.busy = false;
    if (reply.ok) this.imported = reply.value;
    else this.refusal = describeCallError(reply.error);
    await this.refresh();
  }

  /** Before a dialog opens, or tries again. */
  forget(): void {
    this.refusal = null;
    this.imported = null;
  }
}

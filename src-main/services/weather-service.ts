import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView, NightView } from '../../src-contract/orbit.ts';
import type { ForecastEntry, NightWeather, SkyForecastView, WeatherView } from '../../src-contract/weather.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import { CLOUD_MODEL } from '../../src-core/link/cloud-cover.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { parseUtc } from '../../src-core/utc.ts';
import { readForecasts } from '../pipeline/forecast-text.ts';
import { skyWord, weighWindow } from '../pipeline/weigh-windows.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { NewForecast, StoredForecast, WeatherReader, WeatherWriter } from '../store/weather-store.ts';
import type { WeatherPort } from './ports.ts';

export interface WeatherServiceDeps {
  readonly mission: MissionFile;
  readonly forecasts: WeatherReader & WeatherWriter;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly currentPropagator: () => Result<{ readonly propagator: Propagator }, OperationError>;
  readonly listNights: (query: {
    readonly first_night: string;
    readonly nights: number;
  }) => Result<{ readonly nights: readonly NightView[] }, OperationError>;
}

export interface WeatherService extends WeatherPort {
  /** What a window of a night brings by the forecasts; null where a station has none. */
  readonly weighedBits: (night: string, window: DualWindowView) => number | null;
}

/** What the sky is expected to be, by whom, and what that leaves of a window. */
export function createWeatherService(deps: WeatherServiceDeps): WeatherService {
  const station_ids = deps.mission.stations.map(({ id }) => id);
  return {
    listForecasts: ({ first_night, nights }) => listForecasts(deps, first_night, nights),
    recordForecast: (entry) => {
      if (!station_ids.includes(entry.station_id))
        return err({ type: 'NotFound', what: 'station', id: entry.station_id });
      if (nightMs(entry.night) === null) return err(NO_NIGHT);
      keep(deps, [entry]);
      return listForecasts(deps, entry.night, 1);
    },
    importForecasts: ({ text, source_name }) => {
      const read = readForecasts({ text, name: source_name, station_ids });
      if (!read.ok) return read;
      const odd = read.value.find(({ night }) => nightMs(night) === null);
      if (odd !== undefined)
        return err({ type: 'InvalidFile', where: source_name, message: `${odd.night} is no night` });
      const imported = keep(deps, read.value);
      const nights = new Set(read.value.map(({ night }) => night)).size;
      return ok({ imported, nights, already_known: read.value.length - imported });
    },
    weighedBits: (night, window) => {
      const current = deps.currentPropagator();
      const sky = skyOf(deps, deps.forecasts.listBetween(night, night));
      if (!current.ok || sky === null) return null;
      return weighWindow(deps.mission, current.value.propagator, { window, sky })?.sifted_bits ?? null;
    },
  };
}

const NO_NIGHT = { type: 'InvalidInput', issues: ['night: no such date'] } as const;

function nightMs(night: string): number | null {
  const parsed = parseUtc(night);
  return parsed.ok ? parsed.value : null;
}

function keep(
  { forecasts, log, who, now_utc_ms, publish }: WeatherServiceDeps,
  entries: readonly ForecastEntry[],
): number {
  const entered_at_utc_ms = Math.round(now_utc_ms());
  const added = forecasts.insertAll(
    entries.map(({ station_id, issued_at_utc_ms, ...entry }): NewForecast => ({
      ...entry,
      station: station_id,
      issued_at_utc_ms: issued_at_utc_ms === null ? null : Math.round(issued_at_utc_ms),
      entered_at_utc_ms,
      entered_by: who,
    })),
  );
  if (added > 0) {
    const sources = [...new Set(entries.map(({ source }) => source))].join(', ').slice(0, 200);
    const subject =
      entries.length === 1 ? `${entries[0]!.night} ${entries[0]!.station_id}` : `${entries.length} forecasts`;
    log.append({
      at_utc_ms: entered_at_utc_ms,
      who,
      action: 'weather.recordForecast',
      subject,
      details: { sources, added },
    });
    publish({ type: 'weather.changed' });
  }
  return added;
}

/** Both stations' skies in the mission's order; null unless both are forecast. */
function skyOf({ mission }: WeatherServiceDeps, stored: readonly StoredForecast[]) {
  const [a, b] = mission.stations.map(({ id }) => stored.find(({ station }) => station === id));
  if (a?.cloud_fraction == null || b?.cloud_fraction == null) return null;
  return [
    { cloud_fraction: a.cloud_fraction, confidence: a.confidence },
    { cloud_fraction: b.cloud_fraction, confidence: b.confidence },
  ] as const;
}

function listForecasts(deps: WeatherServiceDeps, first_night: string, nights: number): Reply<WeatherView> {
  const first_ms = nightMs(first_night);
  if (first_ms === null) return err(NO_NIGHT);
  const names = Array.from({ length: nights }, (_, i) =>
    new Date(first_ms + i * MS_PER_DAY).toISOString().slice(0, 10),
  );
  const stored = deps.forecasts.listBetween(first_night, names.at(-1)!);
  // Without elements there are no windows, but what was said of the sky stands all the same.
  const listed = stored.length === 0 ? null : deps.listNights({ first_night, nights });
  const current = deps.currentPropagator();
  const views = names.map((night): NightWeather => {
    const own = stored.filter((forecast) => forecast.night === night);
    const sky = skyOf(deps, own);
    const found = listed?.ok === true ? listed.value.nights.find((view) => view.night === night) : undefined;
    const windows =
      sky === null || !current.ok || found === undefined
        ? []
        : found.windows.flatMap((window) => weighWindow(deps.mission, current.value.propagator, { window, sky }) ?? []);
    return { night, stations: deps.mission.stations.map(({ id }) => ({ id, forecast: viewOf(own, id) })), windows };
  });
  return ok({ model: CLOUD_MODEL, nights: views });
}

function viewOf(stored: readonly StoredForecast[], station_id: string): SkyForecastView | null {
  const found = stored.find(({ station }) => station === station_id);
  if (found?.cloud_fraction == null) return null;
  const { night, cloud_fraction, confidence, source, issued_at_utc_ms, entered_at_utc_ms, entered_by } = found;
  return {
    night,
    station_id,
    cloud_fraction,
    confidence,
    word: skyWord(cloud_fraction),
    source,
    issued_at_utc_ms,
    entered_at_utc_ms,
    entered_by,
  };
}

import { z } from 'zod';
import { count, nightName, nonNegative, probability, stationId, utcMs } from './quantities.ts';

/** What somebody, or some service, expects of the sky over a station in a night. */
export const skyForecast = z.strictObject({
  night: nightName,
  station_id: stationId,
  /** Share of the sky that is covered. */
  cloud_fraction: probability,
  /** How much of it is believed; the rest counts as if nothing were known. */
  confidence: probability,
  /** clear, few, scattered, broken or overcast: the oktas of the airfields. */
  word: z.string(),
  source: z.string(),
  /** When the forecast was made; null where its source does not say. */
  issued_at_utc_ms: utcMs.nullable(),
  entered_at_utc_ms: utcMs,
  entered_by: z.string(),
});

/** A window weighed by both forecasts; what it gives if clear stands with the window itself. */
const weighedWindow = z.strictObject({
  start_utc_ms: utcMs,
  coincidences: nonNegative,
  sifted_bits: nonNegative,
  /** Of the clear value. */
  share: probability,
  stations: z.array(z.strictObject({ id: stationId, clear_probability: probability })).length(2),
});

export const nightWeather = z.strictObject({
  night: nightName,
  /** In the mission's order; null where nobody has said anything yet. */
  stations: z.array(z.strictObject({ id: stationId, forecast: skyForecast.nullable() })).length(2),
  /** Empty until both stations have a forecast. */
  windows: z.array(weighedWindow),
});

export const weather = z.strictObject({
  /** The model by which a fraction of the sky becomes a probability at an elevation, with its source. */
  model: z.string(),
  nights: z.array(nightWeather),
});

export const forecastEntry = z.strictObject({
  night: nightName,
  station_id: stationId,
  /** Null takes the forecast back: the night counts as unforecast again. */
  cloud_fraction: probability.nullable(),
  confidence: probability,
  source: z.string().trim().min(1, 'name the source: who or what says so').max(120),
  issued_at_utc_ms: utcMs.nullable(),
});

export const forecastsImported = z.strictObject({ imported: count, nights: count, already_known: count });

export type SkyForecastView = z.output<typeof skyForecast>;
export type NightWeather = z.output<typeof nightWeather>;
export type WeatherView = z.output<typeof weather>;
export type ForecastEntry = z.output<typeof forecastEntry>;

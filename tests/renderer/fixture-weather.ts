import type { ForecastEntry, NightWeather, SkyForecastView, WeatherView } from '../../src-contract/weather.ts';
import { addNights } from '../../src-renderer/shared/times.ts';

const WORDS = ['clear', 'few', 'scattered', 'broken', 'overcast'];
const STATIONS = ['delingha', 'nanshan'];

/** Forecasts as a host keeps them; a window's share is the product of the open skies. */
export function createFixtureWeather(now_utc_ms: number) {
  const forecasts: SkyForecastView[] = [];
  const put = ({ night, station_id, cloud_fraction, confidence, source, issued_at_utc_ms }: ForecastEntry) => {
    const at = forecasts.findIndex((known) => known.night === night && known.station_id === station_id);
    if (at >= 0) forecasts.splice(at, 1);
    if (cloud_fraction === null) return;
    const word = WORDS[Math.min(4, Math.floor(cloud_fraction * 5))]!;
    forecasts.push({
      night, station_id, cloud_fraction, confidence, source, issued_at_utc_ms, word, entered_at_utc_ms: now_utc_ms,
      entered_by: 'planner',
    });
  };
  const list = (first_night: string, count: number, windows: (night: string) => readonly number[]): WeatherView => ({
    model: 'the fixture',
    nights: Array.from({ length: count }, (_, i): NightWeather => {
      const night = addNights(first_night, i);
      const stations = STATIONS.map((id) => ({
        id, forecast: forecasts.find((known) => known.night === night && known.station_id === id) ?? null,
      }));
      const [a, b] = stations.map(({ forecast }) => forecast);
      const clear = [a, b].map((forecast) => 1 - (forecast?.cloud_fraction ?? 1));
      const share = clear[0]! * clear[1]!;
      return {
        night, stations,
        windows: a == null || b == null ? [] : windows(night).map((start_utc_ms) => ({
          start_utc_ms, share, coincidences: 618 * share, sifted_bits: 310 * share,
          stations: STATIONS.map((id, which) => ({ id, clear_probability: clear[which]! })),
        })),
      };
    }),
  });
  return { put, list };
}

import type { Database } from 'better-sqlite3';

export interface NewForecast {
  readonly night: string;
  readonly station: string;
  /** Null takes a forecast back. */
  readonly cloud_fraction: number | null;
  readonly confidence: number;
  readonly source: string;
  readonly issued_at_utc_ms: number | null;
  readonly entered_at_utc_ms: number;
  readonly entered_by: string;
}

export interface StoredForecast extends NewForecast { readonly forecast_id: number }

export interface WeatherReader {
  /** Of a span of nights, the newest word on each night and station; those taken back are left out. */
  readonly listBetween: (first_night: string, last_night: string) => readonly StoredForecast[];
}

export interface WeatherWriter {
  /** All or none; one that says what the newest says already is not kept again. Answers how many were new. */
  readonly insertAll: (forecasts: readonly NewForecast[]) => number;
}

export const LIST_FORECASTS = `SELECT * FROM sky_forecast WHERE night BETWEEN :first_night AND :last_night
  ORDER BY night, station, forecast_id DESC`;

/** What was entered last counts, unless it was issued before another: an import of yesterday's does not undo today's. */
function isIssuedLater(a: NewForecast, b: NewForecast): boolean {
  return a.issued_at_utc_ms !== null && b.issued_at_utc_ms !== null && a.issued_at_utc_ms > b.issued_at_utc_ms;
}

/** All SQL about forecasts. */
export function createWeatherStore(db: Database): WeatherReader & WeatherWriter {
  const between = db.prepare<[{ first_night: string; last_night: string }], StoredForecast>(LIST_FORECASTS);
  const insert = db.prepare(`INSERT INTO sky_forecast (night, station, cloud_fraction, confidence, source,
    issued_at_utc_ms, entered_at_utc_ms, entered_by) VALUES (:night, :station, :cloud_fraction, :confidence, :source,
    :issued_at_utc_ms, :entered_at_utc_ms, :entered_by)`);

  function newest(first_night: string, last_night: string): StoredForecast[] {
    const best = new Map<string, StoredForecast>();
    for (const forecast of between.iterate({ first_night, last_night })) {
      const key = `${forecast.night} ${forecast.station}`;
      const known = best.get(key);
      // Rows come newest entry first.
      if (known === undefined || isIssuedLater(forecast, known)) best.set(key, forecast);
    }
    return [...best.values()];
  }

  const insertAll = db.transaction((forecasts: readonly NewForecast[]) => {
    let added = 0;
    for (const forecast of forecasts) {
      const known = newest(forecast.night, forecast.night).find(({ station }) => station === forecast.station);
      if (known !== undefined && sameWord(known, forecast)) continue;
      insert.run(forecast);
      added += 1;
    }
    return added;
  });
  return {
    listBetween: (first, last) => newest(first, last).filter(({ cloud_fraction }) => cloud_fraction !== null),
    insertAll: (forecasts) => insertAll.immediate(forecasts),
  };
}

function sameWord(a: NewForecast, b: NewForecast): boolean {
  return a.cloud_fraction === b.cloud_fraction && a.confidence === b.confidence && a.source === b.source
    && a.issued_at_utc_ms === b.issued_at_utc_ms;
}

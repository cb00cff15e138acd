// Goal: prove what the forecasts' migration promises: a table in a database that was in use, constraints, an index in use.
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrate } from '../../src-main/store/migrate.ts';
import { LIST_FORECASTS } from '../../src-main/store/weather-store.ts';

const VERSION = 1 + readdirSync('migrations/mission').sort().findIndex((name) => name.endsWith('sky-forecasts.sql'));
const SET = `INSERT INTO element_set VALUES ('${'a'.repeat(64)}', '41731', NULL, 'tle', 'x', 'x', 1.5e12, 97.3, 1, 0.001,
  1, 1, 15.2, 0, 5)`;
const FORECAST = `INSERT INTO sky_forecast VALUES (1, '2018-09-14', 'nanshan', 0.4, 0.8, 'model run', 4, 5, 'anna')`;

function setupUsed() {
  const db = new Database(':memory:');
  migrate(db, 'migrations/mission', VERSION - 1);
  db.exec(SET);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  return db;
}

test('it adds to a database in use, and a second run changes nothing', () => {
  const db = setupUsed();
  db.exec(FORECAST);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  expect(db.prepare('SELECT count(*) FROM element_set').pluck().get()).toBe(1);
});

test.each([
  ['a night that is none', FORECAST.replace('2018-09-14', '14 Sep'), 'night'],
  ['per cent for a fraction', FORECAST.replace('0.4', '40.0'), 'cloud_fraction'],
  ['more than full confidence', FORECAST.replace('0.8', '1.8'), 'confidence'],
  ['a forecast by nobody', FORECAST.replace('anna', ''), 'entered_by'],
  ['a forecast from nowhere', FORECAST.replace('model run', ''), 'source'],
  ['a forecast rewritten', `${FORECAST}; UPDATE sky_forecast SET cloud_fraction = 0`, 'append-only'],
  ['a forecast struck out', `${FORECAST}; DELETE FROM sky_forecast`, 'append-only'],
])('it refuses %s', (_, sql, constraint) => {
  expect(() => setupUsed().exec(sql)).toThrow(constraint);
});

test('sky_forecast_by_night serves the question it was made for, without a sort', () => {
  const text = LIST_FORECASTS.replaceAll(/:\w+/g, `'2018-09-14'`);
  const plan = JSON.stringify(setupUsed().prepare(`EXPLAIN QUERY PLAN ${text}`).all());
  expect(plan).toContain('sky_forecast_by_night');
  expect(plan).not.toContain('TEMP B-TREE');
});

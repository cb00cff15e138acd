// Goal: prove what the alarms' migration promises: a table in a database that was in use, constraints, indexes in use.
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LIST_OF_PASS, LIST_STANDING } from '../../src-main/store/alarm-store.ts';
import { migrate } from '../../src-main/store/migrate.ts';

const VERSION = 1 + readdirSync('migrations/mission').sort().findIndex((name) => name.endsWith('-alarms.sql'));
const FORECAST = `INSERT INTO sky_forecast VALUES (1, '2018-09-14', 'nanshan', 0.4, 0.8, 'model run', 4, 5, 'anna')`;
const change = (said: Record<string, string> = {}) => {
  const row = {
    change_id: 'NULL', alarm_id: `'delingha:dark'`, pass_id: `'pass-1'`, from_state: `'normal'`, to_state: `'unacknowledged'`,
    announced: '1', text: `'dark'`, packet_utc_ms: '1', changed_at_utc_ms: '2', who: 'NULL', why: 'NULL', limits_version: `'abc'`,
    entry_json: `'{}'`, ...said,
  };
  return `INSERT INTO alarm_change (${Object.keys(row).join()}) VALUES (${Object.values(row).join()})`;
};

function setupUsed() {
  const db = new Database(':memory:');
  migrate(db, 'migrations/mission', VERSION - 1);
  db.exec(FORECAST);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  return db;
}

test('what was there stays, and an alarm can be written down', () => {
  const db = setupUsed();
  db.exec(change());
  expect(db.prepare('SELECT count(*) FROM sky_forecast').pluck().get()).toBe(1);
  expect(db.prepare('SELECT alarm_id FROM alarm_change').pluck().get()).toBe('delingha:dark');
});

test.each([
  ['a state that is none', change({ to_state: `'gone'` }), 'to_state'],
  ['a reason of nobody', change({ why: `'known'` }), 'CHECK'],
  ['an order by an empty name', change({ who: `''` }), 'who'],
  ['an alarm that says nothing', change({ text: `''` }), 'text'],
  ['limits nobody can look up', change({ limits_version: `''` }), 'limits_version'],
  ['an entry that is no JSON', change({ entry_json: `'{'` }), 'json_valid'],
  ['an alarm rewritten', `${change()}; UPDATE alarm_change SET to_state = 'normal'`, 'append-only'],
  ['an alarm struck out', `${change()}; DELETE FROM alarm_change`, 'append-only'],
])('it refuses %s', (_, sql, constraint) => {
  expect(() => setupUsed().exec(sql)).toThrow(constraint);
});

test('what stands, and what a pass had, is found by index', () => {
  const plan = (sql: string) => JSON.stringify(setupUsed().prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  expect(plan(LIST_STANDING)).toContain('COVERING INDEX alarm_change_by_alarm');
  const of_pass = plan(LIST_OF_PASS.replace('?', `'pass-1'`));
  expect(of_pass).toContain('alarm_change_by_pass');
  expect(of_pass).not.toContain('TEMP B-TREE');
});

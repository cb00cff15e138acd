// Goal: prove what the plan's migration promises: a history that was there keeps its lines, links hold and stay.
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrate } from '../../src-main/store/migrate.ts';
import { RECORDINGS_OF_PLANNED } from '../../src-main/store/schedule-store.ts';

const VERSION = 1 + readdirSync('migrations/mission').sort().findIndex((name) => name.endsWith('plan-moves-and-recordings.sql'));
const HASH = 'a'.repeat(64);
const SET = `INSERT INTO element_set VALUES ('${HASH}', '41731', NULL, 'tle', 'x', 'x', 1.5e12, 97.3, 1, 0.001, 1, 1, 15.2, 0, 5)`;
const PLANNED = `INSERT INTO planned_pass VALUES ('plan-1', '2018-09-14', 1e12, 1.1e12, '${HASH}', '{}', 'approved', 1)`;
const NOTED = `INSERT INTO schedule_transition VALUES ('plan-1', 1, NULL, 'proposed', 'anna', '', 5)`;
const PASS = `INSERT INTO pass VALUES ('pass-1', '2018-09-14', 'recorded', 'qkd', 'psi+', 'analysis', 1e12, 285,
  'pass-1.tpass', '${HASH}', '${HASH}', 5, NULL)`;
const LINK = `INSERT INTO planned_recording VALUES ('pass-1', 'plan-1', 5)`;

function setupUsed() {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 'migrations/mission', VERSION - 1);
  for (const sql of [SET, PLANNED, NOTED, PASS]) db.exec(sql);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  return db;
}

test('lines of before moved nothing, and a second run changes nothing', () => {
  const db = setupUsed();
  db.exec(LINK);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  expect(db.prepare('SELECT who, start_moved_s, end_moved_s FROM schedule_transition').all())
    .toEqual([{ who: 'anna', start_moved_s: null, end_moved_s: null }]);
});

test.each([
  ['half a move', `INSERT INTO schedule_transition VALUES ('plan-1', 2, 'proposed', 'proposed', 'bo', '', 6, 0.5, NULL)`, 'end_moved_s'],
  ['a link to a plan nobody made', LINK.replace('plan-1', 'plan-2'), 'FOREIGN KEY'],
  ['a link of a pass nobody has', LINK.replace('pass-1', 'pass-2'), 'FOREIGN KEY'],
  ['a pass of two plans', `${LINK}; ${LINK}`, 'planned_recording.pass_id'],
  ['a link rewritten', `${LINK}; UPDATE planned_recording SET linked_at_utc_ms = 6`, 'append-only'],
  ['a link cut', `${LINK}; DELETE FROM planned_recording`, 'append-only'],
  ['a line of history rewritten', 'UPDATE schedule_transition SET start_moved_s = 1, end_moved_s = 1', 'append-only'],
])('it refuses %s', (_, sql, constraint) => {
  expect(() => setupUsed().exec(sql)).toThrow(constraint);
});

test('planned_recording_by_planned_pass serves the question it was made for, without a sort', () => {
  const plan = JSON.stringify(setupUsed().prepare(`EXPLAIN QUERY PLAN ${RECORDINGS_OF_PLANNED.replace('?', '0')}`).all());
  expect(plan).toContain('planned_recording_by_planned_pass');
  expect(plan).not.toContain('TEMP B-TREE');
});

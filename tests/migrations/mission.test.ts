// Goal: prove what each step of mission.db promises: constraints, append-only tables, indexes in use.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { LIST_ELEMENTS } from '../../src-main/store/element-store.ts';
import { LIST_OF_SUBJECT } from '../../src-main/store/log-store.ts';
import { migrate } from '../../src-main/store/migrate.ts';
import { FIND_BY_RECORDINGS, LIST_PASSES } from '../../src-main/store/pass-store.ts';
import { LIST_BETWEEN } from '../../src-main/store/schedule-store.ts';

const HASH = 'a'.repeat(64);
const ELEMENTS = `INSERT INTO element_set VALUES ('${HASH}', '41731', 'QSS', 'tle', 'file', 'text', 1.5e12, 97.4, 10,
  0.001, 20, 30, 15.2, 0.0001, 5)`;
const PLANNED = `INSERT INTO planned_pass VALUES ('p1-x', '2018-09-14', 1e12, 1.1e12, '${HASH}', '{}', 'proposed', 1)`;
const PASS = `INSERT INTO pass VALUES ('p1-x', '2018-09-14', 'recorded', 'qkd', 'psi+', 'analysis', 1e12, 285,
  'p1-x.tpass', '${HASH}', '${HASH}', 5, NULL)`;
const VERDICT = `INSERT INTO verdict VALUES ('p1-x', 1, 5, '0.1.0', '${HASH}', 600, 300, 0.04, NULL)`;
const ENTRY = `INSERT INTO log_entry VALUES (1, 5, 'anna', 'archive.importPass', 'p1-x', '{}', '${HASH}', '${HASH}')`;

function setupAt(version: number) {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 'migrations/mission', version);
  return db;
}

function filled() {
  const db = setupAt(1);
  for (const sql of [ELEMENTS, PLANNED, PASS, VERDICT, ENTRY]) db.exec(sql);
  db.exec(`INSERT INTO schedule_transition VALUES ('p1-x', 1, NULL, 'proposed', 'anna', 'first night', 5)`);
  return db;
}

test('0001 turns an empty file into schema 1, and a second run changes nothing', () => {
  const db = setupAt(0);
  expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
  expect(migrate(db, 'migrations/mission', 1)).toEqual({ ok: true, value: 1 });
  for (const sql of [ELEMENTS, PLANNED, PASS, VERDICT, ENTRY]) db.exec(sql);
  expect(migrate(db, 'migrations/mission', 1)).toEqual({ ok: true, value: 1 });
  expect(db.prepare('SELECT pass_id FROM pass').pluck().all()).toEqual(['p1-x']);
});

test('every table is STRICT', () => {
  const loose = setupAt(1).prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict
    AND name NOT LIKE 'sqlite_%'`).pluck().all();
  expect(loose).toEqual([]);
});

test.each([
  ['an eccentricity of 1', ELEMENTS.replace('0.001', '1.0'), 'eccentricity'],
  ['an inclination beyond 180 degrees', ELEMENTS.replace('97.4', '180.5'), 'inclination_deg'],
  ['a catalogue number with letters', ELEMENTS.replace(`'41731'`, `'A1731'`), 'catalog_number NOT GLOB'],
  ['a mean motion below the ground', ELEMENTS.replace('15.2', '18.5'), 'mean_motion_rev_day'],
  ['a window that ends before it starts', PLANNED.replace('1.1e12', '0.9e12'), 'end_utc_ms > start_utc_ms'],
  ['a plan on elements nobody has', PLANNED.replace(HASH, 'b'.repeat(64)), 'FOREIGN KEY'],
  ['a state the schedule does not know', PLANNED.replace('proposed', 'maybe'), 'state IN'],
  ['a pass file in another folder', PASS.replace('p1-x.tpass', '../p1-x.tpass'), 'file_name NOT GLOB'],
  ['a pass that failed without a reason', PASS.replace('recorded', 'failed'), 'failure IS NOT NULL'],
  ['a night that is no date', PASS.replace('2018-09-14', '14.9.2018'), 'night GLOB'],
  ['more sifted bits than coincidences', VERDICT.replace('300', '601'), 'sifted_bits'],
  ['a QBER above 1', VERDICT.replace('0.04', '1.04'), 'qber BETWEEN'],
  ['an S above 4', VERDICT.replace('NULL', '4.1'), 's BETWEEN'],
  ['a verdict on no pass', VERDICT.replace('p1-x', 'p2-x'), 'FOREIGN KEY'],
  ['a log entry by nobody', ENTRY.replace('anna', ''), `who <> ''`],
])('0001 refuses %s', (_, sql, constraint) => {
  const db = setupAt(1);
  const parents = [ELEMENTS, PASS].filter((parent) => parent.split(' ')[2] !== sql.split(' ')[2]);
  for (const parent of parents) db.exec(parent);
  expect(() => db.exec(sql)).toThrow(constraint);
});

test.each(['element_set', 'schedule_transition', 'verdict', 'log_entry'])('0001: %s cannot be rewritten', (table) => {
  const db = filled();
  const column = db.prepare(`SELECT name FROM pragma_table_info('${table}') LIMIT 1`).pluck().get() as string;
  expect(() => db.exec(`UPDATE ${table} SET ${column} = ${column}`)).toThrow('append-only');
});

test.each(['schedule_transition', 'verdict', 'log_entry'])('0001: nothing is deleted from %s', (table) => {
  expect(() => filled().exec(`DELETE FROM ${table}`)).toThrow('append-only');
});

test.each(['element_set', 'pass', 'planned_pass'])('0001: what others refer to in %s stays', (table) => {
  expect(() => filled().exec(`DELETE FROM ${table}`)).toThrow('FOREIGN KEY');
});

test('one pair of recordings makes one pass', () => {
  const db = filled();
  expect(() => db.exec(PASS.replaceAll('p1-x', 'p2-x'))).toThrow('pass.recordings_sha256');
});

test.each([
  ['element_set_by_catalog_number_epoch', LIST_ELEMENTS],
  ['planned_pass_by_start', LIST_BETWEEN],
  ['pass_by_start', LIST_PASSES],
  ['pass_by_recordings', FIND_BY_RECORDINGS],
  ['log_entry_by_subject', LIST_OF_SUBJECT],
  ['recording_by_sha256', 'SELECT pass_id FROM recording WHERE sha256 = ?'],
  ['planned_pass_by_element_set', 'SELECT pass_id FROM planned_pass WHERE element_set_id = ?'],
])('0001: %s serves the question it was made for, without a sort', (index, sql) => {
  const text = sql.replaceAll(/[:?]\w*/g, '0');
  const plan = JSON.stringify(setupAt(1).prepare(`EXPLAIN QUERY PLAN ${text}`).all());
  expect(plan).toContain(index);
  expect(plan).not.toContain('TEMP B-TREE');
});

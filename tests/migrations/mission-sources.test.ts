// Goal: prove what the sources' migration promises: new tables in a database that was in use, constraints, an index in use.
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrate } from '../../src-main/store/migrate.ts';
import { LIST_FETCHES } from '../../src-main/store/source-store.ts';

const VERSION = 1 + readdirSync('migrations/mission').sort().findIndex((name) => name.endsWith('element-sources.sql'));
const SET = `INSERT INTO element_set VALUES ('${'a'.repeat(64)}', '41731', NULL, 'tle', 'x.tle', 'text', 1.5e12, 97.3, 1, 0.001,
  1, 1, 15.2, 0, 5)`;
const SOURCE = `INSERT INTO element_source VALUES ('source-00c0ffee', 'url', 'https://example.org/', 'anna', 5)`;
const ASKED = `INSERT INTO element_fetch VALUES (1, 'https://example.org/', 5, 'new', '', 1, '${'b'.repeat(64)}', '"v1"', NULL, NULL)`;

function setupUsed() {
  const db = new Database(':memory:');
  migrate(db, 'migrations/mission', VERSION - 1);
  db.exec(SET);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  return db;
}

test('it adds to a database in use, and a second run changes nothing', () => {
  const db = setupUsed();
  for (const sql of [SOURCE, ASKED]) db.exec(sql);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  expect(db.prepare('SELECT catalog_number FROM element_set').pluck().all()).toEqual(['41731']);
  const loose = db.prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict
    AND name NOT LIKE 'sqlite_%'`).pluck().all();
  expect(loose).toEqual([]);
});

test.each([
  ['an id of another form', SOURCE.replace('source-00c0ffee', 'source-1'), 'source_id'],
  ['a kind nobody looks into', SOURCE.replace(`'url'`, `'ftp'`), 'kind'],
  ['a source added by nobody', SOURCE.replace('anna', ''), 'added_by'],
  ['an outcome without a name', ASKED.replace(`'new'`, `'perhaps'`), 'outcome'],
  ['a digest cut short', ASKED.replace('b'.repeat(64), 'b'.repeat(63)), 'sha256'],
  ['an etag without end', ASKED.replace('"v1"', 'v'.repeat(1001)), 'etag'],
])('it refuses %s', (_, sql, constraint) => {
  expect(() => setupUsed().exec(sql)).toThrow(constraint);
});

test('one address is one source, and its questions outlive it', () => {
  const db = setupUsed();
  for (const sql of [SOURCE, ASKED]) db.exec(sql);
  expect(() => db.exec(SOURCE.replace('00c0ffee', '0badf00d'))).toThrow('address');
  db.exec('DELETE FROM element_source');
  expect(db.prepare('SELECT count(*) FROM element_fetch').pluck().get()).toBe(1);
});

test('element_fetch_by_address serves the question it was made for, without a sort', () => {
  const plan = JSON.stringify(setupUsed().prepare(`EXPLAIN QUERY PLAN ${LIST_FETCHES.replace('?', '0')}`).all());
  expect(plan).toContain('element_fetch_by_address');
  expect(plan).not.toContain('TEMP B-TREE');
});

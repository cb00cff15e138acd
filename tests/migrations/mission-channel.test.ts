// Goal: prove what the migration of two consoles promises: a pad is used once, an exchange ends once and is kept.
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrate } from '../../src-main/store/migrate.ts';

const VERSION = 1 + readdirSync('migrations/mission').sort().findIndex((name) => name.endsWith('two-consoles.sql'));
const HASH = 'a'.repeat(64);
const PASS = `INSERT INTO pass VALUES ('pass-1', '2018-09-14', 'recorded', 'qkd', 'psi+', 'operational', 1e12, 285,
  'pass-1.tpass', '${HASH}', '${HASH}', 5, NULL)`;
const sealed = (bytes: number) => `zeroblob(12), zeroblob(16), zeroblob(${bytes})`;
const SECRET = `INSERT INTO channel_secret VALUES (1, '0123456789abcdef', 'fedcba9876543210', 5, 8, 8, 256, 256, ${sealed(32)})`;
const PAD = `INSERT INTO channel_pad VALUES ('alice', 0, 256, ${sealed(256)})`;
const RUN = `INSERT INTO channel_run VALUES (1, 5, 'alice', NULL, NULL, NULL, 0)`;
const OF_PASS = `INSERT INTO channel_run_pass VALUES (1, 'pass-1')`;
const KEY = '11111111-2222-4333-8444-555555555555';

function setupUsed() {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 'migrations/mission', VERSION - 1);
  db.exec(PASS);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  for (const sql of [SECRET, PAD, RUN, OF_PASS]) db.exec(sql);
  return db;
}

test('a pass that was there is spoken of, pads move on, an exchange ends; a second run changes nothing', () => {
  const db = setupUsed();
  db.exec('UPDATE channel_secret SET alice_next = 16; UPDATE channel_run SET spoke = 1');
  db.exec(`UPDATE channel_run SET ended_at_utc_ms = 6, key_id = '${KEY}'`);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  expect(db.prepare('SELECT pass_id, spoke, key_id FROM channel_run JOIN channel_run_pass USING (run_id)').all())
    .toEqual([{ pass_id: 'pass-1', spoke: 1, key_id: KEY }]);
});

test.each([
  ['a pad used again', 'UPDATE channel_secret SET alice_next = 0', 'a pad is used once'],
  ['a pad beyond its end', 'UPDATE channel_secret SET bob_next = 257', 'bob_end >= bob_next'],
  ['another secret under the old pads', `UPDATE channel_secret SET secret_id = 'ffffffffffffffff'`, 'a pad is used once'],
  ['two secrets', SECRET.replace('(1,', '(2,'), 'only_row = 1'],
  ['a piece that is shorter than it says', `INSERT INTO channel_pad VALUES ('bob', 0, 256, ${sealed(255)})`, 'length(sealed)'],
  ['a direction of neither', `INSERT INTO channel_pad VALUES ('eve', 0, 256, ${sealed(256)})`, 'lane'],
  ['an end with neither key nor reason', 'UPDATE channel_run SET ended_at_utc_ms = 6', 'CHECK'],
  ['an end with both', `UPDATE channel_run SET ended_at_utc_ms = 6, key_id = '${KEY}', reason = 'x'`, 'CHECK'],
  ['an end before the start', `UPDATE channel_run SET ended_at_utc_ms = 4, reason = 'x'`, 'ended_at_utc_ms >='],
  ['a second end', `UPDATE channel_run SET ended_at_utc_ms = 6, reason = 'x'; UPDATE channel_run SET reason = 'y'`, 'ends once'],
  ['words unsaid', 'UPDATE channel_run SET spoke = 1; UPDATE channel_run SET spoke = 0', 'ends once'],
  ['an exchange forgotten', 'DELETE FROM channel_run', 'append-only'],
  ['an exchange of a pass nobody has', `INSERT INTO channel_run_pass VALUES (1, 'pass-2')`, 'FOREIGN KEY'],
  ['a setting it does not know', `INSERT INTO key_setting VALUES ('colour', '{}', 5)`, 'name IN'],
  ['a setting that is no JSON', `INSERT INTO key_setting VALUES ('channel', '{', 5)`, 'json_valid'],
])('it refuses %s', (_, sql, constraint) => {
  expect(() => setupUsed().exec(sql)).toThrow(constraint);
});

test('channel_run_pass_by_pass finds the exchanges of a pass', () => {
  const plan = JSON.stringify(setupUsed()
    .prepare(`EXPLAIN QUERY PLAN SELECT run_id FROM channel_run_pass WHERE pass_id = 'pass-1' ORDER BY run_id DESC`).all());
  expect(plan).toContain('channel_run_pass_by_pass');
  expect(plan).not.toContain('TEMP B-TREE');
});

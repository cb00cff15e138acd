// Goal: prove what 0008 promises: keys in use keep their algorithm, a code may be named, nothing else has loosened.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../src-main/store/migrate.ts';

const FOLDER = 'migrations/mission';
const NUMBER = 8;
const keyId = (digit: string) => `${digit.repeat(8)}-0000-8000-8000-${digit.repeat(12)}`;
const COLUMNS = `key_id, created_at_utc_ms, code_version, custody, definition, epsilon, efficiency_mismatch, length_bits,
  formula_bits, algorithm, n_z, e_z, n_x, e_x, leaked_bits, f, digest, master_key_id, state, version, nonce, tag, sealed`;
const insert = (id: string, algorithm: string) => `INSERT INTO key_block (${COLUMNS}) VALUES ('${id}', 5, '0.1.0',
  'analysis', 'composable', 1e-10, 0.0147, 16, 16.5, '${algorithm}', 1685, 78, 1415, 62, 980, 1.1, '${'d'.repeat(32)}',
  '${'e'.repeat(16)}', 'held', 1, zeroblob(12), zeroblob(16), x'beef')`;

function used() {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, FOLDER, NUMBER - 1);
  db.exec(insert(keyId('1'), 'cascade'));
  db.exec(insert(keyId('2'), 'hamming'));
  db.exec(`UPDATE key_block SET state = 'destroyed', version = 2, nonce = NULL, tag = NULL, sealed = NULL
    WHERE key_id = '${keyId('2')}'`);
  expect(migrate(db, FOLDER, NUMBER)).toEqual({ ok: true, value: NUMBER });
  return db;
}

const algorithms = (db: Database.Database) =>
  db.prepare('SELECT algorithm FROM key_block ORDER BY key_id').pluck().all();

test('keys of before keep their algorithm, the destroyed one too, and a code can be named', () => {
  const db = used();
  expect(algorithms(db)).toEqual(['cascade', 'hamming']);
  db.exec(insert(keyId('3'), 'ldpc'));
  expect(algorithms(db)).toEqual(['cascade', 'hamming', 'ldpc']);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

test.each([
  ['another algorithm', insert(keyId('4'), 'turbo'), 'CHECK'],
  ['a change of the algorithm', `UPDATE key_block SET algorithm = 'ldpc'`, 'append-only'],
  ['a step back in the life of a key', `UPDATE key_block SET state = 'held', version = 3 WHERE state = 'destroyed'`,
    'not in the life of a key'],
  ['a key that goes away', 'DELETE FROM key_block', 'append-only'],
])('still refuses %s', (_, sql, words) => {
  expect(() => used().exec(sql)).toThrow(words);
});

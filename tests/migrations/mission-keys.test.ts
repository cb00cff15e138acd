// Goal: prove what 0002 promises: keys in a database that was in use, constraints, one way of life, indexes in use.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { KEYS_OF_SAME_PASSES, LIST_KEYS } from '../../src-main/store/key-store.ts';
import { migrate } from '../../src-main/store/migrate.ts';

const HASH = 'a'.repeat(64);
const PASS = `INSERT INTO pass VALUES ('p1-x', '2018-09-14', 'recorded', 'qkd', 'psi+', 'analysis', 1e12, 285,
  'p1-x.tpass', '${HASH}', '${HASH}', 5, NULL)`;
const keyId = (digit: string) => `${digit.repeat(8)}-0000-8000-8000-${digit.repeat(12)}`;
/** Sixteen bits of key, held. */
const key = (id: string, custody: string) => `INSERT INTO key_block VALUES ('${id}', 5, '0.1.0', '${custody}', 'composable',
  1e-10, 0.0147, 16, 16.5, 'cascade', 1685, 78, 1415, 62, 980, 1.1, '${'d'.repeat(32)}', '${'e'.repeat(16)}', 'held', 1,
  zeroblob(12), zeroblob(16), x'beef')`;
const KEY = key(keyId('1'), 'analysis');
const OPERATIONAL = key(keyId('2'), 'operational');
const OF_PASS = `INSERT INTO key_block_pass VALUES ('${keyId('1')}', 'p1-x', '${HASH}')`;
const NOTED = `INSERT INTO key_transition VALUES ('${keyId('1')}', 1, NULL, 'held', 'anna', 'distilled', 5)`;
const DESTROY = `UPDATE key_block SET state = 'destroyed', version = version + 1, nonce = NULL, tag = NULL,
  sealed = NULL`;

function setupUsed() {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 'migrations/mission', 1);
  db.exec(PASS);
  expect(migrate(db, 'migrations/mission', 2)).toEqual({ ok: true, value: 2 });
  return db;
}

function filled() {
  const db = setupUsed();
  for (const sql of [KEY, OPERATIONAL, OF_PASS, NOTED]) db.exec(sql);
  return db;
}

test('0002 adds to a database in use, and a second run changes nothing', () => {
  const db = filled();
  expect(migrate(db, 'migrations/mission', 2)).toEqual({ ok: true, value: 2 });
  expect(db.prepare('SELECT pass_id FROM pass').pluck().all()).toEqual(['p1-x']);
  expect(db.prepare('SELECT count(*) FROM key_block').pluck().get()).toBe(2);
  const loose = db.prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict
    AND name NOT LIKE 'sqlite_%'`).pluck().all();
  expect(loose).toEqual([]);
});

test.each([
  ['a key longer than what it was made of', KEY.replace(' 16, 16.5', ' 24801, 16.5'), 'length_bits'],
  ['a key of no bits', KEY.replace(' 16, 16.5', ' 0, 0.5'), 'length_bits'],
  ['more or fewer bytes than the length says', KEY.replace(`x'beef'`, `x'be'`), 'length(sealed)'],
  ['an epsilon of 1', KEY.replace('1e-10', '1.0'), 'epsilon'],
  ['more errors than bits', KEY.replace('1685, 78', '1685, 1686'), 'e_z'],
  ['a digest that is not cut short', KEY.replace('d'.repeat(32), 'd'.repeat(64)), 'length(digest)'],
  ['a held key without its bits', KEY.replace(`zeroblob(12), zeroblob(16), x'beef'`, 'NULL, NULL, NULL'), 'state'],
  ['an analysis key that was handed out', KEY.replace(`'held'`, `'delivered'`), 'custody'],
  ['a key of a pass nobody has', OF_PASS.replace('p1-x', 'p2-x'), 'FOREIGN KEY'],
  ['a move by nobody', NOTED.replace('anna', ''), `who <> ''`],
  ['a move without a reason', NOTED.replace('distilled', ''), `why <> ''`],
])('0002 refuses %s', (_, sql, constraint) => {
  const db = setupUsed();
  if (!sql.includes('INTO key_block VALUES')) db.exec(KEY);
  expect(() => db.exec(sql)).toThrow(constraint);
});

test.each(['length_bits = 17', `custody = 'operational'`, 'epsilon = 0.5', `digest = '${'0'.repeat(32)}'`, 'f = NULL'])(
  '0002: a key is never rewritten: %s', (change) => {
    expect(() => filled().exec(`UPDATE key_block SET ${change}`)).toThrow('append-only');
  });

test.each(['key_block_pass', 'key_transition'])('0002: %s is append-only', (table) => {
  const db = filled();
  expect(() => db.exec(`UPDATE ${table} SET key_id = key_id`)).toThrow('append-only');
  expect(() => db.exec(`DELETE FROM ${table}`)).toThrow('append-only');
});

test('0002: the row of a key outlives its bits', () => {
  const db = filled();
  expect(() => db.exec('DELETE FROM key_block')).toThrow('append-only');
  db.exec(DESTROY);
  expect(db.prepare('SELECT DISTINCT state, sealed FROM key_block').all()).toEqual([{ state: 'destroyed', sealed: null }]);
});

test.each([
  ['what is destroyed stays destroyed', `${DESTROY}; UPDATE key_block SET state = 'held', version = 3,
    nonce = zeroblob(12), tag = zeroblob(16), sealed = x'beef' WHERE custody = 'operational'`],
  ['nothing is delivered that was not reserved', `UPDATE key_block SET state = 'delivered', version = 2
    WHERE custody = 'operational'`],
  ['a move counts', `UPDATE key_block SET state = 'reserved' WHERE custody = 'operational'`],
])('0002: %s', (_, sql) => {
  expect(() => filled().exec(sql)).toThrow('not in the life of a key');
});

test.each([
  ['key_block_by_created', LIST_KEYS],
  ['key_block_pass_by_pass', KEYS_OF_SAME_PASSES],
])('0002: %s serves the question it was made for', (index, sql) => {
  const plan = JSON.stringify(setupUsed().prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '0')}`).all());
  expect(plan).toContain(index);
});

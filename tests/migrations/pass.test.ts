// Goal: prove what each step of a pass file promises: a sealed recording stays as it is, verdicts are only appended.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../src-main/store/migrate.ts';

const HASH = 'a'.repeat(64);
const META = `INSERT INTO pass_meta VALUES (1, 'p1-x', '2018-09-14', 'qkd', 'psi+', 'analysis', 1e12, 285, 'micius',
  '{}', NULL, '0.1.0', 5, 'key', NULL)`;
const RECORDING = `INSERT INTO recording
  VALUES ('delingha', 'd.ptu', 'ptu', '${HASH}', 10, '{}', 1.0, '-12', 4, 3, '{}')`;
const SECOND_RECORDING = RECORDING.replace('delingha', 'nanshan');
const CHUNK = `INSERT INTO tag_chunk VALUES ('delingha', 'clicks', 0, 3, 1, 9, x'00', '${HASH}')`;
const SECOND_CHUNK = CHUNK.replace(`'clicks', 0`, `'clicks', 1`);
const OUTCOMES = `INSERT INTO outcome_chunk
  VALUES ('delingha', 'clicks', 0, 3, zeroblob(12), zeroblob(16), x'00', '${HASH}')`;
const SECOND_OUTCOMES = OUTCOMES.replace(`'clicks', 0`, `'clicks', 1`);
const SEAL = `UPDATE pass_meta SET content_sha256 = '${HASH}'`;
const VERDICT = `INSERT INTO verdict
  VALUES (1, 5, '0.1.0', '{}', '{}', 600, 300, 0.04, NULL, x'00', '${HASH}', '${HASH}')`;

function setupAt(version: number) {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 'migrations/pass', version);
  return db;
}

function filled() {
  const db = setupAt(1);
  for (const sql of [META, RECORDING, CHUNK, OUTCOMES]) db.exec(sql);
  return db;
}

test('0001 turns an empty file into schema 1, and a second run changes nothing', () => {
  const db = setupAt(0);
  expect(migrate(db, 'migrations/pass', 1)).toEqual({ ok: true, value: 1 });
  for (const sql of [META, RECORDING, CHUNK, OUTCOMES, SEAL]) db.exec(sql);
  expect(migrate(db, 'migrations/pass', 1)).toEqual({ ok: true, value: 1 });
  expect(db.prepare('SELECT station FROM recording').pluck().all()).toEqual(['delingha']);
});

test('every table is STRICT', () => {
  const loose = setupAt(1).prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict
    AND name NOT LIKE 'sqlite_%'`).pluck().all();
  expect(loose).toEqual([]);
});

test.each([
  ['a second pass in one file', META, 'pass_meta.only_row'],
  ['a clock of no resolution', SECOND_RECORDING.replace('1.0', '0.0'), 'tick_ps > 0'],
  ['an origin that is no whole number', SECOND_RECORDING.replace('-12', '1.5'), 'origin_ticks'],
  ['a chunk that ends before it begins', SECOND_CHUNK.replace('1, 9', '9, 1'), 'last_tick >= first_tick'],
  ['an empty chunk', SECOND_CHUNK.replace('1, 3, 1', '1, 0, 1'), 'events'],
  ['a chunk of an unknown station', CHUNK.replace('delingha', 'nanshan'), 'FOREIGN KEY'],
  ['a stream nobody knows', CHUNK.replace('clicks', 'outcomes'), 'stream IN'],
  ['outcomes without their times', SECOND_OUTCOMES.replace('zeroblob(12)', `x'${'01'.repeat(12)}'`), 'FOREIGN KEY'],
  ['a nonce of the wrong length', SECOND_OUTCOMES.replace('zeroblob(12)', 'zeroblob(8)'), 'length(nonce)'],
  ['a nonce used twice', `${SECOND_CHUNK}; ${SECOND_OUTCOMES}`, 'outcome_chunk.nonce'],
  ['an S above 4', VERDICT.replace('NULL', '4.5'), 's BETWEEN'],
])('0001 refuses %s', (_, sql, constraint) => {
  expect(() => filled().exec(sql)).toThrow(constraint);
});

test.each([
  ['meta', `UPDATE pass_meta SET custody = 'operational'`], ['meta, removed', 'DELETE FROM pass_meta'],
  ['a further station', SECOND_RECORDING], ['a station', 'UPDATE recording SET tick_ps = 2'],
  ['a station, removed', 'DELETE FROM recording'], ['a further chunk', SECOND_CHUNK],
  ['times', 'UPDATE tag_chunk SET events = 2'], ['times, removed', 'DELETE FROM tag_chunk'],
  ['outcomes', `UPDATE outcome_chunk SET sealed = x'01'`], ['outcomes, removed', 'DELETE FROM outcome_chunk'],
  ['further outcomes', SECOND_OUTCOMES],
])('0001: once sealed, the recording stays as it is: %s', (_, sql) => {
  const db = filled();
  db.exec(SEAL);
  expect(() => db.exec(sql)).toThrow(/sealed|kept/);
});

test('0001: verdicts are appended to a sealed recording and never changed', () => {
  const db = filled();
  db.exec(`${SEAL}; ${VERDICT}`);
  expect(() => db.exec('UPDATE verdict SET qber = 0.01')).toThrow('append-only');
  expect(() => db.exec('DELETE FROM verdict')).toThrow('append-only');
});

test('0001: chunks of one stream are found and ordered by the primary key', () => {
  const plan = JSON.stringify(setupAt(1).prepare(`EXPLAIN QUERY PLAN SELECT times FROM tag_chunk
    WHERE station = 'a' AND stream = 'clicks' ORDER BY chunk_index`).all());
  expect(plan).toContain('sqlite_autoindex_tag_chunk_1');
  expect(plan).not.toContain('TEMP B-TREE');
});

const LIVE_BATCH = `INSERT INTO live_batch VALUES ('delingha', 1, 1e12, 0, 9, 3, 2, zeroblob(12), zeroblob(16), x'0000')`;
const LIVE_MESSAGE = `INSERT INTO live_message VALUES ('delingha', 'telemetry', 1, 1e12, '{}')`;
const EVENT = `INSERT INTO pass_event VALUES (1, 1e12, NULL, 'operator', 'routine', 'Wang', 'clear')`;
const BLOCK = `INSERT INTO message_block VALUES ('delingha', 'telemetry', 0, 2, 1, 2, 1e12, 1e12, x'00', '${HASH}')`;
const COMPLETENESS = `INSERT INTO pass_completeness VALUES ('delingha', 10, 1, 1536948969, x'ff00')`;

test('0002 adds to a sealed pass of schema 1 and leaves what it holds', () => {
  const db = filled();
  db.exec(`${SEAL}; ${VERDICT}`);
  expect(migrate(db, 'migrations/pass', 2)).toEqual({ ok: true, value: 2 });
  expect(db.prepare('SELECT content_sha256 FROM pass_meta').pluck().get()).toBe(HASH);
  expect(db.prepare('SELECT count(*) FROM tag_chunk').pluck().get()).toBe(1);
  for (const sql of [LIVE_BATCH, LIVE_MESSAGE, EVENT, BLOCK, COMPLETENESS]) expect(() => db.exec(sql)).toThrow('sealed');
});

test.each([
  ['a batch, changed', LIVE_BATCH, 'UPDATE live_batch SET clicks = 4'],
  ['a batch, removed', LIVE_BATCH, 'DELETE FROM live_batch'],
  ['a message, removed', LIVE_MESSAGE, 'DELETE FROM live_message'],
  ['a note, changed', EVENT, `UPDATE pass_event SET text = 'cloudy'`],
  ['a block, changed', BLOCK, `UPDATE message_block SET body = x'01'`],
  ['completeness, changed', COMPLETENESS, 'UPDATE pass_completeness SET batches_lost = 0'],
])('0002 keeps what was recorded: %s', (_, insert, change) => {
  const db = setupAt(2);
  db.exec(`${META}; ${insert}`);
  expect(() => db.exec(change)).toThrow('kept');
});

test.each([
  ['the same batch twice', `${LIVE_BATCH}; ${LIVE_BATCH}`, 'live_batch.station, live_batch.seq'],
  ['a batch that ends before it begins', LIVE_BATCH.replace('0, 9', '9, 0'), 'to_tick >= from_tick'],
  ['ciphertext of another length', LIVE_BATCH.replace(`x'0000'`, `x'00'`), 'length(sealed) = bytes'],
  ['a message that is no JSON', LIVE_MESSAGE.replace('{}', '{'), 'json_valid'],
  ['a source nobody knows', EVENT.replace('operator', 'rumour'), 'source IN'],
  ['more messages than numbers', BLOCK.replace('2, 1, 2', '3, 1, 2'), 'last_seq'],
])('0002 refuses %s', (_, sql, constraint) => {
  const db = setupAt(2);
  db.exec(META);
  expect(() => db.exec(sql)).toThrow(constraint);
});

test('0002: the batches and messages of a station are found and ordered by their primary keys', () => {
  const db = setupAt(2);
  const planOf = (sql: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  for (const sql of [`SELECT sealed FROM live_batch WHERE station = 'a' ORDER BY seq`,
    `SELECT body FROM live_message WHERE station = 'a' AND kind = 'event' ORDER BY seq`,
    `SELECT body FROM message_block WHERE station = 'a' AND kind = 'event' ORDER BY block_index`]) {
    expect(planOf(sql)).toMatch(/USING (INDEX|PRIMARY KEY)/);
    expect(planOf(sql)).not.toContain('TEMP B-TREE');
  }
});

// Goal: prove what delivery's migration promises: no bit given twice, only of reserved operational keys, each settled once.
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LAST_PIECE } from '../../src-main/store/key-blocks.ts';
import { migrate } from '../../src-main/store/migrate.ts';
import { LIST_PIECES, PIECES_OF_KEY } from '../../src-main/store/piece-list.ts';

const VERSION = 1 + readdirSync('migrations/mission').sort().findIndex((name) => name.endsWith('key-delivery.sql'));
const [KEY, OTHER] = ['11111111-2222-8333-8444-555555555555', '21111111-2222-8333-8444-555555555555'];
const block = (key_id: string, custody: string, state: string) => `INSERT INTO key_block (key_id, created_at_utc_ms, code_version,
  custody, definition, epsilon, efficiency_mismatch, length_bits, formula_bits, algorithm, n_z, e_z, n_x, e_x, leaked_bits, f,
  digest, master_key_id, state, version, nonce, tag, sealed) VALUES ('${key_id}', 5, '0.1.0', '${custody}', 'paper', 1e-10, 0,
  1024, 1024.5, 'cascade', 9000, 1, 9000, 1, 1, 1.1, '${'d'.repeat(32)}', '0123456789abcdef', '${state}', 1, zeroblob(12),
  zeroblob(16), zeroblob(128))`;
const CHANNEL = `INSERT INTO key_channel VALUES ('${KEY}', 'alice', zeroblob(12), zeroblob(16), zeroblob(32))`;
const piece = (first_byte: number, change: Readonly<Record<string, string>> = {}) => {
  const row = { piece_id: `'aaaaaaaa-0000-8000-8000-${String(first_byte).padStart(12, '0')}'`, key_id: `'${KEY}'`,
    first_byte: `${first_byte}`, bytes: '16', side: `'master'`, master_sae_id: `'a'`, slave_sae_id: `'b'`, state: `'reserved'`,
    reserved_at_utc_ms: '6', settled_at_utc_ms: 'NULL', ...change };
  return `INSERT INTO key_piece VALUES (${Object.values(row).join()})`;
};

function setupUsed() {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, 'migrations/mission', VERSION - 1);
  for (const sql of [block(KEY, 'operational', 'reserved'), block(OTHER, 'analysis', 'held')]) db.exec(sql);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  for (const sql of [CHANNEL, piece(16)]) db.exec(sql);
  return db;
}

test('a key that was there can be cut, before and behind what is cut; a second run changes nothing', () => {
  const db = setupUsed();
  for (const first_byte of [0, 32]) db.exec(piece(first_byte));
  db.exec(`UPDATE key_piece SET state = 'delivered', settled_at_utc_ms = 7 WHERE first_byte = 16`);
  expect(migrate(db, 'migrations/mission', VERSION)).toEqual({ ok: true, value: VERSION });
  expect(db.prepare('SELECT first_byte, state FROM key_piece ORDER BY first_byte').all()).toEqual([
    { first_byte: 0, state: 'reserved' }, { first_byte: 16, state: 'delivered' }, { first_byte: 32, state: 'reserved' }]);
});

test.each([
  ['the same bits again', piece(16, { piece_id: `'aaaaaaaa-0000-8000-8000-00000000000x'` }), 'these bits were given out'],
  ['a piece that begins inside another', piece(31), 'these bits were given out'],
  ['a piece that ends inside another', piece(1), 'these bits were given out'],
  ['a piece around another', piece(0, { bytes: '1023' }), 'these bits were given out'],
  ['a piece longer than a name can say', piece(32, { bytes: '1024' }), 'bytes BETWEEN'],
  ['a piece of nothing', piece(32, { bytes: '0' }), 'bytes BETWEEN'],
  ['a piece of an analysis key', piece(32, { key_id: `'${OTHER}'` }), 'only a reserved key of operational custody'],
  ['a piece for nobody', piece(32, { slave_sae_id: `''` }), 'slave_sae_id'],
  ['a side that is none', piece(32, { side: `'eve'` }), 'side IN'],
  ['a piece settled before it began', piece(32, { settled_at_utc_ms: '7' }), 'CHECK'],
  ['a piece moved', 'UPDATE key_piece SET first_byte = 48', 'settled once'],
  ['a piece for others after all', `UPDATE key_piece SET slave_sae_id = 'c'`, 'settled once'],
  ['a piece taken back', `UPDATE key_piece SET state = 'lost', settled_at_utc_ms = 7; UPDATE key_piece SET state = 'reserved',
    settled_at_utc_ms = NULL`, 'settled once'],
  ['a piece settled twice', `UPDATE key_piece SET state = 'lost', settled_at_utc_ms = 7; UPDATE key_piece SET
    state = 'delivered', settled_at_utc_ms = 8`, 'settled once'],
  ['a piece forgotten', 'DELETE FROM key_piece', 'append-only'],
  ['a secret of another length', CHANNEL.replace('zeroblob(32)', 'zeroblob(31)').replaceAll(KEY, OTHER), 'length(sealed)'],
])('it refuses %s', (_, sql, constraint) => {
  expect(() => setupUsed().exec(sql)).toThrow(constraint);
});

test.each([
  [LIST_PIECES.replace('?', '9'), 'key_piece_by_reserved'],
  [PIECES_OF_KEY.replace('?', `'${KEY}'`).replace('?', '9'), 'key_piece_by_key'],
  [LAST_PIECE.replace('?', `'${KEY}'`).replace('?', '0').replace('?', '64'), 'key_piece_by_key'],
  [`UPDATE key_piece SET state = 'lost', settled_at_utc_ms = 7 WHERE state = 'reserved'`, 'key_piece_by_state'],
])('found by index: %s', (sql, index) => {
  const plan = JSON.stringify(setupUsed().prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  expect(plan).toContain(index);
  expect(plan).not.toContain('TEMP B-TREE');
});

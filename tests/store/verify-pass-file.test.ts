// Goal: whatever happens to a pass file, verification says so and names the place; an intact one it calls intact.
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../support/seeded.ts';
import { freshArchive, importPass, META, must, stationColumns, VERDICT, type Archive } from './pass-fixture.ts';

const STATIONS = [stationColumns('delingha', 70_000, 1), stationColumns('nanshan', 3000, 2)];

async function archived() {
  const archive = await freshArchive();
  const file_name = importPass(archive, STATIONS);
  for (const qber of [0.04, 0.05, 0.06]) must(archive.files.appendVerdict(file_name, { ...VERDICT, qber }));
  return { ...archive, file_name, path: archive.files.pathOf(file_name) };
}

/** Someone with a SQLite shell: triggers dropped, rows changed. */
function tamper(path: string, sql: string): void {
  const db = new Database(path);
  const triggers = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all() as string[];
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  db.close();
}

const findingsOf = async (archive: Archive, file_name: string) => must(await archive.files.verify(file_name)).findings;

test('an intact pass is intact, and every byte of its columns was looked at', async () => {
  const { files, file_name } = await archived();
  const fractions: number[] = [];
  const verified = must(await files.verify(file_name, { onProgress: (fraction) => fractions.push(fraction) }));
  expect(verified).toMatchObject({ pass_id: META.pass_id, intact: true, findings: [] });
  expect(verified.checked_bytes).toBeGreaterThan(73_000 * 3.8);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});

test.each([
  ['times', `SELECT times FROM tag_chunk WHERE station = 'delingha' AND stream = 'clicks' AND chunk_index = 1`,
    'delingha, clicks, chunk 1: times do not match their digest'],
  ['beacon', `SELECT times FROM tag_chunk WHERE station = 'nanshan' AND stream = 'beacon'`,
    'nanshan, beacon, chunk 0: times do not match their digest'],
  ['outcomes', `SELECT sealed FROM outcome_chunk WHERE station = 'delingha' AND chunk_index = 0`,
    'delingha, outcomes, chunk 0: ciphertext does not match its digest'],
])('one flipped bit in the file is found and named: %s', async (_, sql, finding) => {
  const archive = await archived();
  const db = new Database(archive.path, { readonly: true });
  const blob = db.prepare(sql).pluck().get() as Buffer;
  db.close();
  const bytes = readFileSync(archive.path);
  // A page boundary may cut the one place and not the other; a stale copy on a reused page may lie beside the row's.
  const sample = [200, 700].map((at) => blob.subarray(at, at + 48)).find((part) => bytes.includes(part))!;
  for (let at = bytes.indexOf(sample); at !== -1; at = bytes.indexOf(sample, at)) bytes[at + 20]! ^= 0x10;
  writeFileSync(archive.path, bytes);
  expect(await findingsOf(archive, archive.file_name)).toEqual([finding]);
});

test.each([
  ['custody is rewritten', `UPDATE pass_meta SET custody = 'operational'`, /rows do not match the digest/],
  ['the mission is rewritten', `UPDATE pass_meta SET mission_json = '{}'`, /rows do not match the digest/],
  ['a clock is rewritten', 'UPDATE recording SET tick_ps = 2', /rows do not match the digest/],
  ['a chunk is gone', `PRAGMA foreign_keys = OFF; DELETE FROM tag_chunk WHERE station = 'delingha' AND chunk_index = 0`,
    /delingha, clicks: chunk 0 is missing/],
  ['outcomes are gone', `DELETE FROM outcome_chunk WHERE station = 'nanshan'`, /nanshan, outcomes: 0 for 3000 clicks/],
  ['outcomes change places', `PRAGMA foreign_keys = OFF;
    UPDATE outcome_chunk SET station = 'x' WHERE chunk_index = 1;
    UPDATE outcome_chunk SET station = 'delingha', chunk_index = 1 WHERE station = 'nanshan'`,
  /delingha, outcomes, chunk 1: does not open/],
  ['a verdict is embellished', 'UPDATE verdict SET qber = 0.01 WHERE verdict_id = 2', /verdict 2: does not match/],
  ['a verdict is taken out', 'DELETE FROM verdict WHERE verdict_id = 2', /verdict 3: the one before it is missing/],
  ['the last verdict is taken out', 'DELETE FROM verdict WHERE verdict_id = 3', /verdict 3: .*the file has lost it/],
  ['a series is rewritten', `UPDATE verdict SET series = x'00' WHERE verdict_id = 1`, /verdict 1: does not match/],
])('tampering is found: %s', async (_, sql, finding) => {
  const archive = await archived();
  tamper(archive.path, sql);
  expect((await findingsOf(archive, archive.file_name)).join('\n')).toMatch(finding);
});

test('a whole other file under the pass\'s name is not what was imported', async () => {
  const [one, other] = [await archived(), await archived()];
  writeFileSync(one.path, readFileSync(other.path));
  expect((await findingsOf(one, one.file_name)).join('\n'))
    .toMatch(/sealed under key .*\n.*not the file that was imported/s);
});

test('a verdict that mission.db does not know is told, and the next one heals the index', async () => {
  const archive = await archived();
  tamper(archive.db.name, 'DELETE FROM verdict WHERE verdict_id = 2');
  expect(await findingsOf(archive, archive.file_name)).toEqual(['verdict 2: mission.db does not know it']);
  must(archive.files.appendVerdict(archive.file_name, VERDICT));
  expect(await findingsOf(archive, archive.file_name)).toEqual([]);
});

test('a file that is cut off, overwritten or gone is a finding, not a crash', async () => {
  const archive = await archived();
  const whole = readFileSync(archive.path);
  const cuts = [5000, whole.length >> 1, 0].map((length) => whole.subarray(0, length));
  for (const damage of [...cuts, Buffer.alloc(9000, 1)]) {
    writeFileSync(archive.path, damage);
    expect(must(await archive.files.verify(archive.file_name)).intact).toBe(false);
  }
  expect(must(await archive.files.verify('nothing.tpass'))).toMatchObject({ intact: false, pass_id: null });
});

test('a check can be stopped', async () => {
  const { files, file_name } = await archived();
  const stop = new AbortController();
  const verified = files.verify(file_name, { signal: stop.signal, onProgress: () => stop.abort() });
  expect(await verified).toMatchObject({ error: { type: 'Cancelled' } });
});

test('property: after any flipped byte, a file that is called intact still holds the same events', async () => {
  const archive = await freshArchive();
  const station = stationColumns('delingha', 2000, 3);
  const file_name = importPass(archive, [station]);
  const path = archive.files.pathOf(file_name);
  const whole = readFileSync(path);
  const random = seeded(11);
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 255 }), async (mask) => {
    const damaged = Buffer.from(whole);
    damaged[Math.floor(random() * whole.length)]! ^= mask;
    writeFileSync(path, damaged);
    const { intact } = must(await archive.files.verify(file_name));
    const reader = archive.files.open(file_name); // Also without a check first, reading answers and does not throw.
    const streams = reader.ok ? reader.value.readStreams('delingha', archive.vault) : reader;
    if (reader.ok) reader.value.close();
    if (intact) expect(must(streams).clicks).toEqual(station.clicks);
  }), { numRuns: 150 });
});

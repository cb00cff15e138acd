// Goal: a pass file gives back every event, tells outcomes to nobody without the key, and appears whole or not at all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { packBits } from '../../src-core/bits.ts';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openKeyVault } from '../../src-main/store/outcome-keys.ts';
import type { StationColumns } from '../../src-main/store/pass-file-writer.ts';
import { containing } from '../support/messages.ts';
import { freshArchive, importPass, META, must, stationColumns, VERDICT } from './pass-fixture.ts';

const DELINGHA = stationColumns('delingha', 150_000, 1); // Three chunks, the last one not full.
const NANSHAN = stationColumns('nanshan', 70_000, 2);

const withoutClicks = (columns: StationColumns): StationColumns =>
  ({ ...columns, clicks: { ticks: new Float64Array(0), detector: new Uint8Array(0) } });

test('every event of both stations comes back, and a click costs its entropy and 3 %', async () => {
  const archive = await freshArchive();
  const reader = must(archive.files.open(importPass(archive, [DELINGHA, NANSHAN])));
  expect(reader.pass.meta).toEqual(META);
  for (const columns of [DELINGHA, NANSHAN]) {
    const streams = must(reader.readStreams(columns.station, archive.vault));
    expect(streams).toEqual({ clicks: columns.clicks, beacon: columns.beacon, pps: columns.pps });
  }
  expect(reader.pass.stations.map(({ station, origin_ticks, events, counters, stored }) =>
    ({ station, origin_ticks, events, counters, stored }))).toEqual([
    { station: 'delingha', origin_ticks: '17821472680578496', events: 152_001, counters: { late: 1 },
      stored: { clicks: 150_000, beacon: 2000, pps: 1 } },
    { station: 'nanshan', origin_ticks: '17821472680578496', events: 72_001, counters: { late: 1 },
      stored: { clicks: 70_000, beacon: 2000, pps: 1 } },
  ]);
  const silent = await freshArchive();
  const without = must(silent.files.open(importPass(silent, [DELINGHA, NANSHAN].map(withoutClicks))));
  const bytes_a_click = (reader.file_bytes - without.file_bytes) / 220_000;
  // log2(e x 4e8 ticks) of time and 2 bits of outcome: 3.88 bytes.
  expect(bytes_a_click / ((Math.log2(Math.E * 4e8) + 2) / 8)).toBeLessThan(1.03);
  without.close();
  reader.close();
});

test('batches of any size make the same chunks', async () => {
  const archive = await freshArchive();
  const writer = must(archive.files.create(META));
  const station = must(writer.beginStation(DELINGHA));
  const { ticks, detector } = DELINGHA.clicks;
  for (let at = 0, size = 1; at < ticks.length; at += size, size = (size * 7) % 40_009) {
    must(station.appendClicks({ ticks: ticks.subarray(at, at + size), detector: detector.subarray(at, at + size) }));
  }
  must(station.finish({ events: 150_000, counters: {} }));
  const sealed = must(writer.seal());
  must(archive.archive.insert({ sealed, file_name: `${META.pass_id}.tpass`, imported_at_utc_ms: 1 }, writer.publish));
  const db = new Database(archive.files.pathOf(`${META.pass_id}.tpass`), { readonly: true });
  const sizes = db.prepare('SELECT events FROM tag_chunk ORDER BY chunk_index').pluck().all();
  expect(sizes).toEqual([65_536, 65_536, 18_928]);
  db.close();
  const reader = must(archive.files.open(`${META.pass_id}.tpass`));
  expect(must(reader.readStreams('delingha', archive.vault)).clicks).toEqual(DELINGHA.clicks);
  reader.close();
});

test('a station that counted nothing is a station', async () => {
  const archive = await freshArchive();
  const empty = withoutClicks(DELINGHA);
  const reader = must(archive.files.open(importPass(archive, [empty])));
  expect(must(reader.readStreams('delingha', archive.vault)).clicks).toEqual(empty.clicks);
  expect(reader.readTimes('nobody', 'clicks')).toMatchObject({ error: { type: 'NotFound', id: 'nobody' } });
  reader.close();
});

test('no outcome stands in the file in the clear, and another key opens none', async () => {
  const archive = await freshArchive();
  const file_name = importPass(archive, [DELINGHA]);
  const bytes = readFileSync(archive.files.pathOf(file_name));
  const { detector } = DELINGHA.clicks;
  for (let at = 0; at + 64 <= detector.length; at += 4096) {
    const outcomes = Buffer.from(detector.subarray(at, at + 64));
    expect(bytes.includes(outcomes)).toBe(false);
    expect(bytes.includes(Buffer.from(packBits(outcomes, 2).buffer))).toBe(false);
  }
  const other = must(await openKeyVault({
    path: join(archive.folder, 'other.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: true,
  }));
  const reader = must(archive.files.open(file_name));
  expect(reader.readOutcomes('delingha', other)).toMatchObject({
    error: { type: 'Refused', message: containing(`holds ${other.key_id}`) },
  });
  // Even one that claims to be the right key: the chunks do not authenticate.
  expect(reader.readOutcomes('delingha', { ...other, key_id: archive.vault.key_id }))
    .toMatchObject({ error: { type: 'InvalidFile' } });
  expect(must(reader.readTimes('delingha', 'clicks'))).toEqual(DELINGHA.clicks.ticks);
  reader.close();
});

test('what no recorder writes is refused with its place', async () => {
  const archive = await freshArchive();
  const writer = must(archive.files.create(META));
  const station = must(writer.beginStation(DELINGHA));
  must(station.appendClicks({ ticks: Float64Array.of(1, 5), detector: Uint8Array.of(0, 3) }));
  const messages = [
    station.appendClicks({ ticks: Float64Array.of(6, 7, 6), detector: Uint8Array.of(0, 0, 0) }),
    station.appendClicks({ ticks: Float64Array.of(4), detector: Uint8Array.of(0) }),
    station.appendClicks({ ticks: Float64Array.of(9), detector: Uint8Array.of(4) }),
    station.appendClicks({ ticks: Float64Array.of(9), detector: Uint8Array.of() }),
    station.appendBeacon(Float64Array.of(0.5)),
    station.appendPps(Float64Array.of(Number.NaN)),
  ].map((result) => (result.ok || result.error.type !== 'InvalidFile' ? null : result.error.message));
  expect(messages).toEqual([
    expect.stringContaining('clicks, event 4: time 6'), expect.stringContaining('event 2: time 4 lies before'),
    expect.stringContaining('event 2: detector 4'), expect.stringContaining('one detector each'),
    expect.stringContaining('beacon, event 0: time 0.5'), expect.stringContaining('pps, event 0: time NaN'),
  ]);
  writer.abandon();
  expect(readdirSync(archive.files.directory)).toEqual([]);
});

test('the same two recordings are one pass, in whatever order, and the second try leaves nothing', async () => {
  const archive = await freshArchive();
  importPass(archive, [DELINGHA, NANSHAN]);
  expect(archive.archive.findByRecordings([NANSHAN.sha256, DELINGHA.sha256])).toBe(META.pass_id);
  const writer = must(archive.files.create({ ...META, pass_id: 'pass-again' }));
  for (const station of [NANSHAN, DELINGHA]) must(writer.addStation(station));
  const inserted = must(archive.archive.insert(
    { sealed: must(writer.seal()), file_name: 'pass-again.tpass', imported_at_utc_ms: 1 }, writer.publish));
  expect(inserted).toEqual({ pass_id: META.pass_id, known: true });
  writer.abandon();
  expect(readdirSync(archive.files.directory)).toEqual([`${META.pass_id}.tpass`]);
});

test('a pass whose file cannot be published is not in the archive either', async () => {
  const archive = await freshArchive();
  const writer = must(archive.files.create(META));
  must(writer.addStation(NANSHAN));
  const sealed = must(writer.seal());
  writeFileSync(archive.files.pathOf(`${META.pass_id}.tpass`), 'somebody else\'s');
  expect(archive.archive.insert({ sealed, file_name: `${META.pass_id}.tpass`, imported_at_utc_ms: 1 }, writer.publish))
    .toMatchObject({ error: { type: 'Refused' } });
  expect(archive.archive.list()).toEqual([]);
  expect(readFileSync(archive.files.pathOf(`${META.pass_id}.tpass`), 'utf8')).toBe('somebody else\'s');
  writer.abandon();
});

test('two imports of one pass at once: the second waits its turn', async () => {
  const archive = await freshArchive();
  const writer = must(archive.files.create(META));
  expect(archive.files.create(META)).toMatchObject({ error: { message: containing('being imported') } });
  expect(must(archive.files.sweep())).toEqual([]);
  writer.abandon();
  must(archive.files.create(META)).abandon();
});

test('verdicts are appended, read back whole, and survive in order', async () => {
  const archive = await freshArchive();
  const file_name = importPass(archive, [NANSHAN]);
  const first = must(archive.files.appendVerdict(file_name, VERDICT));
  const second = must(archive.files.appendVerdict(file_name, { ...VERDICT, series: Uint8Array.of(1, 2, 3) }));
  expect([first.verdict_id, second.verdict_id]).toEqual([1, 2]);
  const reader = must(archive.files.open(file_name));
  const [stored] = must(reader.listVerdicts());
  const { result_json } = VERDICT;
  expect(stored).toMatchObject({ parameters_json: '{"gate_ns":2.5}', result_json, sha256: first.sha256, s: null });
  expect([...must(reader.readSeries(2))]).toEqual([1, 2, 3]);
  expect(reader.readSeries(3)).toMatchObject({ error: { type: 'NotFound', what: 'verdict' } });
  expect(archive.archive.verdicts(META.pass_id)).toEqual([first, second]);
  reader.close();
});

test('power lost while a verdict was appended: the file is as it was before, also to a reader', async () => {
  const archive = await freshArchive();
  const file_name = importPass(archive, [NANSHAN]);
  must(archive.files.appendVerdict(file_name, VERDICT));
  const db = new Database(archive.files.pathOf(file_name));
  db.pragma('cache_size = 2'); // So small that pages of the open transaction reach the file.
  db.exec(`BEGIN; INSERT INTO verdict SELECT verdict_id + 1, made_at_utc_ms, code_version, parameters_json, result_json,
    coincidences, sifted_bits, qber, s, zeroblob(500000), prev_sha256, sha256 FROM verdict`);
  const torn = archive.files.pathOf('torn.tpass');
  for (const suffix of ['', '-journal']) copyFileSync(`${archive.files.pathOf(file_name)}${suffix}`, `${torn}${suffix}`);
  db.close();
  const reader = must(archive.files.open('torn.tpass'));
  expect(must(reader.listVerdicts()).length).toBe(1);
  expect(must(reader.readStreams('nanshan', archive.vault)).clicks).toEqual(NANSHAN.clicks);
  reader.close();
  expect(must(await archive.files.verify('torn.tpass')).findings).toEqual([]);
  expect(existsSync(`${torn}-journal`)).toBe(false);
});

/** Runs the crash script until it says the word, then kills it without warning. */
async function crashAt(folder: string, moment: 'writing' | 'published'): Promise<void> {
  const script = fileURLToPath(new URL('./crash-import.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, moment], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('killed in the middle of an import: no pass, and the next try succeeds', async () => {
  const archive = await freshArchive();
  await crashAt(archive.folder, 'writing');
  expect(readdirSync(archive.files.directory)).toEqual([`${META.pass_id}.tpass.partial`]);
  expect(archive.archive.list()).toEqual([]);
  expect(must(archive.files.strays())).toEqual([]);
  expect(must(archive.files.sweep())).toEqual([`${META.pass_id}.tpass.partial`]);
  await crashAt(archive.folder, 'writing');
  const file_name = importPass(archive, [DELINGHA, NANSHAN]); // Without sweeping: the writer clears its own place.
  expect(must(await archive.files.verify(file_name))).toMatchObject({ intact: true });
  expect(readdirSync(archive.files.directory)).toEqual([file_name]);
});

test('killed between the file\'s name and its row: the file is a stray, and is taken in whole', async () => {
  const archive = await freshArchive();
  await crashAt(archive.folder, 'published');
  expect(archive.archive.list()).toEqual([]);
  expect(must(archive.files.strays())).toEqual([`${META.pass_id}.tpass`]);
  expect(must(await archive.files.adopt(archive.files.pathOf(`${META.pass_id}.tpass`))))
    .toEqual({ pass_id: META.pass_id, known: false, verdicts_added: 0 });
  expect(archive.archive.find(META.pass_id))
    .toMatchObject({ state: 'recorded', imported_at_utc_ms: META.created_at_utc_ms });
  expect(must(archive.files.strays())).toEqual([]);
  expect(existsSync(archive.files.pathOf(`${META.pass_id}.tpass.partial`))).toBe(false);
});

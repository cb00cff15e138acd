// Goal: what is committed during a pass is on disk, sealed, once; the sealed pass is like one that was imported.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { packBits } from '../../src-core/bits.ts';
import { createLiveFile, findLivePasses, openLiveFile, removeLiveFile, type LiveFile } from '../../src-main/store/live-file.ts';
import { exportPassToParquet } from '../../src-main/store/parquet-export.ts';
import { readCompleteness, readEvents, readMessages } from '../../src-main/store/pass-log.ts';
import { sealLivePass } from '../../src-main/store/seal-live.ts';
import { containing } from '../support/messages.ts';
import { batchesOf, liveStation, ORIGIN_UTC_MS, stored, telemetryLine } from './live-fixture.ts';
import { freshArchive, META, must, stationColumns, type Archive } from './pass-fixture.ts';

const DELINGHA = stationColumns('delingha', 150_000, 1);
const NANSHAN = stationColumns('nanshan', 70_000, 2);
const SECOND_TICKS = 1e12;

const live = ({ files, vault }: Archive) => ({ directory: files.directory, vault });

/** Everything both stations sent, but for the numbers left out of the first one's. */
function record(file: LiveFile, left_out: readonly number[] = []): void {
  for (const columns of [DELINGHA, NANSHAN]) {
    must(file.commit({ stations: [liveStation(columns.station)] }));
    for (const batch of batchesOf(columns, SECOND_TICKS)) {
      if (columns === DELINGHA && left_out.includes(batch.seq)) continue;
      must(file.commit({ batches: [stored(columns.station, batch)] }));
    }
  }
}

function publish({ archive, files }: Archive, file: LiveFile, options: ReturnType<typeof live>): string {
  const sealed = must(sealLivePass(file, options));
  const file_name = `${META.pass_id}.tpass`;
  must(archive.insert({ sealed, file_name, imported_at_utc_ms: 1 }, () => files.publish(META.pass_id)));
  file.close();
  must(removeLiveFile(files.directory, META.pass_id));
  return file_name;
}

test('a pass recorded live and sealed gives back every event, verifies, and costs what an imported one costs', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file);
  const file_name = publish(archive, file, live(archive));
  expect(readdirSync(archive.files.directory)).toEqual([file_name]);
  expect(must(await archive.files.verify(file_name))).toMatchObject({ intact: true, findings: [] });
  const reader = must(archive.files.open(file_name));
  for (const columns of [DELINGHA, NANSHAN]) {
    expect(must(reader.readStreams(columns.station, archive.vault)))
      .toEqual({ clicks: columns.clicks, beacon: columns.beacon, pps: columns.pps });
  }
  const [delingha] = reader.pass.stations;
  expect(delingha).toMatchObject({ type: 'tpb', file_name: 'delingha.tpb', detectors: 4, counters: {} });
  // The edge at tick 1e12 is one second after tick 0, which is 5 s before the pass.
  expect(JSON.parse(delingha!.manifest_json)).toMatchObject({ pps: { first_edge_utc: '2018-09-14T18:16:05.000Z' } });
  // Time of 3.8 bytes and 2 bits; the rest of the file is what it is without a click.
  const clicks = 220_000;
  expect((reader.file_bytes - 90_000) / clicks / ((Math.log2(Math.E * 4e8) + 2) / 8)).toBeLessThan(1.15);
  reader.close();
  const parquet = join(archive.folder, 'times.parquet');
  expect(must(exportPassToParquet({ pass_path: archive.files.pathOf(file_name), parquet_path: parquet })).rows)
    .toBe(150_000 + 70_000 + 2 * 2001);
});

test('batches that come late, twice, or out of order lie in their place', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file, [3, 4, 17]);
  const missing = batchesOf(DELINGHA, SECOND_TICKS).filter(({ seq }) => [17, 3, 4].includes(seq)).reverse();
  for (const batch of [...missing, ...missing]) must(file.commit({ batches: [stored('delingha', batch)] }));
  expect(file.numbers('delingha', 'tags')).toEqual([{ from: 1, through: batchesOf(DELINGHA, SECOND_TICKS).length }]);
  const reader = must(archive.files.open(publish(archive, file, live(archive))));
  expect(must(reader.readStreams('delingha', archive.vault)).clicks).toEqual(DELINGHA.clicks);
  reader.close();
});

test('what never came is counted, by batch and by second', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file, [3, 4]);
  const db = new Database(archive.files.pathOf(publish(archive, file, live(archive))), { readonly: true });
  const [delingha, nanshan] = readCompleteness(db);
  expect(delingha).toMatchObject({ batches_lost: 2, first_utc_s: Math.floor(ORIGIN_UTC_MS / 1000) });
  expect([...delingha!.seconds.subarray(0, 6)]).toEqual([255, 255, 0, 0, 255, 255]);
  expect(nanshan).toMatchObject({ batches_lost: 0 });
  db.close();
});

test('a batch that reaches back into the one before it loses only what is covered', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file);
  const batches = batchesOf(DELINGHA, SECOND_TICKS);
  must(file.commit({ batches: [stored('delingha', { ...batches.at(-1)!, seq: batches.length + 1 })] }));
  const reader = must(archive.files.open(publish(archive, file, live(archive))));
  expect(must(reader.readTimes('delingha', 'clicks'))).toEqual(DELINGHA.clicks.ticks);
  expect(reader.pass.stations[0]!.counters['overlapping']).toBeGreaterThan(0);
  reader.close();
});

test('telemetry, station events and the log are kept, checked and read back in order', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file);
  const lines = Array.from({ length: 700 }, (_, i) => telemetryLine('nanshan', i + 1));
  must(file.commit({ messages: [...lines, { ...telemetryLine('nanshan', 1), kind: 'event' }] }));
  const event = { at_utc_ms: 5, station: null, source: 'operator', severity: 'routine', who: 'Wang', text: 'clouds' } as const;
  must(file.commit({ events: [event] }));
  const path = archive.files.pathOf(publish(archive, file, live(archive)));
  const db = new Database(path);
  expect(must(readMessages(db, 'nanshan', 'telemetry'))).toEqual(lines.map(({ body }) => body));
  expect(must(readMessages(db, 'nanshan', 'event'))).toHaveLength(1);
  expect(must(readMessages(db, 'delingha', 'telemetry'))).toEqual([]);
  expect(readEvents(db)).toEqual([event]);
  db.exec('DROP TRIGGER message_block_is_append_only');
  db.exec(`UPDATE message_block SET body = zeroblob(40) WHERE kind = 'telemetry' AND block_index = 1`);
  db.close();
  expect(must(await archive.files.verify(`${META.pass_id}.tpass`)).findings)
    .toEqual([containing('nanshan, telemetry, block 1: messages do not match')]);
});

test('a note that was changed after sealing shows in the digest', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file);
  must(file.commit({ events: [{ at_utc_ms: 5, station: null, source: 'operator', severity: 'routine', who: 'Wang', text: 'clear' }] }));
  const db = new Database(archive.files.pathOf(publish(archive, file, live(archive))));
  expect(() => db.exec(`UPDATE pass_event SET text = 'cloudy'`)).toThrow('a note is kept');
  db.exec(`DROP TRIGGER pass_event_is_append_only; UPDATE pass_event SET text = 'cloudy'`);
  db.close();
  expect(must(await archive.files.verify(`${META.pass_id}.tpass`)).findings)
    .toContainEqual(containing('its rows do not match the digest'));
});

test('no outcome stands in the live file in the clear, and another key does not open it', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  record(file);
  file.close();
  const bytes = readFileSync(join(archive.files.directory, `${META.pass_id}.tpass.live`));
  const { detector } = DELINGHA.clicks;
  for (let at = 0; at + 64 <= detector.length; at += 4096) {
    const packed = Buffer.from(packBits(Uint8Array.from(detector.subarray(at, at + 64)), 2).buffer);
    expect(bytes.includes(packed)).toBe(false);
  }
  const other = { ...archive.vault, key_id: 'another' };
  expect(openLiveFile(META.pass_id, { directory: archive.files.directory, vault: other }))
    .toMatchObject({ error: { type: 'Refused', message: containing('Restore the key file') } });
});

test('an interrupted recording is found, goes on, and is written by one console only', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  must(file.commit({ stations: [liveStation('delingha')], messages: [telemetryLine('delingha', 2)] }));
  expect(createLiveFile(META, live(archive))).toMatchObject({ error: { message: containing('being recorded already') } });
  file.close();
  expect(must(findLivePasses(archive.files.directory))).toEqual([META.pass_id]);
  expect(must(archive.files.sweep())).toEqual([]);
  const again = must(openLiveFile(META.pass_id, live(archive)));
  expect(again.meta).toEqual(META);
  expect(again.numbers('delingha', 'telemetry')).toEqual([{ from: 2, through: 2 }]);
  expect(again.stations()).toEqual([liveStation('delingha')]);
  again.close();
});

test('a pass without a single batch is refused by name, and its live file stays', async () => {
  const archive = await freshArchive();
  const file = must(createLiveFile(META, live(archive)));
  must(file.commit({ stations: [liveStation('delingha')] }));
  expect(sealLivePass(file, live(archive))).toMatchObject({ error: { type: 'Refused', message: containing('no station sent') } });
  file.close();
  expect(existsSync(join(archive.files.directory, `${META.pass_id}.tpass.partial`))).toBe(false);
  expect(must(findLivePasses(archive.files.directory))).toEqual([META.pass_id]);
});

// Goal: while a pass is recorded, after it is sealed, and in what is exported of it, no outcome lies readable on disk.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLiveFile, removeLiveFile } from '../../src-main/store/live-file.ts';
import { exportPassToParquet } from '../../src-main/store/parquet-export.ts';
import { sealLivePass } from '../../src-main/store/seal-live.ts';
import { bitsOf, createLeakSearch, type Secret } from '../services/leak-search.ts';
import { seeded } from '../support/seeded.ts';
import { batchesOf, liveStation, stored, telemetryLine } from './live-fixture.ts';
import { freshArchive, META, must, stationColumns } from './pass-fixture.ts';

/** Which detector clicked, drawn so that no run of eight bytes is a habit. */
function columnsOf(station: string, seed: number) {
  const columns = stationColumns(station, 20_000, seed);
  const random = seeded(seed);
  const detector = columns.clicks.detector.map(() => Math.floor(random() * 4));
  return { ...columns, clicks: { ...columns.clicks, detector } };
}

const filesIn = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => ({ where: entry.name, bytes: new Uint8Array(readFileSync(join(entry.parentPath, entry.name))) }));

test('a pass recorded live: the open file with its journal, the sealed one, the export, the database', async () => {
  const archive = await freshArchive();
  const { files, vault, folder } = archive;
  const place = { directory: files.directory, vault };
  const both = [columnsOf('delingha', 1), columnsOf('nanshan', 2)];
  const live = must(createLiveFile(META, place));
  for (const columns of both) {
    must(live.commit({ stations: [liveStation(columns.station)] }));
    for (const batch of batchesOf(columns, 1e12)) must(live.commit({ batches: [stored(columns.station, batch)] }));
    must(live.commit({ messages: [telemetryLine(columns.station, 1)] }));
  }
  const secrets = both.map(({ station, clicks }): Secret =>
    ({ name: `clicks of ${station}`, symbols: clicks.detector, bits_per_symbol: 2 }));
  const key = { name: 'the key of the pass', symbols: bitsOf(vault.keyFor(META.pass_id).export()), bits_per_symbol: 1 } as const;
  const leaks = createLeakSearch([...secrets, key]);
  const sent = stored('delingha', batchesOf(both[0]!, 1e12)[0]!).bytes; // What the station sends does hold them.
  expect([leaks.search(both[0]!.clicks.detector), leaks.search(new Uint8Array(sent))].every((finds) => finds.length > 0)).toBe(true);
  const found = (when: string, not_below: string) => filesIn(folder)
    .filter(({ where }) => where !== not_below)
    .flatMap(({ where, bytes }) => leaks.search(bytes).map((what) => `${when}, ${where}: ${what}`));
  const names = filesIn(folder).map(({ where }) => where);
  expect(names.filter((name) => name.startsWith(META.pass_id)).length).toBeGreaterThan(0);
  expect(found('while recorded', 'micius.key')).toEqual([]);

  const sealed = must(sealLivePass(live, place));
  const file_name = `${META.pass_id}.tpass`;
  must(archive.archive.insert({ sealed, file_name, imported_at_utc_ms: 1 }, () => files.publish(META.pass_id)));
  expect(found('while sealed', 'micius.key')).toEqual([]);
  live.close();
  must(removeLiveFile(files.directory, META.pass_id));
  must(exportPassToParquet({ pass_path: files.pathOf(file_name), parquet_path: join(folder, 'times.parquet') }));
  expect(filesIn(folder).map(({ where }) => where)).toEqual(expect.arrayContaining([file_name, 'times.parquet', 'mission.db']));
  expect(found('after', 'micius.key')).toEqual([]);
});

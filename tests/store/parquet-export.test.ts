// Goal: an independent reader finds every time of a pass in its Parquet file, and no outcome.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { tableFromIPC, type Table } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { expect, test } from 'vitest';
import { exportPassToParquet } from '../../src-main/store/parquet-export.ts';
import type { StationColumns } from '../../src-main/store/pass-file-writer.ts';
import { freshArchive, importPass, META, must, ownFolder, stationColumns } from './pass-fixture.ts';

const DELINGHA = stationColumns('delingha', 70_000, 1); // Two chunks.
const NANSHAN = { ...stationColumns('nanshan', 1000, 2), tick_ps: 3.90625 };
const EVENTS = 70_000 + 1000 + 2 * 2001;

async function passPath(stations: readonly StationColumns[]): Promise<string> {
  const archive = await freshArchive();
  return archive.files.pathOf(importPass(archive, stations));
}

/** Read by the Rust implementation of Parquet and Arrow, which shares no author and no code with the writer. */
function arrowTable(parquet_path: string): Table {
  return tableFromIPC(readParquet(readFileSync(parquet_path)).intoIPCStream());
}

test('every time of every stream comes back as it was', async () => {
  const parquet_path = join(ownFolder(), 'pass.parquet');
  const exported = must(exportPassToParquet({ pass_path: await passPath([DELINGHA, NANSHAN]), parquet_path }));
  expect(exported).toEqual({ rows: EVENTS, bytes: statSync(parquet_path).size });
  const table = arrowTable(parquet_path);
  expect(table.schema.fields.map(({ name, type, nullable }) => [name, String(type), nullable])).toEqual([
    ['station', 'Utf8', false], ['stream', 'Utf8', false], ['time_ticks', 'Int64', false],
  ]);
  expect(table.numRows).toBe(EVENTS);
  const column = (name: string) => [...table.getChild(name)!] as readonly unknown[];
  const [station, stream, time] = [column('station'), column('stream'), column('time_ticks')];
  for (const { station: id, clicks, beacon, pps } of [DELINGHA, NANSHAN]) {
    for (const [name, { ticks }] of Object.entries({ clicks, beacon, pps })) {
      const found = time.filter((_, row) => station[row] === id && stream[row] === name);
      expect(Float64Array.from(found, Number)).toEqual(ticks);
    }
  }
});

test('the footer says what the ticks are, and nothing tells which detector clicked', async () => {
  const parquet_path = join(ownFolder(), 'pass.parquet');
  must(exportPassToParquet({ pass_path: await passPath([DELINGHA, NANSHAN]), parquet_path }));
  const footer = parquetMetadata(new Uint8Array(readFileSync(parquet_path)).buffer);
  const { key_value_metadata = [], schema, row_groups } = footer;
  expect(schema.map(({ name }) => name)).toEqual(['pass', 'station', 'stream', 'time_ticks']);
  expect(Math.max(...row_groups.map(({ num_rows }) => Number(num_rows)))).toBe(65_536);
  const facts = Object.fromEntries(key_value_metadata.map(({ key, value }) => [key, value]));
  expect(facts['twinpass.pass_id']).toBe(META.pass_id);
  expect(JSON.parse(facts['twinpass.stations']!)).toEqual([
    { station: 'delingha', tick_ps: 1, origin_ticks: '17821472680578496' },
    { station: 'nanshan', tick_ps: 3.90625, origin_ticks: '17821472680578496' },
  ]);
  // The same times with other outcomes make the same rows: nothing of an outcome went in.
  const other = { ...DELINGHA, clicks: { ...DELINGHA.clicks, detector: new Uint8Array(70_000) } };
  const second_path = join(ownFolder(), 'other.parquet');
  must(exportPassToParquet({ pass_path: await passPath([other, NANSHAN]), parquet_path: second_path }));
  const rowBytes = (path: string) => {
    const bytes = readFileSync(path);
    return bytes.subarray(0, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
  };
  expect(rowBytes(second_path).equals(rowBytes(parquet_path))).toBe(true);
});

test('a pass without an event is a file without a row', async () => {
  const empty = { ticks: new Float64Array(0) };
  const silent = { ...NANSHAN, clicks: { ...empty, detector: new Uint8Array(0) }, beacon: empty, pps: empty };
  const parquet_path = join(ownFolder(), 'pass.parquet');
  expect(must(exportPassToParquet({ pass_path: await passPath([silent]), parquet_path })).rows).toBe(0);
  expect(await parquetReadObjects({ file: new Uint8Array(readFileSync(parquet_path)).buffer })).toEqual([]);
});

test('what exists is not overwritten, and damage leaves no file behind', async () => {
  const folder = ownFolder();
  const parquet_path = join(folder, 'pass.parquet');
  const pass_path = await passPath([NANSHAN]);
  writeFileSync(parquet_path, 'mine');
  expect(exportPassToParquet({ pass_path, parquet_path })).toMatchObject({ error: { type: 'Refused' } });
  expect(readFileSync(parquet_path, 'utf8')).toBe('mine');
  const missing = join(folder, 'none', 'pass.parquet');
  expect(exportPassToParquet({ pass_path, parquet_path: missing })).toMatchObject({ error: { type: 'InvalidFile' } });
  expect(exportPassToParquet({ pass_path: missing, parquet_path: join(folder, 'b') })).toMatchObject({ ok: false });
  const db = new Database(pass_path);
  const guard = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'tag_chunk'";
  for (const name of db.prepare<[], string>(guard).pluck().all()) db.exec(`DROP TRIGGER ${name}`);
  db.prepare("UPDATE tag_chunk SET times = substr(times, 1, 20) WHERE stream = 'clicks'").run();
  db.close();
  const damaged = exportPassToParquet({ pass_path, parquet_path: join(folder, 'c.parquet') });
  expect(damaged).toMatchObject({ error: { type: 'InvalidFile' } });
  expect(existsSync(join(folder, 'c.parquet'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['pass.parquet']);
});

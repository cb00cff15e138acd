import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import { openKeyVault, type KeyVault } from '../../src-main/store/outcome-keys.ts';
import type { StationColumns } from '../../src-main/store/pass-file-writer.ts';
import { createPassFiles, type PassFiles } from '../../src-main/store/pass-files.ts';
import { createPassStore, type ArchiveReader, type ArchiveWriter } from '../../src-main/store/pass-store.ts';
import type { PassMeta } from '../../src-main/store/pass-types.ts';
import { META, must } from './pass-columns.ts';

export { digest, META, must, stationColumns, VERDICT } from './pass-columns.ts';

/** A folder of this test's own, gone when the test ends. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Archive {
  readonly folder: string;
  readonly db: Database;
  readonly vault: KeyVault;
  readonly archive: ArchiveReader & ArchiveWriter;
  readonly files: PassFiles;
}

/** A fresh mission folder with its key beside it. */
export async function freshArchive(folder = ownFolder()): Promise<Archive> {
  const db = must(openMissionDb(join(folder, 'mission', 'mission.db')));
  onTestFinished(() => void db.close());
  const vault = must(await openKeyVault({
    path: join(folder, 'config', 'micius.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: true,
  }));
  const archive = createPassStore(db);
  const directory = join(folder, 'mission', 'passes');
  return { folder, db, vault, archive, files: createPassFiles({ directory, vault, archive }) };
}

/** Imports one pass of two stations; answers with its file's name. */
export function importPass(
  { files, archive }: Archive, stations: readonly StationColumns[], meta: PassMeta = META,
): string {
  const writer = must(files.create(meta));
  for (const station of stations) must(writer.addStation(station));
  const sealed = must(writer.seal());
  const file_name = `${meta.pass_id}.tpass`;
  must(archive.insert({ sealed, file_name, imported_at_utc_ms: meta.created_at_utc_ms }, writer.publish));
  return file_name;
}

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../../src-core/result.ts';
import { publishFile, syncFile } from './durable.ts';
import { makeFolder } from './make-folder.ts';
import { openMissionDb, openPassFile } from './open.ts';
import { PASS_SUFFIX } from './pass-file-writer.ts';
import { attempt, attemptValue, refused, type StoreError } from './store-error.ts';

/** Names inside a mission's folder, and inside a backup of it. */
export const MISSION_DB = 'mission.db';
export const PASSES_FOLDER = 'passes';

/** Writes the database as it is at this moment into a new file, whole or not at all, while others may be writing. */
function copyDatabase(db: Database, to: string): Result<string, StoreError> {
  if (existsSync(to)) return refused(`${to} exists already. Choose a new name; nothing is overwritten.`);
  return attempt(to, () => {
    makeFolder(dirname(to));
    const partial = `${to}.partial`;
    rmSync(partial, { force: true });
    try {
      db.prepare('VACUUM INTO ?').run(partial);
      syncFile(partial);
      publishFile(partial, to);
    } finally {
      rmSync(partial, { force: true });
    }
    return ok(to);
  });
}

/** One pass file as a file of its own, verdicts included. Its outcomes stay sealed: the key does not go along. */
export function exportPassFile(from: string, to: string): Result<string, StoreError> {
  const opened = openPassFile(from, { readonly: true });
  if (!opened.ok) return opened;
  try {
    return copyDatabase(opened.value, to);
  } finally {
    opened.value.close();
  }
}

export interface CopyOptions {
  readonly from_directory: string;
  readonly to_directory: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What was copied, by name below the folder. */
export interface CopiedMission { readonly files: readonly string[] }

/**
 * Copies mission.db and every pass file into a folder that holds no mission, while the console runs. A backup is a
 * mission folder, so backup and restore are this one operation in two directions.
 *
 * The database goes first: a pass it knows has its file already, so the copy is whole even if an import ends in
 * between. The key file lies elsewhere and does not go along.
 */
export async function copyMission(options: CopyOptions): Promise<Result<CopiedMission, StoreError>> {
  const { from_directory, to_directory } = options;
  const opened = openMissionDb(join(from_directory, MISSION_DB), { readonly: true });
  if (!opened.ok) return opened;
  try {
    const copied = copyDatabase(opened.value, join(to_directory, MISSION_DB));
    if (!copied.ok) return copied;
  } finally {
    opened.value.close();
  }
  return copyPasses(options);
}

async function copyPasses(options: CopyOptions): Promise<Result<CopiedMission, StoreError>> {
  const { from_directory, to_directory, onProgress, signal } = options;
  const folder = join(from_directory, PASSES_FOLDER);
  const listed = attemptValue(folder, () => (existsSync(folder) ? readdirSync(folder) : []));
  if (!listed.ok) return listed;
  const names = listed.value.filter((name) => name.endsWith(PASS_SUFFIX)).sort();
  const files = [MISSION_DB];
  for (const [done, name] of names.entries()) {
    onProgress?.(done, names.length);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) return err({ type: 'Cancelled' });
    const copied = exportPassFile(join(folder, name), join(to_directory, PASSES_FOLDER, name));
    if (!copied.ok) return copied;
    files.push(`${PASSES_FOLDER}/${name}`);
  }
  onProgress?.(names.length, names.length);
  return ok({ files });
}

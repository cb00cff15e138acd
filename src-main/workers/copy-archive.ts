import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { copyMission, exportPassFile, MISSION_DB, PASSES_FOLDER, type CopiedMission } from '../store/archive-copy.ts';
import { exportPassToParquet } from '../store/parquet-export.ts';
import { passFileName } from '../store/pass-file-writer.ts';
import type { Watch } from './process-recordings.ts';

/** One pass as a file of its own; its outcomes stay sealed, the key does not go along. */
export function exportPass(directory: string, pass_id: string, to: string): Result<string, OperationError> {
  const from = passPath(directory, pass_id);
  return from.ok ? exportPassFile(from.value, to) : from;
}

/** The times of one pass as Parquet, for other programs; outcomes are not in it. */
export function exportPassTimes(
  directory: string,
  pass_id: string,
  to: string,
): Result<{ readonly rows: number; readonly bytes: number }, OperationError> {
  const from = passPath(directory, pass_id);
  return from.ok ? exportPassToParquet({ pass_path: from.value, parquet_path: to }) : from;
}

function passPath(directory: string, pass_id: string): Result<string, OperationError> {
  const path = join(directory, PASSES_FOLDER, passFileName(pass_id));
  return existsSync(path) ? ok(path) : err({ type: 'NotFound', what: 'pass', id: pass_id });
}

export interface CopyPaths {
  readonly from_directory: string;
  readonly to_directory: string;
}

/** Backup and restore are one operation in two directions: a backup is a mission folder. */
export async function copyArchive(paths: CopyPaths, watch: Watch): Promise<Result<CopiedMission, OperationError>> {
  if (!existsSync(join(paths.from_directory, MISSION_DB))) {
    return err({
      type: 'InvalidFile',
      where: paths.from_directory,
      message: `holds no ${MISSION_DB}: name the folder of a mission, or of a backup of one`,
    });
  }
  return copyMission({
    ...paths,
    ...(watch.signal === undefined ? {} : { signal: watch.signal }),
    onProgress: (done, total) => watch.onProgress?.('copying passes', total === 0 ? 1 : done / total),
  });
}

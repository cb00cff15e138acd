import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../../src-core/result.ts';
import { createElementStore } from './element-store.ts';
import { createLogStore } from './log-store.ts';
import { openMissionDb } from './open.ts';
import { openKeyVault, type KeyVault, type KeyWrapping } from './outcome-keys.ts';
import { createPassFiles, type PassFiles } from './pass-files.ts';
import { createPassStore } from './pass-store.ts';
import { createScheduleStore } from './schedule-store.ts';
import { attemptValue, type StoreError } from './store-error.ts';

export interface ArchiveOptions {
  /** The mission's folder: mission.db, passes/, scratch/. */
  readonly directory: string;
  readonly mission_id: string;
  readonly key_path: string;
  readonly wrapping: KeyWrapping;
}

/** One mission's archive, open: every store on one database, and the folder of pass files. */
export interface OpenArchive {
  readonly elements: ReturnType<typeof createElementStore>;
  readonly schedule: ReturnType<typeof createScheduleStore>;
  readonly passes: ReturnType<typeof createPassStore>;
  readonly log: ReturnType<typeof createLogStore>;
  readonly files: PassFiles;
  readonly vault: KeyVault;
  readonly scratch_directory: string;
  readonly close: () => void;
}

/** Opens a mission's archive, or makes an empty one; what a crash left half-written is swept away. */
export async function openArchive(options: ArchiveOptions): Promise<Result<OpenArchive, StoreError>> {
  const { directory, mission_id, key_path, wrapping } = options;
  const [passes_directory, scratch_directory] = [join(directory, 'passes'), join(directory, 'scratch')];
  const made = attemptValue(directory, () => {
    for (const folder of [passes_directory, scratch_directory]) mkdirSync(folder, { recursive: true });
    return null;
  });
  if (!made.ok) return made;
  const db = openMissionDb(join(directory, 'mission.db'));
  if (!db.ok) return db;
  const passes = createPassStore(db.value);
  const vault = await openKeyVault({ path: key_path, mission_id, wrapping, create_if_missing: passes.list().length === 0 });
  if (!vault.ok) {
    db.value.close();
    return vault;
  }
  const files = createPassFiles({ directory: passes_directory, vault: vault.value, archive: passes });
  const swept = files.sweep();
  if (!swept.ok) {
    db.value.close();
    return swept;
  }
  return ok({
    elements: createElementStore(db.value), schedule: createScheduleStore(db.value), passes,
    log: createLogStore(db.value), files, vault: vault.value, scratch_directory, close: () => db.value.close(),
  });
}

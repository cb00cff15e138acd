import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../../src-core/result.ts';
import { createAlarmStore } from './alarm-store.ts';
import { MISSION_DB, PASSES_FOLDER } from './archive-copy.ts';
import { pendingKeyIds } from './channel-ledger.ts';
import { createChannelRuns } from './channel-runs.ts';
import { createChannelSecret } from './channel-secret.ts';
import { createElementStore } from './element-store.ts';
import { createKeyPieces } from './key-pieces.ts';
import { createKeySettings } from './key-settings.ts';
import { createKeyStore } from './key-store.ts';
import { createLogStore } from './log-store.ts';
import { makeFolder } from './make-folder.ts';
import { openMissionDb } from './open.ts';
import { openKeyVault, type KeyWrapping, type MissionVault } from './outcome-keys.ts';
import { createPassFiles, type PassFiles } from './pass-files.ts';
import { createPassStore } from './pass-store.ts';
import { createPieceList } from './piece-list.ts';
import { createScheduleStore } from './schedule-store.ts';
import { createSourceStore } from './source-store.ts';
import { createWeatherStore } from './weather-store.ts';
import { attemptValue, messageOf, type StoreError } from './store-error.ts';

export interface ArchiveOptions {
  /** The mission's folder: mission.db, passes/, scratch/. */
  readonly directory: string;
  readonly mission_id: string;
  readonly key_path: string;
  readonly wrapping: KeyWrapping;
}

interface Stray { readonly file_name: string; readonly refusal: string | null }

/** One mission's archive, open: every store on one database, and the folder of pass files. */
export interface OpenArchive {
  readonly elements: ReturnType<typeof createElementStore>;
  readonly sources: ReturnType<typeof createSourceStore>;
  readonly forecasts: ReturnType<typeof createWeatherStore>;
  readonly schedule: ReturnType<typeof createScheduleStore>;
  readonly alarms: ReturnType<typeof createAlarmStore>;
  readonly passes: ReturnType<typeof createPassStore>;
  readonly log: ReturnType<typeof createLogStore>;
  readonly files: PassFiles;
  readonly keys: ReturnType<typeof createKeyStore>;
  /** What two consoles need of each other, and what this one remembers of it. */
  readonly channel: {
    readonly settings: ReturnType<typeof createKeySettings>;
    readonly secret: ReturnType<typeof createChannelSecret>;
    readonly runs: ReturnType<typeof createChannelRuns>;
    readonly pendingKeyIds: () => readonly string[];
  };
  /** Keys of two consoles, piece by piece. */
  readonly delivery: {
    readonly pieces: ReturnType<typeof createKeyPieces>;
    readonly given: ReturnType<typeof createPieceList>;
  };
  readonly database_path: string;
  readonly vault: MissionVault;
  readonly scratch_directory: string;
  /** Pass files a crash left between name and row, or somebody put here: each taken in now, or why not. */
  readonly strays: readonly Stray[];
  readonly close: () => void;
}

/** Opens a mission's archive, or makes an empty one; what a crash left half-written is swept away. */
export async function openArchive(options: ArchiveOptions): Promise<Result<OpenArchive, StoreError>> {
  const { directory, mission_id, key_path, wrapping } = options;
  const [passes_directory, scratch_directory] = [join(directory, PASSES_FOLDER), join(directory, 'scratch')];
  const made = attemptValue(directory, () => {
    for (const folder of [passes_directory, scratch_directory]) makeFolder(folder);
    return null;
  });
  if (!made.ok) return made;
  const db = openMissionDb(join(directory, MISSION_DB));
  if (!db.ok) return db;
  const passes = createPassStore(db.value);
  const keys = createKeyStore(db.value);
  const create_if_missing = passes.list().length === 0 && keys.list().length === 0;
  const vault = await openKeyVault({ path: key_path, mission_id, wrapping, create_if_missing });
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
  const strays = await adoptStrays(files);
  return ok({
    strays,
    elements: createElementStore(db.value), sources: createSourceStore(db.value),
    forecasts: createWeatherStore(db.value), schedule: createScheduleStore(db.value), passes,
    alarms: createAlarmStore(db.value),
    channel: channelOf(db.value, vault.value),
    delivery: { pieces: createKeyPieces(db.value, { keys, vault: vault.value }), given: createPieceList(db.value) },
    database_path: join(directory, MISSION_DB),
    log: createLogStore(db.value), keys, files, vault: vault.value, scratch_directory, close: () => db.value.close(),
  });
}

function channelOf(db: Database, vault: MissionVault): OpenArchive['channel'] {
  const sealer = { sealing: vault.blockKeys().sealing, master_key_id: vault.key_id };
  return {
    settings: createKeySettings(db), runs: createChannelRuns(db), secret: createChannelSecret(db, sealer),
    pendingKeyIds: () => pendingKeyIds(db),
  };
}

/** A stray that cannot be taken in stays where it is, and keeps nothing else from opening. */
async function adoptStrays(files: PassFiles): Promise<readonly Stray[]> {
  const names = files.strays();
  const strays: Stray[] = [];
  for (const file_name of names.ok ? names.value : []) {
    const adopted = await files.adopt(files.pathOf(file_name));
    strays.push({ file_name, refusal: adopted.ok ? null : messageOf(adopted.error) });
  }
  return strays;
}

import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ok, type Result } from '../../src-core/result.ts';
import { checkSchema } from './known-schema.ts';
import { makeFolder } from './make-folder.ts';
import { migrate, newerThanConsole, readMigrations, schemaVersion } from './migrate.ts';
import { attempt, attemptPass, invalidFile, type StoreError } from './store-error.ts';

/** Written into byte 68 of the file, so that `file`, and we, can tell what it is: "TPmi" and "TPpa". */
export const MISSION_APPLICATION_ID = 0x54506d69;
export const PASS_APPLICATION_ID = 0x54507061;
const BUSY_TIMEOUT_MS = 5000;

const beside = (relative: string) => {
  const { pathname } = new URL(relative, import.meta.url);
  const plain = decodeURIComponent(pathname);
  return /^\/[A-Za-z]:\//.test(plain) ? plain.slice(1) : plain; // Windows: /C:/... is not a path.
};
const MISSION_MIGRATIONS = beside('../../migrations/mission/');
export const PASS_MIGRATIONS = beside('../../migrations/pass/');

export interface OpenOptions {
  /** Where the schema's steps lie; a bundled console puts them elsewhere. */
  readonly migrations?: string;
  readonly readonly?: boolean;
}

const NAMES: Readonly<Record<number, string>> = {
  [MISSION_APPLICATION_ID]: 'a mission database', [PASS_APPLICATION_ID]: 'a pass file',
};

/** Refuses a healthy database that is not ours, or ours but of the other kind. */
function checkKind(db: Database.Database, expected: number): Result<null, StoreError> {
  const found = db.pragma('application_id', { simple: true }) as number;
  const empty = schemaVersion(db) === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (found === expected || (empty && found === 0)) return ok(null);
  return invalidFile(db.name, `this is ${NAMES[found] ?? 'a database of another program'}, not ${NAMES[expected]!}`);
}

/** Sets up one connection; on any failure closes it again. */
function prepared(
  db: Database.Database, prepare: () => Result<unknown, StoreError>,
): Result<Database.Database, StoreError> {
  let keep = false;
  try {
    const result = prepare();
    keep = result.ok;
    return result.ok ? ok(db) : result;
  } finally {
    if (!keep) db.close();
  }
}

/** The connection's settings that no file remembers. */
function configure(db: Database.Database): void {
  db.pragma('foreign_keys = ON');
  db.pragma('synchronous = FULL'); // better-sqlite3 would say NORMAL under WAL, and a verdict must survive the plug.
  db.pragma('trusted_schema = OFF');
  db.pragma('temp_store = MEMORY'); // No sorted rows in the machine's temporary folder.
}

const checkHealth = (db: Database.Database): Result<null, StoreError> => {
  const health = db.pragma('quick_check(1)', { simple: true });
  if (health === 'ok') return ok(null);
  return invalidFile(db.name, `the database is damaged (${String(health)}); restore a backup`);
};

/** Nothing to migrate on a connection that cannot write: the file must be of a schema this console knows. */
function checkVersion(db: Database.Database, directory: string): Result<null, StoreError> {
  const known = readMigrations(directory).length;
  if (schemaVersion(db) > known) return newerThanConsole(db, known);
  if (schemaVersion(db) === known) return ok(null);
  return invalidFile(db.name, `schema ${schemaVersion(db)} is older than ${known}; open the file for writing once`);
}

/** A sealed pass of an older schema is read as it is, also from a medium that cannot be written: steps only add to it. */
function checkPassVersion(db: Database.Database, directory: string): Result<null, StoreError> {
  const known = readMigrations(directory).length;
  return schemaVersion(db) > known ? newerThanConsole(db, known) : ok(null);
}

/** Size of the database as its pages count it. */
export const fileBytes = (db: Database.Database) =>
  Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));

/** Opens the mission's database, creating or migrating it as needed. */
export function openMissionDb(path: string, options: OpenOptions = {}): Result<Database.Database, StoreError> {
  const { readonly = false, migrations = MISSION_MIGRATIONS } = options;
  return attempt(path, () => {
    if (!readonly && path !== ':memory:') makeFolder(dirname(path));
    if (readonly && !existsSync(path)) return invalidFile(path, 'there is no mission database here; check the path');
    const db = new Database(path, { readonly, timeout: BUSY_TIMEOUT_MS });
    return prepared(db, () => {
      const kind = checkKind(db, MISSION_APPLICATION_ID);
      if (!kind.ok) return kind;
      configure(db);
      if (readonly) return checkVersion(db, migrations);
      const health = checkHealth(db);
      if (!health.ok) return health;
      const known = readMigrations(migrations).length;
      if (schemaVersion(db) > known) return newerThanConsole(db, known);
      db.pragma('journal_mode = WAL');
      db.pragma(`application_id = ${MISSION_APPLICATION_ID}`);
      return migrate(db, migrations);
    });
  });
}

/** A crash while a verdict was appended leaves a journal, which only a writing connection may roll back. */
function rollBackJournal(path: string): void {
  if (!existsSync(`${path}-journal`)) return;
  const db = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma('user_version');
  } finally {
    db.close();
  }
}

/**
 * Opens one finished pass file. It stays in rollback-journal mode, so that at rest a pass is one file, which can be
 * copied, and read from a medium that cannot be written.
 */
export function openPassFile(path: string, options: OpenOptions = {}): Result<Database.Database, StoreError> {
  const { readonly = false, migrations = PASS_MIGRATIONS } = options;
  return attemptPass(path, () => {
    closeSync(openSync(path, 'r')); // Says "no such file" or "not permitted" in the system's own words.
    rollBackJournal(path);
    const db = new Database(path, { readonly, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return prepared(db, () => {
      if (schemaVersion(db) === 0) return invalidFile(path, 'this is not a pass file');
      const kind = checkKind(db, PASS_APPLICATION_ID);
      if (!kind.ok) return kind;
      const version = checkPassVersion(db, migrations);
      if (!version.ok) return version;
      const schema = checkSchema(db, migrations);
      if (!schema.ok) return schema;
      configure(db);
      return readonly ? ok(null) : migrate(db, migrations);
    });
  });
}

/** An empty pass file that nobody else sees until it is renamed: a crash discards it, so it needs none on disk. */
export function createPartialPassFile(
  path: string, migrations = PASS_MIGRATIONS,
): Result<Database.Database, StoreError> {
  return attempt(path, () => {
    const db = new Database(path, { timeout: 0 });
    return prepared(db, () => {
      db.pragma('journal_mode = MEMORY'); // Small: only pages older than the one transaction are kept.
      db.pragma('locking_mode = EXCLUSIVE');
      db.pragma(`application_id = ${PASS_APPLICATION_ID}`);
      configure(db);
      db.pragma('synchronous = OFF'); // The whole file is flushed once, before it is renamed.
      return migrate(db, migrations);
    });
  });
}

/** What a pass that is being recorded needs: durable in every commit, and nobody else writing. */
function configureLive(db: Database.Database): void {
  db.pragma('locking_mode = EXCLUSIVE'); // A second console does not record the same pass; ends with the process.
  configure(db);
  db.pragma('journal_mode = WAL'); // One flush a commit, where a rollback journal takes three.
}

/** The file of a pass that begins. */
export function createLiveDatabase(path: string, migrations: string): Result<Database.Database, StoreError> {
  return attempt(path, () => {
    const db = new Database(path, { timeout: 0 });
    return prepared(db, () => {
      db.pragma(`application_id = ${PASS_APPLICATION_ID}`);
      configureLive(db);
      return migrate(db, migrations);
    });
  });
}

/** The file of a pass whose recording goes on, as after a crash. */
export function openLiveDatabase(path: string, migrations = PASS_MIGRATIONS): Result<Database.Database, StoreError> {
  return attempt(path, () => {
    closeSync(openSync(path, 'r'));
    const db = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return prepared(db, () => {
      const kind = checkKind(db, PASS_APPLICATION_ID);
      if (!kind.ok) return kind;
      configureLive(db);
      return migrate(db, migrations);
    });
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { assert } from '../../src-core/assert.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { refused, type StoreError } from './store-error.ts';

/** One numbered step of a schema. */
interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The schema's steps in order; a gap in the numbers is a broken installation, not an operating error. */
export function readMigrations(directory: string): readonly Migration[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.sql')).sort();
  assert(files.length > 0, `no migrations in ${directory}`);
  return files.map((name, index) => {
    assert(Number(name.slice(0, 4)) === index + 1, `migration gap before ${name}`);
    return { version: index + 1, sql: readFileSync(join(directory, name), 'utf8') };
  });
}

export const schemaVersion = (db: Database) => db.pragma('user_version', { simple: true }) as number;

/**
 * Applies every migration above the file's version, each in a transaction of its own. Forward only: a file from a
 * later console is refused untouched.
 */
export function migrate(db: Database, directory: string, up_to?: number): Result<number, StoreError> {
  const migrations = readMigrations(directory);
  if (schemaVersion(db) > migrations.length) return newerThanConsole(db, migrations.length);
  for (const { version, sql } of migrations) {
    if (version > (up_to ?? migrations.length)) break;
    db.transaction(() => {
      if (schemaVersion(db) >= version) return; // Read under the lock: another process may have been faster.
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
  return ok(schemaVersion(db));
}

export const newerThanConsole = (db: Database, known: number) => refused(
  `${db.name} was written by a newer console (schema ${schemaVersion(db)}, this one knows ${known}); `
  + 'install that version or a later one. Nothing was changed.');

import Database from 'better-sqlite3';
import { ok, type Result } from '../../src-core/result.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { invalidFile, type StoreError } from './store-error.ts';

/** Schemas by folder of steps and version: made once each, in memory. */
const known = new Map<string, string>();

const schemaText = (db: Database.Database) =>
  JSON.stringify(db.prepare(`SELECT name, sql FROM sqlite_schema
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`).all());

function knownSchema(version: number, directory: string): string {
  const place = `${version} ${directory}`;
  const found = known.get(place);
  if (found !== undefined) return found;
  const db = new Database(':memory:');
  try {
    migrate(db, directory, version);
    const text = schemaText(db);
    known.set(place, text);
    return text;
  } finally {
    db.close();
  }
}

/**
 * A file's tables and columns are text inside it, and damaged with it: one whose schema is not what the steps up
 * to its version make is not read, so that a column is what its name says. Newer files are refused before; what someone
 * did to its triggers shows in the digests.
 */
export function checkSchema(db: Database.Database, directory: string): Result<null, StoreError> {
  if (schemaText(db) === knownSchema(schemaVersion(db), directory)) return ok(null);
  return invalidFile(db.name, 'the pass file is damaged (its tables are not those of a pass file); restore a backup');
}

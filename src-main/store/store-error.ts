import Database from 'better-sqlite3';
import { err, ok, type Result } from '../../src-core/result.ts';

/** What the store answers instead of throwing; each member is also a member of the contract's union. */
export type StoreError =
  | { readonly type: 'InvalidFile'; readonly where: string; readonly message: string }
  | { readonly type: 'NotFound'; readonly what: string; readonly id: string }
  | { readonly type: 'Refused'; readonly message: string }
  | { readonly type: 'Cancelled' };

export const invalidFile = (where: string, message: string) => err({ type: 'InvalidFile', where, message });
export const refused = (message: string) => err({ type: 'Refused', message });

/** The sentence of an error, for lists of findings. */
export const messageOf = (error: StoreError) => ('message' in error ? error.message : error.type);

interface Meaning { readonly code: RegExp; readonly error: (path: string, text: string) => StoreError }

const file = (message: string) =>
  (path: string, text: string): StoreError => ({ type: 'InvalidFile', where: path, message: `${message} (${text})` });
const refusal = (message: string) =>
  (path: string, text: string): StoreError => ({ type: 'Refused', message: `${path}: ${message} (${text})` });

/** What a person can do about each way in which SQLite or the file system says no. */
const MEANINGS: readonly Meaning[] = [
  { code: /^SQLITE_NOTADB/, error: file('this is not a SQLite database; choose another file or restore a backup') },
  { code: /^SQLITE_CORRUPT/, error: file('the database is damaged; restore a backup') },
  { code: /^SQLITE_(CANTOPEN|IOERR)|^EIO$/, error: file('the file cannot be read; check path and disk') },
  { code: /^(ENOENT|ENOTDIR|EISDIR|EEXIST|ENAMETOOLONG|ELOOP)$/,
    error: file('there is no such file or folder; check the path') },
  { code: /^SQLITE_(BUSY|LOCKED)/, error: refusal('another program is writing to this file; close it and try again') },
  { code: /^SQLITE_FULL|^ENOSPC$|^EDQUOT$/, error: refusal('the disk is full; free some space and try again') },
  { code: /^SQLITE_(READONLY|PERM|AUTH)|^EACCES$|^EPERM$|^EROFS$/,
    error: refusal('this user may not write here; check owner and permissions') },
];

const codeOf = (cause: unknown): string => {
  if (cause instanceof Database.SqliteError) return cause.code;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
};

/** The operating error behind an exception, or null where the exception is a programmer's. */
export function storeErrorOf(cause: unknown, path: string): StoreError | null {
  const code = codeOf(cause);
  const meaning = MEANINGS.find((candidate) => candidate.code.test(code));
  return meaning === undefined || !(cause instanceof Error) ? null : meaning.error(path, cause.message);
}

/** Runs `work` on the file at `path`; what the disk or the file is to blame for becomes a value. */
export function attempt<T>(path: string, work: () => Result<T, StoreError>): Result<T, StoreError> {
  try {
    return work();
  } catch (cause) {
    const error = storeErrorOf(cause, path);
    if (error === null) throw cause;
    return { ok: false, error };
  }
}

/**
 * `attempt` on a pass file, which may come from anywhere: a schema or a text in it that cannot be read is the file's
 * fault, not the program's.
 */
export function attemptPass<T>(path: string, work: () => Result<T, StoreError>): Result<T, StoreError> {
  try {
    return work();
  } catch (cause) {
    const error = damageOf(cause, path);
    if (error === null) throw cause;
    return { ok: false, error };
  }
}

/** What an exception says about a pass file; null where it says something about this program. */
export function damageOf(cause: unknown, path: string): StoreError | null {
  const error = storeErrorOf(cause, path);
  if (error !== null || !(cause instanceof Database.SqliteError || cause instanceof SyntaxError)) return error;
  return { type: 'InvalidFile', where: path, message: `the pass file is damaged; restore a backup (${cause.message})` };
}

/** `attempt` for work that has no refusal of its own. */
export const attemptValue = <T>(path: string, work: () => T): Result<T, StoreError> => attempt(path, () => ok(work()));

import {
  closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ok, type Result } from '../../src-core/result.ts';
import { publishFile, syncDirectory } from './durable.ts';
import { makeFolder } from './make-folder.ts';
import { attempt, invalidFile, refused, type StoreError } from './store-error.ts';

export interface KeyFile {
  readonly mission_id: string;
  readonly key_id: string;
  /** How `wrapped` was wrapped. */
  readonly wrapping: string;
  readonly wrapped: Uint8Array;
}

const FORMAT = 'twinpass-key/1';

/** The key file at `path`, null where there is none. Its content never appears in a message. */
export function readKeyFile(path: string): Result<KeyFile | null, StoreError> {
  return attempt(path, () => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return ok(null);
    // Windows keeps no such mode: there the user's profile folder is what protects the file.
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
      return refused(`Others may read the key at ${path}. Run: chmod 600 ${path}`);
    }
    const file = parsed(readFileSync(path, 'utf8'));
    return file === null ? invalidFile(path, 'this is not a Twinpass key file; restore its backup') : ok(file);
  });
}

function parsed(text: string): KeyFile | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  const { format, mission_id, key_id, wrapping, wrapped } = json as Readonly<Record<string, unknown>>;
  if (format !== FORMAT || typeof wrapped !== 'string') return null;
  if (typeof mission_id !== 'string' || typeof key_id !== 'string' || typeof wrapping !== 'string') return null;
  return { mission_id, key_id, wrapping, wrapped: Uint8Array.from(Buffer.from(wrapped, 'base64')) };
}

/**
 * Writes a key file, mode 0600, whole or not at all, and never over another one: a lost key is a lost archive.
 */
export function writeKeyFile(path: string, file: KeyFile): Result<'written' | 'already there', StoreError> {
  return attempt(path, () => {
    makeFolder(dirname(path), 0o700);
    const draft = draftOf(path, file);
    try {
      linkSync(draft, path); // Unlike a rename, this fails where a key already lies.
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return ok('already there');
      throw cause;
    } finally {
      rmSync(draft, { force: true });
    }
    syncDirectory(dirname(path));
    return ok('written');
  });
}

/** The same master key, protected in another way: after a crash the old file is there, or the new one. */
export function replaceKeyFile(path: string, file: KeyFile): Result<null, StoreError> {
  return attempt(path, () => {
    publishFile(draftOf(path, file), path);
    return ok(null);
  });
}

/** A finished file beside the one it will become. */
function draftOf(path: string, { wrapped, ...rest }: KeyFile): string {
  const draft = `${path}.${process.pid}.partial`;
  const text = JSON.stringify({ format: FORMAT, ...rest, wrapped: Buffer.from(wrapped).toString('base64') }, null, 2);
  try {
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, 'wx', 0o600);
    writeSync(descriptor, `${text}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    return draft;
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
}

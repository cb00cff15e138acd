import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ok, type Result } from '../../src-core/result.ts';
import { syncDirectory } from './durable.ts';
import type { KeyReader } from './key-store.ts';
import type { MissionVault } from './outcome-keys.ts';
import { attempt, refused, type StoreError } from './store-error.ts';

const FORMAT = 'twinpass-exported-key/1';

/** A key in the clear, into a new file of mode 0600. Its custody stands in the file, before the bits. */
export function exportKey(
  keys: KeyReader, vault: MissionVault, { key_id, path }: { readonly key_id: string; readonly path: string },
): Result<{ readonly path: string }, StoreError> {
  const key = keys.find(key_id);
  const plain = keys.reveal(key_id, vault);
  if (!plain.ok) return plain;
  const { custody, definition, epsilon, length_bits } = key!;
  const head = JSON.stringify({ format: FORMAT, custody, key_id, definition, epsilon, length_bits }, null, 2);
  const bits = Buffer.from(plain.value).toString('base64');
  const body = `  "bits": "first bit lowest in its byte",\n  "base64": "${bits}"\n`;
  const text = Buffer.from(`${head.slice(0, -2)},\n${body}}\n`);
  try {
    return writeNew(path, text);
  } finally {
    plain.value.fill(0);
    text.fill(0);
  }
}

/** Whole or not at all, and never over something else. */
function writeNew(path: string, text: Buffer): Result<{ readonly path: string }, StoreError> {
  return attempt(path, () => {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'wx', 0o600);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
        return refused(`${path} exists already, and nothing is overwritten: name another file.`);
      }
      throw cause;
    }
    let written = false;
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
      written = true;
    } finally {
      closeSync(descriptor);
      if (!written) rmSync(path, { force: true });
    }
    syncDirectory(dirname(path));
    return ok({ path });
  });
}

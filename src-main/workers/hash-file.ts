import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Reply } from '../../src-contract/errors.ts';
import { CANCELLED, type TaskContext } from './task.ts';

export interface FileHash {
  readonly sha256: string;
  readonly bytes: number;
}

const CHUNK_BYTES = 1 << 20;

/** Hashes a file of any size in bounded memory. */
export async function hashFile(
  { path }: { readonly path: string },
  { cancelled, report }: TaskContext,
): Promise<Reply<FileHash>> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const { size } = await stat(path);
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      if (cancelled()) return CANCELLED;
      hash.update(chunk);
      bytes += chunk.length;
      report('hash', bytes / Math.max(size, bytes));
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    return { ok: false, error: { type: 'InvalidFile', where: path, message: `cannot be read (${code})` } };
  }
  return { ok: true, value: { sha256: hash.digest('hex'), bytes } };
}

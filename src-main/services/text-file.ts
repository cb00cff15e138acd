import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

const TEXT_BYTES_MAX = 16 << 20;
/** Some editors put one in front; it is no part of the text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** A text a person hands in: elements, a mission. A pipe will do; binary and endless files are refused. */
export async function readTextFile(path: string): Promise<Result<string, OperationError>> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > TEXT_BYTES_MAX) return invalid(path, `longer than any text file we read (${TEXT_BYTES_MAX} bytes)`);
      if (piece.includes(0)) return invalid(path, 'binary file, text expected');
      pieces.push(piece);
    }
  } catch (cause) {
    return invalid(path, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}); check the path`);
  }
  return ok(Buffer.concat(pieces).toString('utf8').replace(BYTE_ORDER_MARK, ''));
}

const invalid = (where: string, message: string) => err({ type: 'InvalidFile', where, message });

/** Writes a text for a person; what is there already stays, unless they said that it may go. Answers its bytes. */
export async function writeTextFile(
  path: string,
  text: string,
  replace: boolean,
): Promise<Result<number, OperationError>> {
  const bytes = Buffer.from(text, 'utf8');
  try {
    await writeFile(path, bytes, { flag: replace ? 'w' : 'wx' });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'EEXIST') {
      return err({
        type: 'Refused',
        message: `${path} is there already: take another name, or --force to replace it.`,
      });
    }
    return invalid(path, `cannot be written (${code}); check the path`);
  }
  return ok(bytes.length);
}

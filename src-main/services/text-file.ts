import { createReadStream } from 'node:fs';
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

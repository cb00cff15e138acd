import { readFile, stat } from 'node:fs/promises';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

const TEXT_BYTES_MAX = 16 << 20;

/** A text a person hands in: element sets, masks. Binary and endless files are refused, not read. */
export async function readTextFile(path: string): Promise<Result<string, OperationError>> {
  try {
    const { size } = await stat(path);
    if (size > TEXT_BYTES_MAX)
      return invalid(path, `${size} bytes are too many for a text file (limit ${TEXT_BYTES_MAX})`);
    const text = await readFile(path, 'utf8');
    return text.includes('\0') ? invalid(path, 'binary file, text expected') : ok(text);
  } catch (cause) {
    return invalid(path, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

const invalid = (where: string, message: string) => err({ type: 'InvalidFile', where, message });

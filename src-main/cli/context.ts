import type { OperationError, Reply } from '../../src-contract/errors.ts';
import { readTextFile } from '../services/text-file.ts';
import { failureOf } from './exit.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  readonly output: Output;
  /** Aborted by the first interrupt; long work stops cleanly and leaves nothing half-made. */
  readonly signal: AbortSignal;
}

/** The value, or the end of the command with the exit code that the error stands for. */
export function expectOk<T>(result: Reply<T> | { readonly ok: false; readonly error: OperationError }): T {
  if (result.ok) return result.value;
  throw failureOf(result.error);
}

/** Either the one JSON document, or the page for people. */
export function present(
  context: CommandContext,
  json: boolean | undefined,
  shown: { value: unknown; page: () => string },
) {
  context.output.result(json === true ? JSON.stringify(shown.value) : shown.page());
}

/** The elements of `--elements`, null without the flag. */
export async function elementText(path: string | undefined): Promise<{ text: string; name: string } | null> {
  return path === undefined ? null : { text: expectOk(await readTextFile(path)), name: path };
}

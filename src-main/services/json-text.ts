import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

/** JSON with the line and column of the first fault, for files that people write by hand. */
export function parseJsonText(text: string, path: string): Result<unknown, OperationError> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (cause) {
    return err({ type: 'InvalidFile', where: `${path}${faultPlace(text, cause)}`, message: `not JSON: ${firstLine(cause)}` });
  }
}

interface Issue { readonly path: readonly PropertyKey[]; readonly message: string }

/** `stations.0.altitude_m: expected number; …`, at most five, the rest counted. */
export function explainIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join('.') || 'file'}: ${message}`);
  const more = issues.length > shown.length ? [`and ${issues.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}

function faultPlace(text: string, cause: unknown): string {
  const position = /position (\d+)/.exec(firstLine(cause))?.[1];
  const offset = position === undefined ? text.length : Number(position);
  const before = text.slice(0, offset).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

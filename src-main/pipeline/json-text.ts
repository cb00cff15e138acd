import { parse, type ParseError } from 'jsonc-parser';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

/** JSON with the line and column of the first fault, for files that people write by hand. */
export function parseJsonText(text: string, path: string): Result<unknown, OperationError> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (cause) {
    return err({ type: 'InvalidFile', where: `${path}${faultPlace(text)}`, message: `not JSON: ${firstLine(cause)}` });
  }
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** `stations.0.altitude_m: expected number; …`, at most five, the rest counted. */
export function explainIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join('.') || 'file'}: ${message}`);
  const more = issues.length > shown.length ? [`and ${issues.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}

/** V8 names no position in short texts; this parser does, and is asked only when V8 has said no. */
function faultPlace(text: string): string {
  const faults: ParseError[] = [];
  parse(text, faults, { disallowComments: true, allowTrailingComma: false });
  const before = text.slice(0, faults[0]?.offset ?? text.length).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

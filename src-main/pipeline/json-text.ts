import { findNodeAtLocation, parse, parseTree, type ParseError } from 'jsonc-parser';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

/** JSON with the line and column of the first fault, for files that people write by hand. */
export function parseJsonText(text: string, path: string): Result<unknown, OperationError> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (cause) {
    const { line, column, reason } = jsonFault(text, cause);
    return err({ type: 'InvalidFile', where: `${path}:${line}:${column}`, message: `not JSON: ${reason}` });
  }
}

export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of unknown fields: their names; the path is then that of their object. */
  readonly keys?: readonly string[] | undefined;
}

/** A fault in a well-formed text: the line, counted from 1, and the field. */
export interface FieldFault {
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

const ISSUES_MAX = 5;

/** The first faults of a schema's check, with the lines they stand on. */
export function placeIssues(issues: readonly Issue[], text: string): FieldFault[] {
  return issues.slice(0, ISSUES_MAX).map(({ path, keys = [], message }) => ({
    line: lineOf(text, [...path, ...keys.slice(0, 1)]),
    field: path.map(String).join('.') || 'file',
    message,
  }));
}

/** `line 31, stations.0.altitude_m: expected number; …`, at most five, the rest counted. */
export function explainIssues(issues: readonly Issue[], text: string): string {
  const shown = placeIssues(issues, text).map(({ line, field, message }) => `line ${line}, ${field}: ${message}`);
  const more = issues.length > shown.length ? [`and ${issues.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}

/** Where a field stands, or the innermost object that lacks it. */
function lineOf(text: string, path: readonly PropertyKey[]): number {
  const tree = parseTree(text);
  const steps = path.map((step) => (typeof step === 'number' ? step : String(step)));
  for (let depth = steps.length; depth > 0 && tree !== undefined; depth -= 1) {
    const node = findNodeAtLocation(tree, steps.slice(0, depth));
    if (node === undefined) continue;
    const named = node.parent?.type === 'property' ? node.parent : node;
    return text.slice(0, named.offset).split('\n').length;
  }
  return 1;
}

/** Line and column of a fault in a text, counted from 1. */
export interface TextFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Where a text stops being JSON. V8 names no position for most faults; this parser does, and is asked after V8 said no. */
export function jsonFault(text: string, cause: unknown): TextFault {
  const faults: ParseError[] = [];
  parse(text, faults, { disallowComments: true, allowTrailingComma: false });
  const before = text.slice(0, faults[0]?.offset ?? text.length).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, reason: reasonOf(cause) };
}

/** V8's words without its excerpt of the text: place and file say more. */
function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split(/, (?:\.\.\.)?"| in JSON at |\n/)[0] ?? '';
}

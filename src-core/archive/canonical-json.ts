import { assert } from '../assert.ts';

/** What a digest may cover: plain data without undefined, functions or numbers JSON cannot say. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * One text per value, whatever the order its keys were written in: keys sorted by UTF-16 code unit, no blanks.
 *
 * Numbers are printed as ECMAScript prints them, the shortest text that reads back as the same double.
 */
export function canonicalJson(value: Plain): string {
  assert(typeof value !== 'number' || Number.isFinite(value), 'a number without JSON form in a digest');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`);
  return `{${entries.join(',')}}`;
}

const isList = (value: object): value is readonly Plain[] => Array.isArray(value);

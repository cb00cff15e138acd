import { assert } from '../assert.ts';

/** A table as text: what it is, its columns, its rows. */
export interface CsvTable {
  /** Frames, units and origin, one statement a line; written with `#` before the heading. */
  readonly notes: readonly string[];
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * Comma-separated values, notes first.
 *
 * @units none: every heading names its unit
 * @shape rows as long as the heading; lines end in LF
 * @errors programmer error for a row of another length
 * @source RFC 4180 for quoting; the `#` lines are ours, and readers skip them (`comment='#'`)
 */
export function writeCsv({ notes, heading, rows }: CsvTable): string {
  const lines = [...notes.map((note) => `# ${note.replaceAll(/[\r\n]+/g, ' ')}`), heading.map(quoted).join(',')];
  for (const row of rows) {
    assert(row.length === heading.length, `${row.length} cells under ${heading.length} headings`);
    lines.push(row.map(quoted).join(','));
  }
  return `${lines.join('\n')}\n`;
}

/**
 * A cell that people typed. Spreadsheets run what begins with `=`, `+`, `-`, `@` or a control character, so such text
 * gets an apostrophe, which they hide.
 */
export function freeText(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

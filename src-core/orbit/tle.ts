import { MS_PER_DAY } from '../constants.ts';
import { err, ok, type Result } from '../result.ts';
import { parseUtc } from '../utc.ts';
import { checkPlausible, type ElementSet, type ElementsError } from './element-set.ts';

/** A line of text and where it stands. */
export interface TextLine { readonly text: string; readonly number: number }

interface Field {
  readonly name: string;
  /** First and last column, counted from 1 as in the format's description. */
  readonly columns: readonly [number, number];
  readonly pattern: RegExp;
  readonly expected: string;
}

const field = (name: string, columns: readonly [number, number], rule: readonly [RegExp, string]): Field =>
  ({ name, columns, pattern: rule[0], expected: rule[1] });
const blank = (column: number): Field => field('separator', [column, column], [/^ $/, 'a blank']);

const CATALOG = [/^(?: *\d+|[A-HJ-NP-Z]\d{4})$/, 'a catalogue number (five digits or Alpha-5)'] as const;
const ANGLE = [/^ {0,2}\d{1,3}\.\d{4}$/, 'degrees as ddd.dddd'] as const;
const EXPONENT = [/^[ +-]\d{5}[+-]\d$/, 'a number as +ddddd-d'] as const;
const CHECK_DIGIT = [/^\d$/, 'a checksum digit'] as const;

const LINE_1: readonly Field[] = [
  field('line number', [1, 1], [/^1$/, '1']), blank(2),
  field('catalogue number', [3, 7], CATALOG),
  field('classification', [8, 8], [/^[UCS ]$/, 'U, C or S']), blank(9),
  field('designator', [10, 17], [/^(?:\d{5}[A-Z]{1,3} *| {8})$/, 'a designator as 16051A']), blank(18),
  field('epoch year', [19, 20], [/^\d\d$/, 'two digits of a year']),
  field('epoch day', [21, 32], [/^[ \d]{2}\d\.\d{8}$/, 'a day of the year as ddd.dddddddd']), blank(33),
  field('mean motion derivative', [34, 43], [/^[ +-]\.\d{8}$/, 'a number as +.dddddddd']), blank(44),
  field('second derivative', [45, 52], EXPONENT), blank(53),
  field('drag term', [54, 61], EXPONENT), blank(62),
  field('ephemeris type', [63, 63], [/^[ 0]$/, '0 (SGP4); other types are other theories']), blank(64),
  field('element number', [65, 68], [/^ *\d+$/, 'an element set number']),
  field('checksum', [69, 69], CHECK_DIGIT),
];

const LINE_2: readonly Field[] = [
  field('line number', [1, 1], [/^2$/, '2']), blank(2),
  field('catalogue number', [3, 7], CATALOG), blank(8),
  field('inclination', [9, 16], ANGLE), blank(17),
  field('right ascension of the node', [18, 25], ANGLE), blank(26),
  field('eccentricity', [27, 33], [/^\d{7}$/, 'seven decimals of the eccentricity']), blank(34),
  field('argument of perigee', [35, 42], ANGLE), blank(43),
  field('mean anomaly', [44, 51], ANGLE), blank(52),
  field('mean motion', [53, 63], [/^ ?\d{1,2}\.\d{8}$/, 'revolutions a day as dd.dddddddd']),
  field('revolution', [64, 68], [/^ *\d*$/, 'a revolution number']),
  field('checksum', [69, 69], CHECK_DIGIT),
];

/** Where each quantity stands, for messages about its value. */
const PLACE: Partial<Record<keyof ElementSet, readonly [1 | 2, number]>> = {
  epoch_utc_ms: [1, 19], mean_motion_dot: [1, 34], mean_motion_ddot: [1, 45], bstar_per_earth_radius: [1, 54],
  inclination_deg: [2, 9], raan_deg: [2, 18], eccentricity: [2, 27], argument_of_perigee_deg: [2, 35],
  mean_anomaly_deg: [2, 44], mean_motion_rev_day: [2, 53],
};

const LINE_LENGTH = 69;

function place(source_name: string, line: number, column: number): string {
  return `${source_name} line ${line} column ${column}`;
}

/**
 * Checksum of a TLE line: digits add their value, a minus sign one, everything else nothing.
 *
 *   c = (sum over columns 1..68 of digit or 1 for '-') mod 10
 *
 * @units dimensionless digit
 * @shape a line of at least 68 columns
 * @errors none
 * @validity TLE lines
 * @source NORAD two-line element set format, Hoots and Roehrich, Spacetrack Report 3, 1980
 * @golden tests/core/orbit/elements.test.ts, `a digit changed anywhere is refused`
 */
export function tleChecksum(line: string): number {
  let sum = 0;
  for (const character of line.slice(0, LINE_LENGTH - 1)) {
    if (character === '-') sum += 1;
    else if (character >= '0' && character <= '9') sum += Number(character);
  }
  return sum % 10;
}

function checkLine(line: TextLine, fields: readonly Field[], source_name: string): Result<null, ElementsError> {
  const { text, number } = line;
  const refuse = (column: number, expected: string, found: string) =>
    err({ type: 'MalformedLine' as const, where: place(source_name, number, column), expected, found });
  const foreign = /[^\x20-\x7e]/.exec(text);
  if (foreign !== null) return refuse(foreign.index + 1, 'printable ASCII characters', foreign[0]);
  for (const { name, columns: [first, last], pattern, expected } of fields) {
    const found = text.slice(first - 1, last);
    if (found.length !== last - first + 1) return refuse(text.length + 1, `${LINE_LENGTH} columns`, `${text.length}`);
    if (!pattern.test(found)) {
      const size = text.length === LINE_LENGTH ? '' : `, in a line of ${LINE_LENGTH} columns instead of ${text.length}`;
      return refuse(first, `${name}: ${expected}${size}`, found);
    }
  }
  if (text.length !== LINE_LENGTH) {
    const wanted = `a line of ${LINE_LENGTH} columns instead of ${text.length}`;
    return refuse(LINE_LENGTH + 1, wanted, text.slice(LINE_LENGTH));
  }
  const expected = String(tleChecksum(text));
  const found = text.charAt(LINE_LENGTH - 1);
  if (found === expected) return ok(null);
  return err({ type: 'ChecksumMismatch', where: place(source_name, number, LINE_LENGTH), expected, found });
}

/** Alpha-5 counts A = 10 … Z = 33, without I and O. */
function catalogNumber(columns: string): string {
  const first = columns.charAt(0);
  if (!/[A-Z]/.test(first)) return String(Number(columns));
  return `${'ABCDEFGHJKLMNPQRSTUVWXYZ'.indexOf(first) + 10}${columns.slice(1)}`;
}

function designator(columns: string): string | null {
  const text = columns.trim();
  if (text === '') return null;
  const year = Number(text.slice(0, 2));
  return `${year < 57 ? 2000 + year : 1900 + year}-${text.slice(2)}`;
}

/** ` 22724-4` stands for 0.22724e-4; read as one literal it is rounded once. */
function exponentField(columns: string): number {
  return Number(`${columns.charAt(0)}.${columns.slice(1, 6)}e${columns.slice(6)}`.trim());
}

function epochMs(line1: string): number | null {
  const two_digits = Number(line1.slice(18, 20));
  const year = two_digits < 57 ? 2000 + two_digits : 1900 + two_digits;
  const first_day = parseUtc(`${year}-01-01`);
  const day = Number(line1.slice(20, 23));
  const leap = parseUtc(`${year}-02-29`).ok;
  if (!first_day.ok || day < 1 || day > (leap ? 366 : 365)) return null;
  // Whole days and the fraction apart, so that the fraction keeps all its eight decimals.
  return first_day.value + (day - 1) * MS_PER_DAY + Number(line1.slice(23, 32)) * MS_PER_DAY;
}

/** The lines of one set: its name line if it had one, and lines 1 and 2. */
export interface TleLines { readonly name: string | null; readonly first: TextLine; readonly second: TextLine }

/**
 * Reads one two-line set: characters, columns, checksums, one satellite, then ranges.
 *
 * @units degrees, revolutions per day and inverse Earth radii as the format has them; epoch in milliseconds
 * @shape two lines of 69 columns
 * @errors MalformedLine, ChecksumMismatch, DifferentSatellites, ImplausibleElements, each with line and column
 * @validity TLE with space or zero padding, `+` signs, and Alpha-5 numbers; epochs 1957 to 2056
 * @source Hoots and Roehrich, Spacetrack Report 3, 1980; Alpha-5: 18 SDS, 2020
 * @golden tests/core/orbit/elements.test.ts, `the published sets`
 */
export function parseTleLines(lines: TleLines, source_name: string): Result<ElementSet, ElementsError> {
  const { first, second } = lines;
  const checked = checkLine(first, LINE_1, source_name);
  if (!checked.ok) return checked;
  const checked_second = checkLine(second, LINE_2, source_name);
  if (!checked_second.ok) return checked_second;
  const [one, two] = [first.text, second.text];
  const expected = catalogNumber(one.slice(2, 7));
  const found = catalogNumber(two.slice(2, 7));
  if (expected !== found) {
    return err({ type: 'DifferentSatellites', where: place(source_name, second.number, 3), expected, found });
  }
  const epoch_utc_ms = epochMs(one);
  if (epoch_utc_ms === null) {
    const where = place(source_name, first.number, 21);
    return err({ type: 'MalformedLine', where, expected: 'a day that its year has', found: one.slice(20, 32) });
  }
  const revolution = two.slice(63, 68).trim();
  const set: ElementSet = {
    catalog_number: expected,
    name: lines.name,
    epoch_utc_ms,
    inclination_deg: Number(two.slice(8, 16)),
    raan_deg: Number(two.slice(17, 25)),
    eccentricity: Number(`0.${two.slice(26, 33)}`),
    argument_of_perigee_deg: Number(two.slice(34, 42)),
    mean_anomaly_deg: Number(two.slice(43, 51)),
    mean_motion_rev_day: Number(two.slice(52, 63)),
    bstar_per_earth_radius: exponentField(one.slice(53, 61)),
    mean_motion_dot: Number(one.slice(33, 43)),
    mean_motion_ddot: exponentField(one.slice(44, 52)),
    revolution: revolution === '' ? null : Number(revolution),
    international_designator: designator(one.slice(9, 17)),
    line1: one,
    line2: two,
    format: 'tle',
  };
  return checkPlausible(set, (quantity) => {
    const [line, column] = PLACE[quantity] ?? [1, 3];
    return place(source_name, (line === 1 ? first : second).number, column);
  });
}

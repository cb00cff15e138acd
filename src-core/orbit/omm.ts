import { err, ok, type Result } from '../result.ts';
import { parseUtc } from '../utc.ts';
import { checkPlausible, type ElementSet, type ElementsError } from './element-set.ts';

/** One orbit mean-elements message as keyword and value, whatever its notation was. */
export type OmmRecord = Readonly<Record<string, unknown>>;

/** Keywords of the standard and the quantity each one carries. */
const NUMBERS = {
  MEAN_MOTION: 'mean_motion_rev_day', ECCENTRICITY: 'eccentricity', INCLINATION: 'inclination_deg',
  RA_OF_ASC_NODE: 'raan_deg', ARG_OF_PERICENTER: 'argument_of_perigee_deg', MEAN_ANOMALY: 'mean_anomaly_deg',
  BSTAR: 'bstar_per_earth_radius', MEAN_MOTION_DOT: 'mean_motion_dot', MEAN_MOTION_DDOT: 'mean_motion_ddot',
} as const satisfies Record<string, keyof ElementSet>;
type NumberKeyword = keyof typeof NUMBERS;
/** SGP4 does not use these two; a message without them is complete. */
const OPTIONAL: ReadonlySet<string> = new Set(['MEAN_MOTION_DOT', 'MEAN_MOTION_DDOT']);

/** What the message must say, if it says it at all; the orbit theory is defined for these only. */
const FIXED: readonly { readonly keyword: string; readonly values: readonly string[] }[] = [
  { keyword: 'CENTER_NAME', values: ['EARTH'] },
  { keyword: 'REF_FRAME', values: ['TEME'] },
  { keyword: 'TIME_SYSTEM', values: ['UTC'] },
  { keyword: 'MEAN_ELEMENT_THEORY', values: ['SGP4', 'SGP/SGP4'] },
  { keyword: 'EPHEMERIS_TYPE', values: ['0', '2', 'SGP4'] },
];

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const EPOCH_TEXT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z?$/;

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) as string | undefined ?? 'nothing').slice(0, 60);
}

interface Place { readonly source_name: string; readonly record: number }
const where = (place: Place, keyword: string) => `${place.source_name} record ${place.record} field ${keyword}`;

function malformed(at: string, expected: string, value: unknown): Result<never, ElementsError> {
  return err({ type: 'MalformedField', where: at, expected, found: typeof value === 'string' ? value.slice(0, 60) : shown(value) });
}

function checkFixed(record: OmmRecord, place: Place): Result<null, ElementsError> {
  for (const { keyword, values } of FIXED) {
    const value = record[keyword];
    if (value === undefined || value === null || value === '') continue;
    const text = textOf(value);
    if (text === null || !values.includes(text.toUpperCase())) {
      return malformed(where(place, keyword), values.join(' or '), value);
    }
  }
  return ok(null);
}

function readNumbers(record: OmmRecord, place: Place): Result<Record<NumberKeyword, number>, ElementsError> {
  const read: Partial<Record<NumberKeyword, number>> = {};
  for (const keyword of Object.keys(NUMBERS) as NumberKeyword[]) {
    const value = record[keyword];
    const text = textOf(value);
    if (value === undefined || value === null || value === '') {
      if (!OPTIONAL.has(keyword)) return err({ type: 'MissingField', where: where(place, keyword) });
      read[keyword] = 0;
    } else if (text !== null && NUMBER.test(text)) {
      read[keyword] = Number(text);
    } else {
      return malformed(where(place, keyword), 'a decimal number', value);
    }
  }
  return ok(read as Record<NumberKeyword, number>);
}

function readEpoch(record: OmmRecord, place: Place): Result<number, ElementsError> {
  const at = where(place, 'EPOCH');
  const text = textOf(record['EPOCH']);
  if (text === null) return err({ type: 'MissingField', where: at });
  if (!EPOCH_TEXT.test(text)) return malformed(at, 'UTC as 2018-09-15T05:25:46.926912', text);
  const epoch = parseUtc(text.endsWith('Z') ? text : `${text}Z`);
  return epoch.ok ? ok(epoch.value) : malformed(at, 'an instant that the calendar has', text);
}

function readCatalogNumber(record: OmmRecord, place: Place): Result<string, ElementsError> {
  const at = where(place, 'NORAD_CAT_ID');
  const text = textOf(record['NORAD_CAT_ID']);
  if (text === null) return err({ type: 'MissingField', where: at });
  if (!/^0*[1-9]\d{0,8}$/.test(text)) return malformed(at, 'one to nine digits', text);
  return ok(text.replace(/^0+/, ''));
}

function readRevolution(record: OmmRecord, place: Place): Result<number | null, ElementsError> {
  const text = textOf(record['REV_AT_EPOCH']);
  if (text === null) return ok(null);
  return /^\d{1,7}$/.test(text) ? ok(Number(text))
    : malformed(where(place, 'REV_AT_EPOCH'), 'a whole number', text);
}

/**
 * Turns one OMM, already split into keywords and values, into elements.
 *
 * @units the standard's: degrees, revolutions per day, inverse Earth radii; epoch to the nanosecond written
 * @shape one message
 * @errors MissingField, MalformedField, ImplausibleElements, each with record and field
 * @validity SGP4 messages in TEME and UTC; other theories and frames are refused by name
 * @source CCSDS 502.0-B-3, section 4 and annex
 * @golden tests/core/orbit/elements.test.ts, `OMM equals TLE`
 */
export function elementsFromOmm(record: OmmRecord, place: Place): Result<ElementSet, ElementsError> {
  const fixed = checkFixed(record, place);
  if (!fixed.ok) return fixed;
  const catalog_number = readCatalogNumber(record, place);
  if (!catalog_number.ok) return catalog_number;
  const epoch = readEpoch(record, place);
  if (!epoch.ok) return epoch;
  const numbers = readNumbers(record, place);
  if (!numbers.ok) return numbers;
  const revolution = readRevolution(record, place);
  if (!revolution.ok) return revolution;
  const value = numbers.value;
  const set: ElementSet = {
    catalog_number: catalog_number.value,
    name: textOf(record['OBJECT_NAME']),
    epoch_utc_ms: epoch.value,
    inclination_deg: value.INCLINATION,
    raan_deg: value.RA_OF_ASC_NODE,
    eccentricity: value.ECCENTRICITY,
    argument_of_perigee_deg: value.ARG_OF_PERICENTER,
    mean_anomaly_deg: value.MEAN_ANOMALY,
    mean_motion_rev_day: value.MEAN_MOTION,
    bstar_per_earth_radius: value.BSTAR,
    mean_motion_dot: value.MEAN_MOTION_DOT,
    mean_motion_ddot: value.MEAN_MOTION_DDOT,
    revolution: revolution.value,
    international_designator: textOf(record['OBJECT_ID']),
    line1: null,
    line2: null,
    format: 'omm',
  };
  const keyword_of = new Map<string, string>(Object.entries(NUMBERS).map(([keyword, name]) => [name, keyword]));
  return checkPlausible(set, (quantity) => where(place, keyword_of.get(quantity) ?? 'EPOCH'));
}

/**
 * Splits an OMM JSON text (one object or an array of them) into messages.
 *
 * @units none
 * @shape text in, one record per message out
 * @errors MalformedText when it is not JSON, or not objects
 * @validity the JSON notation in use at catalogue providers; numbers may be strings
 * @source RFC 8259; keywords of CCSDS 502.0-B-3
 * @golden tests/core/orbit/elements.test.ts, `OMM equals TLE`
 */
export function splitOmmJson(text: string, source_name: string): Result<OmmRecord[], ElementsError> {
  const refuse = (at: string, reason: string) => err({ type: 'MalformedText' as const, where: at, reason });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    return refuse(source_name, `not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  const records: OmmRecord[] = [];
  for (const [index, item] of list.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return refuse(`${source_name} record ${index + 1}`, `expected an object of OMM keywords, found ${shown(item)}.`);
    }
    records.push(item as OmmRecord);
  }
  return ok(records);
}

/**
 * Splits an OMM KVN text into messages: `KEYWORD = value [unit]`, a new message at each CCSDS_OMM_VERS.
 *
 * @units none: a unit in brackets is dropped, since the standard fixes it
 * @shape text in, one record per message out
 * @errors MalformedText naming the line that is no assignment, or a keyword given twice
 * @validity one or more messages
 * @source CCSDS 502.0-B-3, sections 4.2 and 7.4
 * @golden tests/core/orbit/elements.test.ts, `OMM equals TLE`
 */
export function splitOmmKvn(text: string, source_name: string): Result<OmmRecord[], ElementsError> {
  const records: Record<string, unknown>[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('COMMENT')) continue;
    const assignment = /^([A-Z][A-Z0-9_]*)\s*=\s*(.*?)(?:\s*\[[^\]]*\])?$/.exec(line);
    const at = `${source_name} line ${index + 1}`;
    if (assignment === null) return err({ type: 'MalformedText', where: at, reason: 'expected KEYWORD = value.' });
    const [keyword, value] = [assignment[1]!, assignment[2]!];
    if (keyword === 'CCSDS_OMM_VERS' || records.length === 0) records.push({});
    const record = records.at(-1)!;
    if (keyword in record) return err({ type: 'MalformedText', where: at, reason: `${keyword} is given twice.` });
    record[keyword] = value;
  }
  return ok(records);
}

/**
 * Splits an OMM CSV text into messages: the first line names the keywords.
 *
 * @units none
 * @shape text in, one record per further line out
 * @errors MalformedText naming a line with another number of values than the heading
 * @validity plain values; a quoted value may hold commas and doubled quotes
 * @source RFC 4180; keywords of CCSDS 502.0-B-3
 * @golden tests/core/orbit/elements.test.ts, `OMM equals TLE`
 */
export function splitOmmCsv(text: string, source_name: string): Result<OmmRecord[], ElementsError> {
  const lines = text.split(/\r?\n/);
  const heading = splitCsvLine(lines[0] ?? '');
  const records: OmmRecord[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const values = splitCsvLine(line);
    if (values.length !== heading.length) {
      const reason = `expected ${heading.length} values as in the heading, found ${values.length}.`;
      return err({ type: 'MalformedText', where: `${source_name} line ${index + 1}`, reason });
    }
    records.push(Object.fromEntries(heading.map((keyword, column) => [keyword, values[column]])));
  }
  return ok(records);
}

function splitCsvLine(line: string): string[] {
  const values = line.match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
  return values.map((value) => value.replace(/^,/, '').replace(/^"(.*)"$/, '$1').replaceAll('""', '"').trim());
}

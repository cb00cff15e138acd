import type { OperationError } from '../../src-contract/errors.ts';
import { forecastEntry, type ForecastEntry } from '../../src-contract/weather.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { parseUtc } from '../../src-core/utc.ts';
import { parseJsonText, type Issue } from './json-text.ts';

type Read = Result<ForecastEntry[], OperationError>;
type Fields = Readonly<Record<string, unknown>>;

export interface ForecastText {
  readonly text: string;
  readonly name: string;
  /** Whose forecasts are taken; another station is a typing error worth telling. */
  readonly station_ids: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set([
  'night',
  'station',
  'cloud_fraction',
  'confidence',
  'issued_utc',
  'source',
]);
const invalid = (where: string, message: string) => err({ type: 'InvalidFile', where, message } as const);
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Forecasts from CSV or JSON: `night, station, cloud_fraction`, and where they are known `confidence` (1 without),
 * `issued_utc` and `source` (the file's name without). The first fault is told with its line and field.
 */
export function readForecasts(given: ForecastText): Read {
  const start = given.text.trimStart();
  return start.startsWith('[') || start.startsWith('{') ? readJson(given) : readCsv(given);
}

function readJson(given: ForecastText): Read {
  const parsed = parseJsonText(given.text, given.name);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const list = Array.isArray(root) ? root : isObject(root) ? root['forecasts'] : undefined;
  if (!Array.isArray(list)) return invalid(given.name, 'expected a list of forecasts, or an object with `forecasts`');
  const records = list.map((item: unknown, i) => ({ item, where: `${given.name} forecast ${i + 1}` }));
  const odd = records.find(({ item }) => !isObject(item));
  if (odd !== undefined) return invalid(odd.where, 'expected an object');
  return entriesOf(
    records.map(({ item, where }) => ({ fields: item as Fields, where })),
    given,
  );
}

function readCsv(given: ForecastText): Read {
  const lines = given.text
    .split(/\r?\n/)
    .map((line, i) => ({ cells: line.split(',').map((cell) => cell.trim()), number: i + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== '') && !(cells[0] ?? '').startsWith('#'));
  const [head, ...rows] = lines;
  if (head === undefined)
    return invalid(given.name, 'is empty; expected a heading as night,station,cloud_fraction,confidence');
  const missing = ['night', 'station', 'cloud_fraction'].find((name) => !head.cells.includes(name));
  if (missing !== undefined) {
    return invalid(
      `${given.name} line ${head.number}`,
      `the heading lacks ${missing}; expected night,station,cloud_fraction,confidence`,
    );
  }
  const records: ForecastRecord[] = [];
  for (const { cells, number } of rows) {
    const where = `${given.name} line ${number}`;
    if (cells.length !== head.cells.length) {
      return invalid(where, `expected ${head.cells.length} values as in the heading, found ${cells.length}`);
    }
    records.push({
      where,
      fields: Object.fromEntries(head.cells.map((name, i) => [name, numberIfOne(name, cells[i]!)])),
    });
  }
  return entriesOf(records, given);
}

/** An empty cell says nothing; a share is a number. */
function numberIfOne(name: string, cell: string): unknown {
  if (cell === '') return undefined;
  return (name === 'cloud_fraction' || name === 'confidence') && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

interface ForecastRecord {
  readonly fields: Fields;
  readonly where: string;
}

function entriesOf(records: readonly ForecastRecord[], given: ForecastText): Read {
  if (records.length === 0) return invalid(given.name, 'holds no forecast');
  const entries: ForecastEntry[] = [];
  for (const record of records) {
    const entry = entryOf(record, given);
    if (!entry.ok) return entry;
    const twice = entries.some(
      ({ night, station_id }) => night === entry.value.night && station_id === entry.value.station_id,
    );
    if (twice)
      return invalid(
        record.where,
        `${entry.value.night} at ${entry.value.station_id} stands twice in this file: keep one`,
      );
    entries.push(entry.value);
  }
  return ok(entries);
}

/** The one place where a field may be anything: what a person wrote, as they see it. */
const written = (value: unknown) =>
  value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);

function entryOf(record: ForecastRecord, { name, station_ids }: ForecastText): Result<ForecastEntry, OperationError> {
  const { fields, where } = record;
  const odd = Object.keys(fields).find((key) => !KNOWN.has(key));
  if (odd !== undefined) return invalid(`${where}, ${odd}`, `unknown field; known are ${[...KNOWN].join(', ')}`);
  const { station } = fields;
  if (typeof station !== 'string' || !station_ids.includes(station)) {
    return invalid(`${where}, station`, `expected ${station_ids.join(' or ')}, found ${written(station)}`);
  }
  const issued = issuedOf(record);
  if (!issued.ok) return issued;
  const read = forecastEntry.safeParse({
    night: fields['night'],
    station_id: station,
    cloud_fraction: fields['cloud_fraction'] ?? 'nothing',
    confidence: fields['confidence'] ?? 1,
    source: fields['source'] ?? name.slice(-120),
    issued_at_utc_ms: issued.value,
  });
  return read.success ? ok(read.data) : err(misread(record, read.error.issues));
}

function issuedOf({ fields, where }: ForecastRecord): Result<number | null, OperationError> {
  const text = fields['issued_utc'];
  if (text === undefined) return ok(null);
  const issued = parseUtc(written(text));
  if (issued.ok) return issued;
  return invalid(`${where}, issued_utc`, `expected UTC as 2018-09-14T12:00:00Z, found ${written(text)}`);
}

function misread({ fields, where }: ForecastRecord, [issue]: readonly Issue[]): OperationError {
  const field = issue?.path[0] === undefined ? 'forecast' : String(issue.path[0]);
  const share = field === 'cloud_fraction' || field === 'confidence';
  const wanted = share ? 'expected a fraction from 0 to 1, not per cent' : (issue?.message ?? 'not understood');
  return { type: 'InvalidFile', where: `${where}, ${field}`, message: `${wanted}, found ${written(fields[field])}` };
}

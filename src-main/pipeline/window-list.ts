import { opportunity, type OpportunityView } from '../../src-contract/choice.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { parseUtc } from '../../src-core/utc.ts';
import { explainIssues, parseJsonText, type Issue } from './json-text.ts';

type Read = Result<OpportunityView[], OperationError>;
type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Windows from a text: a list of them, or what `twinpass windows --json` prints for one satellite and one pair. Instants
 * are milliseconds (`start_utc_ms`) or UTC (`start_utc`).
 */
export function readWindowList(text: string, name: string): Read {
  const parsed = parseJsonText(text, name);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const list = Array.isArray(root) ? root : isObject(root) ? root['windows'] : undefined;
  if (!Array.isArray(list)) {
    return err({
      type: 'InvalidFile',
      where: name,
      message: 'expected a list of windows, or an object with `windows`',
    });
  }
  const elements = isObject(root) && isObject(root['elements']) ? root['elements'] : null;
  const windows: OpportunityView[] = [];
  for (const [index, item] of list.entries()) {
    if (!isObject(item)) {
      return err({ type: 'InvalidFile', where: `${name} window ${index + 1}`, message: 'expected an object' });
    }
    const read = opportunity.safeParse(elements === null ? plain(item, index) : computed(item, elements));
    if (!read.success) return err(placed(read.error, { text, name, index, nested: !Array.isArray(root) }));
    windows.push(read.data);
  }
  return ok(windows);
}

function instantOf(item: Fields, edge: 'start' | 'end'): unknown {
  const ms = item[`${edge}_utc_ms`];
  if (ms !== undefined) return ms;
  const text = item[`${edge}_utc`];
  const instant = typeof text === 'string' ? parseUtc(text) : null;
  return instant?.ok === true ? instant.value : text;
}

/** A window of a list; without a name it is called by its number. */
function plain(item: Fields, index: number): unknown {
  const times = { start_utc_ms: instantOf(item, 'start'), end_utc_ms: instantOf(item, 'end') };
  const rest = Object.fromEntries(Object.entries(item).filter(([key]) => key !== 'start_utc' && key !== 'end_utc'));
  return { window_id: `w${index + 1}`, ...rest, ...times };
}

/** A window as the windows command prints it: the satellite stands once, beside the list. */
function computed(item: Fields, elements: Fields): unknown {
  const stations = Array.isArray(item['stations'])
    ? item['stations'].map((station: unknown) => (isObject(station) ? station['id'] : station))
    : undefined;
  const expected = isObject(item['expected']) ? item['expected']['sifted_bits'] : undefined;
  const satellite_id = elements['catalog_number'];
  return {
    window_id: `${String(satellite_id)} ${String(item['start_utc'])} ${String(stations)}`,
    satellite_id,
    station_ids: stations,
    start_utc_ms: instantOf(item, 'start'),
    end_utc_ms: instantOf(item, 'end'),
    expected_bits: expected,
  };
}

interface Place {
  readonly text: string;
  readonly name: string;
  readonly index: number;
  readonly nested: boolean;
}

function placed({ issues }: { readonly issues: readonly Issue[] }, { text, name, index, nested }: Place): OperationError {
  const inFile = issues.map((issue) => ({ ...issue, path: [...(nested ? ['windows'] : []), index, ...issue.path] }));
  return { type: 'InvalidFile', where: `${name} window ${index + 1}`, message: explainIssues(inFile, text) };
}

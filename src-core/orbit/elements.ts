import { err, ok, type Result } from '../result.ts';
import type { ElementSet, ElementsError } from './element-set.ts';
import { elementsFromOmm, splitOmmCsv, splitOmmJson, splitOmmKvn, type OmmRecord } from './omm.ts';
import { splitOmmXml } from './omm-xml.ts';
import { createPropagator, describePropagationError } from './propagate.ts';
import { parseTleLines, type TextLine } from './tle.ts';

export { describeElementsError, type ElementSet } from './element-set.ts';

type Parsed = Result<ElementSet[], ElementsError>;

/**
 * Reads every element set of a text, whatever its notation, and refuses the text if one of them is unfit.
 *
 * Checked before anything is propagated: characters, columns, checksums, one satellite a set, ranges, mean
 * motion against altitude, epoch; then SGP4 must give a finite state at the epoch itself.
 *
 * @units as in ElementSet
 * @shape text of any number of sets; the result keeps their order and is never empty
 * @errors every ElementsError, with file and line and column, or record and field
 * @validity TLE, 3LE, and OMM as JSON, CSV, KVN and XML
 * @source CCSDS 502.0-B-3; Hoots and Roehrich, Spacetrack Report 3, 1980
 * @golden tests/core/orbit/elements.test.ts, `the published sets`
 */
export function parseElements(text: string, source_name: string): Parsed {
  const clean = text.replace(/^\ufeff/, '');
  const parsed = parseAs(clean, source_name);
  if (!parsed.ok) return parsed;
  if (parsed.value.length === 0) return err({ type: 'NoElements', where: source_name });
  for (const [index, set] of parsed.value.entries()) {
    const propagator = createPropagator(set);
    if (propagator.ok) continue;
    const where = `${source_name} set ${index + 1} (satellite ${set.catalog_number})`;
    return err({ type: 'Unpropagatable', where, reason: describePropagationError(propagator.error) });
  }
  return parsed;
}

function parseAs(text: string, source_name: string): Parsed {
  const start = text.trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return fromRecords(splitOmmJson(text, source_name), source_name);
  if (start.startsWith('<')) return fromRecords(splitOmmXml(text, source_name), source_name);
  if (/^(?:COMMENT\b|CCSDS_OMM_VERS\s*=|[A-Z_]+ *= )/.test(start)) {
    return fromRecords(splitOmmKvn(text, source_name), source_name);
  }
  if (/^[A-Z_]+,/.test(start) && start.includes('MEAN_MOTION')) {
    return fromRecords(splitOmmCsv(start, source_name), source_name);
  }
  return parseTle(text, source_name);
}

function fromRecords(records: Result<OmmRecord[], ElementsError>, source_name: string): Parsed {
  if (!records.ok) return records;
  const sets: ElementSet[] = [];
  for (const [index, record] of records.value.entries()) {
    const set = elementsFromOmm(record, { source_name, record: index + 1 });
    if (!set.ok) return set;
    sets.push(set.value);
  }
  return ok(sets);
}

function parseTle(text: string, source_name: string): Parsed {
  const lines: TextLine[] = text.split(/\r?\n/)
    .map((line, index) => ({ text: line.trimEnd(), number: index + 1 }))
    .filter((line) => line.text !== '');
  const sets: ElementSet[] = [];
  let index = 0;
  while (index < lines.length) {
    const named = !/^[12] /.test(lines[index]!.text);
    const name = named ? lines[index]!.text.replace(/^0 /, '').trim() : null;
    const first = lines[named ? index + 1 : index];
    const second = lines[named ? index + 2 : index + 1];
    if (first === undefined || second === undefined) {
      const where = `${source_name} line ${lines.at(-1)!.number + 1}`;
      return err({ type: 'IncompleteSet', where, expected: `line ${first === undefined ? 1 : 2} of a two-line set` });
    }
    const set = parseTleLines({ name, first, second }, source_name);
    if (!set.ok) return set;
    sets.push(set.value);
    index += named ? 3 : 2;
  }
  return ok(sets);
}

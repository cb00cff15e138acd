// Goal: the plan as a table reads back to the plan, and nothing typed by a person runs in a spreadsheet.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writePlanCsv, type PlanRow } from '../../../src-core/exports/plan-csv.ts';
import { writeCsv } from '../../../src-core/exports/csv.ts';
import { readCsv } from './pass-view.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1) + 804;
const row = (change: Partial<PlanRow>): PlanRow => ({
  pass_id: 'p1', version: 2, state: 'approved', night: '2018-09-14', satellite: 'QSS (MICIUS)',
  stations: ['delingha', 'nanshan'], start_utc_ms: START, end_utc_ms: START + 281_300, start_sigma_s: 0.05,
  sifted_bits: 309.44, sifted_bits_sigma: 18.2, qber: 0.045, loss_db_min: 56.1, loss_db_max: 71.2,
  who: 'L. Wei', why: 'clear sky, no Moon', ...change,
});

test('round trip: a line a pass, units in the headings, a comma in the reason', () => {
  const { notes, rows } = readCsv(writePlanCsv([row({}), row({ pass_id: 'p2' })], ['mission micius', 'two\nlines']));
  expect(notes).toEqual(['mission micius', 'two lines']);
  expect(rows[0]).toEqual({ pass_id: 'p1', version: '2', state: 'approved', night: '2018-09-14',
    satellite: 'QSS (MICIUS)', station_a: 'delingha', station_b: 'nanshan', start_utc: '2018-09-14T18:14:01.804000Z',
    end_utc: '2018-09-14T18:18:43.104000Z', duration_s: '281.300', start_sigma_s: '0.050', sifted_bits: '309.4',
    sifted_bits_sigma: '18.2', qber: '0.0450', loss_db_min: '56.10', loss_db_max: '71.20', who: 'L. Wei',
    why: 'clear sky, no Moon' });
  expect(rows[1]!['pass_id']).toBe('p2');
});

test('property: whatever is typed comes back, but for the apostrophe before what a spreadsheet would run', () => {
  const typed = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
  fc.assert(fc.property(typed, (why) => {
    const read = readCsv(writePlanCsv([row({ why })], [])).rows[0]!['why']!;
    expect(/^[=+\-@\t]/.test(why) ? read.slice(1) : read).toBe(why);
    expect(read).not.toMatch(/^[=+\-@\t]/);
  }));
});

test('failure: a number that is none, and a ragged row, never reach a file', () => {
  expect(() => writePlanCsv([row({ qber: Number.NaN })], [])).toThrow('value NaN');
  expect(() => writeCsv({ notes: [], heading: ['a', 'b'], rows: [['1']] })).toThrow('1 cells under 2 headings');
});

// Goal: every sound element set is read exactly, every unsound one is refused before SGP4 sees it, by place and reason.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { semiMajorAxisKm, type ElementsError } from '../../../src-core/orbit/element-set.ts';
import { describeElementsError, parseElements } from '../../../src-core/orbit/elements.ts';
import { tleChecksum } from '../../../src-core/orbit/tle.ts';
import { goldenElements, goldenTle } from '../../support/golden-orbit.ts';

const PUBLISHED = '../shared/data/tle/qkd_sats.tle.tsv';
const [NAME, LINE_1, LINE_2] = goldenTle().split('\n') as [string, string, string];

function refusal(text: string): ElementsError {
  const parsed = parseElements(text, 'x.tle');
  if (parsed.ok) throw new Error('accepted');
  return parsed.error;
}

/** A line with some columns replaced and its checksum made right again. */
function edited(line: string, column: number, text: string): string {
  const changed = line.slice(0, column - 1) + text + line.slice(column - 1 + text.length);
  return changed.slice(0, 68) + String(tleChecksum(changed));
}

const OMM = {
  OBJECT_NAME: 'QSS (MICIUS)', OBJECT_ID: '2016-051A', EPOCH: '2018-09-15T05:25:46.926912', MEAN_MOTION: 15.2467383,
  ECCENTRICITY: 0.0014964, INCLINATION: 97.3609, RA_OF_ASC_NODE: 172.0392, ARG_OF_PERICENTER: 104.4528,
  MEAN_ANOMALY: 64.8735, EPHEMERIS_TYPE: 0, CLASSIFICATION_TYPE: 'U', NORAD_CAT_ID: 41731, ELEMENT_SET_NO: 999,
  REV_AT_EPOCH: 11584, BSTAR: 0.000022724, MEAN_MOTION_DOT: 0.00000492, MEAN_MOTION_DDOT: 0,
};

test('the golden set is read to its last digit', () => {
  expect(goldenElements()).toEqual({
    catalog_number: '41731', name: 'QSS (MICIUS)',
    // Day 258.22623758 of 2018: 0.22623758 days are 19,546,926.912 ms.
    epoch_utc_ms: Date.UTC(2018, 8, 15) + 19_546_926.912,
    inclination_deg: 97.3609, raan_deg: 172.0392, eccentricity: 0.0014964, argument_of_perigee_deg: 104.4528,
    mean_anomaly_deg: 64.8735, mean_motion_rev_day: 15.2467383, bstar_per_earth_radius: 0.000022724,
    mean_motion_dot: 0.00000492, mean_motion_ddot: 0, revolution: 11584, international_designator: '2016-051A',
    line1: LINE_1, line2: LINE_2, format: 'tle',
  });
});

test.skipIf(!existsSync(PUBLISHED))('the published sets: sound rows parse, malformed rows are refused', () => {
  const verdicts = { accepted: 0, refused: 0 };
  for (const row of readFileSync(PUBLISHED, 'utf8').split('\n').slice(1).filter((text) => text !== '')) {
    const [, , name, sum_1, sum_2, line1, line2] = row.split('\t');
    const sound = sum_1 === 'ok' && sum_2 === 'ok' && !name!.startsWith('SUSPECT');
    const parsed = parseElements(`${name}\n${line1}\n${line2}\n`, 'published.tle');
    expect({ row, ok: parsed.ok }).toEqual({ row, ok: sound });
    verdicts[parsed.ok ? 'accepted' : 'refused'] += 1;
  }
  expect(verdicts).toEqual({ accepted: 37, refused: 5 });
});

test('OMM equals TLE: JSON, CSV and KVN carry the same orbit', () => {
  const orbit = { ...goldenElements(), line1: null, line2: null, format: 'omm' };
  const keys = Object.keys(OMM) as (keyof typeof OMM)[];
  const notations = [
    JSON.stringify(OMM),
    JSON.stringify([Object.fromEntries(keys.map((key) => [key, String(OMM[key])]))]),
    `${keys.join(',')}\n${keys.map((key) => (key === 'OBJECT_NAME' ? `"${OMM[key]}"` : OMM[key])).join(',')}\n`,
    `CCSDS_OMM_VERS = 3.0\nCOMMENT made for a test\n${keys.map((key) => `${key} = ${OMM[key]}`).join('\n')}\n`,
  ];
  for (const text of notations) {
    const parsed = parseElements(text, 'set.omm');
    expect(parsed).toEqual({ ok: true, value: [orbit] });
  }
});

describe('what real files contain', () => {
  test.each([
    ['no name line', `${LINE_1}\n${LINE_2}`],
    ['a name line of 3LE', `0 ${NAME}\n${LINE_1}\n${LINE_2}\n`],
    ['CRLF, blank lines and a byte-order mark', `\ufeff${NAME}\r\n\r\n${LINE_1}\r\n${LINE_2}\r\n\r\n`],
    ['zero padding and plus signs', `${edited(edited(LINE_1, 34, '+'), 54, '+')}\n${edited(LINE_2, 9, '097')}`],
  ])('%s', (_case, text) => {
    expect(parseElements(text, 'x.tle')).toMatchObject({
      ok: true, value: [{ catalog_number: '41731', inclination_deg: 97.3609, bstar_per_earth_radius: 0.000022724 }],
    });
  });

  test.each([['A0000', '100000'], ['Z9999', '339999'], ['J2931', '182931'], ['00005', '5'], ['    5', '5']])(
    'catalogue number %s is %s', (columns, number) => {
      const parsed = parseElements(`${edited(LINE_1, 3, columns)}\n${edited(LINE_2, 3, columns)}`, 'x.tle');
      expect(parsed).toMatchObject({ ok: true, value: [{ catalog_number: number }] });
    });

  test('nine digits in an OMM stay a string', () => {
    const parsed = parseElements(JSON.stringify({ ...OMM, NORAD_CAT_ID: '799500001' }), 'x.json');
    expect(parsed).toMatchObject({ ok: true, value: [{ catalog_number: '799500001' }] });
  });
});

describe('refusals name place and reason', () => {
  const tle = (line1: string, line2: string) => `${NAME}\n${line1}\n${line2}`;
  const omm = (change: Record<string, unknown>) => JSON.stringify({ ...OMM, ...change });
  const first = (column: number, text: string) => tle(edited(LINE_1, column, text), LINE_2);
  const second = (column: number, text: string) => tle(LINE_1, edited(LINE_2, column, text));
  const cut = LINE_2.slice(0, 20) + LINE_2.slice(21);
  test.each([
    ['a wrong checksum', tle(`${LINE_1.slice(0, 68)}5`, LINE_2), 'ChecksumMismatch: line 2 column 69'],
    ['a missing column', tle(LINE_1, cut), 'MalformedLine: line 3 column 18'],
    ['a column too many', tle(LINE_1, `${LINE_2}1`), 'MalformedLine: line 3 column 70'],
    ['a typographic minus', tle(LINE_1.replace('-', '\u2212'), LINE_2), 'MalformedLine: line 2 column 51'],
    ['lines of two satellites', second(3, '41732'), 'DifferentSatellites: line 3 column 3'],
    ['the letter I in Alpha-5', first(3, 'I0000'), 'MalformedLine: line 2 column 3'],
    ['day 366 of a common year', first(21, '366'), 'MalformedLine: line 2 column 21'],
    ['another theory', first(63, '4'), 'MalformedLine: line 2 column 63'],
    ['an inclination of 197 degrees', second(9, '197'), 'ImplausibleElements: line 3 column 9'],
    ['perigee below the ground', second(27, '2014964'), 'ImplausibleElements: line 3 column 53'],
    ['a line 1 alone', `${NAME}\n${LINE_1}\n`, 'IncompleteSet: line 3'],
    ['broken JSON', '{"EPOCH": ', 'MalformedText:'],
    ['a list of numbers', '[1]', 'MalformedText: record 1'],
    ['no inclination', omm({ INCLINATION: undefined }), 'MissingField: record 1 field INCLINATION'],
    ['another frame', omm({ REF_FRAME: 'GCRF' }), 'MalformedField: record 1 field REF_FRAME'],
    ['NaN as text', omm({ BSTAR: 'NaN' }), 'MalformedField: record 1 field BSTAR'],
    ['local time', omm({ EPOCH: '2018-09-15T05:25:46+08:00' }), 'MalformedField: record 1 field EPOCH'],
    ['an epoch of 1950', omm({ EPOCH: '1950-01-01T00:00:00' }), 'ImplausibleElements: record 1 field EPOCH'],
    ['a KVN line without =', 'CCSDS_OMM_VERS = 3.0\nEPOCH 2018', 'MalformedText: line 2'],
    ['a CSV line too short', `${Object.keys(OMM).join(',')}\n1,2`, 'MalformedText: line 2'],
    ['nothing', ' \n', 'NoElements:'],
  ])('%s', (_case, text, expected) => {
    const { type, where } = refusal(text);
    expect(`${type}: ${where.replace(/^x[.]tle ?/, '')}`.trim()).toBe(expected);
  });

  test('every refusal has a sentence that says what was expected', () => {
    const errors: ElementsError[] = [
      refusal(''), refusal(`${NAME}\n${LINE_1}`), refusal('[1]'), refusal(`${LINE_1.slice(0, 68)}5\n${LINE_2}`),
      { type: 'MissingField', where: 'x' }, { type: 'Unpropagatable', where: 'x', reason: 'it decays.' },
    ];
    for (const error of errors) expect(describeElementsError(error)).toMatch(/^[a-zS].{15,}\.$/);
  });
});

test("Kepler's third law: one revolution a sidereal day is 42,164 km from the centre (within 2 km of WGS-84's)", () => {
  expect(Math.abs(semiMajorAxisKm(86_400 / 86_164.0905) - 42_164.17)).toBeLessThan(2);
});

test('property: a digit changed anywhere is refused', () => {
  const position = fc.integer({ min: 0, max: 136 });
  fc.assert(fc.property(position, fc.integer({ min: 1, max: 9 }), (at, by) => {
    const [line, index] = at < 68 ? [LINE_1, at] as const : [LINE_2, at - 68] as const;
    const digit = line.charAt(Math.min(index, 67));
    fc.pre(/\d/.test(digit));
    const other = String((Number(digit) + by) % 10);
    const changed = line.slice(0, Math.min(index, 67)) + other + line.slice(Math.min(index, 67) + 1);
    const text = line === LINE_1 ? `${changed}\n${LINE_2}` : `${LINE_1}\n${changed}`;
    expect(parseElements(text, 'x.tle').ok).toBe(false);
  }), { numRuns: 300 });
});

test('property: no text crashes the reader', () => {
  const mutated = fc.tuple(fc.nat(142), fc.string({ maxLength: 5, unit: 'binary' }), fc.nat(6))
    .map(([at, put, drop]) => goldenTle().slice(0, at) + put + goldenTle().slice(at + drop));
  fc.assert(fc.property(fc.oneof(mutated, fc.string({ maxLength: 200 }), fc.json()), (text) => {
    const parsed = parseElements(text, 'x');
    if (!parsed.ok) expect(parsed.error.where).toMatch(/^x/);
    else expect(parsed.value.every((set) => Number.isFinite(set.epoch_utc_ms))).toBe(true);
  }), { numRuns: 1000 });
});

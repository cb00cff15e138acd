// Goal: an element set has one text, and that text is the set again.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { canonicalElementText, readElementSets, readElementText } from '../../src-main/pipeline/element-text.ts';

const tle = await readFile('missions/micius-2018-09-15.tle', 'utf8');
const omm = JSON.stringify({
  OBJECT_NAME: 'QSS (MICIUS)',
  OBJECT_ID: '2016-051A',
  EPOCH: '2018-09-15T05:25:46.926432',
  MEAN_MOTION: 15.2467383,
  ECCENTRICITY: 0.0014964,
  INCLINATION: 97.3609,
  RA_OF_ASC_NODE: 172.0392,
  ARG_OF_PERICENTER: 104.4528,
  MEAN_ANOMALY: 64.8735,
  NORAD_CAT_ID: 41731,
  REV_AT_EPOCH: 11584,
  BSTAR: 2.2724e-5,
  MEAN_MOTION_DOT: 4.92e-6,
  MEAN_MOTION_DDOT: 0,
});

test.each([
  ['TLE', tle],
  ['OMM', omm],
])('%s: the canonical text parses to the same set', (_format, text) => {
  const [set] = expectSets(text);
  const canonical = canonicalElementText(set!);
  const [again] = expectSets(canonical);
  // Two lines carry no name; all that moves the satellite is there.
  expect({ ...again!, name: null }).toEqual({ ...set!, name: null });
  expect(canonicalElementText(again!)).toBe(canonical);
});

test('a text of several satellites gives the one the mission flies, and says so when it is missing', () => {
  const other = tle.replaceAll('41731', '39768').replace('9994', '9995'); // Checksums differ, which is named first.
  expect(readElementText(other, 'x.tle', '41731')).toMatchObject({ ok: false, error: { type: 'InvalidFile' } });
  expect(readElementText(tle, 'x.tle', '99999')).toMatchObject({ ok: true });
});

function expectSets(text: string) {
  const sets = readElementSets(text, 'test');
  if (!sets.ok) throw new Error(JSON.stringify(sets.error));
  return sets.value;
}

// Goal: sound sets that a person should look at twice are told: decay ahead, a wrong year, a jump of the orbit.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseElements, type ElementSet } from '../../src-core/orbit/elements.ts';
import { warnAboutElements } from '../../src-main/pipeline/element-warnings.ts';

const DAY_MS = 86_400_000;
const HISTORY = '../shared/data/tle/micius_41731.tle';

function shipped(change: Partial<ElementSet> = {}): ElementSet {
  const parsed = parseElements(readFileSync('missions/micius-2018-09-15.tle', 'utf8'), 'shipped');
  if (!parsed.ok) throw new Error(parsed.error.type);
  return { ...parsed.value[0]!, ...change };
}

const now_utc_ms = shipped().epoch_utc_ms;

test('the shipped set alone is no cause for a word', () => {
  expect(warnAboutElements([shipped()], { now_utc_ms, before: null })).toEqual([]);
  expect(warnAboutElements([shipped()], { now_utc_ms, before: shipped({ epoch_utc_ms: now_utc_ms - DAY_MS }) })).toEqual([]);
});

test('an orbit of 170 km with strong drag decays within days, and the warning names the day', () => {
  const low = shipped({ mean_motion_rev_day: 16.4, bstar_per_earth_radius: 0.005, eccentricity: 0.0005 });
  const [warning] = warnAboutElements([low], { now_utc_ms, before: null });
  expect(warning).toMatch(/^By the set of 2018-09-15 the satellite decays about 2018-(09|10|11)-\d\d: no windows after that\.$/);
});

test('an epoch next year is told, one of tomorrow is not', () => {
  const at = (days: number) => warnAboutElements([shipped()], { now_utc_ms: now_utc_ms - days * DAY_MS, before: null });
  expect(at(365)).toEqual([expect.stringMatching(/lies 365 days ahead of now: check its year/)]);
  expect(at(1)).toEqual([]);
});

test('a mean motion that jumps is told with its amount', () => {
  const before = shipped({ epoch_utc_ms: now_utc_ms - DAY_MS, mean_motion_rev_day: 15.2 });
  const [warning] = warnAboutElements([shipped()], { now_utc_ms, before });
  expect(warning).toMatch(/changes by 0\.0\d{3} revolutions a day against the set of 2018-09-14: a manoeuvre/);
});

test.skipIf(!existsSync(HISTORY))('no set of nine real years is taken for a jump', () => {
  const parsed = parseElements(readFileSync(HISTORY, 'utf8'), 'history');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const sets = parsed.value.toSorted((a, b) => a.epoch_utc_ms - b.epoch_utc_ms);
  const told = sets.slice(1).flatMap((set, i) =>
    warnAboutElements([set], { now_utc_ms: set.epoch_utc_ms, before: sets[i]! }));
  expect(told).toEqual([]);
});

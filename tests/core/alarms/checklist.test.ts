// Goal: the go/no-go list answers what telemetry can answer, asks people for the rest, and no name turns no-go into go.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkItem } from '../../../src-contract/live.ts';
import { alarmLimitsOf } from '../../../src-contract/night-limits.ts';
import { missionFile } from '../../../src-contract/mission.ts';
import type { CheckFacts, StationFacts } from '../../../src-core/alarms/check-rules.ts';
import {
  DEFAULT_CHECKLIST, evaluateChecklist, pollOf, type CheckAnswer,
} from '../../../src-core/alarms/checklist.ts';

const NOW = Date.UTC(2018, 8, 14, 18, 5);

const station = (id: string, name: string): StationFacts => ({
  id, name, hwp_digest: 'e41b77', telemetry: {
    at_utc_ms: NOW - 300, stale: false, pps: { state: 'locked', offset_ns: -38 },
    detectors: [55, 60].map((dark_cps, i) =>
      ({ label: 'HV'[i]!, serial: `B${i}`, dark_cps, dark_cps_max: 200, anode_v_max: 0.7, state: 'live' as const })),
    weather: { at_utc_ms: NOW - 9000, stale: false, cloud_fraction: 0.05, wind_m_s: 4, humidity_percent: 40 },
  },
});

const facts: CheckFacts = {
  now_utc_ms: NOW,
  limits: {
    elements_age_days_max: 15, anode_v_max: 1.2, pps_offset_ns_max: 200, cloud_fraction_max: 0.5, wind_m_s_max: 15,
    humidity_percent_max: 90, disk_free_bytes_min: 5e9,
  },
  elements: { age_days: 0.6, start_sigma_s: 0.24 },
  recorder: { ready: true, text: '', broker_connected: true, disk_free_bytes: 1.21e12 },
  hwp_digest: 'e41b77',
  stations: [station('delingha', 'Delingha'), station('nanshan', 'Nanshan')],
};

const MANUAL = ['source', 'dome-delingha', 'dome-nanshan', 'people'];
const answer = (item_id: string, said: CheckAnswer['answer'], note = ''): CheckAnswer =>
  ({ item_id, answer: said, note, who: 'desk D', at_utc_ms: NOW });
const evaluate = (changed: Partial<CheckFacts> = {}, answers: readonly CheckAnswer[] = []) =>
  evaluateChecklist(DEFAULT_CHECKLIST, { ...facts, ...changed }, answers);
const of = (items: ReturnType<typeof evaluate>, id: string) => items.find(({ item_id }) => item_id === id)!;

/** One station changed, the other well. */
function withTelemetry(change: Partial<NonNullable<StationFacts['telemetry']>>): Partial<CheckFacts> {
  const [first, second] = facts.stations as [StationFacts, StationFacts];
  return { stations: [{ ...first, telemetry: { ...first.telemetry!, ...change } }, second] };
}

test('a clean night: twelve lines, the automatic ones go by themselves, the manual ones wait for a name', () => {
  const items = evaluate();
  expect(items).toHaveLength(12);
  for (const item of items) checkItem.parse(item);
  expect(items.filter(({ answer }) => answer === 'open').map(({ item_id }) => item_id)).toEqual(MANUAL);
  expect(of(items, 'elements').finding).toBe('0.6 d, ± 0.24 s');
  expect(of(items, 'sky-nanshan').finding).toBe('clear, wind 4 m/s');
  expect(of(items, 'clocks').finding).toBe('38 ns and 38 ns');
  expect(of(items, 'recorder').finding).toBe('1.21 TB free');
  expect(of(items, 'hwp-tables').finding).toBe('same digest e41b');
  expect(pollOf(items)).toEqual({ go: 8, of: 12, verdict: 'open' });
  const polled = evaluate({}, MANUAL.map((id) => answer(id, 'go', 'seen')));
  expect(pollOf(polled)).toEqual({ go: 12, of: 12, verdict: 'go' });
  expect(of(polled, 'source')).toMatchObject({ finding: 'seen', who: 'desk D', at_utc_ms: NOW });
});

const first = facts.stations[0]!.telemetry!;
test.each([
  ['old elements', 'elements', { elements: { age_days: 16, start_sigma_s: 5 } }, 'limit 15 d'],
  ['clouds', 'sky-delingha', withTelemetry({ weather: { ...first.weather!, cloud_fraction: 0.8 } }), 'limit 50 %'],
  ['wind', 'sky-delingha', withTelemetry({ weather: { ...first.weather!, wind_m_s: 21 } }), 'wind limit 15 m/s'],
  ['a hot detector', 'detectors-delingha',
    withTelemetry({ detectors: [{ ...first.detectors[0]!, dark_cps: 207 }] }), 'B0 dark 207 cps, limit 200 cps'],
  ['a blinded detector', 'detectors-delingha',
    withTelemetry({ detectors: [{ ...first.detectors[0]!, anode_v_max: 1.2 }] }), 'limit 1.20 V'],
  ['a dead detector', 'detectors-delingha',
    withTelemetry({ detectors: [{ ...first.detectors[0]!, state: 'damaged' }] }), 'damaged'],
  ['no 1PPS', 'clocks', withTelemetry({ pps: { state: 'lost', offset_ns: 0 } }), 'Delingha 1PPS lost'],
  ['a 1PPS far off', 'clocks', withTelemetry({ pps: { state: 'locked', offset_ns: 950 } }), 'limit 200 ns'],
  ['no broker', 'recorder', { recorder: { ...facts.recorder, broker_connected: false } }, 'broker'],
  ['no room', 'recorder', { recorder: { ...facts.recorder, disk_free_bytes: 1e9 } }, 'needs 5.0 GB'],
  ['another table', 'hwp-tables', { hwp_digest: 'ffff00' }, 'another table'],
] as const)('%s is no-go with value and limit', (...[, item_id, changed, finding]) => {
  const item = of(evaluate(changed), item_id);
  expect(item.answer).toBe('no-go');
  expect(item.finding).toContain(finding);
  expect(pollOf(evaluate(changed)).verdict).toBe('no-go');
});

test.each([
  ['a station never heard', 'clocks', { stations: facts.stations.map((one) => ({ ...one, telemetry: null })) }],
  ['a station gone silent', 'detectors-delingha', withTelemetry({ stale: true })],
  ['no weather', 'sky-delingha', withTelemetry({ weather: null })],
  ['no elements', 'elements', { elements: null }],
  ['stations that name no table', 'hwp-tables', { stations: facts.stations.map((one) => ({ ...one, hwp_digest: null })) }],
] as const)('%s leaves the line open with a reason', (_, item_id, changed) => {
  const item = of(evaluate(changed), item_id);
  expect(item.answer).toBe('open');
  expect(item.finding).not.toBe('');
});

describe('names and machines', () => {
  const hot = withTelemetry({ detectors: [{ ...first.detectors[0]!, dark_cps: 207 }] });

  test('a name accepts what the machine would not, and stops what it would let pass', () => {
    const accepted = of(evaluate(hot, [answer('detectors-delingha', 'accepted', 'known')]), 'detectors-delingha');
    expect(accepted).toMatchObject({ answer: 'accepted', who: 'desk D' });
    expect(accepted.finding).toContain('207 cps');
    expect(of(evaluate({}, [answer('detectors-delingha', 'no-go', 'smoke')]), 'detectors-delingha').answer).toBe('no-go');
  });

  test('no name turns an automatic no-go into go', () => {
    expect(of(evaluate(hot, [answer('detectors-delingha', 'go')]), 'detectors-delingha').answer).toBe('no-go');
  });

  test('the last word counts', () => {
    const answers = [answer('people', 'go'), answer('people', 'no-go'), answer('people', 'open')];
    expect(of(evaluate({}, answers), 'people')).toMatchObject({ answer: 'open', who: 'desk D' });
  });

  test('the poll is go only when every line is go or accepted', () => {
    const said = fc.constantFrom('open', 'go', 'no-go', 'accepted' as const);
    fc.assert(fc.property(fc.array(fc.record({ answer: said }), { minLength: 1 }), (items) => {
      const { verdict } = pollOf(items);
      const bad = items.some((item) => item.answer === 'no-go');
      const open = items.some((item) => item.answer === 'open');
      expect(verdict).toBe(bad ? 'no-go' : open ? 'open' : 'go');
    }));
  });
});

test('the mission file may bring its own list and limits, and refuses a line that is there twice', () => {
  const text = JSON.parse(readFileSync('missions/micius.json', 'utf8')) as object;
  const line = { item_id: 'laser', label: 'Laser', about: 'other', kind: 'manual' };
  const parsed = missionFile.parse({ ...text, checklist: [line], alarms: { wind_m_s_max: 9 } });
  expect(parsed.checklist).toEqual([{ ...line, per_station: false }]);
  expect(parsed.alarms).toMatchObject({ wind_m_s_max: 9, cloud_fraction_max: 0.5, on_delay_s: { beacon: 3 } });
  expect(alarmLimitsOf(missionFile.parse(text))).toMatchObject({ wind_m_s_max: 15, tracking_error_urad_max: 1 });
  expect(missionFile.safeParse({ ...text, checklist: [line, line] }).success).toBe(false);
  expect(missionFile.safeParse({ ...text, alarms: { wind: 9 } }).success).toBe(false);
});

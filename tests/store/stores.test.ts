// Goal: elements, plan, index and log keep what they are told once, and refuse what contradicts it.
import { expect, test } from 'vitest';
import { createElementStore, elementSetId, type NewElements } from '../../src-main/store/element-store.ts';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { createScheduleStore } from '../../src-main/store/schedule-store.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import type { Result } from '../../src-core/result.ts';
import type { StoreError } from '../../src-main/store/store-error.ts';
import { containing } from '../support/messages.ts';
import { digest, freshArchive, importPass, META, must, stationColumns, VERDICT } from './pass-fixture.ts';

const SET: NewElements = {
  canonical_text: 'line1\nline2\n', catalog_number: '41731', name: 'QSS', format: 'tle', source_name: 'qss.tle',
  raw_text: 'line1\nline2', epoch_utc_ms: 1_536_900_000_000.432, inclination_deg: 97.3, raan_deg: 10,
  eccentricity: 0.001, argument_of_perigee_deg: 20, mean_anomaly_deg: 30, mean_motion_rev_day: 15.2,
  bstar_per_earth_radius: 0.0001,
  imported_at_utc_ms: 1_537_000_000_000,
};
const ANNA = { who: 'anna', why: 'first night', at_utc_ms: 1_537_000_000_000 };

function stores() {
  const db = must(openMissionDb(':memory:'));
  return { db, elements: createElementStore(db), schedule: createScheduleStore(db), log: createLogStore(db) };
}

test('elements are known by their text, listed newest first, and keep their fraction of a millisecond', () => {
  const { elements } = stores();
  const later = { ...SET, canonical_text: 'later', epoch_utc_ms: SET.epoch_utc_ms + 86_400_000 };
  expect(elements.insertAll([SET, later]).map(({ known }) => known)).toEqual([false, false]);
  expect(elements.insertAll([{ ...SET, source_name: 'again.tle' }]))
    .toEqual([{ element_set_id: elementSetId(SET.canonical_text), known: true }]);
  expect(elements.list('41731').map(({ epoch_utc_ms }) => epoch_utc_ms))
    .toEqual([later.epoch_utc_ms, SET.epoch_utc_ms]);
  expect(elements.newest('41731')?.element_set_id).toBe(elementSetId('later'));
  expect(elements.find(elementSetId(SET.canonical_text))?.source_name).toBe('qss.tle');
  expect(elements.newest('25544')).toBeNull();
});

test('of several sets with a bad one none is imported', () => {
  const { elements } = stores();
  expect(() => elements.insertAll([SET, { ...SET, canonical_text: 'bad', eccentricity: 1.5 }])).toThrow('eccentricity');
  expect(elements.list('41731')).toEqual([]);
});

test('a plan moves one version at a time, and each move says who and why', () => {
  const { elements, schedule } = stores();
  const { element_set_id } = elements.insertAll([SET])[0]!;
  const plan = {
    pass_id: 'pass-1', night: '2018-09-14', start_utc_ms: 1e12, end_utc_ms: 1e12 + 285_000, element_set_id,
    expected_json: '{}',
  };
  expect(must(schedule.propose(plan, ANNA))).toMatchObject({ state: 'proposed', version: 1 });
  expect(schedule.propose(plan, ANNA)).toMatchObject({ ok: false, error: { type: 'Refused' } });
  const approved = must(schedule.move({ pass_id: 'pass-1', version: 1 }, 'approved', { ...ANNA, who: 'bo' }));
  expect(approved).toMatchObject({ state: 'approved', version: 2 });
  expect(schedule.move({ pass_id: 'pass-1', version: 1 }, 'cancelled', ANNA))
    .toMatchObject({ error: { message: containing('is approved now') } });
  expect(schedule.move({ pass_id: 'pass-9', version: 1 }, 'cancelled', ANNA))
    .toMatchObject({ error: { type: 'NotFound' } });
  expect(schedule.history('pass-1').map(({ from_state, to_state, who }) => [from_state, to_state, who]))
    .toEqual([[null, 'proposed', 'anna'], ['proposed', 'approved', 'bo']]);
  expect(schedule.find('pass-1')).toEqual({ ...plan, state: 'approved', version: 2 });
});

test('passes keep their state on other edges, and what fails in the middle of a change leaves no trace', () => {
  const { elements, schedule } = stores();
  const { element_set_id } = elements.insertAll([SET])[0]!;
  const plan = {
    pass_id: 'pass-1', night: '2018-09-14', start_utc_ms: 1e12, end_utc_ms: 1e12 + 285_000, element_set_id,
    expected_json: '{}',
  };
  must(schedule.propose(plan, ANNA));
  const edges = { ...plan, start_utc_ms: 1e12 + 0.25, expected_json: '{"qber":0.04}' };
  const moved = must(schedule.rewrite({ pass_id: 'pass-1', version: 1 }, edges,
    { ...ANNA, why: 'moved', start_moved_s: 0.00025, end_moved_s: 0 }));
  expect(moved).toEqual({ ...edges, state: 'proposed', version: 2 });
  expect(schedule.find('pass-1')).toEqual(moved);
  expect(schedule.history('pass-1')[1]).toMatchObject({
    from_state: 'proposed', to_state: 'proposed', why: 'moved', start_moved_s: 0.00025, end_moved_s: 0,
  });
  const half = (end: () => Result<null, StoreError>) => schedule.exclusively(() => {
    must(schedule.move({ pass_id: 'pass-1', version: 2 }, 'cancelled', ANNA));
    return end();
  });
  expect(half(() => schedule.rewrite({ pass_id: 'pass-1', version: 1 }, edges,
    { ...ANNA, start_moved_s: 1, end_moved_s: 1 }) as Result<null, StoreError>))
    .toMatchObject({ ok: false, error: { message: containing('is cancelled now') } });
  expect(schedule.find('pass-1')).toEqual(moved);
  expect(() => half(() => { throw new RangeError('broken'); })).toThrow('broken');
  expect(schedule.history('pass-1')).toHaveLength(2);
});

test('plans that touch an interval are found, earliest first', () => {
  const { elements, schedule } = stores();
  const { element_set_id } = elements.insertAll([SET])[0]!;
  for (const [index, start] of [3000, 1000, 2000].entries()) {
    must(schedule.propose({
      pass_id: `pass-${index}`, night: '2018-09-14', start_utc_ms: 1e12 + start, end_utc_ms: 1e12 + start + 500,
      element_set_id, expected_json: '{}',
    }, ANNA));
  }
  const between = (from: number, to: number) =>
    schedule.listBetween(1e12 + from, 1e12 + to).map(({ pass_id }) => pass_id);
  expect(between(0, 9000)).toEqual(['pass-1', 'pass-2', 'pass-0']);
  expect(between(1500, 2000)).toEqual(['pass-1', 'pass-2']);
  expect(between(1501, 1999)).toEqual([]);
});

test('the log shows where it was tampered with', () => {
  const { db, log } = stores();
  for (const subject of ['a', 'b', 'a', 'c']) {
    log.append({ at_utc_ms: 1e12, who: 'anna', action: 'archive.importPass', subject, details: { seconds: 285 } });
  }
  expect(log.check()).toMatchObject({ entries: 4, broken_at: null, head_sha256: log.list(1)[0]!.sha256 });
  expect(log.listOf('a').map(({ entry_id }) => entry_id)).toEqual([3, 1]);
  expect(log.list(2, 4).map(({ entry_id }) => entry_id)).toEqual([3, 2]);
  db.exec(`DROP TRIGGER log_entry_is_append_only; UPDATE log_entry SET who = 'nobody' WHERE entry_id = 3`);
  expect(log.check()).toMatchObject({ entries: 2, broken_at: 3 });
});

test('an entry taken out of the log is missed', () => {
  const { db, log } = stores();
  for (let i = 0; i < 3; i += 1) log.append({ at_utc_ms: 1e12, who: 'bo', action: 'x.y', subject: '', details: {} });
  db.exec('DROP TRIGGER log_entry_is_kept; DELETE FROM log_entry WHERE entry_id = 2');
  expect(log.check().broken_at).toBe(3);
});

test('the index lists a pass with its newest verdict, newest pass first', async () => {
  const archive = await freshArchive();
  const first = importPass(archive, [stationColumns('delingha', 50, 1), stationColumns('nanshan', 50, 2)]);
  importPass(archive, [stationColumns('delingha', 50, 3), stationColumns('nanshan', 50, 4)],
    { ...META, pass_id: 'pass-later', start_utc_ms: META.start_utc_ms + 1000 });
  must(archive.files.appendVerdict(first, VERDICT));
  must(archive.files.appendVerdict(first, { ...VERDICT, qber: 0.05 }));
  const [later, earlier] = archive.archive.list();
  expect(later).toMatchObject({ pass_id: 'pass-later', state: 'recorded', verdicts: 0, qber: null });
  expect(earlier).toMatchObject({ pass_id: META.pass_id, state: 'processed', verdicts: 2, qber: 0.05, s: null });
  expect(earlier?.start_utc_ms).toBe(META.start_utc_ms);
  expect(archive.archive.recordings(META.pass_id).map(({ station, sha256, events }) => [station, sha256, events]))
    .toEqual([['delingha', digest('1'), 2051], ['nanshan', digest('2'), 2051]]);
  archive.archive.markFailed('pass-later', 'no lock');
  expect(archive.archive.find('pass-later')).toMatchObject({ state: 'failed', failure: 'no lock' });
});

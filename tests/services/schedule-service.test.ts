// Goal: a plan that holds: what may become a pass, who may change it when, and what new elements do to it.
import { promised } from '../../src-main/services/planned-window.ts';
import { expect, test } from 'vitest';
import type { InputOf } from '../../src-contract/operations.ts';
import { containing, matching } from '../support/messages.ts';
import {
  EVENING_UTC_MS, GOLDEN_UTC_MS, movedTle, NEXT_UTC_MS, plannedMission, proposal, proposedGolden, SHIPPED_TLE,
} from './planned-mission.ts';

const ID = '2018-09-14-1814';
const change = (said: Partial<InputOf<'schedule.changePass'>> = {}): InputOf<'schedule.changePass'> =>
  ({ pass_id: ID, version: 1, action: 'approve', who: 'bo', why: 'clear sky', override_why: null, ...said });
const refusal = (message: unknown) => ({ ok: false, error: { type: 'Refused', message } });

test('a window becomes a pass named by its night, with its promise, its history and an entry of the log', async () => {
  const { get, pass, events, log } = await proposedGolden();
  expect(pass).toMatchObject({
    pass_id: ID, night: '2018-09-14', state: 'proposed', version: 1, on_current_elements: true, conflicts: [],
    changed: { who: 'anna', why: 'first night', at_utc_ms: EVENING_UTC_MS }, actions: ['approve', 'cancel'],
  });
  const { nights } = await get('orbit.listNights', { first_night: '2018-09-14', nights: 1 });
  const [window] = nights[0]!.windows;
  expect(pass).toMatchObject({
    start_utc_ms: window!.start_utc_ms, end_utc_ms: window!.end_utc_ms, expected: promised(window!.expected),
    loss_db_min: window!.loss_db_min, start_sigma_s: window!.start_sigma_s,
  });
  const approved = await get('schedule.changePass', change());
  expect(approved).toMatchObject({ state: 'approved', version: 2, actions: ['arm', 'record', 'cancel'] });
  expect((await get('schedule.listPasses', {})).passes).toEqual([approved]);
  const { transitions } = await get('schedule.readHistory', { pass_id: ID });
  expect(transitions.map(({ version, from_state, to_state, who, why }) => [version, from_state, to_state, who, why]))
    .toEqual([[1, null, 'proposed', 'anna', 'first night'], [2, 'proposed', 'approved', 'bo', 'clear sky']]);
  expect(events.map(({ type }) => type)).toEqual(['elements.changed', 'schedule.changed', 'schedule.changed']);
  expect(log.listOf(ID).map(({ action, who }) => [action, who]))
    .toEqual([['schedule.changePass', 'ops'], ['schedule.proposePass', 'ops']]);
  expect(log.check().broken_at).toBeNull();
});

test('a proposal within a minute of the window is that window; farther off there is none', async () => {
  const { ask, get, load } = plannedMission();
  expect(await ask('schedule.proposePass', proposal(GOLDEN_UTC_MS))).toMatchObject({ error: { reason: 'NoElements' } });
  await load(SHIPPED_TLE);
  const start = Date.UTC(2018, 8, 14, 18, 14, 1);
  expect(await ask('schedule.proposePass', proposal(start - 90_000))).toMatchObject({ error: { reason: 'NoWindow' } });
  expect((await get('schedule.proposePass', proposal(start - 30_000))).pass_id).toBe(ID);
});

test('a window once planned, by day, or without a name is refused with what would help', async () => {
  const { ask, get, load } = await proposedGolden();
  expect(await ask('schedule.proposePass', proposal(GOLDEN_UTC_MS))).toEqual(refusal(containing(`plan as ${ID}`)));
  expect(await ask('schedule.proposePass', proposal(NEXT_UTC_MS, { who: '  ' })))
    .toEqual(refusal(containing('Say who you are')));
  await load(movedTle({ epoch_days: 1e-8, raan_deg: 180 }));
  const [newer, older] = (await get('orbit.listElements', {})).sets.map(({ element_set_id }) => element_set_id);
  const { windows } = await get('orbit.compareElements', {
    before_set_id: older!, after_set_id: newer!, from_utc_ms: EVENING_UTC_MS, days: 3,
  });
  const day = windows.find(({ after }) => after !== null && !after.dark && after.start_utc_ms > EVENING_UTC_MS)!.after!;
  expect(await ask('schedule.proposePass', proposal(day.start_utc_ms + 1000)))
    .toEqual(refusal(matching(/too light: the Sun reaches -?\d+\.\d degrees, the mission asks for -6/)));
});

test('a window that is over cannot be planned', async () => {
  const { ask, load, clock } = plannedMission();
  await load(SHIPPED_TLE);
  clock.utc_ms = NEXT_UTC_MS;
  expect(await ask('schedule.proposePass', proposal(GOLDEN_UTC_MS))).toEqual(refusal(containing('is over')));
});

test.each([
  ['without a name', { who: '' }, 'Say who you are'],
  ['without a reason', { why: ' ' }, 'with a reason. Say why'],
  ['from the wrong state', { action: 'archive' as const }, 'From here it can be approved or cancelled'],
  ['on a version that is gone', { version: 3 }, 'version 1 by now, not 3'],
])('a change %s is refused, and leaves the plan as it was', async (_case, said, words) => {
  const { ask, get, pass } = await proposedGolden();
  expect(await ask('schedule.changePass', change(said))).toEqual(refusal(containing(words)));
  expect((await get('schedule.listPasses', {})).passes).toEqual([pass]);
});

test('an unknown pass is named', async () => {
  const { ask } = await proposedGolden();
  const missing = { ok: false, error: { type: 'NotFound', what: 'planned pass', id: '2018-09-14-0000' } };
  expect(await ask('schedule.changePass', change({ pass_id: '2018-09-14-0000' }))).toEqual(missing);
  expect(await ask('schedule.readHistory', { pass_id: '2018-09-14-0000' })).toEqual(missing);
  expect(await ask('schedule.exportPlan', { format: 'cpf', pass_id: '2018-09-14-0000', step_s: 10 })).toEqual(missing);
});

test('elements older than the mission allows need an override, whose reason stays in the history', async () => {
  const strict = { elements_age_days_max: 0.25, anode_v_max: 1.2, qber_edge: 0.06 };
  const { ask, get, load } = plannedMission({ limits: strict });
  await load(SHIPPED_TLE);
  expect(await ask('schedule.proposePass', proposal(GOLDEN_UTC_MS)))
    .toEqual(refusal(matching(/0\.5 days from pass 2018-09-14-1814; the mission allows 0\.25/)));
  await get('schedule.proposePass', proposal(GOLDEN_UTC_MS, { override_why: 'no other set' }));
  expect(await ask('schedule.changePass', change())).toEqual(refusal(containing('override with a reason')));
  const { changed } = await get('schedule.changePass', change({ override_why: 'checked by radar' }));
  expect(changed.why).toMatch(/^clear sky \(elements -0\.5 d old, limit 0\.25 d, overridden: checked by radar\)$/);
});

test('two passes that a turnaround keeps apart show their conflict, and the second is not approved', async () => {
  const { ask, get, clock } = await proposedGolden({ turnaround: { satellite_s: 0, station_s: 86_400 } });
  const second = await get('schedule.proposePass', proposal(NEXT_UTC_MS));
  expect(second.conflicts).toEqual([]);
  await get('schedule.changePass', change());
  const { passes } = await get('schedule.listPasses', {});
  expect(passes.map(({ conflicts }) => conflicts.length)).toEqual([0, 2]);
  const reply = await ask('schedule.changePass', change({ pass_id: second.pass_id }));
  expect(reply).toEqual(refusal(matching(/station delingha cannot serve both 2018-09-14-1814 and 2018-09-15-1751/)));
  await get('schedule.changePass', change({ version: 2, action: 'cancel', why: 'the other one is better' }));
  clock.utc_ms += 1000;
  expect(await get('schedule.changePass', change({ pass_id: second.pass_id }))).toMatchObject({ state: 'approved' });
  const again = await get('schedule.proposePass', proposal(GOLDEN_UTC_MS));
  expect(again.pass_id).toBe(`${ID}-2`);
});

test('later elements move the edges by as much as the satellite is late, and the pass stays the same', async () => {
  const { get, ask, load, pass } = await proposedGolden();
  await get('schedule.changePass', change());
  expect(await get('schedule.replanPasses', { who: 'anna', why: '' }))
    .toMatchObject({ moved: [], unchanged: [ID], vanished: [], left_alone: [] });
  const late_s = 0.864;
  await load(movedTle({ epoch_days: late_s / 86_400 }));
  expect((await get('schedule.listPasses', {})).passes[0]).toMatchObject({ on_current_elements: false });
  expect(await ask('schedule.replanPasses', { who: ' ', why: 'x' })).toEqual(refusal(containing('Say who you are')));
  const { moved, vanished } = await get('schedule.replanPasses', { who: 'anna', why: 'tracking of tonight' });
  expect(vanished).toEqual([]);
  const [only] = moved;
  expect(only!.pass).toMatchObject({ pass_id: ID, state: 'approved', version: 3, on_current_elements: true });
  // The orbit is late by 0.864 s; the ground has turned by 0.4 km under it meanwhile, a twentieth of a second of flight.
  for (const by of [only!.start_moved_s, only!.end_moved_s]) expect(Math.abs(by - late_s)).toBeLessThan(0.1);
  expect(only!.start_moved_s).toBeCloseTo((only!.pass.start_utc_ms - pass.start_utc_ms) / 1000, 9);
  const { transitions } = await get('schedule.readHistory', { pass_id: ID });
  expect(transitions.at(-1)!.why).toMatch(/^tracking of tonight: start moved by 0\.\d{3} s, end by 0\.\d{3} s$/);
});

test('a pass whose window is gone is reported and not touched', async () => {
  const { get, load, pass, clock } = await proposedGolden();
  await load(movedTle({ epoch_days: 1e-7, raan_deg: 180 }));
  const { vanished, moved } = await get('schedule.replanPasses', { who: 'anna', why: '' });
  expect(moved).toEqual([]);
  expect(vanished).toEqual([{ pass_id: ID, start_utc_ms: pass.start_utc_ms, nearest_s: expect.any(Number) as number }]);
  expect(vanished[0]!.nearest_s).toBeGreaterThan(1400);
  expect((await get('schedule.listPasses', {})).passes[0]).toMatchObject({ state: 'proposed', version: 1 });
  clock.utc_ms = pass.end_utc_ms + 1;
  expect(await get('schedule.replanPasses', { who: 'anna', why: '' })).toMatchObject({ vanished: [], left_alone: [ID] });
});

// Goal: the plan's controller proposes, approves and cancels as people decide, and says what the host refuses.
import { expect, test } from 'vitest';
import { planExport } from '../../src-contract/schedule.ts';
import { standing } from '../../src-renderer/features/plan/standing.ts';
import { exportOrder, FORMATS, usualStepS } from '../../src-renderer/features/schedule/export-order.ts';
import { moveLine } from '../../src-renderer/features/schedule/move-line.ts';
import { JobBoard } from '../../src-renderer/shared/job-board.svelte.ts';
import { claims, Schedule } from '../../src-renderer/features/schedule/schedule.svelte.ts';
import { createFixtureHost, NOW_UTC_MS } from './fixture-host.ts';

const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
const WINDOW = { start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 281_300 };
const ANNA = { who: 'Anna', why: 'best of the week', override_why: null };

async function openSchedule() {
  const host = createFixtureHost();
  const schedule = new Schedule(host.client, new JobBoard(host.client));
  await schedule.refresh();
  return { host, schedule };
}

test('a proposal is found in its window and in no other; approval counts its version up', async () => {
  const { schedule, host } = await openSchedule();
  expect(schedule.passIn(WINDOW)).toBeNull();
  expect(await schedule.propose(START_UTC_MS, ANNA)).toBe(true);
  expect(host.asked).toContainEqual(['schedule.proposePass', { start_utc_ms: START_UTC_MS, ...ANNA }]);
  const proposed = schedule.passIn(WINDOW)!;
  expect([proposed.state, proposed.version]).toEqual(['proposed', 1]);
  expect(schedule.passIn({ start_utc_ms: proposed.end_utc_ms, end_utc_ms: proposed.end_utc_ms + 1 })).toBeNull();
  expect(await schedule.change(proposed, 'approve', { ...ANNA, who: 'Bo' })).toBe(true);
  expect(schedule.passIn(WINDOW)).toMatchObject({ state: 'approved', version: 2, changed: { who: 'Bo' } });
});

test('a refusal is the host’s own sentence, changes nothing, and goes with the next try', async () => {
  const { schedule } = await openSchedule();
  expect(await schedule.propose(START_UTC_MS, { ...ANNA, who: '' })).toBe(false);
  expect(schedule.refusal).toBe('Say who proposes this pass.');
  expect([schedule.plan.value, schedule.deciding]).toEqual([[], false]);
  await schedule.propose(START_UTC_MS, ANNA);
  expect(schedule.refusal).toBeNull();
});

test('a decision on a version gone by is refused, and the present one is shown', async () => {
  const { schedule } = await openSchedule();
  await schedule.propose(START_UTC_MS, ANNA);
  const seen = schedule.passIn(WINDOW)!;
  await schedule.change(seen, 'approve', ANNA);
  expect(await schedule.change(seen, 'cancel', ANNA)).toBe(false);
  expect(schedule.refusal).toContain('at version 2 by now');
  expect(schedule.passIn(WINDOW)!.state).toBe('approved');
});

test('a window called off can be proposed anew, and the new pass is the one shown', async () => {
  const { schedule } = await openSchedule();
  await schedule.propose(START_UTC_MS, ANNA);
  await schedule.change(schedule.passIn(WINDOW)!, 'cancel', ANNA);
  expect(claims(schedule.passIn(WINDOW)!)).toBe(false);
  await schedule.propose(START_UTC_MS, ANNA);
  expect(schedule.plan.value).toHaveLength(2);
  expect(schedule.passIn(WINDOW)!.state).toBe('proposed');
});

test('the history follows the chosen pass, and nothing of it stays when none is chosen', async () => {
  const { schedule } = await openSchedule();
  await schedule.propose(START_UTC_MS, ANNA);
  const pass = schedule.passIn(WINDOW)!;
  await schedule.change(pass, 'approve', { ...ANNA, who: 'Bo', why: 'clear sky' });
  await schedule.follow(pass.pass_id);
  expect(schedule.history.value!.transitions.map(({ to_state, who, why }) => [to_state, who, why])).toEqual([
    ['proposed', 'Anna', 'best of the week'], ['approved', 'Bo', 'clear sky']]);
  await schedule.follow(null);
  expect(schedule.history.value).toBeNull();
});

test('a plan that cannot be read keeps the one it had and says so', async () => {
  const { schedule, host } = await openSchedule();
  await schedule.propose(START_UTC_MS, ANNA);
  host.fail('schedule.listPasses', { type: 'Internal', incident_id: 'a1b2' });
  await schedule.refresh();
  expect(schedule.plan.problem).toContain('a1b2');
  expect(schedule.passIn(WINDOW)).not.toBeNull();
});

test('the state of a night is the schedule’s where a pass is planned, with the way to what was flown', async () => {
  const { schedule, host } = await openSchedule();
  await schedule.propose(START_UTC_MS, ANNA);
  const facts = { window: null, flown: [], too_old: false, now_utc_ms: NOW_UTC_MS, next_window_ms: null };
  const planned = schedule.passIn(WINDOW)!;
  expect(standing({ ...facts, planned })).toEqual({ status: 'standby', word: 'proposed', pass_id: null });
  expect(standing({ ...facts, planned: { ...planned, state: 'approved' } }).status).toBe('normal');
  expect(standing({ ...facts, planned: { ...planned, state: 'cancelled' } }).status).toBe('off');
  expect(standing({ ...facts, planned, flown: host.passes.slice(0, 1) }).pass_id).toBe('2018-09-14-qkd-1');
});

test('a pass on older elements says how far re-planning would move it, a moved one how far it did', async () => {
  const { schedule } = await openSchedule();
  await schedule.propose(START_UTC_MS, ANNA);
  const pass = schedule.passIn(WINDOW)!;
  expect(moveLine(pass, WINDOW, null)).toBeNull();
  expect(moveLine({ ...pass, on_current_elements: false }, { start_utc_ms: START_UTC_MS - 1060 }, null))
    .toBe('Planned on older elements; re-planning moves its start by −1.06 s.');
  const replanned = {
    element_set_id: pass.element_set_id, span: WINDOW, unchanged: [], vanished: [], left_alone: [], unclaimed: 0,
    moved: [{ pass, start_moved_s: 0.08, end_moved_s: -1.06 }],
  };
  expect(moveLine(pass, WINDOW, replanned)).toBe('Re-planned: start +0.08 s, end −1.06 s.');
  expect(moveLine({ ...pass, pass_id: 'another-pass' }, WINDOW, replanned)).toBeNull();
});

test('every format makes an order that the contract takes; those of one pass need one', () => {
  const choice = { station_id: 'nanshan', transmitter_reference: 'orbit_normal', offset_deg: 12.5 } as const;
  for (const { format, of } of FORMATS) {
    const order = exportOrder({ ...choice, format, pass_id: '2018-09-14-1814', step_s: usualStepS(format) });
    expect(planExport.safeParse(order).error).toBeUndefined();
    const without = exportOrder({ ...choice, format, pass_id: null, step_s: 1 });
    expect(without === null).toBe(of === 'pass' || of === 'station');
  }
});

test('an export arrives as the host wrote it, and a refused one says why', async () => {
  const { schedule, host } = await openSchedule();
  expect(await schedule.exportPlan({ format: 'ics' })).toMatchObject({ file_name: 'micius-plan.ics' });
  host.fail('schedule.exportPlan', { type: 'NotPossible', reason: 'Empty', message: 'No pass lies ahead.' });
  expect(await schedule.exportPlan({ format: 'oem', pass_id: null, step_s: 1 })).toBeNull();
  expect(schedule.refusal).toBe('No pass lies ahead.');
});

// Goal: new elements move passes without changing which pass is which, and nothing is lost on the way.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedPass, PlanState } from '../../../src-core/schedule/life-cycle.ts';
import { replan, type NewWindow, type ReplanOrder } from '../../../src-core/schedule/replan.ts';

const DAY = 86_400_000;
const NIGHT = Date.UTC(2018, 8, 14, 18, 14, 1);
const order: ReplanOrder = {
  authority: { who: 'planner', why: 'elements of 15 September', at_utc_ms: NIGHT - DAY }, element_set_id: 'set-2',
  from_utc_ms: NIGHT - DAY, to_utc_ms: NIGHT + 30 * DAY, shift_s_max: 1800,
};
const pair = ['delingha', 'nanshan'] as const;
const passAt = (night: number, state: PlanState = 'approved'): PlannedPass => ({
  pass_id: `p${night}`, satellite_id: '41731', station_ids: pair, state, version: 3, element_set_id: 'set-1',
  start_utc_ms: NIGHT + night * DAY, end_utc_ms: NIGHT + night * DAY + 280_000,
});
const windowAt = (night: number, start_s: number, end_s: number): NewWindow => ({
  window_id: `w${night}`, satellite_id: '41731', station_ids: ['nanshan', 'delingha'],
  start_utc_ms: NIGHT + night * DAY + start_s * 1000, end_utc_ms: NIGHT + night * DAY + 280_000 + end_s * 1000,
});

test('a pass keeps its id and state, counts one version, and says how far each edge moved', () => {
  const result = replan([passAt(0), passAt(1)], [windowAt(0, 1.25, -0.5), windowAt(1, -40, -38)], order);
  expect(result.moved.map(({ pass, start_moved_s, end_moved_s }) => [pass.pass_id, pass.state, pass.version,
    pass.element_set_id, start_moved_s, end_moved_s])).toEqual([
    ['p0', 'approved', 4, 'set-2', 1.25, -0.5], ['p1', 'approved', 4, 'set-2', -40, -38]]);
  expect(result.moved[0]!.transition).toEqual({ pass_id: 'p0', version: 4, from_state: 'approved', to_state: 'approved',
    who: 'planner', at_utc_ms: NIGHT - DAY,
    why: 'elements of 15 September: start moved by 1.250 s, end by -0.500 s' });
  expect([result.vanished, result.unclaimed, result.unchanged, result.left_alone]).toEqual([[], [], [], []]);
});

test('a pass without a window is reported with the distance to the next one; a new window is offered', () => {
  const result = replan([passAt(0), passAt(1)], [windowAt(0, 2, 2), windowAt(3, 0, 0)], order);
  expect(result.vanished).toEqual([{ pass: passAt(1), nearest_s: 86_398 }]);
  expect(result.unclaimed.map(({ window_id }) => window_id)).toEqual(['w3']);
  expect(replan([passAt(1)], [], order).vanished).toEqual([{ pass: passAt(1), nearest_s: null }]);
});

test('what is live, over or outside the search is left alone; the same elements change nothing', () => {
  const states: PlanState[] = ['live', 'recorded', 'processed', 'archived', 'aborted', 'cancelled'];
  const passes = [...states.map((state) => passAt(0, state)), passAt(40)];
  const result = replan(passes, [windowAt(0, 5, 5)], order);
  expect(result.left_alone).toEqual(passes);
  expect(result.unclaimed).toHaveLength(1);
  const again = replan([passAt(0)], [windowAt(0, 0, 0)], { ...order, element_set_id: 'set-1' });
  expect(again).toMatchObject({ unchanged: [{ pass_id: 'p0', version: 3 }], moved: [] });
});

test('two passes never claim one window, and another pair or satellite is no match', () => {
  const late = { ...passAt(0), pass_id: 'late', start_utc_ms: NIGHT + 600_000, end_utc_ms: NIGHT + 880_000 };
  const result = replan([late, passAt(0)], [windowAt(0, 10, 10)], order);
  expect(result.moved.map(({ pass }) => pass.pass_id)).toEqual(['p0']);
  expect(result.vanished).toMatchObject([{ pass: { pass_id: 'late' }, nearest_s: 590 }]);
  const other: NewWindow = { ...windowAt(0, 0, 0), station_ids: ['delingha', 'xinglong'] };
  expect(replan([passAt(0)], [other], order).vanished).toMatchObject([{ nearest_s: null }]);
});

test('property: every pass ends in exactly one list, and every window is claimed once or offered', () => {
  const shift = fc.integer({ min: -3000, max: 3000 });
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 12 })), fc.uniqueArray(fc.tuple(
    fc.integer({ min: 0, max: 12 }), shift), { selector: ([night]) => night }), (nights, shifts) => {
    const passes = nights.map((night) => passAt(night));
    const windows = shifts.map(([night, s]) => windowAt(night, s, s));
    const result = replan(passes, windows, order);
    const seen = [...result.moved.map(({ pass }) => pass.pass_id), ...result.vanished.map(({ pass }) => pass.pass_id)];
    expect(seen.toSorted()).toEqual(passes.map(({ pass_id }) => pass_id).toSorted());
    expect(result.moved.length + result.unclaimed.length).toBe(windows.length);
    for (const { start_moved_s } of result.moved) expect(Math.abs(start_moved_s)).toBeLessThanOrEqual(1800);
  }));
});

// Goal: people are told of a pass once a lead, in time, and of nothing that is over, called off or already under way.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanState } from '../../../src-core/schedule/life-cycle.ts';
import { crossedLead, standingLead } from '../../../src-core/schedule/notices.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1);
const LEADS = [1800, 600, 120];
const pass = (state: PlanState = 'approved', start_utc_ms = START) => ({ pass_id: 'p', state, start_utc_ms });
const before = (seconds: number) => START - seconds * 1000;

test('the shortest lead that a pass lies within stands, from its very moment to the start', () => {
  const at = (left_s: number) => standingLead(pass(), LEADS, before(left_s));
  expect([1800.001, 1800, 600.001, 600, 120, 0.001, 0, -5].map(at)).toEqual([null, 1800, 1800, 600, 120, 120, null, null]);
});

test('only a pass that still waits for somebody is near', () => {
  const states: PlanState[] = ['proposed', 'approved', 'armed', 'live', 'recorded', 'processed', 'archived', 'aborted', 'cancelled'];
  expect(states.filter((state) => standingLead(pass(state), LEADS, before(60)) !== null)).toEqual(['proposed', 'approved', 'armed']);
  expect(standingLead(pass(), [], before(60))).toBeNull();
});

test('after a sleep over several leads the shortest is told, and none of those that passed', () => {
  expect(crossedLead(pass(), LEADS, { before_utc_ms: before(4000), now_utc_ms: before(90) })).toBe(120);
  expect(crossedLead(pass(), LEADS, { before_utc_ms: before(590), now_utc_ms: before(580) })).toBeNull();
});

test('whenever it is looked, each lead is told at most once, and all of them where looks are close', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 110_000 }), { minLength: 1, maxLength: 200 }), (steps_ms) => {
    let now = before(2000);
    const told: number[] = [];
    for (const step_ms of [...steps_ms, 10_000_000]) {
      const look = { before_utc_ms: now, now_utc_ms: now + step_ms };
      const lead_s = crossedLead(pass(), LEADS, look);
      if (lead_s !== null) told.push(lead_s);
      now += step_ms;
    }
    // Every step is shorter than the least distance between leads: nothing but the last can be jumped over.
    expect(told).toEqual(LEADS.slice(0, told.length));
    const seen = now - 10_000_000;
    expect(told).toHaveLength(LEADS.filter((lead_s) => seen >= before(lead_s)).length);
  }));
});

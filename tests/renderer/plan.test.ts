// Goal: the Plan's controller chooses, pages and reads as an operator means it, without a page.
import { expect, test } from 'vitest';
import { columnOf } from '../../src-contract/frames.ts';
import { bodiesOver, groundAtElevation, readCurves, stationAtMask } from '../../src-renderer/features/plan/curves.ts';
import { bestWindow, Plan } from '../../src-renderer/features/plan/plan.svelte.ts';
import { standing } from '../../src-renderer/features/plan/standing.ts';
import { hourLabel, nightAxis, stretch, windowAxis } from '../../src-renderer/features/plan/timeline.ts';
import { timeOfDay } from '../../src-renderer/shared/times.ts';
import { createFixtureHost, NOW_UTC_MS, type FixtureOptions } from './fixture-host.ts';

async function openPlan(options: FixtureOptions = {}) {
  const host = createFixtureHost(options);
  const plan = new Plan({ client: host.client, now: () => options.now_utc_ms ?? NOW_UTC_MS, utc_offset_h: 8 });
  await plan.open(null);
  return { host, plan };
}

test('opens on tonight, with the golden window chosen and its curves read', async () => {
  const { plan, host } = await openPlan();
  expect(plan.first_night).toBe('2018-09-14');
  expect(plan.rows).toHaveLength(14);
  expect(plan.selected_night).toBe('2018-09-14');
  expect(timeOfDay(plan.window!.start_utc_ms, 1)).toBe('18:14:01.8');
  expect(host.asked).toContainEqual(['orbit.readPassCurves', {
    start_utc_ms: plan.window!.start_utc_ms, end_utc_ms: plan.window!.end_utc_ms, margin_s: 420, step_s: 1 }]);
  expect(columnOf(plan.curves.value!, 't_s')[0]).toBe(-420);
  expect(plan.outlook.value!.definitions.map(({ definition }) => definition)).toEqual(['paper', 'composable']);
  const curves = readCurves(plan.curves.value!, ['delingha', 'nanshan'], plan.window!.duration_s);
  expect(bodiesOver(curves, 0).map(({ label }) => label)).toEqual(['Moon 27 %']);
  expect(bodiesOver(curves, 1)).toEqual([]);
});

test('once the window of tonight is over, the next one is chosen', async () => {
  const { plan } = await openPlan({ now_utc_ms: Date.UTC(2018, 8, 14, 19, 0) });
  expect(plan.first_night).toBe('2018-09-14');
  expect(plan.selected_night).toBe('2018-09-15');
});

test('steps through nights and over the edge of the page', async () => {
  const { plan } = await openPlan();
  await plan.step(1);
  expect(plan.selected_night).toBe('2018-09-15');
  await plan.step(-1);
  await plan.step(-1);
  expect([plan.first_night, plan.selected_night]).toEqual(['2018-08-31', '2018-09-13']);
  await plan.step(1);
  expect([plan.first_night, plan.selected_night]).toEqual(['2018-09-14', '2018-09-14']);
});

test('a night without a window is chosen with its reason and asks for no curves', async () => {
  const { plan, host } = await openPlan();
  await plan.select('2018-09-21');
  expect(plan.window).toBeNull();
  expect(plan.night?.reason).toMatch(/^No common view/);
  expect(plan.curves.value).toBeNull();
  expect(host.asked.filter(([name]) => name === 'orbit.readPassCurves')).toHaveLength(1);
});

test('a month keeps the chosen night, and pages by a month', async () => {
  const { plan } = await openPlan();
  await plan.select('2018-09-17');
  await plan.setSpan(31);
  expect([plan.rows.length, plan.selected_night]).toEqual([31, '2018-09-17']);
  await plan.page(1);
  expect([plan.first_night, plan.selected_night]).toEqual(['2018-10-15', '2018-10-15']);
});

test('of two quick choices the later one is shown', async () => {
  const { plan } = await openPlan();
  await Promise.all([plan.select('2018-09-15'), plan.select('2018-09-16')]);
  expect(plan.selected_night).toBe('2018-09-16');
  const { duration_s } = plan.window!;
  expect(columnOf(plan.curves.value!, 't_s').at(-1)! - duration_s).toBeCloseTo(420, -0.5);
});

test('without elements it says what to do, and recovers when they come', async () => {
  const { plan, host } = await openPlan({ empty: true });
  expect(plan.nights.problem).toBe('No element set of 41731 yet. Import a TLE or OMM to see windows.');
  expect(plan.rows).toEqual([]);
  host.sets.push(...createFixtureHost().sets);
  await plan.refresh();
  expect(plan.nights.problem).toBeNull();
  expect(plan.selected_night).toBe('2018-09-14');
});

test('a failed refresh keeps the nights it had and says so', async () => {
  const { plan, host } = await openPlan();
  host.fail('orbit.listNights', { type: 'Internal', incident_id: 'a1b2' });
  await plan.refresh();
  expect(plan.rows).toHaveLength(14);
  expect(plan.nights.problem).toContain('a1b2');
});

test('the readout enters at an end and stays inside the window', async () => {
  const { plan } = await openPlan();
  plan.scrub(10);
  expect(plan.cursor_s).toBe(0);
  plan.scrub(10);
  expect(plan.cursor_s).toBe(10);
  plan.scrub(-1000);
  expect(plan.cursor_s).toBe(0);
  plan.scrub(10_000);
  expect(plan.cursor_s).toBe(plan.window!.duration_s);
});

test('a pass flown in a window is found there, and nowhere else', async () => {
  const { plan } = await openPlan();
  expect(plan.flownIn(plan.window!).map(({ pass_id }) => pass_id)).toEqual(['2018-09-14-qkd-1']);
  await plan.step(1);
  expect(plan.flownIn(plan.window!)).toEqual([]);
});

test('a dark window goes before a brighter one with more bits', async () => {
  const { plan } = await openPlan();
  const dark = { ...plan.window!, expected: { ...plan.window!.expected, sifted_bits: 10 } };
  const light = { ...plan.window!, dark: false };
  expect(bestWindow({ ...plan.night!, windows: [light, dark] })).toBe(dark);
  expect(bestWindow({ ...plan.night!, windows: [] })).toBeNull();
});

test('the state of a night: flown, next, past, possible or none', async () => {
  const { plan } = await openPlan();
  const window = plan.window!;
  const facts = { window, flown: [], planned: null, too_old: false, now_utc_ms: NOW_UTC_MS, next_window_ms: window.start_utc_ms };
  expect(standing({ ...facts, flown: plan.flownIn(window) })).toEqual(
    { status: 'normal', word: 'processed', pass_id: '2018-09-14-qkd-1' });
  expect(standing(facts).word).toBe('next');
  expect(standing({ ...facts, next_window_ms: null }).word).toBe('candidate');
  expect(standing({ ...facts, too_old: true })).toMatchObject({ status: 'caution', word: 'old elements' });
  expect(standing({ ...facts, now_utc_ms: window.end_utc_ms + 1 }).word).toBe('past, not flown');
  expect(standing({ ...facts, window: { ...window, dark: false } }).word).toBe('twilight');
  expect(standing({ ...facts, window: null }).word).toBe('no window');
});

test('the axes hold every night and every window, on round ticks', async () => {
  const { plan } = await openPlan();
  const [whole, hours] = [nightAxis(plan.rows), windowAxis(plan.rows)];
  expect(hours.to_min - hours.from_min).toBeGreaterThanOrEqual(105);
  for (const { night, windows, sun_down } of plan.rows) {
    const inside = stretch(whole, night, sun_down!)!;
    expect([inside.x, inside.x + inside.width].every((at) => at > 0 && at < 100)).toBe(true);
    for (const window of windows) {
      const bar = stretch(hours, night, window)!;
      expect(bar.x).toBeGreaterThan(5);
      expect(bar.x + bar.width).toBeLessThan(95);
    }
  }
  expect(hours.ticks_min.every((minute) => minute % 15 === 0)).toBe(true);
  expect(stretch(hours, '2018-09-14', { start_utc_ms: 0, end_utc_ms: 1000 })).toBeNull();
  expect(hourLabel(1095, 8, true)).toBe('02:15');
  expect(hourLabel(1440, 0, false)).toBe('00');
});

test('edges and circles are read from the curves, not computed anew', async () => {
  const { plan } = await openPlan();
  const curves = readCurves(plan.curves.value!, ['delingha', 'nanshan'], plan.window!.duration_s);
  expect(curves.t_s[curves.window_from]).toBeCloseTo(0, 0);
  expect(stationAtMask(curves, curves.window_from, [13, 13])).toBe(0);
  expect(stationAtMask(curves, curves.window_to, [13, 13])).toBe(1);
  const rise = groundAtElevation(curves, curves.stations[0]!, 13)!;
  const at = curves.subpoints[curves.window_from]!;
  expect(Math.hypot(rise.latitude_deg - at.latitude_deg, rise.longitude_deg - at.longitude_deg)).toBeLessThan(0.1);
  expect(groundAtElevation(curves, curves.stations[0]!, 89)).toBeNull();
});

// Goal: the choice among the mission's nights is the exact one, of windows that are free, and says how it compares.
import { expect, test } from 'vitest';
import type { ChoiceRequest } from '../../src-contract/choice.ts';
import { GOLDEN_UTC_MS, NEXT_UTC_MS, plannedMission, proposal, proposedGolden, SHIPPED_TLE } from './planned-mission.ts';

const never = new AbortController().signal;
const FORTNIGHT: ChoiceRequest & { among: 'nights' } =
  { among: 'nights', first_night: '2018-09-14', nights: 14, demand_bits: null, by_weather: false, seconds_max: 30 };

async function chosen(mission: ReturnType<typeof plannedMission>, request: ChoiceRequest) {
  const { job_id } = await mission.get('schedule.chooseWindows', request);
  const reply = await mission.jobs.at(-1)!.run(never, () => undefined);
  if (!reply.ok) throw new Error(JSON.stringify(reply.error));
  return mission.get('schedule.readChoice', { job_id });
}

test('without anything in the way every dark window of the fortnight is chosen, as the nights list them', async () => {
  const mission = plannedMission();
  await mission.load(SHIPPED_TLE);
  const choice = await chosen(mission, FORTNIGHT);
  const { nights } = await mission.get('orbit.listNights', { first_night: '2018-09-14', nights: 14 });
  const dark = nights.flatMap(({ windows }) => windows.filter((window) => window.dark));
  expect(choice.chosen.map(({ window_id }) => window_id)).toEqual(dark.map(({ start_utc }) => start_utc));
  const bits = dark.reduce((sum, { expected }) => sum + expected.sifted_bits, 0);
  expect(choice).toMatchObject({ windows: 12, parts: 12, solved_parts: 0, optimality_gap: 0, taken: 0, weighed: 0 });
  expect(choice.value).toBeCloseTo(bits, 6);
  expect(choice.pairs).toEqual([{
    station_ids: ['delingha', 'nanshan'], windows: 12, expected_bits: choice.expected_bits, weight: 1, demand_bits: null,
  }]);
});

test('a station that rests a day is given the best nights, not every night from the first', async () => {
  const mission = plannedMission({ turnaround: { satellite_s: 0, station_s: 86_400 } });
  await mission.load(SHIPPED_TLE);
  const choice = await chosen(mission, FORTNIGHT);
  const starts = choice.chosen.map(({ start_utc_ms }) => start_utc_ms);
  for (const [i, start] of starts.slice(1).entries()) expect(start - choice.chosen[i]!.end_utc_ms).toBeGreaterThanOrEqual(86_400_000);
  expect(choice.optimality_gap).toBe(0);
  expect(choice.value).toBeGreaterThanOrEqual(choice.greedy_value);
});

test('a demand ends the choice early, and no window is flown for nothing', async () => {
  const mission = plannedMission();
  await mission.load(SHIPPED_TLE);
  const all = await chosen(mission, FORTNIGHT);
  const half = await chosen(mission, { ...FORTNIGHT, demand_bits: all.value / 2 });
  expect(half.value).toBeCloseTo(all.value / 2, 6);
  expect(half.chosen.length).toBeLessThan(all.chosen.length);
  const spare = half.expected_bits - half.value;
  expect(Math.min(...half.chosen.map(({ expected_bits }) => expected_bits))).toBeGreaterThan(spare);
});

test('what is on the plan, or in the way of it, or over, is not chosen again', async () => {
  const mission = await proposedGolden({ turnaround: { satellite_s: 0, station_s: 86_400 } });
  await mission.get('schedule.changePass',
    { pass_id: '2018-09-14-1814', version: 1, action: 'approve', who: 'bo', why: 'clear', override_why: null });
  const choice = await chosen(mission, { ...FORTNIGHT, nights: 3 });
  expect(choice.taken).toBe(2); // The golden window, and the next night's, 23.5 hours after it.
  expect(choice.chosen.every(({ start_utc_ms }) => start_utc_ms > NEXT_UTC_MS)).toBe(true);
  mission.clock.utc_ms = NEXT_UTC_MS + 86_400_000 * 20;
  const late = await mission.ask('schedule.chooseWindows', FORTNIGHT);
  expect(late).toMatchObject({ ok: false, error: { type: 'NotPossible', reason: 'NoWindow' } });
});

test('a list of any constellation is chosen from; a cancelled job leaves no choice behind', async () => {
  const mission = plannedMission();
  const window = (window_id: string, start_s: number, expected_bits: number) => ({
    window_id, satellite_id: '799500001', station_ids: ['ngari', 'xinglong'] as [string, string],
    start_utc_ms: GOLDEN_UTC_MS + start_s * 1000, end_utc_ms: GOLDEN_UTC_MS + start_s * 1000 + 100_000, expected_bits,
  });
  const request: ChoiceRequest = {
    among: 'windows', windows: [window('early', 0, 60), window('long', 50, 100), window('late', 160, 70)], demands: [],
    turnaround: { satellite_s: 0, station_s: 30, station_s_by_id: { ngari: 0 } }, seconds_max: 10,
  };
  const choice = await chosen(mission, request);
  expect(choice).toMatchObject({ value: 130, greedy_value: 100, optimality_gap: 0 });
  expect(choice.greedy_gap).toBeCloseTo(30 / 130, 9);
  const { job_id } = await mission.get('schedule.chooseWindows', request);
  expect(await mission.ask('schedule.readChoice', { job_id })).toMatchObject({ ok: false, error: { type: 'NotFound' } });
});

test('two proposals do not come of one choice', async () => {
  const mission = plannedMission();
  await mission.load(SHIPPED_TLE);
  const choice = await chosen(mission, { ...FORTNIGHT, nights: 2 });
  for (const { start_utc_ms } of choice.chosen) await mission.get('schedule.proposePass', proposal(start_utc_ms + 1000));
  expect(await mission.ask('schedule.chooseWindows', { ...FORTNIGHT, nights: 2 })).toMatchObject({ error: { reason: 'NoWindow' } });
});

// Goal: the plan's controllers for sources, sky and choice show what the host says and keep what was there when it fails.
import { expect, test } from 'vitest';
import { Elements } from '../../src-renderer/features/elements/elements.svelte.ts';
import { Schedule } from '../../src-renderer/features/schedule/schedule.svelte.ts';
import { Weather } from '../../src-renderer/features/weather/weather.svelte.ts';
import { JobBoard } from '../../src-renderer/shared/job-board.svelte.ts';
import { createFixtureHost } from './fixture-host.ts';

const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 800);
const WINDOW = { start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 281_300 };

function opened() {
  const host = createFixtureHost();
  const jobs = new JobBoard(host.client);
  host.client.subscribe((event) => { if (event.type === 'job.changed') jobs.accept(event.job); });
  return { host, elements: new Elements(host.client, jobs), schedule: new Schedule(host.client, jobs), weather: new Weather(host.client) };
}

test('a window is compared with the set before the present one, by its edges', async () => {
  const { elements, host } = opened();
  await elements.refresh();
  expect(elements.previous?.element_set_id).toBe('51ddab9901fe');
  await elements.compareAt(WINDOW);
  expect(host.asked.at(-1)).toEqual(['orbit.compareElements', {
    before_set_id: '51ddab9901fe', after_set_id: '9c1f23ab77e2', from_utc_ms: START_UTC_MS, days: 281_300 / 86_400_000 }]);
  expect(elements.since.value).toMatchObject({ start_moved_s: 0.08, end_moved_s: -1.06 });
  await elements.compareAt(null);
  expect(elements.since.value).toBeNull();
});

test('a source is added once, asked as a job, and taken off', async () => {
  const { elements, host } = opened();
  expect(await elements.addSource('https://example.org/a')).toBe(true);
  expect(await elements.addSource('https://example.org/a')).toBe(false);
  expect(elements.source_refusal).toContain('is a source already');
  const [source] = elements.sources.value!;
  await elements.fetchSources(source!.source_id);
  expect(host.asked.at(-1)).toEqual(['elements.fetchSources', { source_id: source!.source_id }]);
  expect(await elements.removeSource(source!.source_id)).toBe(true);
  expect([elements.sources.value, elements.source_refusal]).toEqual([[], null]);
});

test('a night is weighed once both skies are known, and taken back it is unforecast again', async () => {
  const { weather } = opened();
  await weather.show('2018-09-14', 14);
  const sky = (station_id: string, cloud_fraction: number | null) =>
    ({ night: '2018-09-14', station_id, cloud_fraction, confidence: 1, source: 'anna', issued_at_utc_ms: null });
  expect(weather.weighed('2018-09-14', START_UTC_MS)).toBeNull();
  expect(await weather.record([sky('delingha', 0.5), sky('nanshan', 0)])).toBe(true);
  expect(weather.weighed('2018-09-14', weather.of('2018-09-14')!.windows[0]!.start_utc_ms)).toMatchObject({ share: 0.5 });
  await weather.record([sky('delingha', null)]);
  expect(weather.of('2018-09-14')).toMatchObject({ windows: [], stations: [{ forecast: null }, { forecast: { word: 'clear' } }] });
});

test('a file that is refused says line and field, and a failed list keeps the one before', async () => {
  const { weather, host } = opened();
  await weather.show('2018-09-14', 1);
  await weather.take('night,station,cloud_fraction\n2018-09-14,nanshan,40', 'sky.csv');
  expect(weather.refusal).toBe('sky.csv line 2, cloud_fraction: expected a fraction from 0 to 1, not per cent, found 40');
  host.fail('weather.listForecasts', { type: 'Internal', incident_id: 'a1' });
  await weather.refresh();
  expect([weather.view.problem?.includes('a1'), weather.of('2018-09-14')?.night]).toEqual([true, '2018-09-14']);
});

test('a choice is made as a job, read when it is done, and proposed window by window', async () => {
  const { schedule, host } = opened();
  await schedule.refresh();
  await schedule.choose({ first_night: '2018-09-14', nights: 14, demand_bits: null, by_weather: true });
  expect([schedule.choosing?.state, schedule.choice]).toEqual(['running', null]);
  await schedule.readChoice();
  expect(schedule.choice).toMatchObject({ optimality_gap: 0, chosen: [{ window_id: 'w0' }, { window_id: 'w1' }] });
  expect(await schedule.proposeChoice({ who: '', why: '', override_why: null })).toBe(false);
  expect([schedule.refusal, schedule.plan.value]).toEqual(['Say who proposes this pass.', []]);
  expect(await schedule.proposeChoice({ who: 'Anna', why: 'best', override_why: null })).toBe(true);
  expect(schedule.plan.value).toHaveLength(2);
  host.fail('schedule.chooseWindows', { type: 'NotPossible', reason: 'NoWindow', message: 'Nothing to choose from.' });
  await schedule.choose({ first_night: '2018-09-14', nights: 14, demand_bits: null, by_weather: true });
  expect([schedule.choice, schedule.refusal]).toEqual([null, 'Nothing to choose from.']);
});

test('a pass is armed, started and aborted from the console', async () => {
  const { schedule } = opened();
  const said = { who: 'Anna', why: 'clear', override_why: null };
  await schedule.propose(START_UTC_MS, said);
  const pass = () => schedule.passIn(WINDOW)!;
  for (const action of ['approve', 'arm', 'start'] as const) expect(await schedule.change(pass(), action, said)).toBe(true);
  expect([pass().state, pass().actions]).toEqual(['live', ['record', 'abort']]);
  expect(await schedule.change(pass(), 'abort', { ...said, why: ' ' })).toBe(false);
  expect(await schedule.change(pass(), 'abort', said)).toBe(true);
  expect(pass().state).toBe('aborted');
});

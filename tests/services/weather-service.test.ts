// Goal: the sky a person or a service expects is kept with source and time, weighs each window, and is never hidden in it.
import { expect, test } from 'vitest';
import { operations, type InputOf, type OperationName, type OutputOf } from '../../src-contract/operations.ts';
import type { Reply } from '../../src-contract/errors.ts';
import { createWeatherService } from '../../src-main/services/weather-service.ts';
import { createWeatherStore } from '../../src-main/store/weather-store.ts';
import { plannedMission, SHIPPED_TLE } from './planned-mission.ts';

type Entry = InputOf<'weather.recordForecast'>;
const entry = (said: Partial<Entry> = {}): Entry => ({
  night: '2018-09-14', station_id: 'delingha', cloud_fraction: 0.5, confidence: 1, source: 'anna', issued_at_utc_ms: null, ...said,
});

async function weathered() {
  const mission = plannedMission();
  await mission.load(SHIPPED_TLE);
  const { db, log, clock, events, mission_file, orbit } = mission;
  const service = createWeatherService({
    mission: mission_file, forecasts: createWeatherStore(db), log, who: 'ops', now_utc_ms: () => clock.utc_ms,
    publish: (event) => void events.push(event), currentPropagator: orbit.currentPropagator, listNights: orbit.nightsOf,
  });
  async function say<K extends OperationName>(name: K, input: InputOf<K>): Promise<Reply<OutputOf<K>>> {
    const method = name.split('.')[1]! as 'listForecasts';
    const reply = await (service[method] as (given: unknown) => unknown)(operations[name].input.parse(input)) as Reply<OutputOf<K>>;
    return reply.ok ? { ok: true, value: operations[name].output.parse(reply.value) as OutputOf<K> } : reply;
  }
  const night = async (first_night = '2018-09-14') => {
    const reply = await say('weather.listForecasts', { first_night, nights: 1 });
    if (!reply.ok) throw new Error(JSON.stringify(reply.error));
    return reply.value.nights[0]!;
  };
  const take = (text: string) => say('weather.importForecasts', { text, source_name: 'sky.csv' });
  const golden = async () => (await mission.get('orbit.listNights', { first_night: '2018-09-14', nights: 1 })).nights[0]!.windows[0]!;
  return { ...mission, say, night, take, golden, service };
}

test('a night nobody has spoken of has no forecast; one station alone weighs nothing; both weigh the window', async () => {
  const { say, night, golden, service, events, log } = await weathered();
  expect(await night()).toMatchObject({ stations: [{ id: 'delingha', forecast: null }, { id: 'nanshan', forecast: null }], windows: [] });
  await say('weather.recordForecast', entry());
  expect((await night()).windows).toEqual([]);
  await say('weather.recordForecast', entry({ station_id: 'nanshan', cloud_fraction: 0 }));
  const { stations, windows: [weighed] } = await night();
  expect(stations.map(({ forecast }) => forecast?.word)).toEqual(['scattered', 'clear']);
  expect(stations[0]!.forecast).toMatchObject({ cloud_fraction: 0.5, source: 'anna', entered_by: 'ops' });
  const clear = (await golden()).expected.sifted_bits;
  expect(weighed!.sifted_bits).toBeCloseTo(clear * weighed!.share, 1);
  expect(weighed!.share).toBeGreaterThan(0.3);
  expect(weighed!.share).toBeLessThan(11 / 16); // Straight above at best, and the pass never stands there.
  expect(weighed!.stations[1]).toEqual({ id: 'nanshan', clear_probability: 1 });
  expect(service.weighedBits('2018-09-14', await golden())).toBe(weighed!.sifted_bits);
  expect((await golden()).expected.sifted_bits).toBe(clear); // The clear value stays what it was.
  expect(events.filter(({ type }) => type === 'weather.changed')).toHaveLength(2);
  expect(log.listOf('2018-09-14 delingha')).toHaveLength(1);
});

test('less confidence draws the expectation to what an unknown sky would give', async () => {
  const { say, night } = await weathered();
  const shares: number[] = [];
  for (const confidence of [1, 0.5, 0]) {
    for (const station_id of ['delingha', 'nanshan']) {
      await say('weather.recordForecast', entry({ station_id, cloud_fraction: 0, confidence }));
    }
    shares.push((await night()).windows[0]!.share);
  }
  expect(shares[0]).toBe(1);
  expect(shares[1]).toBeLessThan(1);
  expect(shares[2]).toBeLessThan(shares[1]!);
  expect(shares[2]).toBeGreaterThan(0.1);
});

test('the word issued last counts, said twice it is kept once, and it can be taken back', async () => {
  const { say, night, take, clock, db } = await weathered();
  await say('weather.recordForecast', entry({ cloud_fraction: 0.9, issued_at_utc_ms: clock.utc_ms - 3_600_000 }));
  await say('weather.recordForecast', entry({ cloud_fraction: 0.9, issued_at_utc_ms: clock.utc_ms - 3_600_000 }));
  expect(db.prepare('SELECT count(*) FROM sky_forecast').pluck().get()).toBe(1);
  await take('night,station,cloud_fraction,issued_utc\n2018-09-14,delingha,0.1,2018-09-13T12:00:00Z\n');
  expect((await night()).stations[0]!.forecast).toMatchObject({ cloud_fraction: 0.9 });
  clock.utc_ms += 60_000;
  await say('weather.recordForecast', entry({ cloud_fraction: null }));
  expect((await night()).stations[0]!.forecast).toBeNull();
});

test('CSV and JSON carry the same forecasts, with their source or the file’s name', async () => {
  const { take, night } = await weathered();
  const csv = '# of noon\nnight,station,cloud_fraction,confidence,issued_utc,source\n'
    + '2018-09-15,delingha,0.2,0.7,2018-09-14T12:00:00Z,model\n'
    + '2018-09-15,nanshan,1,,,\n';
  expect(await take(csv)).toEqual({ ok: true, value: { imported: 2, nights: 1, already_known: 0 } });
  const { stations } = await night('2018-09-15');
  expect(stations.map(({ forecast }) => forecast)).toMatchObject([
    { cloud_fraction: 0.2, confidence: 0.7, source: 'model', issued_at_utc_ms: Date.UTC(2018, 8, 14, 12), word: 'few' },
    { cloud_fraction: 1, confidence: 1, source: 'sky.csv', issued_at_utc_ms: null, word: 'overcast' },
  ]);
  const json = JSON.stringify({ forecasts: [
    { night: '2018-09-15', station: 'delingha', cloud_fraction: 0.2, confidence: 0.7, issued_utc: '2018-09-14T12:00:00Z', source: 'model' },
  ] });
  expect(await take(json)).toEqual({ ok: true, value: { imported: 0, nights: 1, already_known: 1 } });
});

test.each([
  ['per cent', 'night,station,cloud_fraction\n2018-09-14,nanshan,40', /line 2, cloud_fraction.*from 0 to 1, not per cent, found 40/],
  ['a word', 'night,station,cloud_fraction\n2018-09-14,nanshan,clear', /line 2, cloud_fraction.*found clear/],
  ['an unknown station', 'night,station,cloud_fraction\n\n2018-09-14,xinglong,0.4', /line 3, station.*delingha or nanshan, found xinglong/],
  ['no such night', 'night,station,cloud_fraction\n2018-02-30,nanshan,0.4', /2018-02-30/],
  ['a value too few', 'night,station,cloud_fraction\n2018-09-14,nanshan', /line 2.*expected 3 values/],
  ['no cloud column', 'night,station,sky\n', /line 1.*lacks cloud_fraction/],
  ['an unknown column', 'night,station,cloud_fraction,wind\n2018-09-14,nanshan,0.4,3', /line 2, wind.*unknown field/],
  ['a night twice', 'night,station,cloud_fraction\n2018-09-14,nanshan,0\n2018-09-14,nanshan,1', /line 3.*stands twice/],
  ['local time', 'night,station,cloud_fraction,issued_utc\n2018-09-14,nanshan,0,noon', /line 2, issued_utc/],
  ['broken JSON', '[{"night": ]', /sky\.csv:1:\d+/],
  ['a number in a list', '[1]', /forecast 1/],
  ['a heading alone', 'night,station,cloud_fraction\n', /holds no forecast/],
])('%s is refused with its line and field, and nothing of the file is kept', async (_case, text, words) => {
  const { take, db } = await weathered();
  const reply = await take(text);
  expect(reply).toMatchObject({ ok: false, error: { type: 'InvalidFile' } });
  expect(JSON.stringify(reply)).toMatch(words);
  expect(db.prepare('SELECT count(*) FROM sky_forecast').pluck().get()).toBe(0);
});

test('a station of no mission cannot be spoken of', async () => {
  const { say } = await weathered();
  expect(await say('weather.recordForecast', entry({ station_id: 'xinglong' })))
    .toEqual({ ok: false, error: { type: 'NotFound', what: 'station', id: 'xinglong' } });
});

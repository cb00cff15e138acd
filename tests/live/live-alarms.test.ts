// Goal: what stations say of a pass that flies becomes an alarm over the whole path, wire, recorder, host; and a good pass none.
import { expect, test } from 'vitest';
import { ownFolder } from '../store/pass-fixture.ts';
import { approvedPass, flyPair, liveConsole, recordedPair } from './live-console.ts';

test('light on a detector in one message: told, sounds, stands in the log, latches when it is taken', { timeout: 300_000 }, async () => {
  const pair = await recordedPair({ seconds: 20, start_utc_ms: Date.UTC(2018, 8, 14, 18, 16, 10) });
  const console_ = await liveConsole(ownFolder());
  const { call, until } = console_;
  const ready = await until(({ recorder }) => recorder.state === 'ready', 'ready');
  const pass_id = await approvedPass(console_);
  await call('live.directPass', { action: 'start', pass_id, who: 'Wang', mode: 'qkd' });
  const blinded = { ...pair[0], says: (t_s: number, { detectors }: { detectors: { anode_v_max: number }[] }) =>
    (t_s === 12 ? { detectors: detectors.map((one, i) => (i === 1 ? { ...one, anode_v_max: 1.31 } : one)) as never } : {}) };
  const stations = await flyPair([blinded, pair[1]], { url: ready.recorder.broker.url, pass_id, speed: 4 });
  await until(({ pass }) => pass!.stations.every(({ completeness: { telemetry } }) => telemetry >= 16), 'half flown');
  expect((await call('alarms.listAlarms', {})).alarms).toEqual([]);
  const told = await until(({ pass }) => pass!.events.some(({ source }) => source === 'alarm'), 'told');
  const TEXT = 'Delingha B4973 (V) anode 1.31 V, limit 1.20 V';
  const lines = told.pass!.events.filter(({ source }) => source === 'alarm');
  expect(lines.at(-1)).toMatchObject({ severity: 'critical', station: 'delingha', text: TEXT });
  await Promise.all(stations.map(({ flown }) => flown));
  const { alarms: [alarm, ...others], sounding } = await call('alarms.listAlarms', {});
  expect(others).toEqual([]);
  expect(sounding).toBe(true);
  expect(alarm).toMatchObject({
    alarm_id: 'delingha:blinding:b4973', state: 'returned', priority: 'critical', pass_id, text: TEXT, occurrences: 1, latching: true,
    raised_at_utc_ms: Math.floor(pair[0].origin_utc_ms + 12_000),
  });
  await call('alarms.handleAlarm', { action: 'acknowledge', alarm_ids: [alarm!.alarm_id], who: 'Wang' });
  expect((await call('alarms.listAlarms', {})).alarms).toMatchObject([{ state: 'latched' }]);
  const { pass } = await call('live.readLive', {});
  expect(pass!.events.find(({ source, who }) => source === 'alarm' && who === 'Wang')?.text).toContain('acknowledged: ');
});

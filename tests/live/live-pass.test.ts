// Goal: a planned pass is recorded from two stations on the wire, counted while it flies, and ends as an archived, processed pass.
import { expect, test } from 'vitest';
import { decodeFrame } from '../../src-contract/frames.ts';
import { ownFolder } from '../store/pass-fixture.ts';
import { approvedPass, flyPair, liveConsole, recordedPair } from './live-console.ts';

const PASS_S = 40;

const NAME = 'a pass is flown, watched, stopped, archived and processed; what was counted live is what the archive finds';

test(NAME, { timeout: 300_000 }, async () => {
  const pair = await recordedPair({ seconds: PASS_S, start_utc_ms: Date.UTC(2018, 8, 14, 18, 16, 10) });
  const console_ = await liveConsole(ownFolder());
  const { call, until } = console_;
  const ready = await until(({ recorder }) => recorder.state === 'ready', 'ready');
  expect(ready.pass).toBeNull();
  const pass_id = await approvedPass(console_);
  await call('live.directPass', { action: 'start', pass_id, who: 'Wang', mode: 'qkd' });
  await until(({ pass }) => pass !== null && pass.stations.every(({ link }) => link === 'never-heard'), 'waiting for stations');
  const stations = await flyPair(pair, { url: ready.recorder.broker.url, pass_id, speed: 8 });
  const seen = await until(({ pass }) => pass?.pair.lock.state === 'locked' &&
    pass.stations.every(({ telemetry }) => telemetry !== null), 'locked');
  expect(seen.recorder.state).toBe('recording');
  expect(seen.pass).toMatchObject({ phase: 'window' });
  await Promise.all(stations.map(({ flown }) => flown));
  const nearly_over_utc_ms = Date.UTC(2018, 8, 14, 18, 16, 10) + (PASS_S - 2) * 1000;
  const whole = await until(({ pass }) => (pass?.pair.counted_through_utc_ms ?? 0) > nearly_over_utc_ms, 'counted');
  expect(whole.pass!.stations.map(({ completeness }) => [completeness.batches, completeness.missing]))
    .toEqual(pair.map(({ batches }) => [batches.length, 0]));
  const plan = decodeFrame(await call('live.readPlan', { pass_id }));
  expect(plan.columns.map(({ name }) => name)).toContain('pair.rate_hz');
  await call('live.directPass', { action: 'note', pass_id, who: 'Wang', text: 'clear sky' });
  const ended = await call('live.directPass', { action: 'stop', pass_id, who: 'Wang' });
  expect(ended.pass).toMatchObject({ phase: 'done' });
  let found = (await call('archive.listPasses', {})).passes[0];
  for (let i = 0; i < 600 && found?.state !== 'processed' && found?.failure == null; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    found = (await call('archive.listPasses', {})).passes[0];
  }
  expect(found).toMatchObject({ pass_id, state: 'processed', mode: 'qkd', failure: null });
  expect((await call('schedule.listPasses', {})).passes[0]).toMatchObject({ pass_id, state: 'processed' });
  expect((await call('alarms.listAlarms', {})).alarms).toEqual([]);
  const counted = ended.pass!.pair;
  expect(Math.abs(counted.coincidences - found!.coincidences!)).toBeLessThanOrEqual(4);
  expect(Math.abs(counted.sifted_bits - found!.sifted_bits!)).toBeLessThanOrEqual(4);
  expect((await call('archive.verifyPass', { pass_id })).intact).toBe(true);
});

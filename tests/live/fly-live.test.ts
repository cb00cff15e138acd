// Goal: a planned pass of the demo is flown live from one order, without another touch: acquired, counted, sealed, processed.
import { expect, test } from 'vitest';
import { ownFolder } from '../store/pass-fixture.ts';
import { approvedPass, liveConsole } from './live-console.ts';

const flight = { scenario: 'clean', speed: 60, lead_s: 60, mode: 'qkd', seed: 5, who: 'Wang' } as const;

test('from planned to processed at 60x, and what was counted live is what the archive finds', { timeout: 400_000 }, async () => {
  const console_ = await liveConsole(ownFolder());
  const { call, until } = console_;
  await until(({ recorder }) => recorder.state === 'ready', 'ready');
  const pass_id = await approvedPass(console_);
  const { job_id } = await call('simulator.flyLive', { ...flight, pass_id });
  const begun = await until(({ pass }) => pass !== null, 'begun');
  expect(begun.pass).toMatchObject({ pass_id, simulated: true });
  await until(({ pass }) => pass?.pair.lock.state === 'locked', 'locked');
  const ended = await until(({ pass }) => pass?.phase === 'done', 'done by itself');
  for (const { completeness } of ended.pass!.stations) expect(completeness).toMatchObject({ missing: 0, seconds_complete: 1 });
  let found = (await call('archive.listPasses', {})).passes[0];
  for (let i = 0; i < 900 && found?.state !== 'processed' && found?.failure == null; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    found = (await call('archive.listPasses', {})).passes[0];
  }
  expect(found).toMatchObject({ pass_id, state: 'processed', mode: 'qkd', failure: null });
  expect(Math.abs(ended.pass!.pair.sifted_bits - found!.sifted_bits!)).toBeLessThanOrEqual(4);
  expect(found!.qber!).toBeLessThan(0.08);
  expect((await call('jobs.listJobs', {})).jobs.find((job) => job.job_id === job_id)).toMatchObject({ state: 'done', pass_id });
});

test('what is not there is refused, with what to do', { timeout: 120_000 }, async () => {
  const console_ = await liveConsole(ownFolder());
  const { refusal, until, call } = console_;
  await until(({ recorder }) => recorder.state === 'ready', 'ready');
  expect(await refusal('simulator.flyLive', { ...flight, pass_id: '2018-09-14-1814' })).toContain('planned pass');
  const pass_id = await approvedPass(console_);
  expect(await refusal('simulator.flyLive', { ...flight, pass_id, scenario: 'snow' })).toContain('snow');
  const { scenarios } = await call('simulator.listScenarios', {});
  expect([scenarios.length, scenarios[0]?.name]).toEqual([12, 'clean']);
});

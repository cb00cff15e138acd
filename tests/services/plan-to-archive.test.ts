// Goal: one pass from proposal to archive on a real host: flown on the simulator, imported, processed, verified.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Reply } from '../../src-contract/errors.ts';
import type { InputOf, OperationName, OutputOf } from '../../src-contract/operations.ts';
import { composeHost } from '../../src-main/compose.ts';
import { GOLDEN_UTC_MS } from './planned-mission.ts';

const ID = '2018-09-14-1814';

test('a planned pass follows its recordings all the way', { timeout: 300_000 }, async () => {
  const mission_directory = mkdtempSync(join(tmpdir(), 'twinpass-plan-'));
  onTestFinished(() => rmSync(mission_directory, { recursive: true, force: true }));
  const composed = await composeHost({ mission_file: 'missions/micius.json', mission_directory, demo: true });
  if (!composed.ok) throw new Error(JSON.stringify(composed.error));
  const host = composed.value;
  onTestFinished(() => host.close());
  const get = async <K extends OperationName>(name: K, input: InputOf<K>): Promise<OutputOf<K>> => {
    const reply = await host.dispatch(name, input) as Reply<OutputOf<K>>;
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
    return reply.value;
  };
  const said = { who: 'anna', why: 'first night', override_why: null };
  await get('schedule.proposePass', { start_utc_ms: GOLDEN_UTC_MS, ...said });
  await get('schedule.changePass', { pass_id: ID, version: 1, action: 'approve', ...said });
  const ended = Promise.withResolvers<string | null>();
  host.events.subscribe((event) => {
    if (event.type === 'job.changed' && event.job.state !== 'running') ended.resolve(event.job.pass_id);
  });
  await get('simulator.flyPass', { start_utc_ms: GOLDEN_UTC_MS, mode: 'qkd', seed: 7 });
  const pass_id = await ended.promise;
  const planned = async () => (await get('schedule.listPasses', {})).passes;
  expect(await planned()).toMatchObject([{ pass_id: ID, state: 'processed', version: 4, recordings: [pass_id] }]);
  expect(await get('archive.verifyPass', { pass_id: pass_id! })).toMatchObject({ intact: true });
  expect(await planned()).toMatchObject([{ state: 'archived', version: 5 }]);
});

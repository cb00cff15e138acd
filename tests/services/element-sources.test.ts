// Goal: elements come by themselves, politely, from addresses and folders; what fails leaves the good set in use.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { operations, type InputOf, type OperationName, type OutputOf } from '../../src-contract/operations.ts';
import type { Reply } from '../../src-contract/errors.ts';
import { fetchText } from '../../src-main/gateway/element-feed/fetch-text.ts';
import { createElementSources } from '../../src-main/services/element-sources.ts';
import type { Job } from '../../src-main/services/job-service.ts';
import { createSourceStore } from '../../src-main/store/source-store.ts';
import { conditional, startElementServer } from '../support/element-server.ts';
import { movedTle, plannedMission, SHIPPED_TLE } from './planned-mission.ts';

const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

function sourcedMission() {
  const mission = plannedMission();
  const { db, clock, log, events, get } = mission;
  let ids = 0;
  const jobs: Job[] = [];
  /** As after a restart: nothing but the database is left. */
  const start = () => createElementSources({
    sources: createSourceStore(db), log, who: 'ops', now_utc_ms: () => clock.utc_ms,
    wall_utc_ms: Date.now, nextSourceId: () => `source-0000000${++ids}`,
    publish: (event) => void events.push(event), startJob: (job) => `job-${jobs.push(job)}000`, fetchText,
    take: (text, source_name) => mission.ask('orbit.importElements', { text, source_name }),
  });
  let service = start();
  const restart = () => { service = start(); };
  async function ask<K extends OperationName>(name: K, input: InputOf<K>): Promise<Reply<OutputOf<K>>> {
    const method = name.split('.')[1]! as keyof typeof service;
    const reply = await (service[method] as (given: unknown) => unknown)(operations[name].input.parse(input)) as Reply<OutputOf<K>>;
    return reply.ok ? { ok: true, value: operations[name].output.parse(reply.value) as OutputOf<K> } : reply;
  }
  const list = async () => {
    const reply = await ask('elements.listSources', {});
    return reply.ok ? reply.value.sources : [];
  };
  const add = (address: string) => ask('elements.addSource', { address });
  /** Looks by hand, and what the job ended with. */
  const look = async (source_id: string | null = null) => {
    const started = await ask('elements.fetchSources', { source_id });
    return started.ok ? jobs.at(-1)!.run(never, () => undefined) : started;
  };
  const watch = () => service.watch(never);
  const sets = async () => (await get('orbit.listElements', {})).sets;
  return { ...mission, ask, list, add, look, watch, sets, restart };
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file that has lain there for a while. */
function settled(path: string, text: string): void {
  writeFileSync(path, text);
  const before = new Date(Date.now() - 60_000);
  utimesSync(path, before, before);
}

test('an address is asked, its set taken with where and when it came from, and asked conditionally after', async () => {
  const server = await startElementServer(conditional(SHIPPED_TLE, '"v1"'));
  const { add, look, list, sets, clock, log } = sourcedMission();
  expect(await add(`${server.url}/41731.tle`)).toMatchObject({ ok: true, value: { kind: 'url', outcome: 'never', asked_today: 0 } });
  expect(await look()).toMatchObject({ ok: true });
  expect(await sets()).toMatchObject([{ source_name: `${server.url}/41731.tle`, imported_at_utc_ms: clock.utc_ms, current: true }]);
  expect(await list()).toMatchObject([{ outcome: 'new', imported: 1, message: '1 new set.', asked_today: 1 }]);
  clock.utc_ms += HOUR_MS;
  await look();
  expect(server.asked[1]).toMatchObject({ 'if-none-match': '"v1"' });
  expect(await list()).toMatchObject([{ outcome: 'unchanged', imported: 0, message: 'Nothing new.', good_at_utc_ms: clock.utc_ms }]);
  clock.utc_ms += HOUR_MS;
  await look(); // The validators outlive an answer that carried no text.
  expect(server.asked[2]).toMatchObject({ 'if-none-match': '"v1"' });
  expect(log.listOf('source-00000001').map(({ action }) => action)).toEqual(['elements.addSource']);
});

test('four questions a day and no fifth: not after a restart, nor when the source is taken off and put back', async () => {
  const server = await startElementServer((_request, response) => void response.end(SHIPPED_TLE));
  const { add, look, list, ask, clock, restart } = sourcedMission();
  await add(server.url);
  for (let i = 0; i < 4; i += 1) {
    expect(await look()).toMatchObject({ ok: true });
    clock.utc_ms += HOUR_MS;
    restart();
  }
  const first_utc_ms = clock.utc_ms - 4 * HOUR_MS;
  expect(await list()).toMatchObject([{ asked_today: 4, allowed_at_utc_ms: first_utc_ms + 24 * HOUR_MS }]);
  const refusal = await look();
  expect(refusal).toMatchObject({ ok: false, error: { type: 'Refused' } });
  expect(JSON.stringify(refusal)).toContain('again at 2018-09-15 16:00 Z');
  await ask('elements.removeSource', { source_id: 'source-00000001' });
  await add(server.url);
  expect(await look()).toMatchObject({ ok: false, error: { type: 'Refused' } });
  expect(server.asked).toHaveLength(4);
  clock.utc_ms = first_utc_ms + 24 * HOUR_MS;
  expect(await look()).toMatchObject({ ok: true });
});

test('two consoles on one mission do not both take the last question', async () => {
  const server = await startElementServer((_request, response) => void response.end(SHIPPED_TLE));
  const { add, look } = sourcedMission();
  await add(server.url);
  const replies = await Promise.all(Array.from({ length: 6 }, () => look()));
  expect(replies.filter(({ ok }) => ok)).toHaveLength(4);
  expect(server.asked).toHaveLength(4);
});

test('offline the last good set stays in use, and the error says when it is tried again', async () => {
  const server = await startElementServer(conditional(SHIPPED_TLE, '"v1"'));
  const { add, look, list, sets, clock } = sourcedMission();
  await add(server.url);
  await look();
  await server.stop();
  clock.utc_ms += 8 * HOUR_MS;
  expect(await look()).toMatchObject({ ok: false, error: { type: 'NotPossible', reason: 'Unreachable' } });
  expect(await sets()).toMatchObject([{ current: true }]);
  const [source] = await list();
  expect(source).toMatchObject({ outcome: 'failed', tried_at_utc_ms: clock.utc_ms, good_at_utc_ms: clock.utc_ms - 8 * HOUR_MS });
  expect(source!.message).toMatch(/cannot be reached \([A-Z_]+\)\. The sets of before stay in use; tried again at 2018-09-15 08:00 Z\.$/);
});

test('a set that is no set is refused with its line, keeps no validator, and is asked for whole the next time', async () => {
  const server = await startElementServer(conditional(`${SHIPPED_TLE.slice(0, -4)}\n`, '"broken"'));
  const { add, look, list, sets, clock } = sourcedMission();
  await add(server.url);
  expect(await look()).toMatchObject({ ok: false, error: { type: 'InvalidFile' } });
  expect((await list())[0]!.message).toMatch(/line 3 column \d+: expected/);
  expect(await sets()).toEqual([]);
  server.answer = conditional(SHIPPED_TLE, '"mended"');
  clock.utc_ms += HOUR_MS;
  await look();
  expect(server.asked[1]).not.toHaveProperty('if-none-match');
  expect(await sets()).toHaveLength(1);
});

test('a busy server is left alone for as long as it asks', async () => {
  const server = await startElementServer((_request, response) => void response.writeHead(429, { 'retry-after': '7200' }).end());
  const { add, look, list, clock } = sourcedMission();
  await add(server.url);
  expect(await look()).toMatchObject({ ok: false, error: { reason: 'Busy' } });
  expect(await list()).toMatchObject([{ allowed_at_utc_ms: clock.utc_ms + 2 * HOUR_MS }]);
  expect(await look()).toMatchObject({ ok: false, error: { type: 'Refused' } });
  expect(server.asked).toHaveLength(1);
});

test('a console that stays asks every eight hours by itself and looks into folders all the time', async () => {
  const server = await startElementServer(conditional(SHIPPED_TLE, '"v1"'));
  const folder = ownFolder();
  const { add, watch, list, sets, clock, events } = sourcedMission();
  await add(server.url);
  await add(folder);
  await watch();
  await watch();
  expect(server.asked).toHaveLength(1);
  clock.utc_ms += 8 * HOUR_MS;
  await watch();
  expect(server.asked).toHaveLength(2);
  settled(join(folder, 'later.tle'), movedTle({ epoch_days: 0.5 }));
  settled(join(folder, 'notes.md'), 'no elements');
  await watch();
  expect(await sets()).toMatchObject([{ source_name: join(folder, 'later.tle'), current: true }, { current: false }]);
  expect((await list())[1]).toMatchObject({ kind: 'folder', outcome: 'new', imported: 1, message: '1 new sets from 1 files' });
  const told = events.length;
  await watch();
  expect(events).toHaveLength(told);
});

test('a bad file in a folder is named with its line, the good one beside it is taken, and mending it is enough', async () => {
  const folder = ownFolder();
  const { add, look, list, sets } = sourcedMission();
  await add(folder);
  settled(join(folder, 'bad.tle'), SHIPPED_TLE.replace('97.3', '97,3'));
  settled(join(folder, 'good.tle'), SHIPPED_TLE);
  await look();
  expect(await sets()).toHaveLength(1);
  expect((await list())[0]!.message).toMatch(/bad\.tle line 3 column 9: expected inclination.*What is good in the folder was taken\.$/s);
  writeFileSync(join(folder, 'bad.tle'), movedTle({ epoch_days: 0.25 }));
  await look();
  expect(await list()).toMatchObject([{ outcome: 'new', imported: 1 }]);
});

test('a file that is still being written is left for the next look', async () => {
  const folder = ownFolder();
  const { add, watch, sets } = sourcedMission();
  await add(folder);
  writeFileSync(join(folder, 'half.tle'), SHIPPED_TLE.slice(0, 80));
  await watch();
  expect(await sets()).toEqual([]);
  settled(join(folder, 'half.tle'), SHIPPED_TLE);
  await watch();
  expect(await sets()).toHaveLength(1);
});

test.each([
  ['ftp://example.org/41731.tle', 'ftp: is not fetched'],
  ['https://anna:secret@example.org/', 'would stand in the log'],
  ['incoming', 'the whole path of a folder'],
  ['/no/such/folder', 'is no folder'],
])('%s is refused as a source', async (address, words) => {
  const { add, list } = sourcedMission();
  const reply = await add(address);
  expect(reply).toMatchObject({ ok: false, error: { type: 'InvalidInput' } });
  expect(JSON.stringify(reply)).toContain(words);
  expect(await list()).toEqual([]);
});

test('a source is added once; one that nobody added cannot be asked or removed', async () => {
  const { add, look, ask } = sourcedMission();
  expect(await look()).toMatchObject({ ok: false, error: { type: 'Refused' } });
  await add('https://example.org/a');
  expect(await add('https://example.org/a')).toMatchObject({ ok: false, error: { type: 'Refused' } });
  const missing = { ok: false, error: { type: 'NotFound', what: 'source of elements', id: 'source-0badf00d' } };
  expect(await look('source-0badf00d')).toEqual(missing);
  expect(await ask('elements.removeSource', { source_id: 'source-0badf00d' })).toEqual(missing);
});

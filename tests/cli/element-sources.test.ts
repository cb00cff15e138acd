// Goal: at a shell, elements come from an address and a folder, politely, and every failure has its exit code.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../src-contract/operations.ts';
import { conditional, startElementServer } from '../support/element-server.ts';
import { SHIPPED_TLE } from '../services/planned-mission.ts';
import { liveIn, ownFolder, spawnTwinpass, twinpass, twinpassJson } from './stranger.ts';

type Listed = OutputOf<'elements.listSources'>;

function ownMission() {
  const folder = ownFolder();
  liveIn(folder);
  const place = ['--mission', join(folder, 'mission')];
  const run = (...argv: string[]) => twinpass(['elements', ...argv, ...place]);
  const json = <T>(...argv: string[]) => twinpassJson<T>(['elements', ...argv, ...place]);
  return { folder, place, run, json };
}

test('an address is added, asked four times, and the fifth question is refused across processes', { timeout: 60_000 }, async () => {
  const server = await startElementServer(conditional(SHIPPED_TLE, '"v1"'));
  const { run, json, place } = ownMission();
  expect((await run('add-source', server.url)).exit_code).toBe(0);
  expect(await json<Listed>('fetch')).toMatchObject({ sources: [{ outcome: 'new', imported: 1, asked_today: 1 }] });
  for (let i = 0; i < 3; i += 1) {
    const told = await spawnTwinpass(['elements', 'fetch', server.url, ...place, '--json']).ended;
    expect(JSON.parse(told.stdout)).toMatchObject({ sources: [{ outcome: 'unchanged', asked_today: i + 2 }] });
  }
  const fifth = await run('fetch');
  expect(fifth.exit_code).toBe(5);
  expect(fifth.stderr).toMatch(/was asked 4 times in 24 hours, or wants to rest: again at 20\d\d-/);
  expect(server.asked).toHaveLength(4);
  expect((await json<OutputOf<'orbit.listElements'>>('list')).sets).toMatchObject([{ source_name: `${server.url}/` }]);
});

test('a server that is gone ends with 4, a text that is no set with 3, and both leave what was there', async () => {
  const server = await startElementServer(conditional(SHIPPED_TLE, '"v1"'));
  const { run, json } = ownMission();
  await run('add-source', server.url);
  await run('fetch');
  server.answer = (_request, response) => void response.end('<html>maintenance</html>');
  const page = await run('fetch');
  expect([page.exit_code, page.stderr]).toEqual([3, expect.stringMatching(/http:\/\/127/)]);
  await server.stop();
  const gone = await run('fetch');
  expect([gone.exit_code, gone.stderr]).toEqual([4, expect.stringContaining('cannot be reached')]);
  expect(gone.stdout).toContain('The sets of before stay in use; tried again at');
  expect((await json<OutputOf<'orbit.listElements'>>('list')).sets).toHaveLength(1);
});

test('a folder is named as a person names it, and looked into on request', async () => {
  const { folder, run, json } = ownMission();
  const incoming = join(folder, 'incoming');
  mkdirSync(incoming);
  copyFileSync('missions/micius-2018-09-15.tle', join(incoming, 'set.tle'));
  expect(await json('add-source', incoming)).toMatchObject({ kind: 'folder', address: incoming });
  expect(await json<Listed>('fetch', incoming)).toMatchObject({ sources: [{ outcome: 'new', imported: 1 }] });
  expect((await run('remove-source', incoming)).exit_code).toBe(0);
  expect(await json<Listed>('sources')).toEqual({ sources: [] });
});

test.each([
  [['add-source', 'ftp://example.org/'], 2, 'ftp: is not fetched'],
  [['add-source', '/no/such/folder'], 2, 'is no folder'],
  [['fetch'], 5, 'add an address or a folder first'],
  [['fetch', 'source-0badf00d'], 3, 'no source source-0badf00d'],
  [['watch'], 4, 'no source to watch'],
])('%j ends with %i', async (argv, exit_code, words) => {
  const { run, place } = ownMission();
  await twinpass(['elements', 'import', 'missions/micius-2018-09-15.tle', ...place]);
  const told = await run(...argv);
  expect([told.exit_code, told.stderr]).toEqual([exit_code, expect.stringContaining(words)]);
});

test('watch asks at once, tells what came, and stops cleanly', { timeout: 60_000 }, async () => {
  const server = await startElementServer(conditional(SHIPPED_TLE, '"v1"'));
  const { run, place } = ownMission();
  await run('add-source', server.url);
  const watching = spawnTwinpass(['elements', 'watch', ...place]);
  await expect.poll(() => server.asked.length, { timeout: 30_000 }).toBe(1);
  await expect.poll(async () => (await run('list')).stdout, { timeout: 30_000 }).toContain('(current)');
  watching.child.kill('SIGINT');
  expect((await watching.ended).exit_code).toBe(0);
});

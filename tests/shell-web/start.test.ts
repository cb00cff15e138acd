// Goal: a console that cannot start says what to do about it, and leaves nothing running.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStale } from '../../src-main/shell-web/freshness.ts';
import { startWebConsole, type WebConsole } from '../../src-main/shell-web/start.ts';

let folder = '';
const consoles: WebConsole[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinpass-start-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
});
afterEach(async () => {
  await Promise.all(consoles.splice(0).map((started) => started.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: { port?: number; renderer_directory?: string } = {}) {
  const started = await startWebConsole({
    mission_file: 'missions/micius.json', mission_directory: join(folder, 'mission'), demo: true,
    port: 0, renderer_directory: folder, ...options,
  });
  if (started.ok) consoles.push(started.value);
  return started;
}

test('it serves its page and answers with the token of its own address', async () => {
  const started = await start();
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  const { origin, hash } = new URL(started.value.url);
  expect((await fetch(origin)).status).toBe(200);
  const response = await fetch(`${origin}/operations/mission.readClock`, {
    method: 'POST', body: '{}',
    headers: { authorization: `Bearer ${hash.slice('#token='.length)}`, 'content-type': 'application/json' },
  });
  expect(await response.json()).toMatchObject({ ok: true });
});

test('a taken port is named, with the way out', async () => {
  const first = await start();
  if (!first.ok) throw new Error(JSON.stringify(first.error));
  const port = Number(new URL(first.value.url).port);
  const second = await start({ port });
  expect(second).toMatchObject({ ok: false, error: { type: 'Refused' } });
  expect(JSON.stringify(second)).toContain(`Port ${port} is taken`);
  expect(JSON.stringify(second)).toContain('--port');
});

test('pages that were never built are named, with the command that builds them', async () => {
  const started = await start({ renderer_directory: join(folder, 'none') });
  expect(JSON.stringify(started)).toContain('npm run build:renderer');
});

test('what is built is stale when missing, older than a source, or when a source was removed', () => {
  const source = join(folder, 'src');
  const built = join(folder, 'built.html');
  mkdirSync(join(source, 'deep'), { recursive: true });
  writeFileSync(join(source, 'deep', 'a.ts'), '');
  const at = (path: string, seconds: number) => utimesSync(path, seconds, seconds);
  const age = () => [join(source, 'deep', 'a.ts'), join(source, 'deep'), source].forEach((path) => at(path, 1000));
  expect(isStale(built, [source])).toBe(true);
  writeFileSync(built, '');
  at(built, 2000);
  age();
  expect(isStale(built, [source, join(folder, 'absent')])).toBe(false);
  at(join(source, 'deep', 'a.ts'), 2001);
  expect(isStale(built, [source])).toBe(true);
  age();
  at(join(source, 'deep'), 2001);
  expect(isStale(built, [source])).toBe(true);
});

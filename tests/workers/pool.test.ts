// Goal: a worker answers, reports, stops when asked or is stopped, and its death is an error and not a hang.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkerPool, type WorkerPool, type WorkerPoolDeps } from '../../src-main/workers/pool.ts';

const MISBEHAVING = new URL('./fixtures/misbehaving-worker.ts', import.meta.url);

let folder = '';
let incidents: unknown[] = [];
const pools: WorkerPool[] = [];

function setupPool(deps: Partial<WorkerPoolDeps> = {}): WorkerPool {
  const pool = createWorkerPool({ reportIncident: (cause) => `incident-${incidents.push(cause)}`, ...deps });
  pools.push(pool);
  return pool;
}

function writeFileOf(bytes: number): { path: string; sha256: string } {
  const content = Buffer.alloc(bytes, 'click');
  const path = join(folder, `${bytes}.bin`);
  writeFileSync(path, content);
  return { path, sha256: createHash('sha256').update(content).digest('hex') };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinpass-pool-'));
  incidents = [];
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  rmSync(folder, { recursive: true, force: true });
});

test('a task answers with what the same work gives here, and says how far it is', async () => {
  const { path, sha256 } = writeFileOf(3_000_001);
  const stages: (readonly [string, number])[] = [];
  const reply = await setupPool().run('file.hashFile', { path }, {
    onProgress: (stage, fraction) => stages.push([stage, fraction]),
  });
  expect(reply).toEqual({ ok: true, value: { sha256, bytes: 3_000_001 } });
  expect(stages[0]![0]).toBe('hash');
  expect(stages.every(([, fraction]) => fraction > 0 && fraction <= 1)).toBe(true);
});

test('an operating error of the task arrives as it is', async () => {
  const path = join(folder, 'absent.bin');
  expect(await setupPool().run('file.hashFile', { path }))
    .toEqual({ ok: false, error: { type: 'InvalidFile', where: path, message: 'cannot be read (ENOENT)' } });
  expect(incidents).toEqual([]);
});

test('a task that listens stops by itself; one that never looks is stopped', async () => {
  const { path } = writeFileOf(64_000_000);
  const abort = new AbortController();
  const listening = setupPool({ stop_grace_ms: 60_000 }).run('file.hashFile', { path }, {
    signal: abort.signal, onProgress: () => abort.abort(),
  });
  expect(await listening).toEqual({ ok: false, error: { type: 'Cancelled' } });

  const second = new AbortController();
  const deaf = setupPool({ worker_url: MISBEHAVING, stop_grace_ms: 50 }).run('file.hashFile', { path: 'deaf' }, {
    signal: second.signal, onProgress: () => second.abort(),
  });
  expect(await deaf).toEqual({ ok: false, error: { type: 'Cancelled' } });
  expect(incidents).toEqual([]);
});

test.each([
  ['exit', 'ended with code 7'], ['reject', 'broken at its start'], ['say', 'said so itself'],
])('a thread that dies (%s) is an incident, and the next task runs', async (path, message) => {
  const pool = setupPool({ worker_url: MISBEHAVING, concurrent_max: 1 });
  expect(await pool.run('file.hashFile', { path })).toEqual({ ok: false, error: { type: 'Internal', incident_id: 'incident-1' } });
  expect(String(incidents[0])).toContain(message);
  expect(await pool.run('file.hashFile', { path })).toMatchObject({ ok: false, error: { incident_id: 'incident-2' } });
});

test('a thread that takes more memory than it may is ended alone', async () => {
  const reply = await setupPool({ worker_url: MISBEHAVING, heap_mb_max: 32 }).run('file.hashFile', { path: 'hoard' });
  expect(reply).toMatchObject({ ok: false, error: { type: 'Internal' } });
  expect(String(incidents[0])).toMatch(/memory/i);
});

test('what cannot cross a thread is an incident of the caller', async () => {
  const input = { path: (() => 'a function') as unknown as string };
  expect(await setupPool().run('file.hashFile', input)).toMatchObject({ ok: false, error: { type: 'Internal' } });
});

test('no more run at once than allowed; one that waits can leave the queue', async () => {
  const pool = setupPool({ worker_url: MISBEHAVING, concurrent_max: 1, stop_grace_ms: 10 });
  const first = new AbortController();
  const second = new AbortController();
  const { promise: started, resolve } = Promise.withResolvers<undefined>();
  let second_started = false;
  const running = pool.run('file.hashFile', { path: 'deaf' }, { signal: first.signal, onProgress: () => resolve(undefined) });
  await started;
  const queued = pool.run('file.hashFile', { path: 'deaf' }, {
    signal: second.signal, onProgress: () => { second_started = true; },
  });
  second.abort();
  expect(await queued).toEqual({ ok: false, error: { type: 'Cancelled' } });
  expect(second_started).toBe(false);
  first.abort();
  expect(await running).toEqual({ ok: false, error: { type: 'Cancelled' } });
});

test('closing ends what runs and what waits, and later runs are cancelled', async () => {
  const pool = setupPool({ worker_url: MISBEHAVING, concurrent_max: 1, stop_grace_ms: 10 });
  const both = [pool.run('file.hashFile', { path: 'deaf' }), pool.run('file.hashFile', { path: 'deaf' })];
  await pool.close();
  const cancelled = { ok: false, error: { type: 'Cancelled' } };
  expect(await Promise.all(both)).toEqual([cancelled, cancelled]);
  expect(await pool.run('file.hashFile', { path: 'deaf' })).toEqual(cancelled);
});

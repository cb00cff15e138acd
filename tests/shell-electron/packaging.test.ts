// Goal: what is installed holds all the program needs and nothing else, and its bundled host really answers.
import { execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '../../src-contract/errors.ts';
import type { TaskMessage, TaskOrder } from '../../src-main/workers/task.ts';

let folder = '';
let packed: readonly string[] = [];

const run = (tool: string, args: readonly string[]) => execFileSync(process.execPath, [resolve('node_modules', tool), ...args], {
  encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
});

/** Builds and packages a copy, so that the tree's own `out/` stays as other tests left it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinpass-package-'));
  const inFolder = (path: string) => join(folder, path);
  run('electron-vite/bin/electron-vite.js', ['build', '--outDir', inFolder('app/out'), '--logLevel', 'warn']);
  for (const path of ['package.json', 'package-lock.json', 'electron-builder.yml', 'migrations', 'missions']) {
    cpSync(path, inFolder(`app/${path}`), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), inFolder('app/node_modules'), 'junction');
  // Stands in for Electron itself, which is fetched from the net; the file list does not depend on it.
  mkdirSync(inFolder('electron/locales'), { recursive: true });
  writeFileSync(inFolder('electron/electron'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(inFolder('electron/version'), '45.4.1');
  writeFileSync(inFolder('electron/locales/en-US.pak'), '');
  writeFileSync(inFolder('builder.json'), JSON.stringify({
    extends: inFolder('app/electron-builder.yml'), electronDist: inFolder('electron'), electronFuses: null,
    directories: { output: inFolder('dist') },
  }));
  run('electron-builder/cli.js', [
    '--project', inFolder('app'), '--linux', 'dir', '--x64', '--publish', 'never', '--config', inFolder('builder.json')]);
  packed = run('@electron/asar/bin/asar.js', ['list', inFolder('dist/linux-unpacked/resources/app.asar')])
    .split('\n').filter((path) => path !== '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tops = (paths: readonly string[]) => [...new Set(paths.map((path) => path.split('/')[1]))].sort();

test('at the top lie the program, its migrations and missions, and one native module', () => {
  expect(tops(packed)).toEqual(['migrations', 'missions', 'node_modules', 'out', 'package.json']);
  const modules = packed.filter((path) => path.startsWith('/node_modules/')).map((path) => path.split('/')[2]);
  expect([...new Set(modules)]).toEqual(['better-sqlite3']);
});

test('every entry is there: shell, host, worker, a CommonJS preload, and the page', () => {
  for (const entry of ['/out/main/electron-main.js', '/out/main/host-process.js', '/out/main/task-worker.js',
    '/out/preload/preload.cjs', '/out/renderer/index.html', '/missions/micius.json']) expect(packed).toContain(entry);
  expect(packed.some((path) => /^\/migrations\/mission\/0001-.*\.sql$/.test(path))).toBe(true);
  expect(packed.some((path) => /^\/migrations\/pass\/0001-.*\.sql$/.test(path))).toBe(true);
});

test('of the native module only its code and this machine\'s binaries go along, outside the archive', () => {
  const binaries = packed.filter((path) => path.endsWith('.node')).map((path) => path.split('/').at(-1)).sort();
  expect(binaries).toEqual(['linux-x64.node', 'linuxmusl-x64.node']);
  const unpacked = join(folder, 'dist/linux-unpacked/resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds');
  expect(readdirSync(unpacked).sort()).toEqual(binaries);
});

test('neither sources nor tests, nor the pinned Node, nor a source map is installed', () => {
  expect(packed.filter((path) => /\.(ts|svelte|map|c|h|gyp)$|^\/(src-|tests|bin)|node-(linux|win)/.test(path))).toEqual([]);
});

test('the preload asks for Electron alone: a sandbox has nothing else to give', () => {
  const text = readFileSync(join(folder, 'app/out/preload/preload.cjs'), 'utf8');
  const required = [...text.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map(([, name]) => name);
  expect([...new Set(required)]).toEqual(['electron']);
  expect(text).not.toMatch(/^import /m);
});

test('the bundled worker runs a task', async () => {
  const path = join(folder, 'app/package.json');
  const worker = new Worker(join(folder, 'app/out/main/task-worker.js'), {
    workerData: { name: 'file.hashFile', input: { path }, flag: new Int32Array(new SharedArrayBuffer(4)) } satisfies TaskOrder,
  });
  const reply = await new Promise((done, failed) => {
    worker.on('message', (message: TaskMessage) => { if (message.kind === 'reply') done(message.reply); });
    worker.on('error', failed);
  });
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  expect(reply).toMatchObject({ ok: true, value: { sha256 } });
});

test('the bundled host serves over its port, beside its own migrations and missions', async () => {
  // A Node process with Electron's parentPort in front of the same bundle that a utility process runs.
  writeFileSync(join(folder, 'app/stand-in.mjs'), `
    import { MessageChannel } from 'node:worker_threads';
    const listeners = [];
    process.parentPort = { postMessage: (m) => process.send(m), on: (_e, listener) => listeners.push(listener) };
    process.on('message', (message) => {
      if (message.kind !== 'connect') return listeners.forEach((tell) => tell({ data: message, ports: [] }));
      const { port1, port2 } = new MessageChannel();
      const main = { start() {}, close: () => port1.close(), postMessage: (m) => port1.postMessage(m),
        on: (name, listener) => port1.on(name, (data) => listener({ data })) };
      listeners.forEach((tell) => tell({ data: message, ports: [main] }));
      port2.on('message', (m) => process.send({ kind: 'page', message: m }));
      port2.postMessage({ kind: 'request', id: 1, name: 'mission.describeMission', payload: {} });
      port2.postMessage({ kind: 'request', id: 2, name: 'jobs.listJobs', payload: {} });
    });
    await import('./out/main/host-process.js');
  `);
  const child = fork(join(folder, 'app/stand-in.mjs'), [
    '--mission-file', join(folder, 'app/missions/micius.json'), '--mission-directory', join(folder, 'mission'), '--demo'],
  { serialization: 'advanced', execArgv: [] });
  const replies = new Map<number, Reply<unknown>>();
  const code = await new Promise((done) => {
    child.on('message', (message: { kind: string; message?: { kind: string; id: number; reply: Reply<unknown> } }) => {
      if (message.kind === 'serving') child.send({ kind: 'connect' });
      if (message.kind === 'refused') child.kill();
      if (message.message?.kind === 'reply') replies.set(message.message.id, message.message.reply);
      if (replies.size === 2) child.send({ kind: 'close' });
    });
    child.on('exit', done);
  });
  expect(code).toBe(0);
  expect(replies.get(2)).toEqual({ ok: true, value: { jobs: [] } });
  expect(replies.get(1)).toMatchObject({ ok: true, value: { mission_id: 'micius', demo: true } });
});

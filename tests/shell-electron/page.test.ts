// Goal: under Electron only our own page is served, only from our folder, and only it gets a port.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAppProtocol } from '../../src-main/shell-electron/app-protocol.ts';
import { electronAvailability } from '../../src-main/shell-electron/availability.ts';
import { isOwnPage } from '../../src-main/shell-electron/ipc.ts';
import { missionId } from '../../src-main/shell-electron/mission-id.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinpass-app-'));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  mkdirSync(join(folder, 'renderer-beside'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'renderer', 'assets', 'inter.woff2'), 'font');
  writeFileSync(join(folder, 'renderer', 'notes.exe'), 'odd');
  writeFileSync(join(folder, 'renderer-beside', 'x.js'), 'outside');
  writeFileSync(join(folder, 'secret.json'), 'outside');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (url: string, method = 'GET') => createAppProtocol(join(folder, 'renderer'))({ url, method });

test('the page and its files come with their type and the whole set of headers', async () => {
  for (const url of ['app://console/', 'app://console/index.html', 'app://console/?x=1#y']) {
    const response = await ask(url);
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html>page']);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("connect-src 'self';");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect((await ask('app://console/assets/inter.woff2')).headers.get('content-type')).toBe('font/woff2');
});

test.each([
  'app://console/../secret.json', 'app://console/%2e%2e/secret.json', 'app://console/..%2fsecret.json',
  'app://console/..%2frenderer-beside%2fx.js', 'app://console/%5c..%5csecret.json', 'app://console/%00', 'app://console/%',
  'app://console/none.js', 'app://console/assets', 'app://console/notes.exe', 'app://other/index.html',
  'file:///etc/passwd', 'app://console@other/index.html', 'no url',
])('%s is not found', async (url) => {
  const response = await ask(url);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('Not found');
});

test('nothing is written to a page', async () => {
  for (const method of ['POST', 'PUT', 'HEAD', 'OPTIONS']) expect((await ask('app://console/', method)).status).toBe(404);
});

describe('who may connect', () => {
  test.each([
    ['app://console/index.html', true], ['app://console/', true], ['app://console/other.html#/plan', true],
    ['app://console.evil/index.html', false], ['evil://console/index.html', false], ['file:///index.html', false],
    ['https://console/index.html', false], ['app://console:1/index.html', false], ['about:blank', false], ['', false],
  ])('%s: %s', (url, own) => {
    expect(isOwnPage({ url, parent: null })).toBe(own);
    expect(isOwnPage({ url, parent: {} })).toBe(false); // A frame inside our page is not our page.
  });

  test('a frame that is gone', () => expect(isOwnPage(null)).toBe(false));
});

test('a mission names its own folder; an unreadable one is left for the host to explain', () => {
  expect(missionId(() => '{"id": "micius", "more": 1}')).toBe('micius');
  expect(missionId(() => '{"id": "../up"}')).toBe('unnamed');
  expect(missionId(() => '{')).toBe('unnamed');
  expect(missionId(() => { throw new Error('ENOENT'); })).toBe('unnamed');
});

describe('whether Electron can open', () => {
  function setupRoot(path: string | null, files: readonly string[]): string {
    const root = mkdtempSync(join(folder, 'root-'));
    const home = join(root, 'node_modules', 'electron');
    mkdirSync(join(home, 'dist'), { recursive: true });
    if (path !== null) writeFileSync(join(home, 'path.txt'), path);
    for (const file of files) writeFileSync(join(home, file), '');
    return root;
  }
  const linux = { platform: 'linux', env: { DISPLAY: ':0' }, uid: 1000 };

  test('yes, with its binary and a display', () => {
    const root = setupRoot('electron', ['dist/electron']);
    const binary = join(root, 'node_modules', 'electron', 'dist', 'electron');
    expect(electronAvailability(root, linux)).toEqual({ available: true, binary });
    expect(electronAvailability(root, { ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } }).available).toBe(true);
    expect(electronAvailability(root, { platform: 'darwin', env: {}, uid: 501 }).available).toBe(true);
    const elsewhere = { ...linux, env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: join(root, 'node_modules', 'electron', 'dist') } };
    expect(electronAvailability(setupRoot(null, []), elsewhere)).toEqual({ available: true, binary });
  });

  test.each([
    ['no binary', [null, []], linux, 'not installed'],
    ['a path to nothing', ['electron', []], linux, 'not installed'],
    ['no display', ['electron', ['dist/electron']], { ...linux, env: { DISPLAY: '' } }, 'no display'],
    ['root', ['electron', ['dist/electron']], { ...linux, uid: 0 }, 'root'],
  ] as const)('not with %s, and says why', (...[, [path, files], machine, reason]) => {
    const answer = electronAvailability(setupRoot(path, files), machine);
    expect(answer).toMatchObject({ available: false, reason: expect.stringContaining(reason) as string });
  });
});

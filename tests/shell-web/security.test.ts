// Goal: the web shell answers its own page on this machine and nobody else, and says so in every header.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal, tokenMatches } from '../../src-main/shell-web/admission.ts';
import { startWebShell, type WebShell } from '../../src-main/shell-web/server.ts';
import { setupSampleHost, type SampleHost } from '../contract/sample-host.ts';

let folder = '';
let host: SampleHost;
let shell: WebShell;
let port = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinpass-web-'));
  mkdirSync(join(folder, 'pages', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'pages', 'index.html'), '<!doctype html><title>Twinpass</title>');
  writeFileSync(join(folder, 'pages', 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'pages', '.env'), 'hidden');
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  host = setupSampleHost();
  shell = await startWebShell({
    dispatch: host.dispatch, events: host.events, renderer_directory: join(folder, 'pages'), port: 0,
    reportIncident: (cause) => `incident-${host.incidents.push(cause)}`,
  });
  port = Number(new URL(shell.origin).port);
});
afterEach(async () => {
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer { readonly status: number; readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }

/** Sends exactly these headers and this path: `fetch` would tidy both. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => { body += text; })
          .on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
      });
    request.on('error', reject);
    request.end(options.body);
  });
}

const authorized = () => ({ authorization: `Bearer ${shell.token}`, 'content-type': 'application/json' });
const call = (headers: Record<string, string>, body = '{}') =>
  ask('/operations/mission.readClock', { method: 'POST', headers, body });

test('the token is fresh, long, and only in the fragment of the opening address', async () => {
  const second = await startWebShell({
    dispatch: host.dispatch, events: host.events, renderer_directory: join(folder, 'pages'), port: 0,
    reportIncident: () => 'none',
  });
  await second.close();
  expect(shell.token).toMatch(/^[\w-]{43}$/); // 256 bits.
  expect(second.token).not.toBe(shell.token);
  expect(shell.opening_url).toBe(`http://127.0.0.1:${port}/#token=${shell.token}`);
});

describe('operations', () => {
  test('with the token are answered', async () => {
    expect(await call(authorized())).toMatchObject({ status: 200 });
    expect(host.asked).toHaveLength(1);
  });

  test.each([
    ['no token', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
  ])('with %s are refused before the host hears of them', async (_case, headers: Record<string, string>) => {
    const answer = await call({ 'content-type': 'application/json', ...headers });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { type: 'Refused' } });
    expect(host.asked).toEqual([]);
  });

  test('with the token in the address are refused: addresses end up in logs', async () => {
    const answer = await ask(`/operations/mission.readClock?token=${shell.token}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}',
    });
    expect(answer.status).toBe(401);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('by %s are not allowed', async (method) => {
    const answer = await ask('/operations/mission.readClock', { method, headers: authorized() });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
    expect(host.asked).toEqual([]);
  });

  test('over 4 MiB are refused, whether announced or streamed', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(4 * 1024 * 1024) });
    const announced = await call({ ...authorized(), 'content-length': String(body.length) }, body);
    expect(announced.status).toBe(413);
    const streamed = await call({ ...authorized(), 'transfer-encoding': 'chunked' }, body).catch(() => ({ status: 413 }));
    expect(streamed.status).toBe(413); // Or the connection is cut while we still talk.
    expect(host.asked).toEqual([]);
  });

  test.each([
    ['text/plain', '{}', 415], ['application/x-www-form-urlencoded', 'a=1', 415], ['multipart/form-data', 'x', 415],
    ['application/json', '{', 400], ['application/json', '', 400], ['application/json', '{"__proto__": {"x": 1}}', 400],
  ])('as %s %j answer %d', async (type, body, status) => {
    const answer = await call({ ...authorized(), 'content-type': type }, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { type: 'InvalidInput' } });
    expect(host.asked).toEqual([]);
  });
});

describe('callers', () => {
  const foreign = [
    ['a rebound name', { host: 'evil.example' }],
    ['a rebound name on our port', () => ({ host: `evil.example:${port}` })],
    ['another port', { host: '127.0.0.1:1' }],
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['an opaque page', { origin: 'null' }],
    ['a page of another site without Origin', { 'sec-fetch-site': 'cross-site' }],
  ] as const;

  test.each(foreign)('%s: refused for operations, files and sockets, token or not', async (_case, given) => {
    const headers = { host: `127.0.0.1:${port}`, ...(typeof given === 'function' ? given() : given) };
    expect((await call({ ...authorized(), ...headers })).status).toBe(403);
    expect((await ask('/', { headers })).status).toBe(403);
    expect((await ask('/assets/main.js', { headers })).status).toBe(403);
    expect(await upgradeStatus(headers)).toBe(403);
    expect(host.asked).toEqual([]);
  });

  test('our own page under both names is welcome, and so is a followed link', async () => {
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const answer = await call({ ...authorized(), host: name, origin: `http://${name}`, 'sec-fetch-site': 'same-origin' });
      expect(answer.status).toBe(200);
    }
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask('/', { headers: link })).status).toBe(200);
    expect((await call({ ...authorized(), ...link })).status).toBe(403); // A form of theirs navigates too.
  });

  test('a missing Host is refused', () => {
    const caller = { host: undefined, origin: undefined, fetch_site: undefined, navigates: false };
    expect(refusal(caller, 80)).toContain('Host');
  });
});

/** The status line a raw upgrade gets; 101 when the socket opens. */
function upgradeStatus(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write([
      'GET /events HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '', ''].join('\r\n')));
    socket.once('data', (text) => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text.toString())![1]));
    });
    socket.once('error', reject);
  });
}

function closeOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => { socket.onclose = ({ code }) => resolve(code); });
}

describe('the event socket', () => {
  const open = () => new WebSocket(`ws://127.0.0.1:${port}/events`);

  test.each(['wrong', '', '{}', 'x'.repeat(1000)])('closes on a wrong first message (%#), having told nothing', async (first) => {
    const socket = open();
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => heard.push(data);
    socket.onopen = () => {
      host.events.publish({ type: 'elements.changed' });
      socket.send(first);
    };
    expect(await closeOf(socket)).toBe(4401);
    expect(heard).toEqual([]);
  });

  test('closes on a message that is too long or not expected', async () => {
    const flood = open();
    flood.onopen = () => flood.send('x'.repeat(100_000));
    expect(await closeOf(flood)).toBe(1009);
    const chatty = open();
    chatty.onopen = () => chatty.send(shell.token);
    chatty.onmessage = () => chatty.send('what else?');
    expect(await closeOf(chatty)).toBe(1008);
  });

  test('exists at one address only', async () => {
    expect(await closeOf(new WebSocket(`ws://127.0.0.1:${port}/operations/mission.readClock`))).toBe(1006);
  });
});

describe('files', () => {
  test('of the page are served, each with the whole set of headers', async () => {
    const answer = await ask('/');
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('Twinpass') as string });
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY',
    });
    expect((await ask('/assets/main.js')).headers['content-type']).toContain('javascript');
  });

  test.each([
    '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/assets/..%5c..%5csecret.txt',
    '//etc/passwd', '/.env', '/%2eenv', '/%00', '/%', '/none.js', '/assets',
  ])('%s is not one', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toMatch(/outside|hidden|root:/);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });
});

test('a token is compared whole', () => {
  expect(tokenMatches('abc', 'abc')).toBe(true);
  for (const offered of [undefined, '', 'ab', 'abcd', 'ABC']) expect(tokenMatches(offered, 'abc')).toBe(false);
});

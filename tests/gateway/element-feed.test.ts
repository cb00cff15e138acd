// Goal: a text is fetched politely and within bounds: conditional, few redirects, a size and a time, every failure a sentence.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fetchText } from '../../src-main/gateway/element-feed/fetch-text.ts';
import { conditional, startElementServer } from '../support/element-server.ts';

const TEXT = 'QSS (MICIUS)\n1 …\n2 …\n';
const never = new AbortController().signal;
const ask = (address: string, known: { etag?: string; last_modified?: string } = {}, limits = {}) =>
  fetchText({ address, etag: known.etag ?? null, last_modified: known.last_modified ?? null, signal: never }, limits);

test('what the asker has already is not sent again', async () => {
  const server = await startElementServer(conditional(TEXT, '"v1"'));
  const first = await ask(server.url);
  expect(first).toEqual({
    ok: true, value: { type: 'text', text: TEXT, etag: '"v1"', last_modified: 'Sat, 15 Sep 2018 06:00:00 GMT' },
  });
  const again = await ask(server.url, { etag: '"v1"', last_modified: 'Sat, 15 Sep 2018 06:00:00 GMT' });
  expect(again).toMatchObject({ ok: true, value: { type: 'unchanged', etag: '"v1"' } });
  expect(server.asked[0]).not.toHaveProperty('if-none-match');
  expect(server.asked[1]).toMatchObject({
    'if-none-match': '"v1"', 'if-modified-since': 'Sat, 15 Sep 2018 06:00:00 GMT',
  });
  expect(Object.keys(server.asked[0]!)).not.toContain('cookie');
});

test('three redirects are followed, a fourth is not, and none leads to another protocol', async () => {
  const server = await startElementServer((request, response) => {
    const left = Number(request.url!.slice(1));
    if (left === 0) response.end(TEXT);
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  });
  expect(await ask(`${server.url}/3`)).toMatchObject({ ok: true, value: { text: TEXT } });
  expect(await ask(`${server.url}/4`)).toMatchObject({ ok: false, error: { reason: 'TooManyRedirects' } });
  expect(server.asked).toHaveLength(8);
  server.answer = (_request, response) => void response.writeHead(301, { location: 'file:///etc/passwd' }).end();
  expect(await ask(server.url)).toMatchObject({ ok: false, error: { reason: 'BadRedirect' } });
});

test('more bytes than a catalogue of one satellite can have are not read, packed or not', async () => {
  const large = Buffer.alloc(300_000, 0x41);
  const server = await startElementServer((_request, response) => void response.end(large));
  expect(await ask(server.url, {}, { bytes_max: 200_000 })).toMatchObject({ ok: false, error: { reason: 'TooLarge' } });
  expect(await ask(server.url, {}, { bytes_max: 300_000 })).toMatchObject({ ok: true });
  server.answer = (_request, response) => void response.setHeader('content-encoding', 'gzip').end(gzipSync(large));
  expect(await ask(server.url, {}, { bytes_max: 200_000 })).toMatchObject({ ok: false, error: { reason: 'TooLarge' } });
});

test('an answer that never ends is given up, headers sent or not', async () => {
  const server = await startElementServer(() => undefined);
  const slow = await ask(server.url, {}, { seconds_max: 0.3 });
  expect(slow).toMatchObject({ ok: false, error: { reason: 'TooSlow' } });
  server.answer = (_request, response) => void response.write('QSS');
  expect(await ask(server.url, {}, { seconds_max: 0.3 })).toMatchObject({ ok: false, error: { reason: 'TooSlow' } });
});

test('whoever gives up is told Cancelled', async () => {
  const server = await startElementServer(() => abort.abort());
  const abort = new AbortController();
  const reply = await fetchText({ address: server.url, etag: null, last_modified: null, signal: abort.signal });
  expect(reply).toEqual({ ok: false, error: { type: 'Cancelled' } });
});

test('a missing page, a busy server, a binary and a closed port each say what they are', async () => {
  const server = await startElementServer((_request, response) => void response.writeHead(404).end('no'));
  expect(await ask(server.url)).toMatchObject({ ok: false, error: { reason: 'HttpStatus', message: /answers 404 Not Found/ } });
  server.answer = (_request, response) => void response.writeHead(429, { 'retry-after': '7200' }).end();
  expect(await ask(server.url)).toMatchObject({ ok: true, value: { type: 'later', after_s: 7200 } });
  server.answer = (_request, response) => void response.end(Buffer.from([0, 1, 2]));
  expect(await ask(server.url)).toMatchObject({ ok: false, error: { reason: 'NotText' } });
  const closed = await startElementServer(() => undefined);
  await closed.stop();
  const gone = await ask(closed.url);
  expect(gone).toMatchObject({ ok: false, error: { type: 'NotPossible', reason: 'Unreachable' } });
  expect(JSON.stringify(gone)).toContain('ECONNREFUSED');
});

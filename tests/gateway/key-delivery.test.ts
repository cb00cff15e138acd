// Goal: applications get keys as ETSI GS QKD 014 says, over TLS with certificates on both sides, each key once to each side.
import { connect } from 'node:tls';
import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startKeyServer } from '../../src-main/gateway/key-delivery/key-server.ts';
import { createKeyDesk, type KeyDesk } from '../../src-main/services/key-desk.ts';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { must } from '../store/pass-fixture.ts';
import { AT_UTC_MS, KEY_ID, twoConsoles, type OneConsole } from '../store/shared-key.ts';
import { hasOpenssl, makeAuthority, makeCertificate, type Authority } from './certificates.ts';
import { ask, curl, expectFormat, hasCurl, keysOf, type Application, type Asked } from './key-client.ts';

const [A, B] = ['bank-delingha', 'bank-nanshan'];
let authority: Authority;
let [a_files, b_files, kme_files] = [] as unknown as [ReturnType<Authority['issue']>, ReturnType<Authority['issue']>,
  ReturnType<Authority['issue']>];
let [alice, bob] = [] as unknown as [OneConsole, OneConsole];
let [to_alice, to_bob] = [] as unknown as [Application, Application];
const incidents: unknown[] = [];

interface Serving {
  readonly sae_ids?: readonly string[];
  readonly meddle?: (desk: KeyDesk) => KeyDesk;
  readonly onStart?: (close: () => Promise<void>) => void;
}

async function serve(
  one: OneConsole, { sae_ids = [], meddle = (desk) => desk, onStart }: Serving = {},
): Promise<number> {
  const desk = meddle(createKeyDesk({
    pieces: one.pieces, log: createLogStore(one.db), who: 'bo', now_utc_ms: () => AT_UTC_MS, onChange: () => undefined }));
  const server = must(await startKeyServer({
    host: '127.0.0.1', port: 0, desk, sae_ids, kme: { source_KME_ID: `kme-${one.role}`, target_KME_ID: 'kme-other' },
    credentials: {
      certificate: readFileSync(kme_files.certificate, 'utf8'), private_key: readFileSync(kme_files.private_key, 'utf8'),
      client_ca: readFileSync(authority.certificate, 'utf8'),
    },
    reportIncident: (cause) => String(incidents.push(cause)),
  }));
  onStart?.(server.close);
  onTestFinished(() => server.close());
  return server.port;
}

describe.skipIf(!hasOpenssl)('key delivery (needs the openssl program)', () => {
  beforeAll(() => {
    authority = makeAuthority('applications');
    [a_files, b_files, kme_files] = [authority.issue(A), authority.issue(B), authority.issue('kme')];
  });
  beforeEach(async () => {
    ({ alice, bob } = await twoConsoles(256));
    const [port_a, port_b] = [await serve(alice), await serve(bob)];
    to_alice = { ...a_files, ca: authority.certificate, port: port_a };
    to_bob = { ...b_files, ca: authority.certificate, port: port_b };
    incidents.length = 0;
  });
  const enc = (query = '') => ask(to_alice, { path: `/api/v1/keys/${B}/enc_keys${query}` });
  const dec = (body: unknown) => ask(to_bob, { path: `/api/v1/keys/${A}/dec_keys`, method: 'POST', body });

  test('status: every field of the standard, and how many keys are left', async () => {
    const { status, body, type } = await ask(to_alice, { path: `/api/v1/keys/${B}/status` });
    expect([status, type]).toEqual([200, 'application/json']);
    expectFormat('status', body);
    expect(body).toEqual({
      source_KME_ID: 'kme-alice', target_KME_ID: 'kme-other', master_SAE_ID: A, slave_SAE_ID: B, key_size: 256, stored_key_count: 4,
      max_key_count: 1_000_000, max_key_per_request: 128, max_key_size: 4096, min_key_size: 64, max_SAE_ID_count: 0 });
    await enc();
    expect((await ask(to_alice, { path: `/api/v1/keys/${B}/status` })).body).toMatchObject({ stored_key_count: 3 });
  });

  test('GET and POST, one key and several: the same key at both consoles under the same key_ID, once to each side', async () => {
    const one = await enc();
    const two = await ask(to_alice, { path: `/api/v1/keys/${B}/enc_keys`, method: 'POST', body: { number: 2, size: 128,
      extension_optional: [{ abc_color: 'blue' }] } });
    for (const reply of [one, two]) {
      expect(reply.status).toBe(200);
      expectFormat('key_container', reply.body);
    }
    expect([...keysOf(one), ...keysOf(two)].map(({ key }) => 8 * Buffer.from(key, 'base64').length)).toEqual([256, 128, 128]);
    const [first] = keysOf(one);
    const got = await ask(to_bob, { path: `/api/v1/keys/${A}/dec_keys?key_ID=${first!.key_ID}` });
    expectFormat('key_container', got.body);
    expect(keysOf(got)).toEqual(keysOf(one));
    const both = await dec({ key_IDs: keysOf(two).map(({ key_ID }) => ({ key_ID, key_ID_extension: {} })) });
    expect(keysOf(both)).toEqual(keysOf(two));
    const again = await dec({ key_IDs: [{ key_ID: first!.key_ID }] });
    expectFormat('error', again.body);
    expect(again).toMatchObject({ status: 400, body: { message: 'one or more keys specified are not found on KME' } });
    expect(keysOf(await enc())[0]!.key).not.toBe(first!.key);
    for (const one_side of [alice, bob]) {
      expect(new Set(one_side.given.list(KEY_ID, 9).map(({ state }) => state))).toEqual(new Set(['delivered']));
    }
  });

  test.skipIf(!hasCurl)('by curl, as one tries it by hand (needs the curl program)', async () => {
    const made = await curl(to_alice, `/api/v1/keys/${B}/enc_keys?number=1&size=256`);
    expect(made.status).toBe(200);
    expectFormat('key_container', made.body);
    const { key_ID } = keysOf(made)[0]!;
    const got = await curl(to_bob, `/api/v1/keys/${A}/dec_keys`, '-H', 'content-type: application/json', '-d',
      JSON.stringify({ key_IDs: [{ key_ID }] }));
    expect(got).toEqual(made);
    expect(await curl(to_bob, `/api/v1/keys/${A}/dec_keys?key_ID=${key_ID}`)).toMatchObject({ status: 400 });
    await expect(curl({ ...to_alice, ...makeCertificate('stranger') }, `/api/v1/keys/${B}/status`)).rejects.toThrow(/curl: \(/);
  });

  test.each<[string, Asked, { readonly status: number; readonly message: RegExp }]>([
    ['a size that is no whole byte', { path: `/api/v1/keys/${B}/enc_keys?size=100` },
      { status: 400, message: /^size shall be a multiple of 8$/ }],
    ['a size below the least', { path: `/api/v1/keys/${B}/enc_keys?size=56` }, { status: 400, message: /^bad request format$/ }],
    ['a size above the most', { path: `/api/v1/keys/${B}/enc_keys?size=4104` }, { status: 400, message: /^bad request format$/ }],
    ['no key', { path: `/api/v1/keys/${B}/enc_keys?number=0` }, { status: 400, message: /^bad request format$/ }],
    ['too many keys', { path: `/api/v1/keys/${B}/enc_keys?number=129` }, { status: 400, message: /^bad request format$/ }],
    ['a number that is none', { path: `/api/v1/keys/${B}/enc_keys?number=` }, { status: 400, message: /^bad request format$/ }],
    ['more keys than there are', { path: `/api/v1/keys/${B}/enc_keys?number=5` }, { status: 503, message: /^error on server side$/ }],
    ['other slaves', { path: `/api/v1/keys/${B}/enc_keys`, method: 'POST', body: { additional_slave_SAE_IDs: ['c'] } },
      { status: 400, message: /^bad request format$/ }],
    ['a mandatory extension', { path: `/api/v1/keys/${B}/enc_keys`, method: 'POST', body: { extension_mandatory: [{ x: 1 }] } },
      { status: 400, message: /^not all extension_mandatory parameters are supported$/ }],
    ['text', { path: `/api/v1/keys/${B}/enc_keys`, method: 'POST', body: 'number=1' }, { status: 400, message: /^bad request format$/ }],
    ['a list', { path: `/api/v1/keys/${B}/enc_keys`, method: 'POST', body: [1] }, { status: 400, message: /^bad request format$/ }],
    ['too long a body', { path: `/api/v1/keys/${B}/enc_keys`, method: 'POST', body: ' '.repeat(70_000) },
      { status: 400, message: /^bad request format$/ }],
    ['a slave that is no name', { path: '/api/v1/keys/%20/enc_keys' }, { status: 400, message: /^bad request format$/ }],
    ['a slave that is no text', { path: '/api/v1/keys/%ff/enc_keys' }, { status: 400, message: /^bad request format$/ }],
    ['no key ID', { path: `/api/v1/keys/${B}/dec_keys` }, { status: 400, message: /^bad request format$/ }],
    ['a key ID that is none', { path: `/api/v1/keys/${B}/dec_keys?key_ID=7` }, { status: 400, message: /^bad request format$/ }],
    ['a key ID twice', { path: `/api/v1/keys/${B}/dec_keys`, method: 'POST', body: { key_IDs: [
      { key_ID: '550e8400-e29b-41d4-a716-446655440000' }, { key_ID: '550E8400-e29b-41d4-a716-446655440000' }] } },
      { status: 400, message: /^bad request format$/ }],
    ['a key that is not here', { path: `/api/v1/keys/${B}/dec_keys?key_ID=550e8400-e29b-41d4-a716-446655440000` },
      { status: 400, message: /^one or more keys specified are not found on KME$/ }],
    ['another resource', { path: '/api/v1/keys' }, { status: 404, message: /^no such resource$/ }],
    ['a way out', { path: `/api/v1/keys/../../${B}/status` }, { status: 404, message: /^no such resource$/ }],
    ['another method', { path: `/api/v1/keys/${B}/enc_keys`, method: 'PUT' }, { status: 405, message: /^method not allowed$/ }],
    ['status by POST', { path: `/api/v1/keys/${B}/status`, method: 'POST' }, { status: 405, message: /^method not allowed$/ }],
  ])('%s is refused in the standard\'s form, and takes no key', async (_, asked, { status, message }) => {
    const reply = await ask(to_alice, asked);
    expect(reply.status).toBe(status);
    expectFormat('error', reply.body);
    expect(reply.body['message']).toMatch(message);
    expect([alice.pieces.stock(32), incidents]).toEqual([4, []]);
  });

  test('a key cut for others is not authorised, and stays for whom it was cut', async () => {
    const [made] = keysOf(await enc());
    const mallory = { ...to_bob, ...authority.issue('mallory') };
    const stolen = await ask(mallory, { path: `/api/v1/keys/${A}/dec_keys?key_ID=${made!.key_ID}` });
    expectFormat('error', stolen.body);
    expect(stolen).toMatchObject({ status: 401, body: { message: 'unauthorized' } });
    expect(keysOf(await dec({ key_IDs: [{ key_ID: made!.key_ID }] }))).toEqual([made]);
  });

  test('where applications are named, another with a good certificate is not authorised; nor is one without a name', async () => {
    const port = await serve(alice, { sae_ids: [A] });
    expect((await ask({ ...to_alice, port }, { path: `/api/v1/keys/${B}/status` })).status).toBe(200);
    for (const other of [B, 'two words']) {
      const refused = await ask({ ...to_alice, ...authority.issue(other), port }, { path: `/api/v1/keys/${A}/enc_keys` });
      expectFormat('error', refused.body);
      expect(refused.status).toBe(401);
    }
    expect(alice.pieces.stock(32)).toBe(4);
  });

  test('no certificate, a stranger\'s, and an old protocol end in the handshake', async () => {
    const path = `/api/v1/keys/${B}/status`;
    await expect(ask({ ...to_alice, ...makeCertificate(A) }, { path })).rejects.toThrow();
    await expect(new Promise((resolve, reject) => {
      const socket = connect({ port: to_alice.port, host: '127.0.0.1', ca: readFileSync(authority.certificate) });
      socket.on('secureConnect', () => socket.write(`GET ${path} HTTP/1.1\r\nhost: kme\r\n\r\n`));
      socket.on('data', resolve);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
    })).rejects.toThrow();
    await expect(new Promise((resolve, reject) => {
      const socket = connect({ port: to_alice.port, host: '127.0.0.1', ca: readFileSync(authority.certificate),
        cert: readFileSync(a_files.certificate), key: readFileSync(a_files.private_key), maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
      socket.on('secureConnect', resolve);
      socket.on('error', reject);
    })).rejects.toThrow();
    expect((await ask(to_alice, { path })).status).toBe(200); // The server is none the worse.
  });

  test('an application that goes away in the middle of its request takes no key', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const socket = connect({ port: to_alice.port, host: '127.0.0.1', ca: readFileSync(authority.certificate),
      cert: readFileSync(a_files.certificate), key: readFileSync(a_files.private_key) });
    socket.on('error', () => undefined).on('close', () => resolve(undefined));
    await new Promise<void>((secured) => socket.once('secureConnect', () => secured()));
    socket.write(`POST /api/v1/keys/${B}/enc_keys HTTP/1.1\r\nhost: kme\r\ncontent-length: 20\r\n\r\n{"number"`);
    socket.destroy();
    await promise;
    expect((await ask(to_alice, { path: `/api/v1/keys/${B}/status` })).body).toMatchObject({ stored_key_count: 4 });
  });

  test('a line that ends between cutting and sending: the key is lost, not given again', async () => {
    let stop: () => Promise<void> = () => Promise.resolve();
    const cutThenStop = (desk: KeyDesk): KeyDesk => ({ ...desk, cut: (order) => {
      const cut = desk.cut(order);
      void stop();
      return cut;
    } });
    const port = await serve(alice, { meddle: cutThenStop, onStart: (close) => { stop = close; } });
    await expect(ask({ ...to_alice, port }, { path: `/api/v1/keys/${B}/enc_keys` })).rejects.toThrow();
    await expect.poll(() => alice.given.list(null, 9).map(({ state }) => state)).toEqual(['lost']);
    expect(alice.pieces.stock(32)).toBe(3);
  });

  test('a desk that breaks is an error on the server side, and on record', async () => {
    alice.db.exec('DROP TABLE key_piece');
    expect(await enc()).toMatchObject({ status: 503, body: { message: 'error on server side' } });
    expect(incidents).toHaveLength(1);
  });

  test('a key whose end cannot be written down stays reserved, and what is reported of it holds none of its bits', async () => {
    const port = await serve(alice, { meddle: (desk) => ({ ...desk, settle: () => { throw new Error('the disk is full'); } }) });
    const [made] = keysOf(await ask({ ...to_alice, port }, { path: `/api/v1/keys/${B}/enc_keys` }));
    await expect.poll(() => incidents).toHaveLength(1);
    expect(alice.given.list(null, 9)).toMatchObject([{ piece_id: made!.key_ID, state: 'reserved' }]);
    const told = String((incidents[0] as Error).stack);
    expect(told).toContain('the disk is full');
    const bytes = Buffer.from(made!.key, 'base64');
    for (const form of [made!.key, bytes.toString('hex')]) expect(told).not.toContain(form);
  });

  test('what happened stands in the log, without a bit of it', async () => {
    const keys = keysOf(await enc('?number=2'));
    await dec({ key_IDs: [{ key_ID: keys[0]!.key_ID }] });
    await dec({ key_IDs: [{ key_ID: keys[0]!.key_ID }] });
    await enc('?number=9');
    const entries = [alice, bob].flatMap(({ db }) => createLogStore(db).list(9));
    expect(entries.map(({ action }) => action).toSorted()).toEqual(
      ['delivery.claimPieces', 'delivery.cutPieces', 'delivery.refusePieces', 'delivery.refusePieces']);
    const text = JSON.stringify(entries);
    expect(text).toContain('was given out already');
    for (const { key } of keys) {
      const bytes = Buffer.from(key, 'base64');
      for (const form of [key, bytes.toString('hex'), bytes.subarray(0, 8).toString('hex')]) expect(text).not.toContain(form);
    }
  });
});

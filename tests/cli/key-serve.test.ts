// Goal: two consoles hand the key they made to two applications, as processes; each part once to each side, and only there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KeyView } from '../../src-contract/key.ts';
import { hasOpenssl, makeAuthority, type Authority, type CertificateFiles } from '../gateway/certificates.ts';
import { ask, expectFormat, keysOf, type Application } from '../gateway/key-client.ts';
import { bitsOf, createLeakSearch } from '../services/leak-search.ts';
import { at, consolesApart, jsonAt, must, startAt, type Apart, type ConsoleApart } from './consoles-apart.ts';
import { meet } from './meeting.ts';
import { filesBelow, liveIn, ownFolder, twinpass, type Spawned } from './stranger.ts';

const PATIENCE_MS = 180_000;
const [A, B] = ['bank-delingha', 'bank-nanshan'];

interface Shown { readonly key: KeyView; readonly pieces: readonly { readonly state: string; readonly side: string }[] }

const flagsOf = ({ certificate, private_key }: CertificateFiles, authority: Authority, console: ConsoleApart) => [
  'key', 'serve', '--listen', '127.0.0.1:0', '--certificate', certificate, '--private-key', private_key,
  '--client-ca', authority.certificate, '--kme', `kme-${console.role}`, '--peer-kme', 'kme-other'];

async function serving(spawned: Spawned): Promise<number> {
  const line = await Promise.race([spawned.firstLine, spawned.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  return Number(new URL((JSON.parse(line) as { url: string }).url).port);
}

describe.skipIf(!hasOpenssl)('key serve (needs the openssl program)', () => {
  let [apart, authority, kme] = [] as unknown as [Apart, Authority, CertificateFiles];
  beforeAll(async () => {
    apart = await consolesApart();
    for (const told of Object.values(await meet(apart))) must(told);
    authority = makeAuthority('applications');
    kme = authority.issue('kme');
  }, PATIENCE_MS);

  test('the same bits to both applications under one key_ID; nothing of them anywhere else', async () => {
    const { alice, bob } = apart;
    const [at_alice, at_bob] = [alice, bob].map((console) => startAt(console, [...flagsOf(kme, authority, console), '--json']));
    const [a, b] = await Promise.all([[at_alice!, A] as const, [at_bob!, B] as const].map(async ([spawned, name]) => (
      { ...authority.issue(name), ca: authority.certificate, port: await serving(spawned) } satisfies Application)));
    const status = await ask(a!, { path: `/api/v1/keys/${B}/status` });
    expectFormat('status', status.body);
    expect(status.body).toMatchObject({ source_KME_ID: 'kme-alice', target_KME_ID: 'kme-other' });
    const made = await ask(a!, { path: `/api/v1/keys/${B}/enc_keys?number=2&size=64` });
    expectFormat('key_container', made.body);
    const named = keysOf(made).map(({ key_ID }) => ({ key_ID }));
    const path = `/api/v1/keys/${A}/dec_keys`;
    const got = await ask(b!, { path, method: 'POST', body: { key_IDs: named } });
    expect(keysOf(got)).toEqual(keysOf(made));
    expect(await ask(b!, { path, method: 'POST', body: { key_IDs: named } })).toMatchObject({ status: 400 });
    const back = keysOf(await ask(b!, { path: `/api/v1/keys/${A}/enc_keys?size=64` }));
    const [same] = keysOf(await ask(a!, { path: `/api/v1/keys/${B}/dec_keys?key_ID=${back[0]!.key_ID}` }));
    expect(same).toEqual(back[0]);

    for (const { child } of [at_alice!, at_bob!]) child.kill('SIGINT');
    const said = await Promise.all([at_alice!.ended, at_bob!.ended]);
    expect(said.map(({ exit_code }) => exit_code)).toEqual([0, 0]);
    expect(said[0].stderr).toContain(`${named[0]!.key_ID}: 64 bit delivered to ${A}, for ${B}`);

    const search = createLeakSearch([...keysOf(made), ...back].map(({ key }, i) =>
      ({ name: `piece ${i}`, symbols: bitsOf(Buffer.from(key, 'base64')), bits_per_symbol: 1 })));
    expect(search.search(new Uint8Array(Buffer.from(JSON.stringify(made.body))))).not.toEqual([]); // It finds what is there.
    const kept = [alice, bob].flatMap(({ folder }) => filesBelow(folder).map((name) => ({ where: name,
      bytes: new Uint8Array(readFileSync(join(folder, name))) })));
    const printed = said.flatMap(({ stdout, stderr }) => [stdout, stderr])
      .map((text) => ({ where: 'what was printed', bytes: new Uint8Array(Buffer.from(text)) }));
    expect(kept.map(({ where }) => where)).toContain('mission/mission.db');
    expect([...kept, ...printed].flatMap(({ where, bytes }) => search.search(bytes).map((what) => `${where}: ${what}`))).toEqual([]);
  }, PATIENCE_MS);

  test('key show tells who was given what; an exported key is never served, a served one never exported', async () => {
    const { alice } = apart;
    const { keys } = await jsonAt<{ keys: KeyView[] }>(alice, ['key', 'list']);
    const { key_id } = keys[0]!;
    const shown = await jsonAt<Shown>(alice, ['key', 'show', key_id]);
    expect(shown.key).toEqual(keys[0]);
    expect(shown.key).toMatchObject({ state: 'reserved', custody: 'operational' });
    expect(shown.pieces.map(({ state, side }) => `${state} ${side}`).toSorted())
      .toEqual(['delivered master', 'delivered master', 'delivered slave']);
    expect(must(await at(alice, ['key', 'show', key_id])).stdout).toMatch(/Given out, newest first:\n.*64 bit delivered to bank-/);
    const refused = await at(alice, ['key', 'export', key_id, join(alice.folder, 'late.key'), '--yes']);
    expect(refused).toMatchObject({ exit_code: 5 });
    expect(refused.stderr).toContain('parts of it are with applications');
  }, PATIENCE_MS);

  test('what is remembered need not be said again; a taken port, wrong files and missing ones are said', async () => {
    const { bob } = apart;
    const first = startAt(bob, ['key', 'serve', '--listen', '127.0.0.1:0', '--json']);
    const port = await serving(first);
    const second = await at(bob, ['key', 'serve', '--listen', `127.0.0.1:${port}`]);
    expect(second).toMatchObject({ exit_code: 5, stdout: '' });
    expect(second.stderr).toContain(`Another program listens at 127.0.0.1:${port}: stop it, or take another port.`);
    first.child.kill('SIGTERM');
    expect((await first.ended).exit_code).toBe(0);
    const elsewhere = authority.issue('elsewhere');
    const swapped = await at(bob, ['key', 'serve', '--listen', '127.0.0.1:0', '--private-key', elsewhere.private_key]);
    expect(swapped).toMatchObject({ exit_code: 5 });
    expect(swapped.stderr).toContain('do not belong together');
    const text = join(bob.folder, 'note.txt');
    writeFileSync(text, 'no certificate');
    const no_pem = await at(bob, ['key', 'serve', '--private-key', kme.private_key, '--certificate', text]);
    expect(no_pem).toMatchObject({ exit_code: 3 });
    expect(no_pem.stderr).toContain(`${text}: this is not in PEM form.`);
    const gone = await at(bob, ['key', 'serve', '--certificate', join(bob.folder, 'gone.pem')]);
    expect(gone).toMatchObject({ exit_code: 3 });
    expect(gone.stderr).toContain('gone.pem: the file cannot be read (ENOENT); check the path.');
    const far = await at(bob, ['key', 'serve', '--certificate', kme.certificate, '--listen', '192.0.2.7:7443']);
    expect(far.stderr).toContain('192.0.2.7 is no address of this machine.');
  }, PATIENCE_MS);

  test('the first time, every flag that is missing is named at once', async () => {
    const folder = ownFolder();
    liveIn(folder);
    const told = await twinpass(['key', 'serve', '--certificate', 'a.pem']);
    expect(told).toMatchObject({ exit_code: 2, stdout: '' });
    expect(told.stderr).toContain('name --private-key, --client-ca, --kme, --peer-kme');
    expect((await twinpass(['key', 'serve', '--kme', 'two words'])).stderr).toContain('Expected 1 to 128 letters');
  });
});

// Goal: the mission's key opens for who may open it, is never replaced in silence, and never shows itself.
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { err, ok } from '../../src-core/result.ts';
import { bareWrapping, passphraseWrapping, systemWrapping } from '../../src-main/store/key-wrapping.ts';
import {
  keyPathFor, openKeyVault, rewrapMaster, type KeyVault, type KeyWrapping, type VaultOptions,
} from '../../src-main/store/outcome-keys.ts';
import { containing, matching } from '../support/messages.ts';
import { must, ownFolder } from './pass-fixture.ts';

type Changes = Partial<Pick<VaultOptions, 'mission_id' | 'create_if_missing' | 'randomBytes'>>;
const open = (path: string, wrapping: KeyWrapping, changes: Changes = {}) =>
  openKeyVault({ path, mission_id: 'micius', wrapping, create_if_missing: true, ...changes });

const keyBytes = (vault: KeyVault, pass: string) => vault.keyFor(pass).export();
const allOf = (byte: number) => (count: number) => new Uint8Array(count).fill(byte);

test('the key is made once, mode 0600, and opens to the same keys again', async () => {
  const path = join(ownFolder(), 'twinpass', 'micius.key');
  const first = must(await open(path, bareWrapping));
  const again = must(await open(path, bareWrapping, { create_if_missing: false }));
  expect(again.key_id).toBe(first.key_id);
  expect(keyBytes(again, 'pass-1')).toEqual(keyBytes(first, 'pass-1'));
  expect(keyBytes(again, 'pass-2')).not.toEqual(keyBytes(first, 'pass-1'));
  expect(readdirSync(join(path, '..'))).toEqual(['micius.key']);
  expect(process.platform === 'win32' ? 0o600 : statSync(path).mode & 0o777).toBe(0o600);
});

test('the key derivation is HKDF-SHA256 as it was released: old archives must open', async () => {
  const path = join(ownFolder(), 'micius.key');
  const vault = must(await open(path, bareWrapping, { randomBytes: allOf(7) }));
  // Computed with Python's hmac and hashlib: HKDF of RFC 5869, salt "micius", info "twinpass/1/outcomes/pass-1".
  expect(keyBytes(vault, 'pass-1').toString('hex'))
    .toBe('f21921ab1ce59065432dbb4d59955b9b34fc3a89ec185f488a5337cf2172784f');
  const { sealing, fingerprint } = vault.blockKeys();
  // The same with the infos "twinpass/1/keys/sealing" and "twinpass/1/keys/fingerprint".
  expect([sealing, fingerprint].map((key) => key.export().toString('hex'))).toEqual([
    '5dc473e494b369aae1328fcbb5200b45143371e422cf90a09abaa2b51dab457b',
    'd1f2e04bf5a4d23cb161dc0cb3c79d1775a2c604d64aec2e1dc1eb7a4e513446',
  ]);
});

const posix = process.platform !== 'win32';

test.runIf(posix)('a key that others may read is refused with the command that mends it', async () => {
  const path = join(ownFolder(), 'micius.key');
  must(await open(path, bareWrapping));
  chmodSync(path, 0o644);
  expect(await open(path, bareWrapping)).toMatchObject({ error: { message: containing(`chmod 600 ${path}`) } });
});

test('a passphrase opens, another one does not, and neither stands in the file', async () => {
  const path = join(ownFolder(), 'micius.key');
  const first = must(await open(path, passphraseWrapping('correct horse')));
  expect(must(await open(path, passphraseWrapping('correct horse'))).key_id).toBe(first.key_id);
  expect(await open(path, passphraseWrapping('wrong horse'))).toMatchObject({
    error: { type: 'Refused', message: matching(/WrongPassphrase.*cannot be recovered/) },
  });
  expect(readFileSync(path, 'utf8')).not.toContain('horse');
  expect(await open(path, bareWrapping)).toMatchObject({ error: { message: containing('protected by passphrase') } });
});

test('a lost key is said to be lost, and no second one is made', async () => {
  const path = join(ownFolder(), 'micius.key');
  expect(await open(path, bareWrapping, { create_if_missing: false }))
    .toMatchObject({ error: { type: 'Refused', message: matching(/Copy it back/) } });
  expect(existsSync(path)).toBe(false);
});

test('another passphrase opens the same keys, the old one no more, and a failed change leaves the old file', async () => {
  const path = join(ownFolder(), 'micius.key');
  const [old, fresh] = [passphraseWrapping('correct horse'), passphraseWrapping('battery staple')];
  const first = must(await open(path, old));
  const before = readFileSync(path, 'utf8');
  const rewrap = (from: KeyWrapping, to: KeyWrapping) => rewrapMaster({ path, mission_id: 'micius', wrapping: from }, to);
  const unfit: KeyWrapping = { ...fresh, wrap: () => Promise.resolve(ok(new Uint8Array(80))) };
  for (const [from, to] of [[fresh, old], [bareWrapping, fresh], [old, unfit]] as const) {
    expect(await rewrap(from, to)).toMatchObject({ ok: false });
    expect(readFileSync(path, 'utf8')).toBe(before);
  }
  expect(must(await rewrap(old, fresh)).key_id).toBe(first.key_id);
  expect(await open(path, old)).toMatchObject({ error: { message: matching(/WrongPassphrase/) } });
  expect(keyBytes(must(await open(path, fresh)), 'pass-1')).toEqual(keyBytes(first, 'pass-1'));
  expect(readdirSync(join(path, '..'))).toEqual(['micius.key']);
  expect(process.platform === 'win32' ? 0o600 : statSync(path).mode & 0o777).toBe(0o600);
}, 60_000);

test('a mission opened by the wrong way says which is the right one', async () => {
  const path = join(ownFolder(), 'micius.key');
  must(await open(path, bareWrapping));
  expect(await open(path, passphraseWrapping('x'))).toMatchObject({ error: { message: matching(/without TWINPASS_PASSPHRASE/) } });
  must(await rewrapMaster({ path, mission_id: 'micius', wrapping: bareWrapping }, passphraseWrapping('x')));
  expect(await open(path, bareWrapping)).toMatchObject({ error: { message: matching(/Set TWINPASS_PASSPHRASE/) } });
  writeFileSync(path, readFileSync(path, 'utf8').replace('"passphrase"', '"system secret store"'));
  expect(await open(path, bareWrapping)).toMatchObject({ error: { message: matching(/desktop console/) } });
  expect(await rewrapMaster({ path: `${path}.gone`, mission_id: 'micius', wrapping: bareWrapping }, bareWrapping))
    .toMatchObject({ error: { message: matching(/no key/) } });
}, 60_000);

test('the key of another mission, a damaged file and a foreign file are refused', async () => {
  const folder = ownFolder();
  const path = join(folder, 'micius.key');
  must(await open(path, bareWrapping));
  expect(await open(path, bareWrapping, { mission_id: 'other' }))
    .toMatchObject({ error: { message: containing('of mission micius') } });
  const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  const write = (text: string) => writeFileSync(path, text);
  write(JSON.stringify({ ...file, wrapped: Buffer.alloc(32).toString('base64') }));
  expect(await open(path, bareWrapping)).toMatchObject({ error: { type: 'InvalidFile', where: path } });
  for (const text of ['', '{"format":"twinpass-key/1"}', 'null', '{"format":"other/1"}']) {
    write(text);
    expect(await open(path, bareWrapping), text)
      .toMatchObject({ error: { type: 'InvalidFile', message: containing('not a Twinpass key') } });
  }
});

test('two consoles that start at once end with one key', async () => {
  const path = join(ownFolder(), 'micius.key');
  const [one, two] = await Promise.all([open(path, bareWrapping), open(path, bareWrapping)]);
  expect(must(one).key_id).toBe(must(two).key_id);
});

test('the system secret store wraps the key, and its refusal is told', async () => {
  const path = join(ownFolder(), 'micius.key');
  const flip = (bytes: Uint8Array) => Promise.resolve(ok(bytes.map((byte) => byte ^ 0xff)));
  const first = must(await open(path, systemWrapping({ wrap: flip, unwrap: flip })));
  expect(must(await open(path, systemWrapping({ wrap: flip, unwrap: flip }))).key_id).toBe(first.key_id);
  const locked = systemWrapping({ wrap: flip, unwrap: () => Promise.resolve(err({ type: 'KeyringLocked' })) });
  expect(await open(path, locked)).toMatchObject({ error: { message: matching(/KeyringLocked.*unlock/) } });
});

test('a vault that is printed or serialised shows no key', async () => {
  const path = join(ownFolder(), 'micius.key');
  const vault = must(await open(path, bareWrapping, { randomBytes: allOf(0xab) }));
  const shown = [vault, vault.keyFor('pass-1')]
    .map((part) => inspect(part, { depth: 9, showHidden: true }) + JSON.stringify(part)).join();
  expect(shown).not.toMatch(/ab ?ab ?ab|171, ?171|q6ur/);
  expect(shown).not.toContain(keyBytes(vault, 'pass-1').toString('hex').slice(0, 8));
});

test('the key lies in the user\'s configuration, not in the mission folder', () => {
  const at = (env: Record<string, string>) => keyPathFor('micius', { env, home_directory: '/h' });
  expect(at({ XDG_CONFIG_HOME: '/cfg' })).toBe('/cfg/twinpass/micius.key');
  expect(at({ XDG_CONFIG_HOME: 'relative' })).toBe('/h/.config/twinpass/micius.key');
  expect(at({ APPDATA: 'C:\\A' })).toBe('C:\\A/twinpass/micius.key');
});

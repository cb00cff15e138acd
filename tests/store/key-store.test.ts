// Goal: a key lies sealed, opens only under its own vault and label, moves on record, and is gone when destroyed.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyDigest, keyIdOf, openKey, sealKey, type Custody } from '../../src-main/store/key-cipher.ts';
import { exportKey } from '../../src-main/store/key-export.ts';
import { createKeyStore, type KeyRecord, type NewKey } from '../../src-main/store/key-store.ts';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import { openKeyVault, type MissionVault } from '../../src-main/store/outcome-keys.ts';
import { containing, matching } from '../support/messages.ts';
import { freshArchive, importPass, META, must, ownFolder, stationColumns } from './pass-fixture.ts';

const ANNA = { who: 'anna', why: 'test night', at_utc_ms: 1_537_000_000_000 };
const ID = '0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a';
/** 4,096 bits that no other bytes of a file look like. */
const BITS = Uint8Array.from({ length: 512 }, (_, i) => (i * 151 + 89 + (i >> 3) * 31) & 255);

const vaultAt = async (folder: string) => must(await openKeyVault({
  path: join(folder, 'config', 'micius.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: true,
}));

interface Made { readonly key_id?: string; readonly custody?: Custody; readonly passes?: readonly string[] }

function newKey(vault: MissionVault, { key_id = ID, custody = 'analysis', passes = [META.pass_id] }: Made = {}): NewKey {
  const { sealing, fingerprint } = vault.blockKeys();
  const label = { key_id, custody, definition: 'composable', epsilon: 1e-10, length_bits: 4096 } as const;
  const record: KeyRecord = {
    ...label, created_at_utc_ms: ANNA.at_utc_ms, code_version: '0.1.0', efficiency_mismatch: 0.0147, formula_bits: 4096.5,
    algorithm: 'cascade', n_z: 9000, e_z: 300, n_x: 8000, e_x: 250, leaked_bits: 3400, f: 1.05,
    digest: keyDigest(BITS, 4096, fingerprint), master_key_id: vault.key_id,
  };
  const sealed = sealKey(BITS, label, { key: sealing, nonce: new Uint8Array(12).fill(key_id.charCodeAt(0)) });
  return { record, passes: passes.map((pass_id) => ({ pass_id, content_sha256: 'a'.repeat(64) })), sealed };
}

async function setupStore() {
  const folder = ownFolder();
  const archive = await freshArchive(folder);
  importPass(archive, [stationColumns('delingha', 50, 1), stationColumns('nanshan', 50, 2)]);
  const vault = await vaultAt(folder);
  return { folder, db: archive.db, vault, keys: createKeyStore(archive.db) };
}

/** Every byte that the database and its journal have on disk. */
function bytesOf(folder: string): Buffer {
  const mission = join(folder, 'mission');
  return Buffer.concat(readdirSync(mission).filter((name) => name.startsWith('mission.db'))
    .map((name) => readFileSync(join(mission, name))));
}

const eightByteRuns = (bytes: Uint8Array) => Array.from({ length: bytes.length - 7 }, (_, i) =>
  Buffer.from(bytes.subarray(i, i + 8)));

test('a key comes back bit for bit, and no eight bytes of it lie in the database', async () => {
  const { folder, vault, keys } = await setupStore();
  const stored = must(keys.insert(newKey(vault), ANNA));
  expect(stored).toMatchObject({ state: 'held', version: 1, passes: [META.pass_id], shares_passes_with: [] });
  expect(stored.transitions).toEqual([{ version: 1, from_state: null, to_state: 'held', ...ANNA }]);
  expect(Buffer.from(must(keys.reveal(ID, vault))).equals(BITS)).toBe(true);
  const disk = bytesOf(folder);
  expect(disk.includes(Buffer.from(newKey(vault).sealed.sealed))).toBe(true); // The search finds what is there.
  expect(eightByteRuns(BITS).filter((run) => disk.includes(run))).toEqual([]);
});

test('the key store writes through: synchronous FULL, and freed pages are zeroed', async () => {
  const { db } = await setupStore();
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('secure_delete', { simple: true })).toBe(1);
});

test('another vault is told which master key is missing', async () => {
  const { vault, keys } = await setupStore();
  must(keys.insert(newKey(vault), ANNA));
  const other = await vaultAt(ownFolder());
  expect(keys.reveal(ID, other)).toMatchObject({
    error: { type: 'Refused', message: matching(new RegExp(`under master key ${vault.key_id}.*${other.key_id}`)) },
  });
});

test.each([
  ['custody', { custody: 'operational' }], ['length', { length_bits: 4095 }], ['epsilon', { epsilon: 1e-6 }],
  ['name', { key_id: ID.replace('0b', '0c') }], ['definition', { definition: 'paper' }],
] as const)('a sealed key under another %s does not open', async (_, change) => {
  const { vault } = await setupStore();
  const { record, sealed } = newKey(vault);
  const { sealing } = vault.blockKeys();
  expect(openKey(sealed, record, sealing)).not.toBeNull();
  expect(openKey(sealed, { ...record, ...change }, sealing)).toBeNull();
});

test('damage in the file is said to be damage', async () => {
  const { db, vault, keys } = await setupStore();
  must(keys.insert(newKey(vault), ANNA));
  db.exec('UPDATE key_block SET tag = zeroblob(16)');
  expect(keys.reveal(ID, vault)).toMatchObject({ error: { type: 'InvalidFile', message: containing('is damaged') } });
});

test('destroyed: the bits are in no page and no journal, the account stays', async () => {
  const { folder, vault, keys } = await setupStore();
  const made = newKey(vault);
  must(keys.insert(made, ANNA));
  const { key, overwritten } = must(keys.destroy(ID, { ...ANNA, who: 'bo', why: 'practice' }));
  expect(overwritten).toBe(true);
  expect(key).toMatchObject({ state: 'destroyed', length_bits: 4096, digest: made.record.digest });
  expect(key.transitions.map(({ to_state, who, why }) => [to_state, who, why]))
    .toEqual([['held', 'anna', 'test night'], ['destroyed', 'bo', 'practice']]);
  const disk = bytesOf(folder);
  expect(eightByteRuns(made.sealed.sealed).filter((run) => disk.includes(run))).toEqual([]);
  expect(keys.reveal(ID, vault)).toMatchObject({ error: { message: containing('its bits are gone') } });
  expect(keys.destroy(ID, ANNA)).toMatchObject({ error: { message: containing('destroyed already') } });
  expect(keys.destroy(ID.replace('0b', '0c'), ANNA)).toMatchObject({ error: { type: 'NotFound' } });
});

test('while another program reads an older state, the journal is said to be not yet empty', async () => {
  const { folder, vault, keys } = await setupStore();
  must(keys.insert(newKey(vault), ANNA));
  const reader = must(openMissionDb(join(folder, 'mission', 'mission.db'), { readonly: true }));
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM key_block').get();
  try {
    expect(must(keys.destroy(ID, ANNA))).toMatchObject({ overwritten: false, key: { state: 'destroyed' } });
  } finally {
    reader.close();
  }
});

test('an analysis key is never handed out, an operational one step by step', async () => {
  const { vault, keys } = await setupStore();
  const [analysis, one, two] = ['1', '2', '3'].map((digit) => ID.replace('0b', `${digit}b`)) as [string, string, string];
  must(keys.insert(newKey(vault, { key_id: analysis }), ANNA));
  must(keys.insert(newKey(vault, { key_id: one, custody: 'operational' }), ANNA));
  must(keys.insert(newKey(vault, { key_id: two, custody: 'operational' }), ANNA));
  expect(keys.move(analysis, 'reserved', ANNA)).toMatchObject({ error: { message: containing('analysis custody') } });
  expect(keys.move(one, 'delivered', ANNA)).toMatchObject({ error: { message: containing('is held') } });
  must(keys.move(one, 'reserved', ANNA));
  expect(must(keys.move(one, 'delivered', ANNA))).toMatchObject({ state: 'delivered', version: 3 });
  // The same bits hashed twice are no second key.
  expect(keys.find(two)?.shares_passes_with).toEqual([analysis, one]);
  expect(keys.move(two, 'reserved', ANNA)).toMatchObject({ error: { message: containing('one pass gives one key') } });
});

test('a key is put in once, and only for passes that are there', async () => {
  const { vault, keys } = await setupStore();
  must(keys.insert(newKey(vault), ANNA));
  expect(keys.insert(newKey(vault), ANNA)).toMatchObject({ error: { message: containing('in the store already') } });
  const stranger = newKey(vault, { key_id: ID.replace('0b', '0c'), passes: ['not-a-pass'] });
  expect(() => keys.insert(stranger, ANNA)).toThrow('FOREIGN KEY');
  expect(keys.list()).toHaveLength(1);
});

test('an export is a new file, mode 0600, that names its custody; nothing is overwritten', async () => {
  const { folder, vault, keys } = await setupStore();
  must(keys.insert(newKey(vault), ANNA));
  const path = join(folder, 'out.key');
  must(exportKey(keys, vault, { key_id: ID, path }));
  const written = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  expect(written).toMatchObject({ format: 'twinpass-exported-key/1', custody: 'analysis', key_id: ID, length_bits: 4096 });
  expect(Buffer.from(String(written['base64']), 'base64').equals(BITS)).toBe(true);
  expect(process.platform === 'win32' ? 0o600 : statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, 'mine');
  expect(exportKey(keys, vault, { key_id: ID, path })).toMatchObject({ error: { message: containing('exists already') } });
  expect(readFileSync(path, 'utf8')).toBe('mine');
  const nowhere = join(folder, 'missing', 'out.key');
  expect(exportKey(keys, vault, { key_id: ID, path: nowhere })).toMatchObject({ error: { type: 'InvalidFile' } });
  expect(existsSync(nowhere)).toBe(false);
});

test('the digest and the name of a key are what an outside program computes', () => {
  const key = createSecretKey(new Uint8Array(32).fill(7));
  // Python: hmac.new(b'\x07'*32, b'twinpass/1/key-digest/12/' + b'\xab\x0c', 'sha256').hexdigest()[:32]
  expect(keyDigest(Uint8Array.of(0xab, 0x0c), 12, key)).toBe('05e631b610ab258d5515383875690fa1');
  // Python: sha256(b'twinpass/1/key-id/' + 2:u32 b'ab' + 1:u32 b'c'), version and variant bits set.
  expect(keyIdOf([Buffer.from('ab'), Buffer.from('c')])).toBe('94e98647-5195-886f-9c9d-1823db80521a');
  expect(keyIdOf([Buffer.from('a'), Buffer.from('bc')])).not.toBe(keyIdOf([Buffer.from('ab'), Buffer.from('c')]));
});

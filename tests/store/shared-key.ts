// Two consoles' stores with keys that they made together, as an exchange between them leaves them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { splitSecret } from '../../src-main/gateway/classical-channel/secret-pool.ts';
import { sharedFingerprint } from '../../src-main/store/channel-cipher.ts';
import { createChannelLedger, type AgreedEntry } from '../../src-main/store/channel-ledger.ts';
import { createChannelSecret } from '../../src-main/store/channel-secret.ts';
import { keyDigest } from '../../src-main/store/key-cipher.ts';
import { createKeyPieces } from '../../src-main/store/key-pieces.ts';
import { createKeyStore } from '../../src-main/store/key-store.ts';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openKeyVault } from '../../src-main/store/outcome-keys.ts';
import { createPieceList } from '../../src-main/store/piece-list.ts';
import { freshArchive, importPass, META, must, ownFolder, stationColumns } from './pass-fixture.ts';

export const AT_UTC_MS = 1_537_000_000_000;
export const BO = { who: 'bo', why: 'for the bank', at_utc_ms: AT_UTC_MS };
export const SECRET = randomBytes(4096);
export const PAIR = { master_sae_id: 'bank-delingha', slave_sae_id: 'bank-nanshan' };

export type Role = 'alice' | 'bob';

/** One console: its own folder, master key and database; the secret is the other's too. */
export async function consoleOf(role: Role, secret: Uint8Array = SECRET) {
  const folder = ownFolder();
  const archive = await freshArchive(folder);
  importPass(archive, [stationColumns('delingha', 50, 1), stationColumns('nanshan', 50, 2)]);
  const vault = must(await openKeyVault({
    path: join(folder, 'config', 'micius.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: false,
  }));
  const { db } = archive;
  const sealer = { sealing: vault.blockKeys().sealing, master_key_id: vault.key_id };
  const channel = createChannelSecret(db, sealer);
  const bring = (bytes: Uint8Array) => {
    const { hash_key, alice, bob } = splitSecret(bytes);
    must(channel.replace({ hash_key, pads: { alice, bob } }, AT_UTC_MS));
  };
  bring(secret);
  const keys = createKeyStore(db);
  const ledger = () => createChannelLedger(db, { keys, secret: channel, sealer, ...must(channel.open()) });
  return {
    role, folder, db, vault, keys, bring, ledger, given: createPieceList(db), pieces: createKeyPieces(db, { keys, vault }) };
}
export type OneConsole = Awaited<ReturnType<typeof consoleOf>>;

export interface SharedKey { readonly key_id: string; readonly bits: Uint8Array; readonly length_bits: number }

export function sharedKey(bytes: number, key_id: string, length_bits = 8 * bytes): SharedKey {
  return { key_id, bits: new Uint8Array(randomBytes(bytes)), length_bits };
}

/** What an exchange hands a console's ledger; the bits are the console's own copy. */
export function entryOf({ role, vault }: OneConsole, { key_id, bits, length_bits }: SharedKey): AgreedEntry {
  const { hash_key } = splitSecret(SECRET);
  return {
    role, passes: [{ pass_id: META.pass_id, content_sha256: 'a'.repeat(64) }], report_json: '{}',
    key: bits.slice(), refill: { alice: randomBytes(16), bob: randomBytes(8) },
    record: {
      key_id, custody: 'operational', definition: 'composable', epsilon: 1e-10, length_bits, created_at_utc_ms: AT_UTC_MS,
      code_version: '0.1.0', efficiency_mismatch: 0.0147, formula_bits: length_bits, algorithm: 'cascade',
      n_z: length_bits, e_z: 30, n_x: length_bits, e_x: 25, leaked_bits: 340, f: 1.05,
      digest: keyDigest(bits, length_bits, sharedFingerprint(hash_key)), master_key_id: vault.key_id,
    },
  };
}

export const KEY_ID = '0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a';

/** Both consoles, holding the same key. */
export async function twoConsoles(bytes = 128, key = sharedKey(bytes, KEY_ID)) {
  const [alice, bob] = [await consoleOf('alice'), await consoleOf('bob')];
  for (const one of [alice, bob]) must(one.ledger().hold(entryOf(one, key), BO));
  return { alice, bob, key };
}

import { randomBytes } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../../src-core/result.ts';
import { namingLabel, namingSecret } from './channel-cipher.ts';
import type { ChannelSecret, Lane, Pads, Sealer } from './channel-secret.ts';
import { sealKey } from './key-cipher.ts';
import type { KeyActor, KeyPass, KeyRecord, KeyWriter } from './key-store.ts';
import { NONCE_BYTES, seal, unseal, type Sealed } from './sealing.ts';
import { attempt, invalidFile, type StoreError } from './store-error.ts';

/** A key two consoles made, with all that is public of it. */
export interface AgreedAccount {
  readonly record: KeyRecord;
  readonly passes: readonly KeyPass[];
  readonly role: Lane;
  /** What the parties reported, as JSON text. */
  readonly report_json: string;
}

/** Account, bits and refill. Secret. */
export interface AgreedEntry extends AgreedAccount {
  readonly key: Uint8Array;
  /** New pads for the secret; empty where that secret has been replaced since. */
  readonly refill: Pads;
  /** Of a key that waited: what names its pieces, from the secret it was made under. */
  readonly naming?: Uint8Array;
}

export interface ChannelLedger {
  readonly pend: (entry: AgreedEntry) => Result<null, StoreError>;
  /** Key, refill and the end of its pending in one: none without the others. */
  readonly hold: (entry: AgreedEntry, actor: KeyActor) => Result<null, StoreError>;
  readonly discard: (key_id: string) => Result<null, StoreError>;
  readonly pending: () => Result<readonly AgreedEntry[], StoreError>;
  readonly holds: (key_id: string) => boolean;
}

export interface LedgerDeps {
  readonly keys: KeyWriter;
  readonly secret: ChannelSecret;
  readonly sealer: Sealer;
  /** The secret of the exchange at hand: names the pieces of its keys. */
  readonly hash_key: Uint8Array;
  /** Its name. */
  readonly secret_id: string;
}

interface PendingRow extends Sealed {
  readonly key_id: string;
  readonly secret_id: string;
  readonly account_json: string;
}
type Account = AgreedAccount & { readonly refill_bytes: Readonly<Record<Lane, number>>; readonly naming_bytes?: number };

const buffers = ({ nonce, tag, sealed }: Sealed) =>
  ({ nonce: Buffer.from(nonce), tag: Buffer.from(tag), sealed: Buffer.from(sealed) });

const pendingLabel = (key_id: string, secret_id: string) => ({ record: 'pending-key', key_id, secret_id });

/** Where a console keeps keys it made with another: pending first, then held together with what they pay back. */
export function createChannelLedger(db: Database, deps: LedgerDeps): ChannelLedger {
  const { keys, secret, sealer: { sealing }, hash_key, secret_id } = deps;
  const under = () => ({ key: sealing, nonce: randomBytes(NONCE_BYTES) });
  const insertPending = db.prepare(`INSERT INTO key_pending VALUES (:key_id, :made_at_utc_ms, :secret_id, :account_json,
    :nonce, :tag, :sealed)`);
  const listPending = db.prepare<[], PendingRow>(`SELECT key_id, secret_id, account_json, nonce, tag, sealed
    FROM key_pending ORDER BY made_at_utc_ms, key_id`);
  const drop = db.prepare('DELETE FROM key_pending WHERE key_id = ?');
  const known = db.prepare<[string], { readonly key_id: string }>('SELECT key_id FROM key_block WHERE key_id = ?');
  const insertChannel = db.prepare('INSERT INTO key_channel VALUES (:key_id, :role, :nonce, :tag, :sealed)');

  const hold = db.transaction((entry: AgreedEntry, actor: KeyActor): Result<null, StoreError> => {
    const { record, passes, role } = entry;
    const inserted = keys.insert({ record, passes, sealed: sealKey(entry.key, record, under()) }, actor);
    if (!inserted.ok) return inserted;
    const naming = entry.naming ?? namingSecret(hash_key, record.key_id);
    insertChannel.run({ key_id: record.key_id, role, ...buffers(seal(naming, namingLabel(record.key_id), under())) });
    naming.fill(0);
    secret.append(entry.refill);
    drop.run(record.key_id);
    return ok(null);
  });
  const opened = (row: PendingRow): AgreedEntry | null => {
    const plain = unseal(row, pendingLabel(row.key_id, row.secret_id), sealing);
    if (plain === null) return null;
    const { refill_bytes, naming_bytes = 0, ...account } = JSON.parse(row.account_json) as Account;
    const pads = refill_bytes.alice + refill_bytes.bob;
    const end = plain.length - naming_bytes;
    const current = row.secret_id === secret_id;
    const refill = {
      alice: current ? plain.slice(0, refill_bytes.alice) : new Uint8Array(0),
      bob: current ? plain.slice(refill_bytes.alice, pads) : new Uint8Array(0),
    };
    const naming = naming_bytes === 0 ? {} : { naming: plain.slice(end) };
    const entry = { ...account, ...naming, refill, key: plain.slice(pads, end) };
    plain.fill(0);
    return entry;
  };
  return {
    pend: ({ key, refill, naming: kept, ...account }) => attempt(db.name, () => {
      const { key_id, created_at_utc_ms } = account.record;
      const naming = kept ?? namingSecret(hash_key, key_id);
      const plain = Buffer.concat([refill.alice, refill.bob, key, naming]);
      const refill_bytes = { alice: refill.alice.length, bob: refill.bob.length };
      const sealed = buffers(seal(plain, pendingLabel(key_id, secret_id), under()));
      const naming_bytes = naming.length;
      for (const secret of [plain, naming]) secret.fill(0);
      const account_json = JSON.stringify({ ...account, refill_bytes, naming_bytes } satisfies Account);
      insertPending.run({ key_id, made_at_utc_ms: created_at_utc_ms, secret_id, account_json, ...sealed });
      return ok(null);
    }),
    hold: (entry, actor) => attempt(db.name, () => hold.immediate(entry, actor)),
    discard: (key_id) => attempt(db.name, () => {
      drop.run(key_id);
      return ok(null);
    }),
    pending: () => attempt(db.name, () => {
      const entries: AgreedEntry[] = [];
      for (const row of listPending.all()) {
        const entry = opened(row);
        if (entry === null) return invalidFile(db.name, `pending key ${row.key_id} does not open; restore a backup`);
        entries.push(entry);
      }
      return ok(entries);
    }),
    holds: (key_id) => known.get(key_id) !== undefined,
  };
}

/** Names of the keys that wait for the other console's confirmation. */
export const pendingKeyIds = (db: Database): readonly string[] =>
  db.prepare<[], { readonly key_id: string }>('SELECT key_id FROM key_pending ORDER BY made_at_utc_ms, key_id').all()
    .map(({ key_id }) => key_id);

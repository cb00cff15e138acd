import { randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../../src-core/result.ts';
import { secretIdOf } from './channel-cipher.ts';
import { NONCE_BYTES, seal, unseal, type Sealed } from './sealing.ts';
import { attempt, attemptValue, invalidFile, refused, type StoreError } from './store-error.ts';

export type Lane = 'alice' | 'bob';
export type Pads = Readonly<Record<Lane, Uint8Array>>;
export type Positions = Readonly<Record<Lane, number>>;

/** What lies open about the secret. */
export interface SecretStatus {
  readonly secret_id: string;
  readonly imported_at_utc_ms: number;
  readonly next: Positions;
  readonly end: Positions;
}

/** The secret in the clear: the caller overwrites it. Pads that were used are zeros. */
export interface OpenSecret extends SecretStatus {
  readonly hash_key: Uint8Array;
  readonly pads: Pads;
}

/** The vault's key for what lies sealed, and the name of the master key it came from. */
export interface Sealer { readonly sealing: KeyObject; readonly master_key_id: string }

export interface ChannelSecret {
  readonly status: () => SecretStatus | null;
  /** Takes a new secret in place of whatever was there; the old one is overwritten. */
  readonly replace: (
    secret: { readonly hash_key: Uint8Array; readonly pads: Pads }, at_utc_ms: number,
  ) => Result<SecretStatus, StoreError>;
  readonly open: () => Result<OpenSecret, StoreError>;
  /** Durable before it returns. Null where another program has moved the secret meanwhile: stop at once. */
  readonly spend: (from: Positions, to: Positions) => true | null;
  /** Appends new pads; part of the caller's transaction. */
  readonly append: (fresh: Pads) => void;
}

interface Row {
  readonly secret_id: string;
  readonly master_key_id: string;
  readonly imported_at_utc_ms: number;
  readonly alice_next: number;
  readonly bob_next: number;
  readonly alice_end: number;
  readonly bob_end: number;
}
type SealedRow = Sealed;
interface PadRow extends SealedRow { readonly lane: Lane; readonly first_byte: number; readonly bytes: number }

/** Pads are kept in pieces of 32 seals: what is used is gone soon, and a refill is a row or two. */
const PIECE_BYTES = 256;
const LANES = ['alice', 'bob'] as const;

const statusOf = (row: Row): SecretStatus => ({
  secret_id: row.secret_id, imported_at_utc_ms: row.imported_at_utc_ms,
  next: { alice: row.alice_next, bob: row.bob_next }, end: { alice: row.alice_end, bob: row.bob_end },
});

const buffers = ({ nonce, tag, sealed }: Sealed) =>
  ({ nonce: Buffer.from(nonce), tag: Buffer.from(tag), sealed: Buffer.from(sealed) });

const FIND = `SELECT secret_id, master_key_id, imported_at_utc_ms, alice_next, bob_next, alice_end, bob_end
  FROM channel_secret`;
const secretLabel = (secret_id: string) => ({ record: 'channel-secret', secret_id });
const padLabel = (secret_id: string, lane: Lane, first_byte: number) =>
  ({ record: 'channel-pad', secret_id, lane, first_byte });

/** The pre-shared secret of the classical channel at rest: sealed like the keys it is replenished from. */
export function createChannelSecret(db: Database, { sealing, master_key_id }: Sealer): ChannelSecret {
  db.pragma('secure_delete = ON'); // What is used is overwritten with zeros, not only forgotten.
  const open = createOpening(db, { sealing, master_key_id });
  const under = () => ({ key: sealing, nonce: randomBytes(NONCE_BYTES) });
  const find = db.prepare<[], Row>(FIND);
  const insert = db.prepare(`INSERT INTO channel_secret VALUES (1, :secret_id, :master_key_id, :imported_at_utc_ms, 0, 0,
    :alice_end, :bob_end, :nonce, :tag, :sealed)`);
  const insertPad = db.prepare(`INSERT INTO channel_pad VALUES (:lane, :first_byte, :bytes, :nonce, :tag, :sealed)`);
  const move = db.prepare(`UPDATE channel_secret SET alice_next = :alice, bob_next = :bob
    WHERE alice_next = :alice_was AND bob_next = :bob_was`);
  const extend = db.prepare('UPDATE channel_secret SET alice_end = :alice, bob_end = :bob');
  const dropUsed = db.prepare('DELETE FROM channel_pad WHERE lane = ? AND first_byte + bytes <= ?');

  const addPads = (secret_id: string, first: Positions, fresh: Pads) => {
    for (const lane of LANES) {
      for (let at = 0; at < fresh[lane].length; at += PIECE_BYTES) {
        const piece = fresh[lane].subarray(at, at + PIECE_BYTES);
        const first_byte = first[lane] + at;
        const sealed = seal(piece, padLabel(secret_id, lane, first_byte), under());
        insertPad.run({ lane, first_byte, bytes: piece.length, ...buffers(sealed) });
      }
    }
  };
  const replace = db.transaction((hash_key: Uint8Array, pads: Pads, imported_at_utc_ms: number) => {
    const secret_id = secretIdOf(hash_key);
    if (find.get()?.secret_id === secret_id) {
      return refused(`This secret, ${secret_id}, is the one in use: importing it again would use its pads twice.`);
    }
    db.exec('DELETE FROM channel_pad; DELETE FROM channel_secret');
    insert.run({
      secret_id, master_key_id, imported_at_utc_ms, alice_end: pads.alice.length, bob_end: pads.bob.length,
      ...buffers(seal(hash_key, secretLabel(secret_id), under())),
    });
    addPads(secret_id, { alice: 0, bob: 0 }, pads);
    return ok(statusOf(find.get()!));
  });
  const spend = db.transaction((from: Positions, to: Positions): true | null => {
    const moved = move.run({ alice: to.alice, bob: to.bob, alice_was: from.alice, bob_was: from.bob });
    if (moved.changes !== 1) return null;
    for (const lane of LANES) dropUsed.run(lane, to[lane]);
    return true;
  });
  return {
    status: () => {
      const row = find.get();
      return row === undefined ? null : statusOf(row);
    },
    replace: ({ hash_key, pads }, at_utc_ms) => attempt(db.name, () => replace.immediate(hash_key, pads, at_utc_ms)),
    open: () => attempt(db.name, open),
    spend: (from, to) => {
      const spent = attemptValue(db.name, () => spend.immediate(from, to));
      return spent.ok ? spent.value : null;
    },
    append: (fresh) => {
      const { secret_id, alice_end, bob_end } = find.get()!;
      addPads(secret_id, { alice: alice_end, bob: bob_end }, fresh);
      extend.run({ alice: alice_end + fresh.alice.length, bob: bob_end + fresh.bob.length });
    },
  };
}

/** Reads and opens every piece; whoever calls it checks nothing more. */
function createOpening(db: Database, { sealing, master_key_id }: Sealer): () => Result<OpenSecret, StoreError> {
  const find = db.prepare<[], Row>(FIND);
  const hashKey = db.prepare<[], SealedRow>('SELECT nonce, tag, sealed FROM channel_secret');
  const listPads = db.prepare<[], PadRow>('SELECT lane, first_byte, bytes, nonce, tag, sealed FROM channel_pad');
  return () => {
    const row = find.get();
    if (row === undefined) {
      return refused('This console has no pre-shared secret: bring one from the other console with '
        + '`twinpass channel secret FILE`.');
    }
    if (row.master_key_id !== master_key_id) {
      return refused(`The channel's secret was sealed under master key ${row.master_key_id}; this console has `
        + `${master_key_id}. Copy that key file back from its backup, or bring a fresh secret to both consoles.`);
    }
    const damaged = () => invalidFile(db.name, 'the channel\'s secret is damaged; bring a fresh one to both consoles');
    const hash_key = unseal(hashKey.get()!, secretLabel(row.secret_id), sealing);
    if (hash_key === null) return damaged();
    const pads = { alice: new Uint8Array(row.alice_end), bob: new Uint8Array(row.bob_end) };
    for (const piece of listPads.iterate()) {
      const plain = unseal(piece, padLabel(row.secret_id, piece.lane, piece.first_byte), sealing);
      if (plain === null) return damaged();
      pads[piece.lane].set(plain, piece.first_byte);
      plain.fill(0);
    }
    return ok({ ...statusOf(row), hash_key, pads });
  };
}

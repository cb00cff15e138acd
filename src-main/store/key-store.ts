import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../../src-core/result.ts';
import { openKey, type KeyLabel } from './key-cipher.ts';
import type { MissionVault } from './outcome-keys.ts';
import type { Sealed } from './sealing.ts';
import { attempt, invalidFile, refused, type StoreError } from './store-error.ts';

export type KeyState = 'held' | 'reserved' | 'delivered' | 'destroyed';

/** A key's account: everything about it but its bits. Written once. */
export interface KeyRecord extends KeyLabel {
  readonly created_at_utc_ms: number;
  readonly code_version: string;
  readonly efficiency_mismatch: number;
  readonly formula_bits: number;
  readonly algorithm: 'cascade' | 'hamming' | 'ldpc';
  readonly n_z: number;
  readonly e_z: number;
  readonly n_x: number;
  readonly e_x: number;
  readonly leaked_bits: number;
  readonly f: number | null;
  readonly digest: string;
  readonly master_key_id: string;
}

/** A pass whose bits are in a key, as it was then. */
export interface KeyPass { readonly pass_id: string; readonly content_sha256: string }

/** Who moved a key, why and when. */
export interface KeyActor { readonly who: string; readonly why: string; readonly at_utc_ms: number }

export interface KeyTransition extends KeyActor {
  readonly version: number;
  readonly from_state: KeyState | null;
  readonly to_state: KeyState;
}

export interface StoredKey extends KeyRecord {
  readonly state: KeyState;
  readonly version: number;
  readonly passes: readonly string[];
  /** Other keys with bits of the same passes: together they promise less than each alone. */
  readonly shares_passes_with: readonly string[];
  /** Oldest first. */
  readonly transitions: readonly KeyTransition[];
}

export interface NewKey {
  readonly record: KeyRecord;
  readonly passes: readonly KeyPass[];
  readonly sealed: Sealed;
}

export interface KeyReader {
  /** Newest first. */
  readonly list: () => readonly StoredKey[];
  readonly find: (key_id: string) => StoredKey | null;
  /** The bits, in the clear: the caller overwrites them. Refused under another vault than the one that sealed them. */
  readonly reveal: (key_id: string, vault: MissionVault) => Result<Uint8Array, StoreError>;
}

export interface KeyWriter {
  readonly insert: (key: NewKey, actor: KeyActor) => Result<StoredKey, StoreError>;
  /** Towards delivery and back; an analysis key, or one whose passes are in a key given out already, is refused. */
  readonly move: (key_id: string, to_state: 'held' | 'reserved' | 'delivered', actor: KeyActor) =>
    Result<StoredKey, StoreError>;
  /** Overwrites and drops the ciphertext; `overwritten` is false while another program still reads an older state. */
  readonly destroy: (key_id: string, actor: KeyActor) =>
    Result<{ readonly key: StoredKey; readonly overwritten: boolean }, StoreError>;
}

type KeyRow = KeyRecord & Pick<StoredKey, 'state' | 'version'>;

const RECORD = ['key_id', 'created_at_utc_ms', 'code_version', 'custody', 'definition', 'epsilon',
  'efficiency_mismatch', 'length_bits', 'formula_bits', 'algorithm', 'n_z', 'e_z', 'n_x', 'e_x', 'leaked_bits', 'f',
  'digest', 'master_key_id'] as const satisfies readonly (keyof KeyRecord)[];
const COLUMNS = `${RECORD.join(', ')}, state, version`;
export const LIST_KEYS = `SELECT ${COLUMNS} FROM key_block ORDER BY created_at_utc_ms DESC, key_id`;
export const KEYS_OF_SAME_PASSES = `SELECT DISTINCT other.key_id FROM key_block_pass AS own
  JOIN key_block_pass AS other ON other.pass_id = own.pass_id WHERE own.key_id = ? AND other.key_id <> own.key_id
  ORDER BY other.key_id`;

const notFound = (key_id: string) => err({ type: 'NotFound', what: 'key', id: key_id });

function prepareReader(db: Database): KeyReader {
  const list = db.prepare<[], KeyRow>(LIST_KEYS);
  const one = db.prepare<[string], KeyRow>(`SELECT ${COLUMNS} FROM key_block WHERE key_id = ?`);
  const passes = db.prepare<[string], { readonly pass_id: string }>(
    'SELECT pass_id FROM key_block_pass WHERE key_id = ? ORDER BY pass_id');
  const shared = db.prepare<[string], { readonly key_id: string }>(KEYS_OF_SAME_PASSES);
  const transitions = db.prepare<[string], KeyTransition>(
    'SELECT version, from_state, to_state, who, why, at_utc_ms FROM key_transition WHERE key_id = ? ORDER BY version');
  const bits = db.prepare<[string], { readonly nonce: Buffer; readonly tag: Buffer; readonly sealed: Buffer }>(
    'SELECT nonce, tag, sealed FROM key_block WHERE key_id = ? AND sealed IS NOT NULL');
  const complete = (row: KeyRow): StoredKey => ({
    ...row,
    passes: passes.all(row.key_id).map(({ pass_id }) => pass_id),
    shares_passes_with: shared.all(row.key_id).map(({ key_id }) => key_id),
    transitions: transitions.all(row.key_id),
  });
  const find = (key_id: string) => {
    const row = one.get(key_id);
    return row === undefined ? null : complete(row);
  };
  const reveal: KeyReader['reveal'] = (key_id, vault) => {
    const key = find(key_id);
    if (key === null) return notFound(key_id);
    const sealed = bits.get(key_id);
    if (sealed === undefined) return refused(`Key ${key_id} was ${key.state}: its bits are gone.`);
    if (key.master_key_id !== vault.key_id) {
      return refused(`Key ${key_id} was sealed under master key ${key.master_key_id}; this console has `
        + `${vault.key_id}. Copy that key file back from its backup, then try again.`);
    }
    const plain = openKey(sealed, key, vault.blockKeys().sealing);
    return plain === null ? invalidFile(db.name, `key ${key_id} is damaged; restore a backup`) : ok(plain);
  };
  return { list: () => list.all().map(complete), find, reveal };
}

/** Why a key may not leave, or null. What one place knew both halves of is no secret of two. */
function refusalOf(key: StoredKey, given_out: readonly StoredKey[]): string | null {
  if (key.custody === 'analysis') {
    return `Key ${key.key_id} is of analysis custody: one place held both ends' outcomes, so it is never delivered.`;
  }
  const [other] = given_out;
  if (other === undefined) return null;
  return `Key ${key.key_id} shares a pass with key ${other.key_id}, which is ${other.state}: one pass gives one key.`;
}

/** Distilled keys at rest: sealed bits, open account, every move on record. */
export function createKeyStore(db: Database): KeyReader & KeyWriter {
  db.pragma('secure_delete = ON'); // What is dropped is overwritten with zeros, not only forgotten.
  const reader = prepareReader(db);
  const insertKey = db.prepare(`INSERT INTO key_block (${COLUMNS}, nonce, tag, sealed)
    VALUES (${RECORD.map((name) => `:${name}`).join(', ')}, 'held', 1, :nonce, :tag, :sealed)`);
  const insertPass = db.prepare('INSERT INTO key_block_pass (key_id, pass_id, content_sha256) VALUES (?, ?, ?)');
  const note = db.prepare(`INSERT INTO key_transition (key_id, version, from_state, to_state, who, why, at_utc_ms)
    VALUES (:key_id, :version, :from_state, :to_state, :who, :why, :at_utc_ms)`);
  const setState = db.prepare('UPDATE key_block SET state = :state, version = :version WHERE key_id = :key_id');
  const blank = db.prepare(`UPDATE key_block SET nonce = zeroblob(12), tag = zeroblob(16),
    sealed = zeroblob(length(sealed)) WHERE key_id = ? AND sealed IS NOT NULL`);
  const drop = db.prepare(`UPDATE key_block SET nonce = NULL, tag = NULL, sealed = NULL, state = 'destroyed',
    version = :version WHERE key_id = :key_id`);

  const insert = db.transaction(({ record, passes, sealed }: NewKey, actor: KeyActor) => {
    const { key_id } = record;
    if (reader.find(key_id) !== null) return refused(`Key ${key_id} is in the store already.`);
    const { nonce, tag, sealed: bits } = sealed;
    insertKey.run({ ...pick(record), nonce: Buffer.from(nonce), tag: Buffer.from(tag), sealed: Buffer.from(bits) });
    for (const { pass_id, content_sha256 } of passes) insertPass.run(key_id, pass_id, content_sha256);
    note.run({ key_id, version: 1, from_state: null, to_state: 'held', ...actor });
    return ok(reader.find(key_id)!);
  });
  const move = db.transaction((key_id: string, state: Exclude<KeyState, 'destroyed'>, actor: KeyActor) => {
    const key = reader.find(key_id);
    if (key === null) return notFound(key_id);
    const others = key.shares_passes_with.flatMap((id) => reader.find(id) ?? []);
    const refusal = refusalOf(key, others.filter((other) => other.state === 'reserved' || other.state === 'delivered'));
    if (refusal !== null) return refused(refusal);
    if (!STEPS.includes(`${key.state} ${state}`)) {
      return refused(`Key ${key_id} is ${key.state}: it cannot be ${state}.`);
    }
    const version = key.version + 1;
    setState.run({ key_id, state, version });
    note.run({ key_id, version, from_state: key.state, to_state: state, ...actor });
    return ok(reader.find(key_id)!);
  });
  const destroy = db.transaction((key_id: string, actor: KeyActor) => {
    const key = reader.find(key_id);
    if (key === null) return notFound(key_id);
    if (key.state === 'destroyed') return refused(`Key ${key_id} was destroyed already.`);
    const version = key.version + 1;
    blank.run(key_id);
    drop.run({ key_id, version });
    note.run({ key_id, version, from_state: key.state, to_state: 'destroyed', ...actor });
    return ok(reader.find(key_id)!);
  });
  return {
    ...reader,
    insert: (key, actor) => attempt(db.name, () => insert.immediate(key, actor)),
    move: (key_id, state, actor) => attempt(db.name, () => move.immediate(key_id, state, actor)),
    destroy: (key_id, actor) => attempt(db.name, () => {
      const destroyed = destroy.immediate(key_id, actor);
      return destroyed.ok ? ok({ key: destroyed.value, overwritten: emptyJournal(db) }) : destroyed;
    }),
  };
}

const STEPS: readonly string[] = ['held reserved', 'reserved held', 'reserved delivered'];

const pick = (record: KeyRecord) => Object.fromEntries(RECORD.map((name) => [name, record[name]]));

/** Pages as they were before lie in the write-ahead log until it is emptied; a reader elsewhere can hold it back. */
function emptyJournal(db: Database): boolean {
  const patience_ms = db.pragma('busy_timeout', { simple: true }) as number;
  db.pragma('busy_timeout = 0'); // Whoever reads now may read for hours: the caller is told instead of kept waiting.
  try {
    const [checkpoint] = db.pragma('wal_checkpoint(TRUNCATE)') as readonly [{ readonly busy: number }];
    return checkpoint.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${patience_ms}`);
  }
}


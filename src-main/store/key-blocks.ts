import type { Database } from 'better-sqlite3';
import { namingLabel } from './channel-cipher.ts';
import type { Lane } from './channel-secret.ts';
import type { MissionVault } from './outcome-keys.ts';
import { FIRST_BYTE_MAX } from './piece-name.ts';
import { unseal, type Sealed } from './sealing.ts';

/** A key of two consoles as far as delivery needs it: whose half is whose, and the sealed secret that names its pieces. */
export interface Block extends Sealed {
  readonly key_id: string;
  readonly role: Lane;
  readonly length_bits: number;
  readonly state: 'held' | 'reserved';
}

/** Bytes of a block: `from` is the first, `to` the one after the last. */
interface Range { readonly from: number; readonly to: number }

export interface KeyBlocks {
  /** Oldest first; only those this console can open. */
  readonly list: () => readonly Block[];
  readonly withPrefix: (key_prefix: string) => readonly Block[];
  /** What of this console's half is not cut yet: it is cut from its beginning on. */
  readonly restOf: (block: Block) => Range;
  /** Bytes of both halves that nobody was given yet. */
  readonly bytesLeft: (block: Block) => number;
  /** Secret; null where it does not open. */
  readonly namingOf: (block: Block) => Uint8Array | null;
}

/**
 * The half of a block that a role cuts. The other half is the other console's to cut: without a word between them the
 * two never give out the same bits.
 */
function halfOf({ role, length_bits }: Pick<Block, 'role' | 'length_bits'>): Range {
  const half = Math.floor(Math.min(Math.floor(length_bits / 8), FIRST_BYTE_MAX) / 2);
  return role === 'alice' ? { from: 0, to: half } : { from: half, to: 2 * half };
}

export const otherHalf = ({ role, length_bits }: Block): Range =>
  halfOf({ role: role === 'alice' ? 'bob' : 'alice', length_bits });

const BLOCKS = `SELECT key_id, role, length_bits, state, key_channel.nonce, key_channel.tag, key_channel.sealed
  FROM key_channel JOIN key_block USING (key_id)
  WHERE custody = 'operational' AND state IN ('held', 'reserved') AND master_key_id = ?`;
/** The last piece of a half ends where the next begins. */
export const LAST_PIECE = `SELECT first_byte + bytes AS next FROM key_piece
  WHERE key_id = ? AND first_byte >= ? AND first_byte < ? ORDER BY first_byte DESC LIMIT 1`;

export function readKeyBlocks(db: Database, vault: MissionVault): KeyBlocks {
  const list = db.prepare<[string], Block>(`${BLOCKS} ORDER BY created_at_utc_ms, key_id`);
  const byPrefix = db.prepare<[string, string], Block>(`${BLOCKS} AND substr(key_id, 1, 8) = ?`);
  const last = db.prepare<[string, number, number], { readonly next: number }>(LAST_PIECE);
  const given = db.prepare<[string], number>('SELECT coalesce(sum(bytes), 0) FROM key_piece WHERE key_id = ?').pluck();
  return {
    list: () => list.all(vault.key_id),
    withPrefix: (key_prefix) => byPrefix.all(vault.key_id, key_prefix),
    restOf: (block) => {
      const { from, to } = halfOf(block);
      return { from: last.get(block.key_id, from, to)?.next ?? from, to };
    },
    bytesLeft: ({ key_id, length_bits }) => {
      const { to } = halfOf({ role: 'bob', length_bits });
      return to - given.get(key_id)!;
    },
    namingOf: (block) => unseal(block, namingLabel(block.key_id), vault.blockKeys().sealing),
  };
}

import { timingSafeEqual } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../../src-core/result.ts';
import { otherHalf, readKeyBlocks, type Block, type KeyBlocks } from './key-blocks.ts';
import type { KeyActor, KeyReader, KeyWriter } from './key-store.ts';
import type { MissionVault } from './outcome-keys.ts';
import { pieceName, placeInName, type PiecePair, type PiecePlace } from './piece-name.ts';
import { attempt, invalidFile, type StoreError } from './store-error.ts';

/** A piece on its way to an application. Secret: whoever sends it overwrites it. */
export interface KeyPiece { readonly piece_id: string; readonly key: Uint8Array }

export type CutOrder = PiecePair & { readonly count: number; readonly bytes: number };
export type ClaimOrder = PiecePair & { readonly piece_ids: readonly string[] };

/** Why an application gets nothing; a store that does not open says so as any other does. */
export type PieceError =
  | StoreError
  | { readonly type: 'Short'; readonly stock: number }
  | { readonly type: 'Unknown' | 'GivenOut' | 'NotTheirs'; readonly piece_id: string };
type Pieces = Result<readonly KeyPiece[], PieceError>;

export interface KeyPieces {
  /** How many pieces of a size this console can still cut. */
  readonly stock: (bytes: number) => number;
  /** New pieces out of this console's halves, reserved durably before they are returned; all or none. */
  readonly cut: (order: CutOrder, actor: KeyActor) => Pieces;
  /** Pieces that the other console cut, by their names; all or none, and each once. */
  readonly claim: (order: ClaimOrder, actor: KeyActor) => Pieces;
  /** How the sending ended: a piece that did not leave whole is lost, never sent again. */
  readonly settle: (ids: readonly string[], state: 'delivered' | 'lost', actor: KeyActor) => Result<null, PieceError>;
  /** Gives up pieces that a crash left between reserved and sent; says how many. */
  readonly loseReserved: (at_utc_ms: number) => number;
}

interface Parts {
  readonly db: Database;
  readonly keys: KeyReader & KeyWriter;
  readonly vault: MissionVault;
  readonly blocks: KeyBlocks;
}

/** A rest below this is not worth a name. */
const REST_BYTES_MIN = 8;

/** Keys of two consoles, piece by piece: held, then reserved, then delivered or lost, each once. */
export function createKeyPieces(
  db: Database, { keys, vault }: { readonly keys: KeyReader & KeyWriter; readonly vault: MissionVault },
): KeyPieces {
  const blocks = readKeyBlocks(db, vault);
  const parts = { db, keys, vault, blocks };
  const cut = createCutting(parts);
  const claim = createClaiming(parts);
  const known = db.prepare<[string], { readonly key_id: string }>('SELECT key_id FROM key_piece WHERE piece_id = ?');
  const close = db.prepare(
    `UPDATE key_piece SET state = ?, settled_at_utc_ms = ? WHERE piece_id = ? AND state = 'reserved'`);
  const closeAll = db.prepare(`UPDATE key_piece SET state = 'lost', settled_at_utc_ms = ? WHERE state = 'reserved'`);
  const forget = db.prepare(`UPDATE key_block SET nonce = NULL, tag = NULL, sealed = NULL
    WHERE key_id = ? AND state = 'delivered'`);

  /** A block of which nothing is left at either console has been delivered: its bits are with applications alone. */
  const finish = (key_id: string, actor: KeyActor): void => {
    const block = blocks.list().find((each) => each.key_id === key_id);
    if (block?.state !== 'reserved') return;
    const { from, to } = blocks.restOf(block);
    const theirs = blocks.bytesLeft(block) - (to - from);
    if (to - from >= REST_BYTES_MIN || theirs >= REST_BYTES_MIN) return;
    if (keys.move(key_id, 'delivered', actor).ok) forget.run(key_id);
  };
  return {
    stock: (bytes) => stockOf(blocks, bytes),
    cut: (order, actor) => allOrNone(db, () => cut(order, actor)),
    claim: ({ piece_ids, ...pair }, actor) => allOrNone(db, () => {
      const pieces: KeyPiece[] = [];
      for (const piece_id of piece_ids) {
        const claimed = claim(piece_id, pair, actor);
        if (!claimed.ok) return withdrawn(pieces, claimed);
        pieces.push(...claimed.value);
      }
      return ok(pieces);
    }),
    settle: (piece_ids, state, actor) => allOrNone(db, () => {
      for (const piece_id of piece_ids) close.run(state, actor.at_utc_ms, piece_id);
      for (const key_id of new Set(piece_ids.flatMap((id) => known.get(id)?.key_id ?? []))) finish(key_id, actor);
      return ok(null);
    }),
    loseReserved: (at_utc_ms) => closeAll.run(at_utc_ms).changes,
  };
}

const stockOf = (blocks: KeyBlocks, bytes: number) => blocks.list().reduce((sum, block) => {
  const { from, to } = blocks.restOf(block);
  return sum + Math.floor((to - from) / bytes);
}, 0);

/** What was already read of an order that is refused after all. */
function withdrawn<E>(pieces: readonly KeyPiece[], refusal: E): E {
  for (const { key } of pieces) key.fill(0);
  return refusal;
}

interface Taken { readonly block: Block; readonly side: 'master' | 'slave'; readonly pair: PiecePair; readonly actor: KeyActor }
type Named = PiecePlace & { readonly piece_id: string };

/** Writes down that these places are given out, and only then reads their bits. */
function createTaking({ db, keys, vault }: Parts) {
  const insert = db.prepare(`INSERT INTO key_piece VALUES (:piece_id, :key_id, :first_byte, :bytes, :side, :master_sae_id,
    :slave_sae_id, 'reserved', :at_utc_ms, NULL)`);
  return (places: readonly Named[], { block, side, pair, actor }: Taken): Pieces => {
    if (keys.find(block.key_id)?.state === 'held') {
      const moved = keys.move(block.key_id, 'reserved', actor);
      if (!moved.ok) return moved;
    }
    for (const place of places) insert.run({ ...place, ...pair, side, at_utc_ms: actor.at_utc_ms });
    const bits = keys.reveal(block.key_id, vault);
    if (!bits.ok) return bits;
    const pieces = places.map(({ piece_id, first_byte, bytes }) =>
      ({ piece_id, key: bits.value.slice(first_byte, first_byte + bytes) }));
    bits.value.fill(0);
    return ok(pieces);
  };
}

const damaged = (db: Database, key_id: string) => invalidFile(db.name, `key ${key_id} is damaged; restore a backup`);

function createCutting(parts: Parts): KeyPieces['cut'] {
  const { db, blocks } = parts;
  const take = createTaking(parts);
  return ({ count, bytes, ...pair }, actor) => {
    const pieces: KeyPiece[] = [];
    for (const block of blocks.list()) {
      const { key_id } = block;
      const { from, to } = blocks.restOf(block);
      const fit = Math.min(Math.floor((to - from) / bytes), count - pieces.length);
      if (fit < 1) continue;
      const naming = blocks.namingOf(block);
      if (naming === null) return withdrawn(pieces, damaged(db, key_id));
      const places = Array.from({ length: fit }, (_, i) => {
        const place = { key_id, first_byte: from + i * bytes, bytes };
        return { ...place, piece_id: pieceName(naming, place, pair) };
      });
      naming.fill(0);
      const taken = take(places, { block, side: 'master', pair, actor });
      if (!taken.ok) return withdrawn(pieces, taken);
      pieces.push(...taken.value);
    }
    return pieces.length === count ? ok(pieces) : withdrawn(pieces, err({ type: 'Short', stock: pieces.length }));
  };
}

interface GivenRow extends PiecePair { readonly side: 'master' | 'slave' }

function createClaiming(parts: Parts) {
  const { db, blocks } = parts;
  const take = createTaking(parts);
  const known = db.prepare<[string], GivenRow>('SELECT side, master_sae_id, slave_sae_id FROM key_piece WHERE piece_id = ?');
  return (piece_id: string, pair: PiecePair, actor: KeyActor): Pieces => {
    const given = known.get(piece_id);
    if (given !== undefined) {
      const theirs = given.master_sae_id === pair.master_sae_id && given.slave_sae_id === pair.slave_sae_id;
      return err({ type: theirs ? 'GivenOut' : 'NotTheirs', piece_id });
    }
    const named = placeInName(piece_id);
    const found = named === null ? [] : blocks.withPrefix(named.key_prefix);
    for (const block of found) {
      const naming = blocks.namingOf(block);
      if (naming === null) return damaged(db, block.key_id);
      const place = { key_id: block.key_id, first_byte: named!.first_byte, bytes: named!.bytes };
      const is_so = timingSafeEqual(Buffer.from(pieceName(naming, place, pair)), Buffer.from(piece_id));
      naming.fill(0);
      const { from, to } = otherHalf(block);
      if (is_so && place.bytes > 0 && place.first_byte >= from && place.first_byte + place.bytes <= to) {
        return take([{ ...place, piece_id }], { block, side: 'slave', pair, actor });
      }
    }
    // A name of a key that is here, which does not open for these two: cut for others, or made up.
    return err({ type: found.length === 0 ? 'Unknown' : 'NotTheirs', piece_id });
  };
}

class TakenBack extends Error {}

/** One transaction; a refusal in the middle takes back everything before it. */
function allOrNone<T>(db: Database, work: () => Result<T, PieceError>): Result<T, PieceError> {
  const ended: { result: Result<T, PieceError> | null } = { result: null };
  const tried = attempt(db.name, () => {
    try {
      db.transaction(() => {
        ended.result = work();
        if (!ended.result.ok) throw new TakenBack();
      }).immediate();
    } catch (cause) {
      if (!(cause instanceof TakenBack)) throw cause;
    }
    return ok(null);
  });
  return tried.ok ? ended.result! : tried;
}

import type { Database } from 'better-sqlite3';

/** A piece that was given out, without its bits. */
export interface ListedPiece {
  readonly piece_id: string;
  readonly key_id: string;
  readonly bits: number;
  readonly side: 'master' | 'slave';
  readonly master_sae_id: string;
  readonly slave_sae_id: string;
  readonly state: 'reserved' | 'delivered' | 'lost';
  readonly reserved_at_utc_ms: number;
  readonly settled_at_utc_ms: number | null;
}

const COLUMNS = `piece_id, key_id, 8 * bytes AS bits, side, master_sae_id, slave_sae_id, state, reserved_at_utc_ms,
  settled_at_utc_ms`;
export const LIST_PIECES = `SELECT ${COLUMNS} FROM key_piece
  ORDER BY reserved_at_utc_ms DESC, key_id, first_byte DESC LIMIT ?`;
export const PIECES_OF_KEY = `SELECT ${COLUMNS} FROM key_piece WHERE key_id = ? ORDER BY first_byte DESC LIMIT ?`;

export interface PieceList {
  /** Newest first: of one key, or of all. */
  readonly list: (key_id: string | null, limit: number) => readonly ListedPiece[];
}

export function createPieceList(db: Database): PieceList {
  const all = db.prepare<[number], ListedPiece>(LIST_PIECES);
  const ofKey = db.prepare<[string, number], ListedPiece>(PIECES_OF_KEY);
  return { list: (key_id, limit) => (key_id === null ? all.all(limit) : ofKey.all(key_id, limit)) };
}

import { createHmac } from 'node:crypto';

/** Where a piece lies in a key block. */
export interface PiecePlace {
  readonly key_id: string;
  readonly first_byte: number;
  readonly bytes: number;
}

/** The two applications that a piece is for. */
export interface PiecePair {
  readonly master_sae_id: string;
  readonly slave_sae_id: string;
}

/** What a name says by itself: enough to find the block, not enough to be believed. */
export interface NamedPlace extends Omit<PiecePlace, 'key_id'> { readonly key_prefix: string }

export const FIRST_BYTE_MAX = 0xff_ffff;
const CHECK_BYTES = 7;

/**
 * A name that the other console reads without having been told: a UUID of version 8 (RFC 9562) with 32 bits of the
 * block's id, where the piece begins (24 bits), how long it is (10), and 56 bits of an HMAC-SHA256 over the place and both
 * applications, under a secret of the two consoles. Nobody else can make one, nor use one made for others.
 */
export function pieceName(naming: Uint8Array, { key_id, first_byte, bytes }: PiecePlace, pair: PiecePair): string {
  const name = Buffer.alloc(16);
  name.write(key_id.slice(0, 8), 0, 'hex');
  name.writeUInt16BE(first_byte >>> 8, 4);
  name[6] = 0x80 | (bytes >>> 6);
  name[7] = first_byte & 0xff;
  name[8] = 0x80 | (bytes & 0x3f);
  createHmac('sha256', naming)
    .update(JSON.stringify(['twinpass/1/piece', key_id, first_byte, bytes, pair.master_sae_id, pair.slave_sae_id]))
    .digest().copy(name, 9, 0, CHECK_BYTES);
  const hex = name.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The place a name speaks of; null where it is no name of a piece. */
export function placeInName(piece_id: string): NamedPlace | null {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(piece_id)) return null;
  const name = Buffer.from(piece_id.replaceAll('-', ''), 'hex');
  return {
    key_prefix: piece_id.slice(0, 8),
    first_byte: (name.readUInt16BE(4) << 8) | name[7]!,
    bytes: ((name[6]! & 0xf) << 6) | (name[8]! & 0x3f),
  };
}

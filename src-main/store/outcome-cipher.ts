import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../src-core/archive/canonical-json.ts';

/** One chunk of outcomes as it lies on disk. */
export interface SealedChunk {
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What a chunk is bound to: moved to another pass, station or place, it does not open. */
export interface ChunkPlace {
  readonly pass_id: string;
  readonly station: string;
  readonly chunk_index: number;
  readonly events: number;
}

/** 96 random bits: the chance that two of a pass's chunks share a nonce stays below 2^-70 up to 2^13 chunks. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const placeBytes = ({ pass_id, station, chunk_index, events }: ChunkPlace) =>
  Buffer.from(canonicalJson({ pass_id, station, chunk_index, events }), 'utf8');

/** AES-256-GCM (NIST SP 800-38D) with the chunk's place as associated data. */
export function sealOutcomes(
  plain: Uint8Array, place: ChunkPlace, { key, nonce }: { readonly key: KeyObject; readonly nonce: Uint8Array },
): SealedChunk {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(placeBytes(place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { nonce, tag: cipher.getAuthTag(), sealed };
}

/** The outcomes, or null where key, place or bytes are not the ones that were sealed. */
export function openOutcomes(chunk: SealedChunk, place: ChunkPlace, key: KeyObject): Uint8Array | null {
  if (chunk.nonce.length !== NONCE_BYTES || chunk.tag.length !== TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, chunk.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(placeBytes(place));
  decipher.setAuthTag(chunk.tag);
  const opened = decipher.update(chunk.sealed);
  try {
    decipher.final();
    return opened;
  } catch {
    opened.fill(0); // Unauthenticated bytes must not leave this function.
    return null;
  }
}

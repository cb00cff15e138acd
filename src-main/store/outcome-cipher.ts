import type { KeyObject } from 'node:crypto';
import { seal, unseal, type Sealed } from './sealing.ts';

export { NONCE_BYTES } from './sealing.ts';

/** One chunk of outcomes as it lies on disk. */
export type SealedChunk = Sealed;

/** What a chunk is bound to: moved to another pass, station or place, it does not open. */
export interface ChunkPlace {
  readonly pass_id: string;
  readonly station: string;
  readonly chunk_index: number;
  readonly events: number;
}

const labelOf = ({ pass_id, station, chunk_index, events }: ChunkPlace) => ({ pass_id, station, chunk_index, events });

/** With 96 random bits, the chance that two of a pass's chunks share a nonce stays below 2^-70 up to 2^13 chunks. */
export const sealOutcomes = (
  plain: Uint8Array, place: ChunkPlace, under: { readonly key: KeyObject; readonly nonce: Uint8Array },
): SealedChunk => seal(plain, labelOf(place), under);

/** The outcomes, or null where key, place or bytes are not the ones that were sealed. */
export const openOutcomes = (chunk: SealedChunk, place: ChunkPlace, key: KeyObject): Uint8Array | null =>
  unseal(chunk, labelOf(place), key);

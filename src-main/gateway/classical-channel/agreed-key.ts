import { createHash } from 'node:crypto';
import { packBits, unpackBits, type BitString } from '../../../src-core/distillation/bit-string.ts';
import type { DistillationReport } from '../../../src-core/distillation/party.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { Role } from './channel-error.ts';
import { TAG_BYTES } from './secret-pool.ts';
import type { LedgerFailed, SessionError } from './session-error.ts';

/** A key both consoles have, without the bits that went back into the authentication pool. Secret. */
export interface AgreedKey {
  /** From the transcript, so that both sides name it alike without speaking of it. */
  readonly key_id: string;
  readonly key: BitString;
  /** SHA-256 of the length and the bits; for comparing two stores by hand, never sent by the channel. */
  readonly digest: string;
  /** What the pool gets for the seals this key cost. Secret. */
  readonly refill: Readonly<Record<Role, Uint8Array>>;
  readonly report: DistillationReport;
}

/**
 * Where a console keeps its keys. Bob's side pends a key before he says that he has it, and holds it when Alice has
 * confirmed; Alice's side holds at once, because Bob's word proves that he has it. A pending key is never delivered.
 * `hold` must keep the key and its refill together, so that key and pool cannot part.
 */
export interface KeyLedger {
  pend(key: AgreedKey): Promise<Result<null, LedgerFailed>>;
  hold(key: AgreedKey): Promise<Result<null, LedgerFailed>>;
  discard(key_id: string): Promise<Result<null, LedgerFailed>>;
  /** Keys whose confirmation never came. */
  pending(): Promise<readonly AgreedKey[]>;
  holds(key_id: string): Promise<boolean>;
}

export interface KeyMaking {
  readonly distilled: BitString;
  readonly report: DistillationReport;
  readonly nonces: readonly string[];
  readonly transcript: readonly Uint8Array[];
  /** Seals of the whole exchange, the last one included. */
  readonly seals: Readonly<Record<Role, number>>;
}

function nameOf({ nonces, transcript }: KeyMaking): string {
  const hash = createHash('sha256').update(`twinpass/key/${nonces.join('/')}/`);
  for (const bytes of transcript) hash.update(`${bytes.length}:`).update(bytes);
  const hex = hash.digest('hex');
  // A name-based UUID, RFC 9562 version 8.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Takes the refill off the front of the distilled bits; the rest is the key. Both sides cut alike. */
export function makeKey(making: KeyMaking): Result<AgreedKey, SessionError> {
  const { distilled, report, seals } = making;
  const cost = { alice: seals.alice * TAG_BYTES, bob: seals.bob * TAG_BYTES };
  const refill_bytes = cost.alice + cost.bob;
  if (distilled.length <= 8 * refill_bytes) {
    return err({ type: 'KeyBelowRefill', length_bits: distilled.length, refill_bits: 8 * refill_bytes });
  }
  const key = packBits(unpackBits(distilled).subarray(8 * refill_bytes));
  const refill = {
    alice: distilled.bytes.slice(0, cost.alice), bob: distilled.bytes.slice(cost.alice, refill_bytes),
  };
  distilled.bytes.fill(0);
  const digest = createHash('sha256').update(`${key.length}:`).update(key.bytes).digest('hex');
  return ok({ key_id: nameOf(making), key, digest, refill, report });
}

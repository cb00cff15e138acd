import { assert } from '../../../src-core/assert.ts';
import { bitString } from '../../../src-core/distillation/bit-string.ts';
import { verificationSeedBits, type VerificationSeed } from '../../../src-core/distillation/verification.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { ChannelError, Role } from './channel-error.ts';

/** Bits of a seal: a forged one passes with probability 2^-64 and a little, see the decision on authentication. */
export const TAG_BITS = 64;
export const TAG_BYTES = TAG_BITS / 8;

const SEED_BITS = verificationSeedBits(TAG_BITS);
const POINT_BYTES = Math.ceil(SEED_BITS.point / 8);
/** What of a secret chooses the hash function and stays; the rest is pads, used once. */
export const HASH_KEY_BYTES = POINT_BYTES + Math.ceil(SEED_BITS.diagonals / 8);

export interface LaneStatus { readonly used_bits: number; readonly left_bits: number }
export type PoolStatus = Readonly<Record<Role, LaneStatus>>;
/** First unused byte of each lane; to be kept with the secret, and never to go back. */
export type PoolPositions = Readonly<Record<Role, number>>;

export interface PoolOptions {
  readonly positions?: PoolPositions;
  /** Told before a pad is used: it must be durable before a seal leaves. */
  readonly on_spend?: (positions: PoolPositions) => void;
}

export interface SecretPool {
  readonly hash_key: VerificationSeed;
  /** The next pad of the own direction; it is spent with this call. */
  take(lane: Role): Result<{ readonly offset: number; readonly pad: Uint8Array }, ChannelError>;
  /** The pad a seal of the other direction names; spent only once its seal fits, see `spend`. */
  look(lane: Role, offset: number): Result<Uint8Array, ChannelError>;
  spend(lane: Role, offset: number): void;
  /** New secret behind the old one, the same bytes on both sides. */
  replenish(fresh: Readonly<Record<Role, Uint8Array>>): void;
  status(): PoolStatus;
  positions(): PoolPositions;
  /** Overwrites what is left, as far as the runtime allows. */
  destroy(): void;
}

interface Lane { bytes: Uint8Array; next: number }

/** A pre-shared secret in its parts; a store keeps them so, and appends what `replenish` adds. */
export interface PoolSecret { readonly hash_key: Uint8Array; readonly alice: Uint8Array; readonly bob: Uint8Array }

/** The secret as two people carry it: 40 bytes choose the hash function, the rest are pads, half for each direction. */
export function splitSecret(secret: Uint8Array): PoolSecret {
  assert(secret.length >= HASH_KEY_BYTES, `a secret of ${secret.length} bytes, at least ${HASH_KEY_BYTES}`);
  // A Buffer's slice would share its bytes: pads are overwritten, the caller's secret is not ours to overwrite.
  const own = new Uint8Array(secret);
  const pads = own.subarray(HASH_KEY_BYTES);
  const half = pads.length >> 1;
  return { hash_key: own.slice(0, HASH_KEY_BYTES), alice: pads.slice(0, half), bob: pads.slice(half, 2 * half) };
}

/** The pool of one console. A pad is overwritten when it is spent. */
export function createSecretPool(secret: PoolSecret, { positions, on_spend }: PoolOptions = {}): SecretPool {
  const lanes: Readonly<Record<Role, Lane>> = {
    alice: { bytes: new Uint8Array(secret.alice), next: positions?.alice ?? 0 },
    bob: { bytes: new Uint8Array(secret.bob), next: positions?.bob ?? 0 },
  };
  for (const lane of [lanes.alice, lanes.bob]) lane.bytes.fill(0, 0, lane.next);
  const hash_key = {
    point: bitString(secret.hash_key.subarray(0, POINT_BYTES), SEED_BITS.point),
    diagonals: bitString(secret.hash_key.subarray(POINT_BYTES, HASH_KEY_BYTES), SEED_BITS.diagonals),
  };
  const left = ({ bytes, next }: Lane) => Math.max(0, bytes.length - next);
  const now = () => ({ alice: lanes.alice.next, bob: lanes.bob.next });
  const exhausted = (lane: Role) =>
    err({ type: 'PoolExhausted', lane, needed_bits: TAG_BITS, left_bits: 8 * left(lanes[lane]) });
  const spend = (name: Role, offset: number) => {
    const lane = lanes[name];
    lane.next = offset + TAG_BYTES;
    on_spend?.(now());
    lane.bytes.fill(0, 0, lane.next);
  };
  const status = (lane: Lane) => ({ used_bits: 8 * lane.next, left_bits: 8 * left(lane) });
  return {
    hash_key,
    take(name) {
      const lane = lanes[name];
      if (left(lane) < TAG_BYTES) return exhausted(name);
      const offset = lane.next;
      const pad = lane.bytes.slice(offset, offset + TAG_BYTES);
      spend(name, offset);
      return ok({ offset, pad });
    },
    look(name, offset) {
      const lane = lanes[name];
      if (offset < lane.next) return err({ type: 'PadReused', lane: name, offset_bits: 8 * offset });
      if (offset + TAG_BYTES > lane.bytes.length) return exhausted(name);
      return ok(lane.bytes.slice(offset, offset + TAG_BYTES));
    },
    spend,
    replenish(fresh) {
      for (const name of ['alice', 'bob'] as const) {
        const old = lanes[name].bytes;
        lanes[name].bytes = Uint8Array.from([...old, ...fresh[name]]);
        old.fill(0);
      }
    },
    status: () => ({ alice: status(lanes.alice), bob: status(lanes.bob) }),
    positions: now,
    destroy() {
      for (const bytes of [lanes.alice.bytes, lanes.bob.bytes, hash_key.point.bytes, hash_key.diagonals.bytes]) {
        bytes.fill(0);
      }
    },
  };
}

import { assert } from '../assert.ts';
import { err, type Result } from '../result.ts';
import { binaryEntropy } from '../statistics.ts';
import { packBits, unpackBits, type BitString } from './bit-string.ts';
import type { Message, TagMessage } from './messages.ts';
import type { DistillationError, Leaked, LengthPlan, PartySettings } from './party-settings.ts';
import type { SiftedCounts, StationOutcomes } from './sift.ts';
import { toeplitzHash } from './toeplitz.ts';
import { verificationSeedBits, verificationTag } from './verification.ts';

/** What one party brings: its own readings of the coincidences, in the order both agreed on. Never the other's. */
export interface PartyInput {
  readonly outcomes: Pick<StationOutcomes, 'basis' | 'bit'>;
  readonly settings: PartySettings;
  /** Cryptographic source of random bytes; only Alice draws from it, for seeds that are then public. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** What both parties may say in public about a finished distillation. */
export interface DistillationReport {
  readonly sifted: SiftedCounts;
  readonly leaked_bits: number;
  /** Leaked bits over n h(E), both bases; null when there was no error. */
  readonly f: number | null;
  readonly lengths: LengthPlan;
}

/** The key, secret, and the report, public. Both parties hold the same bits, Z before X. */
export interface Distilled { readonly key: BitString; readonly report: DistillationReport }

export type Outcome = Result<Distilled, DistillationError>;

/**
 * One party as a dialogue: it is given what it hears and yields what it says, until it returns its outcome.
 * Alice speaks first; Bob's first yield is null, he listens.
 */
export type Party = Generator<Message | null, Outcome, Message>;

/** Sifted bits of one basis, one a byte. */
export interface SiftedBits { readonly Z: Uint8Array; readonly X: Uint8Array }

/**
 * A party's own bits where both bases agree.
 *
 *   keeps row i when mine[i] = theirs[i]; a bit is turned where the state says so (`flipZ`)
 *
 * @units bits
 * @shape columns of equal length
 * @errors programmer error for unequal lengths: the caller checks messages before
 * @validity bases are public after the photons are detected
 * @source Bennett, Brassard, Mermin, PRL 68, 557 (1992), doi:10.1103/PhysRevLett.68.557
 * @golden tests/core/distillation/party.test.ts
 */
export function siftOwnBits(
  { basis, bit }: PartyInput['outcomes'], theirs: Uint8Array, flipZ: boolean,
): SiftedBits {
  assert(basis.length === theirs.length, `${basis.length} and ${theirs.length} bases`);
  const kept = { Z: [] as number[], X: [] as number[] };
  for (let i = 0; i < basis.length; i += 1) {
    if (basis[i] !== theirs[i]) continue;
    if (basis[i] === 0) kept.Z.push(flipZ ? bit[i]! ^ 1 : bit[i]!);
    else kept.X.push(bit[i]!);
  }
  return { Z: Uint8Array.from(kept.Z), X: Uint8Array.from(kept.X) };
}

const draw = (randomBytes: PartyInput['randomBytes'], length: number): BitString => {
  const bytes = randomBytes((length + 7) >> 3);
  assert(bytes.length === (length + 7) >> 3, 'a random source that gives as many bytes as asked');
  return packBits(unpackBits({ bytes, length }));
};

/**
 * Alice's tag of a string, with fresh public randomness; null where there is nothing to verify.
 *
 *   see `verificationTag`
 *
 * @units bits
 * @shape any bits
 * @errors none
 * @validity the seed is drawn after reconciliation ended
 * @source see `verificationTag`
 * @golden tests/core/distillation/party.test.ts
 */
export function drawTag(
  bits: Uint8Array, tag_bits: number, randomBytes: PartyInput['randomBytes'],
): TagMessage | null {
  if (bits.length === 0) return null;
  const lengths = verificationSeedBits(tag_bits);
  const seed = { point: draw(randomBytes, lengths.point), diagonals: draw(randomBytes, lengths.diagonals) };
  return { seed, tag: verificationTag(packBits(bits), seed) };
}

/**
 * Whether a tag heard fits Bob's string and the length that the plan asks for.
 *
 *   tag(Bob) = tag(Alice), of tag_bits bits
 *
 * @units none
 * @shape any message
 * @errors none: a tag of another shape does not fit
 * @validity see `verificationTag`
 * @source see `verificationTag`
 * @golden tests/core/distillation/party.test.ts
 */
export function tagFits(bits: Uint8Array, tag_bits: number, heard: TagMessage | null): boolean {
  if (heard === null || bits.length === 0) return heard === null && bits.length === 0;
  const lengths = verificationSeedBits(tag_bits);
  const { seed, tag } = heard;
  if (seed.point.length !== lengths.point || seed.diagonals.length !== lengths.diagonals) return false;
  const mine = verificationTag(packBits(bits), seed);
  return mine.length === tag.length && mine.bytes.every((byte, i) => byte === tag.bytes[i]);
}

/**
 * The public seed of an amplification, drawn after verification; null for a basis that makes no key.
 *
 *   n + length - 1 bits
 *
 * @units bits
 * @shape length at most n
 * @errors none
 * @validity drawn from a cryptographic source after all other messages
 * @source see `toeplitzHash`
 * @golden tests/core/distillation/party.test.ts
 */
export function drawSeed(
  n: number, length_bits: number, randomBytes: PartyInput['randomBytes'],
): BitString | null {
  return length_bits === 0 ? null : draw(randomBytes, n + length_bits - 1);
}

interface Amplification {
  readonly bits: SiftedBits;
  readonly lengths: LengthPlan;
  readonly seeds: { readonly Z: BitString | null; readonly X: BitString | null };
}

/**
 * Both bases' keys, hashed apart and joined, Z before X; null when a seed does not fit its length.
 *
 *   key = T_Z z || T_X x
 *
 * @units bits
 * @shape seeds as `drawSeed` draws them
 * @errors null for a seed of another length
 * @validity see `composableKeyLength`
 * @source see `toeplitzHash`
 * @golden tests/core/distillation/party.test.ts
 */
export function amplify({ bits, lengths, seeds }: Amplification): BitString | null {
  const parts: Uint8Array[] = [];
  for (const [basis, length] of [['Z', lengths.z_bits], ['X', lengths.x_bits]] as const) {
    const seed = seeds[basis];
    const n = bits[basis].length;
    if (length === 0 && seed === null) continue;
    if (seed === null || length === 0 || seed.length !== n + length - 1) return null;
    parts.push(unpackBits(toeplitzHash({ input: packBits(bits[basis]), seed, output_bits: length })));
  }
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return packBits(joined);
}

/**
 * What was heard instead of what was due: the other's abort, or a message out of turn.
 *
 *   abort: PeerAborted; else UnexpectedMessage
 *
 * @units none
 * @shape any message
 * @errors always one
 * @validity exact
 * @source this project's protocol
 * @golden tests/core/distillation/party.test.ts
 */
export function outOfTurn(expected: Message['type'], heard: Message): Failure {
  if (heard.type === 'abort') return err({ type: 'PeerAborted', reason: heard.reason });
  return err({ type: 'UnexpectedMessage', expected, heard: heard.type });
}

export interface Failure { readonly ok: false; readonly error: DistillationError }

/**
 * A party's end without a key: it says why, unless the other has ended already.
 *
 *   abort message with the failure's type, then the failure itself
 *
 * @units none
 * @shape any failure
 * @errors passes on the one given
 * @validity the reason names the kind of failure only: no number of it could speak of an outcome
 * @source this project's protocol
 * @golden tests/core/distillation/party.test.ts
 */
export function* leave(failure: Failure): Party {
  if (failure.error.type !== 'PeerAborted') yield { type: 'abort', reason: failure.error.type };
  return failure;
}

/**
 * The public account of a distillation, from numbers both parties have.
 *
 *   f = leaked / (n_Z h(E_Z) + n_X h(E_X))
 *
 * @units bits
 * @shape counts after reconciliation
 * @errors none
 * @validity the verification tags are not in f: they are the eps_cor term
 * @source PRL 68, 557 (1992); Brassard and Salvail, doi:10.1007/3-540-48285-7_35
 * @golden tests/core/distillation/party.test.ts
 */
export function reportOf(counts: SiftedCounts, leaked: Leaked, lengths: LengthPlan): DistillationReport {
  const needed = [counts.Z, counts.X].reduce((sum, { n, e }) => sum + (n === 0 ? 0 : n * binaryEntropy(e / n)), 0);
  const leaked_bits = leaked.Z + leaked.X;
  return { sifted: counts, leaked_bits, f: needed > 0 ? leaked_bits / needed : null, lengths };
}

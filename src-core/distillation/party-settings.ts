import { err, ok, type Result } from '../result.ts';
import { planCascade } from './cascade-passes.ts';
import { createCascadeBob } from './cascade.ts';
import { createFramedBob, planFrames, type FramedPlan } from './frames.ts';
import { createHammingBob, planHamming } from './hamming.ts';
import { composableKeyLength, type ComposableKeyLength } from './key-length-composable.ts';
import { createLdpcBob, planLdpc } from './ldpc.ts';
import { paperKeyLength, type PaperKeyLength } from './key-length-paper.ts';
import type { ReconcilingBob } from './parity-dialogue.ts';
import type { Basis, SiftedCounts } from './sift.ts';
import { tagBits } from './verification.ts';

export type Algorithm = 'auto' | 'cascade' | 'hamming' | 'ldpc';

/** What `auto` stands for: the one that leaks least at every length and error rate measured, see docs/reconciliation.md. */
const AUTO = 'cascade';

const PLANS = { cascade: planCascade, hamming: planHamming, ldpc: planLdpc } as const;
const BOBS = { cascade: createCascadeBob, hamming: createHammingBob, ldpc: createLdpcBob } as const;

/**
 * The reconciliation that an order stands for.
 *
 *   auto is cascade
 *
 * @units none
 * @shape any algorithm
 * @errors none
 * @validity by the figures of docs/reconciliation.md
 * @source this project's bench
 * @golden tests/core/distillation/party.test.ts
 */
export const chosenAlgorithm = (algorithm: Algorithm) => (algorithm === 'auto' ? AUTO : algorithm);

/** What both parties agree on before the first outcome is spoken of; announced in full and compared. */
export interface PartySettings {
  readonly state: 'psi+' | 'phi+';
  readonly algorithm: Algorithm;
  readonly definition: 'paper' | 'composable';
  /** Total distance from an ideal key; under `paper` it serves as both epsilons. */
  readonly epsilon: number;
  readonly delta: number;
  /** Error rate the block sizes are made for: of earlier passes, or the mission's. */
  readonly qber: number;
  readonly hashing: 'two-key' | 'z-only' | 'x-only';
  /** Public seed of the shuffles. */
  readonly seed: number;
}

/** Why two parties ended without a key. Each is a clean end: nothing was kept. */
export type DistillationError =
  | { readonly type: 'SettingsDiffer'; readonly mine: string; readonly theirs: string }
  | { readonly type: 'UnexpectedMessage'; readonly expected: string; readonly heard: string }
  | { readonly type: 'TooManyErrors'; readonly leaked_bits: number; readonly sifted_bits: number }
  | { readonly type: 'VerificationFailed'; readonly leaked_bits: number }
  | { readonly type: 'NoKey'; readonly length_bits: number; readonly epsilon: number }
  | { readonly type: 'PeerAborted'; readonly reason: string };

/** Bits of key per basis and of verification tag, with the account they follow from. */
export interface LengthPlan {
  readonly z_bits: number;
  readonly x_bits: number;
  readonly z_tag_bits: number;
  readonly x_tag_bits: number;
  readonly account: ComposableKeyLength | PaperKeyLength;
}

const PAPER_F = 1;

/**
 * Settings as text, keys in a fixed order: what Alice announces and Bob compares with his own.
 *
 *   JSON of the settings and the number of coincidences
 *
 * @units none
 * @shape any settings
 * @errors none
 * @validity equal text means equal settings
 * @source this project's protocol
 * @golden tests/core/distillation/party.test.ts
 */
export function announce(settings: PartySettings, rows: number): string {
  const { state, algorithm, definition, epsilon, delta, qber, hashing, seed } = settings;
  return JSON.stringify({ rows, state, algorithm, definition, epsilon, delta, qber, hashing, seed });
}

/**
 * The plan of a reconciliation that both parties draw from the announced settings.
 *
 *   frames of Cascade, Hamming or code passes; the seed of basis X is the announced one plus one
 *
 * @units bits
 * @shape length >= 1
 * @errors none
 * @validity both parties get the same plan, or `SettingsDiffer` came before
 * @source see `planFrames`, `planCascade`, `planHamming`, `planLdpc`
 * @golden tests/core/distillation/party.test.ts
 */
export function planFor(settings: PartySettings, basis: Basis, length: number): FramedPlan {
  const seed = settings.seed + (basis === 'Z' ? 0 : 1);
  const plan = PLANS[chosenAlgorithm(settings.algorithm)];
  return planFrames(length, (size) => plan({ length: size, qber: settings.qber, seed }));
}

/**
 * Bob's side of the announced reconciliation.
 *
 *   cascade, hamming or ldpc, frame after frame; `auto` is cascade, which leaks least at every length tried
 *
 * @units bits
 * @shape as many bits as planned
 * @errors none
 * @validity see `createCascadeBob`, `createHammingBob`, `createLdpcBob`
 * @source see there
 * @golden tests/core/distillation/party.test.ts
 */
export function bobFor(settings: PartySettings, plan: FramedPlan, bits: Uint8Array): ReconcilingBob {
  return createFramedBob(plan, bits, BOBS[chosenAlgorithm(settings.algorithm)]);
}

function composablePlan(counts: SiftedCounts, settings: PartySettings, leaked: Leaked): LengthPlan {
  const { epsilon, delta, hashing } = settings;
  const account = composableKeyLength(counts, {
    epsilon, delta, hashing, leakage: { z_bits: leaked.Z, x_bits: leaked.X } });
  const epsCor = (basis: 'Z' | 'X') =>
    account.budget.find((term) => term.term === 'verification' && term.basis === basis)?.epsilon;
  // A basis that makes no key is still the other's sample: its errors must be as certain.
  const any = epsCor('Z') ?? epsCor('X') ?? epsilon;
  return {
    z_bits: Math.max(0, Math.floor(account.length_z_bits)), x_bits: Math.max(0, Math.floor(account.length_x_bits)),
    z_tag_bits: tagBits(epsCor('Z') ?? any, counts.Z.n), x_tag_bits: tagBits(epsCor('X') ?? any, counts.X.n), account,
  };
}

/** The paper's formula with the leakage counted: f becomes what the transcript says. */
function paperPlan(counts: SiftedCounts, settings: PartySettings, leaked: Leaked): LengthPlan {
  const { epsilon, delta } = settings;
  const bare = paperKeyLength(counts, { f: 0, eps_sec: epsilon, eps_cor: epsilon, delta });
  const assumed = paperKeyLength(counts, { f: PAPER_F, eps_sec: epsilon, eps_cor: epsilon, delta });
  const needed = bare.length_bits - assumed.length_bits;
  const f = needed > 0 ? (leaked.Z + leaked.X) / needed : 0;
  const [length_z_bits, length_x_bits] = [bare.length_z_bits - leaked.Z, bare.length_x_bits - leaked.X];
  const length_bits = length_z_bits + length_x_bits;
  const tag = (n: number) => tagBits(epsilon, n);
  // The definition is one sum: where a basis falls below zero, the other pays for it.
  const whole = Math.max(0, Math.floor(length_bits));
  const z_bits = Math.min(whole, Math.max(0, Math.floor(length_z_bits)));
  const x_bits = Math.min(whole - z_bits, Math.max(0, Math.floor(length_x_bits)));
  return {
    z_bits, x_bits, z_tag_bits: tag(counts.Z.n), x_tag_bits: tag(counts.X.n),
    account: { ...bare, f, length_bits, length_z_bits, length_x_bits, key_bits: z_bits + x_bits },
  };
}

export interface Leaked { readonly Z: number; readonly X: number }

/**
 * How long the keys may be, from the counts both parties know and the leakage both counted.
 *
 *   composable: see `composableKeyLength`; paper: see `paperKeyLength`, f n h(E) replaced by the transcript's bits
 *
 * @units bits
 * @shape counts after reconciliation
 * @errors NoKey when no basis has a bit left
 * @validity both parties compute it from the same numbers and get the same lengths
 * @source see `composableKeyLength`, `paperKeyLength`
 * @golden tests/core/distillation/party.test.ts
 */
export function planLengths(
  counts: SiftedCounts, settings: PartySettings, leaked: Leaked,
): Result<LengthPlan, DistillationError> {
  const plan = settings.definition === 'composable' ? composablePlan(counts, settings, leaked)
    : paperPlan(counts, settings, leaked);
  if (plan.z_bits + plan.x_bits > 0) return ok(plan);
  return err({ type: 'NoKey', length_bits: plan.account.length_bits, epsilon: settings.epsilon });
}

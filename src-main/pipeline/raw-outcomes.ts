import type { OperationError } from '../../src-contract/errors.ts';
import type { EntangledState } from '../../src-core/coincidences.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import { processPair } from '../../src-core/detection/process-pair.ts';
import { resolveOutcomes, type RandomBit } from '../../src-core/distillation/sift.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { detectionFailure } from './evaluate-pair.ts';
import { forKey } from './keyless.ts';
import type { PlannedPair, PreparedPair } from './pass-recordings.ts';

/** One station's bases and bits over the coincidences of a block. Secret: this is the raw key. */
export interface StationBits {
  readonly basis: Uint8Array;
  readonly bit: Uint8Array;
}

/** What distillation starts from: the coincidences of one or several passes, each station's reading apart. */
export interface RawBlock {
  readonly alice: StationBits;
  readonly bob: StationBits;
  readonly state: EntangledState;
  readonly coincidences: number;
  readonly accidentals: number;
  readonly seconds: number;
}

export interface ReadOptions {
  readonly gate_ns: number;
  readonly randomBit: RandomBit;
}

/** From two recordings to the outcomes of their coincidences. The tags' channels, which name detectors, are erased. */
export function readRawBlock(pair: PreparedPair, options: ReadOptions): Result<RawBlock, OperationError> {
  const for_key = recordedForKey(pair);
  if (!for_key.ok) return for_key;
  const outcome = processPair(pair.inputs[0], pair.inputs[1], { gate_ns: options.gate_ns });
  for (const { tags } of pair.inputs) tags.channel.fill(0);
  return outcome.ok ? rawBlockOf(pair, outcome.value, options.randomBit) : err(detectionFailure(outcome.error));
}

function recordedForKey({ stations: [a] }: PlannedPair): Result<null, OperationError> {
  if (a.manifest.mode === 'qkd') return ok(null);
  const message = `${a.where}: recorded for a Bell test; only recordings in qkd mode hold key bits`;
  return err({ type: 'NotPossible', reason: 'NotForKey', message });
}

/** The outcomes of coincidences that are counted already; their patterns are erased. */
export function rawBlockOf(
  pair: PlannedPair,
  outcome: PairOutcome,
  randomBit: RandomBit,
): Result<RawBlock, OperationError> {
  const for_key = recordedForKey(pair);
  if (!for_key.ok) return for_key;
  const [a, b] = pair.stations;
  const { coincidences, accidentals } = forKey(outcome, pair.keyless ?? []);
  const alice = resolveOutcomes(coincidences.pattern_a, a.manifest.detectors, randomBit);
  const bob = resolveOutcomes(coincidences.pattern_b, b.manifest.detectors, randomBit);
  for (const { pattern_a, pattern_b } of [coincidences, outcome.coincidences]) {
    pattern_a.fill(0);
    pattern_b.fill(0);
  }
  return ok({
    alice: { basis: alice.basis, bit: alice.bit },
    bob: { basis: bob.basis, bit: bob.bit },
    state: a.manifest.state,
    coincidences: alice.basis.length,
    accidentals,
    seconds: outcome.seconds,
  });
}

/** The outcomes of several passes as one block, in the order given; the parts are erased. */
export function poolRawBlocks(blocks: readonly [RawBlock, ...RawBlock[]]): Result<RawBlock, OperationError> {
  const [first, ...rest] = blocks;
  if (rest.length === 0) return ok(first);
  if (rest.some(({ state }) => state !== first.state)) {
    for (const block of blocks) wipeRawBlock(block);
    const message = 'These passes were flown with different entangled states: distil psi+ and phi+ apart.';
    return err({ type: 'NotPossible', reason: 'StatesDiffer', message });
  }
  const sum = (of: (block: RawBlock) => number) => blocks.reduce((total, block) => total + of(block), 0);
  const pooled: RawBlock = {
    alice: joined(blocks.map(({ alice }) => alice)),
    bob: joined(blocks.map(({ bob }) => bob)),
    state: first.state,
    coincidences: sum(({ coincidences }) => coincidences),
    accidentals: sum(({ accidentals }) => accidentals),
    seconds: sum(({ seconds }) => seconds),
  };
  for (const block of blocks) wipeRawBlock(block);
  return ok(pooled);
}

function joined(parts: readonly StationBits[]): StationBits {
  const column = (of: (part: StationBits) => Uint8Array) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + of(part).length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(of(part), at);
      at += of(part).length;
    }
    return whole;
  };
  return { basis: column(({ basis }) => basis), bit: column(({ bit }) => bit) };
}

/** Overwrites the raw key; what the runtime copied meanwhile goes with the worker's memory. */
export function wipeRawBlock({ alice, bob }: RawBlock): void {
  alice.bit.fill(0);
  bob.bit.fill(0);
}

/**
 * The error rate that the block sizes of reconciliation are made for, from public numbers only: accidentals err half
 * of the time, true pairs as often as the source's visibility says.
 */
export function expectedQber(
  { coincidences, accidentals }: Pick<RawBlock, 'coincidences' | 'accidentals'>,
  visibility: number,
): number {
  if (coincidences === 0) return (1 - visibility) / 2;
  const share = Math.min(accidentals / coincidences, 1);
  return share / 2 + ((1 - share) * (1 - visibility)) / 2;
}

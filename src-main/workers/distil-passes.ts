import { randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { encodeMessage } from '../../src-core/distillation/messages.ts';
import { ok } from '../../src-core/result.ts';
import {
  distilBlock,
  type DistillationAccount,
  type DistilledBlock,
  type DistilOrder,
} from '../pipeline/distil-block.ts';
import { poolRawBlocks, rawBlockOf, readRawBlock, wipeRawBlock, type RawBlock } from '../pipeline/raw-outcomes.ts';
import { keyDigest, keyIdOf, sealKey, type BlockKeys } from '../store/key-cipher.ts';
import { NONCE_BYTES, type Sealed } from '../store/sealing.ts';
import { isLargePass, readPassPair, streamPass, type PassOrder } from './process-pass-file.ts';
import { readPair, type RecordingsRequest, type Watch } from './process-recordings.ts';
import { systemRandomBit } from './random-bit.ts';
import { isLarge, placeRecordings } from './recording-size.ts';
import { streamPair } from './stream-pair.ts';
import { CANCELLED, type TaskContext } from './task.ts';

export interface DistilPassesOrder extends DistilOrder {
  readonly mission: MissionFile;
  readonly gate_ns: number;
  /** Archived passes, each with the key that opens its outcomes. */
  readonly passes: readonly { readonly path: string; readonly key: KeyObject }[];
  readonly vault_key_id: string;
  readonly block_keys: BlockKeys;
}

/** Public numbers, and the key as ciphertext: the bits themselves never leave the thread that made them. */
export interface DistilledPasses {
  readonly account: DistillationAccount;
  /** Null when the formula leaves no key. */
  readonly record: { readonly key_id: string; readonly digest: string; readonly sealed: Sealed } | null;
}

/** One key out of one or several archived passes, their sifted bits pooled into one block. */
export async function distilPasses(order: DistilPassesOrder, context: TaskContext): Promise<Reply<DistilledPasses>> {
  const blocks: RawBlock[] = [];
  for (const [index, { path, key }] of order.passes.entries()) {
    if (context.cancelled()) return CANCELLED;
    const share = (fraction: number) => (0.8 * (index + fraction)) / order.passes.length;
    const report = (stage: string, fraction: number) => context.report(stage, share(fraction));
    const vault = { key_id: order.vault_key_id, key };
    const pass = { path, mission: order.mission, vault, gate_ns: order.gate_ns };
    const block = await readBlock(pass, { ...context, report });
    if (!block.ok) return block;
    blocks.push(block.value);
  }
  context.report('reconciling and amplifying', 0.8);
  if (context.cancelled()) return CANCELLED;
  const distilled = distilBlocks(blocks, order);
  if (!distilled.ok) return distilled;
  const { account, key, transcript } = distilled.value;
  if (key === null) return ok({ account, record: null });
  const key_id = keyIdOf(transcript.map(({ message }) => encodeMessage(message)));
  const label = { key_id, custody: 'analysis', definition: account.definition, epsilon: account.epsilon } as const;
  const { sealing, fingerprint } = order.block_keys;
  const digest = keyDigest(key.bytes, key.length, fingerprint);
  const sealed = sealKey(
    key.bytes,
    { ...label, length_bits: key.length },
    {
      key: sealing,
      nonce: randomBytes(NONCE_BYTES),
    },
  );
  key.bytes.fill(0);
  return ok({ account, record: { key_id, digest, sealed: plainBytes(sealed) } });
}

/** The raw key of one pass; a pass too large for memory is read piece by piece. */
async function readBlock(
  order: PassOrder & { readonly gate_ns: number },
  context: TaskContext,
): Promise<Reply<RawBlock>> {
  const large = isLargePass(order);
  if (!large.ok) return large;
  if (large.value) {
    const streamed = await streamPass(order, context);
    return streamed.ok ? rawBlockOf(streamed.value.pair, streamed.value.outcome, systemRandomBit()) : streamed;
  }
  const pair = readPassPair(order, context);
  if (!pair.ok) return pair;
  context.report('locking clocks, counting coincidences', 0.5);
  return readRawBlock(pair.value, { gate_ns: order.gate_ns, randomBit: systemRandomBit() });
}

/** Node's buffers share memory with others; across the thread go bytes of their own. */
const plainBytes = ({ nonce, tag, sealed }: Sealed): Sealed => ({
  nonce: Uint8Array.from(nonce),
  tag: Uint8Array.from(tag),
  sealed: Uint8Array.from(sealed),
});

function distilBlocks(
  blocks: readonly RawBlock[],
  order: DistilOrder & { readonly mission: MissionFile },
): Reply<DistilledBlock> {
  const pooled = poolRawBlocks(blocks as unknown as readonly [RawBlock, ...RawBlock[]]);
  if (!pooled.ok) return pooled;
  const { algorithm, definition, epsilon, mission } = order;
  try {
    return distilBlock(pooled.value, { order: { algorithm, definition, epsilon }, mission }, randomBytes);
  } finally {
    wipeRawBlock(pooled.value);
  }
}

export interface DistilRecordingsRequest extends RecordingsRequest, DistilOrder {
  readonly gate_ns: number;
}

/**
 * The same on two recordings outside every archive, in this thread. There is no store to keep the key in: it is
 * overwritten, and what remains is its account and its name.
 */
export async function distilRecordings(
  request: DistilRecordingsRequest,
  watch: Watch,
): Promise<Reply<{ readonly account: DistillationAccount; readonly key_id: string | null }>> {
  const block = await blockOfRecordings(request, watch);
  if (!block.ok) return block;
  const distilled = distilBlocks([block.value], request);
  if (!distilled.ok) return distilled;
  if (watch.signal?.aborted === true) return CANCELLED;
  const { account, key, transcript } = distilled.value;
  key?.bytes.fill(0);
  const key_id = key === null ? null : keyIdOf(transcript.map(({ message }) => encodeMessage(message)));
  return ok({ account, key_id });
}

async function blockOfRecordings(request: DistilRecordingsRequest, watch: Watch): Promise<Reply<RawBlock>> {
  const places = await placeRecordings(request);
  if (!places.ok) return places;
  if (await isLarge(places.value, request.held_rows_max)) {
    const { mission, elements, gate_ns } = request;
    const streamed = await streamPair({ mission, elements, gate_ns, places: places.value, threads: 2 }, watch);
    return streamed.ok ? rawBlockOf(streamed.value.pair, streamed.value.outcome, systemRandomBit()) : streamed;
  }
  const read = await readPair(request, watch);
  if (!read.ok) return read;
  watch.onProgress?.('locking clocks', 0.6);
  return readRawBlock(read.value.pair, { gate_ns: request.gate_ns, randomBit: systemRandomBit() });
}

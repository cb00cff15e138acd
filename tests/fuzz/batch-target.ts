import { crc32 } from '../../src-core/crc32.ts';
import { decodeTagBatch, describeTagBatchError, encodeTagBatch } from '../../src-core/formats/tag-batch.ts';
import type { FuzzTarget } from './reader-targets.ts';

const ticks = Float64Array.from({ length: 30 }, (_, i) => 1000 + i * i * 977);
const frame = { seq: 7, t_utc_ns: '1536948842000000000', pass_id: '2018-09-14-micius', from_tick: 1000, to_tick: 1_000_000 };
const none = { clicks: { ticks: new Float64Array(0), detector: new Uint8Array(0) }, beacon: new Float64Array(0), pps: new Float64Array(0) };

/** The right checksum under damaged bytes: what lies behind it must hold alone. */
function sealed(bytes: Uint8Array): Uint8Array {
  const own = bytes.slice();
  if (own.length >= 4) new DataView(own.buffer).setUint32(own.length - 4, crc32(own.subarray(0, -4)), true);
  return own;
}

/** Every fourth input keeps its broken checksum. What was read must be a batch that could have been sent. */
export const tagBatch: FuzzTarget = {
  seeds: [
    encodeTagBatch({ ...frame, ...none }),
    encodeTagBatch({
      ...frame, clicks: { ticks, detector: Uint8Array.from(ticks, (_, i) => i % 4) },
      beacon: ticks.map((_, i) => 2000 + i * 10_000), pps: Float64Array.of(999_000),
    }),
  ],
  run: (bytes, index) => {
    const result = decodeTagBatch(index % 4 === 0 ? bytes : sealed(bytes));
    if (result.ok) encodeTagBatch(result.value);
    else if (!/^[\x20-\x7e]{10,200}$/.test(describeTagBatchError(result.error))) throw new Error('message');
    return result.ok;
  },
};

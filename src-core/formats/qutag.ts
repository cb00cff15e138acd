import { createFixedReader, drop, type RecordCounts } from './fixed-records.ts';
import { appendRow, type TagBuffer } from './tag-buffer.ts';
import type { TagReader, TagReaderOptions } from './tag-columns.ts';

const HEADER_BYTES = 40;
const RECORD_BYTES = 10;
const CHANNEL_MAX = 63;

/** Reads quTAG binary files: 40 bytes of header, then int64 picoseconds and uint16 channel, little-endian. */
export function createQutagReader(options: TagReaderOptions = {}): TagReader {
  let [high0, low0] = [0, 0];
  const decode = (view: DataView, byte: number, { buffer, counts }: { buffer: TagBuffer; counts: RecordCounts }) => {
    const low = view.getUint32(byte, true);
    const high = view.getInt32(byte + 4, true);
    if (counts.records === 0) {
      [high0, low0] = [high, low];
      counts.origin_ticks = view.getBigInt64(byte, true);
    }
    // Differences of the halves are exact; the whole number of picoseconds may exceed a double.
    const tick = (high - high0) * 2 ** 32 + (low - low0);
    if (!Number.isSafeInteger(tick)) return 'its time is more than 2^53 ps from the first; the file is damaged here';
    const channel = view.getUint16(byte + 8, true);
    if (channel > CHANNEL_MAX) drop(counts, 'channel_out_of_range');
    else appendRow(buffer, tick, channel);
    return null;
  };
  return createFixedReader({
    header_bytes: HEADER_BYTES, record_bytes: RECORD_BYTES, rows_per_record: 1, tick_ps: 1,
    preview_bytes: 0, preview: () => undefined, decode,
  }, options);
}

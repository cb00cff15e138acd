import { createFixedReader, drop, type RecordCounts } from './fixed-records.ts';
import { appendRow, type TagBuffer } from './tag-buffer.ts';
import type { TagReader, TagReaderOptions } from './tag-columns.ts';

// S-Fifteen timestamp files (a1): 64-bit events as two 32-bit words. From the top: 54 bits of time in
// 1/256 ns, five bits of flags, the rollover flag, four detector bits. The older card counts 125 ps in the
// upper 49 bits and leaves the five bits below at zero, so the same reading is exact for both.

const TICK_PS = 1000 / 256;
const WORD_TICKS = 2 ** 22;
const COUNTER_TICKS = 2 ** 54;
const ROLLOVER = 0x10;
const DETECTORS = 4;
const RECORD_BYTES = 8;
/** Records looked at to find out which word comes first. */
const PREVIEW_RECORDS = 256;

type WordOrder = 'low-first' | 'high-first';

/** Reads S-Fifteen a1 files of either word order; a record with several detectors gives a row for each. */
export function createA1Reader(options: TagReaderOptions = {}): TagReader {
  let order: WordOrder = 'low-first';
  let [high0, fine0] = [0, 0];
  const decode = (view: DataView, byte: number, { buffer, counts }: { buffer: TagBuffer; counts: RecordCounts }) => {
    const { high, low } = readWords(view, byte, order);
    if (counts.records === 0) {
      [high0, fine0] = [high, low >>> 10];
      counts.origin_ticks = (BigInt(high) << 22n) + BigInt(low >>> 10);
    }
    if ((low & ROLLOVER) !== 0) {
      counts.clock_records += 1;
      return null;
    }
    let tick = (high - high0) * WORD_TICKS + ((low >>> 10) - fine0);
    // The 54-bit counter starts again after 19.5 hours.
    if (tick < -COUNTER_TICKS / 2) tick += COUNTER_TICKS;
    if (!Number.isSafeInteger(tick)) return 'its time is more than 2^53 ticks from the first; the file is damaged here';
    if ((low & 15) === 0) drop(counts, 'no_detector');
    for (let detector = 0; detector < DETECTORS; detector += 1) {
      if ((low & (1 << detector)) !== 0) appendRow(buffer, tick, detector);
    }
    return null;
  };
  return createFixedReader({
    header_bytes: 0, record_bytes: RECORD_BYTES, rows_per_record: DETECTORS, tick_ps: TICK_PS,
    preview_bytes: PREVIEW_RECORDS * RECORD_BYTES, preview: (view) => (order = wordOrder(view)), decode,
  }, options);
}

function readWords(view: DataView, byte: number, order: WordOrder): { readonly high: number; readonly low: number } {
  const [first, second] = [view.getUint32(byte, true), view.getUint32(byte + 4, true)];
  return order === 'low-first' ? { low: first, high: second } : { low: second, high: first };
}

/** The high word counts 16 us and hardly moves between records; the low word jumps. The steadier word is high. */
function wordOrder(view: DataView): WordOrder {
  let [first, second] = [0, 0];
  for (let byte = RECORD_BYTES; byte < view.byteLength; byte += RECORD_BYTES) {
    first += distance(view.getUint32(byte, true), view.getUint32(byte - RECORD_BYTES, true));
    second += distance(view.getUint32(byte + 4, true), view.getUint32(byte - RECORD_BYTES + 4, true));
  }
  return first < second ? 'high-first' : 'low-first';
}

/** How far two 32-bit counters are apart, the short way round. */
const distance = (a: number, b: number) => Math.abs((a - b) | 0);

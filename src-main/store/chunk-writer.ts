import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { packBits } from '../../src-core/bits.ts';
import { encodeTimes, firstDisorder } from '../../src-core/rice.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { NONCE_BYTES, sealOutcomes } from './outcome-cipher.ts';
import { chunkSha256, sha256Of } from './pass-digest.ts';
import type { ClickBatch, StationHeader, StreamName } from './pass-types.ts';
import { invalidFile, type StoreError } from './store-error.ts';

/** Events of one chunk: about 240 kB of times today, and the unit of memory, of checking and of encryption. */
export const CHUNK_EVENTS = 65_536;

/** Bits of one outcome. */
export const outcomeBits = (detectors: number) => Math.max(1, Math.ceil(Math.log2(detectors)));

export interface ChunkSink {
  readonly db: Database;
  readonly pass_id: string;
  readonly key: KeyObject;
  readonly randomBytes: (count: number) => Uint8Array;
}

interface TickBatch { readonly ticks: Float64Array }

/** Takes one station's events stream by stream and stores them in chunks of fixed size, whatever the batches. */
export interface ChunkWriter {
  readonly append: (stream: StreamName, batch: ClickBatch | TickBatch) => Result<null, StoreError>;
  /** Stores what is left over, and says how many events each stream has. */
  readonly flush: () => Readonly<Record<StreamName, number>>;
}

interface Pending {
  readonly ticks: Float64Array;
  readonly detector: Uint8Array;
  length: number;
  chunk_index: number;
  last: number;
  stored: number;
}

const pending = (): Pending => ({
  ticks: new Float64Array(CHUNK_EVENTS), detector: new Uint8Array(CHUNK_EVENTS),
  length: 0, chunk_index: 0, last: -Number.MAX_SAFE_INTEGER, stored: 0,
});

export function createChunkWriter(sink: ChunkSink, station: StationHeader): ChunkWriter {
  const streams: Record<StreamName, Pending> = { clicks: pending(), beacon: pending(), pps: pending() };
  const store = createChunkStore(sink, station);
  const append: ChunkWriter['append'] = (stream, batch) => {
    const detector = 'detector' in batch ? batch.detector : null;
    const checked = checkBatch({ station, stream, ticks: batch.ticks, detector, before: streams[stream] });
    if (!checked.ok) return checked;
    fill(streams[stream], { ticks: batch.ticks, detector }, (full) => store(stream, full));
    return ok(null);
  };
  const flush = () => {
    for (const stream of ['beacon', 'clicks', 'pps'] as const) {
      if (streams[stream].length > 0) store(stream, streams[stream]);
    }
    return { clicks: streams.clicks.stored, beacon: streams.beacon.stored, pps: streams.pps.stored };
  };
  return { append, flush };
}

/** Copies a batch into the chunk being filled, handing over each chunk that becomes full. */
function fill(
  into: Pending, batch: { readonly ticks: Float64Array; readonly detector: Uint8Array | null },
  store: (full: Pending) => void,
): void {
  for (let at = 0; at < batch.ticks.length;) {
    const take = Math.min(CHUNK_EVENTS - into.length, batch.ticks.length - at);
    into.ticks.set(batch.ticks.subarray(at, at + take), into.length);
    if (batch.detector !== null) into.detector.set(batch.detector.subarray(at, at + take), into.length);
    into.length += take;
    at += take;
    into.last = into.ticks[into.length - 1]!;
    if (into.length === CHUNK_EVENTS) store(into);
  }
}

interface Batch {
  readonly station: StationHeader;
  readonly stream: StreamName;
  readonly ticks: Float64Array;
  readonly detector: Uint8Array | null;
  readonly before: Pending;
}

/** Refuses what a recorder cannot have written: time that runs backwards, a click of no detector. */
function checkBatch({ station, stream, ticks, detector, before }: Batch): Result<null, StoreError> {
  const refuse = (index: number, reason: string) => invalidFile(
    station.file_name, `${station.station}, ${stream}, event ${before.stored + before.length + index}: ${reason}`);
  const disorder = firstDisorder(ticks);
  if (disorder !== -1) return refuse(disorder, `time ${ticks[disorder]!} is no whole tick at or after the one before`);
  if (ticks.length > 0 && ticks[0]! < before.last) return refuse(0, `time ${ticks[0]!} lies before the last batch`);
  if ((detector === null) !== (stream !== 'clicks') || (detector !== null && detector.length !== ticks.length)) {
    return refuse(0, 'clicks, and only clicks, have one detector each');
  }
  const stranger = detector?.findIndex((place) => place >= station.detectors) ?? -1;
  if (stranger === -1) return ok(null);
  return refuse(stranger, `detector ${detector![stranger]!} is not in the recording's list`);
}

function createChunkStore({ db, pass_id, key, randomBytes }: ChunkSink, { station, detectors }: StationHeader) {
  const insertTimes = db.prepare(`INSERT INTO tag_chunk
    (station, stream, chunk_index, events, first_tick, last_tick, times, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertOutcomes = db.prepare(`INSERT INTO outcome_chunk
    (station, chunk_index, events, nonce, tag, sealed, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const width = outcomeBits(detectors);
  return (stream: StreamName, chunk: Pending): void => {
    const { chunk_index, length: events } = chunk;
    const ticks = chunk.ticks.subarray(0, events);
    const times = encodeTimes(ticks);
    insertTimes.run(station, stream, chunk_index, events, ticks[0], ticks[events - 1], times, sha256Of(times));
    if (stream === 'clicks') {
      const packed = new Uint8Array(packBits(chunk.detector.subarray(0, events), width).buffer);
      const place = { pass_id, station, chunk_index, events };
      const sealed = sealOutcomes(packed, place, { key, nonce: randomBytes(NONCE_BYTES) });
      packed.fill(0);
      const { nonce, tag } = sealed;
      insertOutcomes.run(station, chunk_index, events, nonce, tag, sealed.sealed, chunkSha256(sealed));
    }
    chunk.chunk_index += 1;
    chunk.stored += events;
    chunk.length = 0;
  };
}

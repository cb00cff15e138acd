import type { OperationError } from '../../src-contract/errors.ts';
import type { StationEvents } from '../../src-core/detection/split-channels.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { KeyVault } from '../store/outcome-keys.ts';
import { openPassReader, type PassFileReader } from '../store/pass-file-reader.ts';
import type { PassPlace, SurveyedFile } from './station-place.ts';

/** Chunks that make one piece: half a million clicks. */
const CHUNKS = 8;

const vaultOf = ({ key_id, key }: PassPlace): KeyVault => ({ key_id, keyFor: () => key });

function withReader<T>(place: PassPlace, work: (reader: PassFileReader) => T): T | Result<never, OperationError> {
  const opened = openPassReader(place.path);
  if (!opened.ok) return opened;
  try {
    return work(opened.value);
  } finally {
    opened.value.close();
  }
}

/** The streams of a pass file lie apart: its clicks are counted, and need not be read. */
export function surveyPass(place: PassPlace): Result<SurveyedFile, OperationError> {
  return withReader(place, (reader): Result<SurveyedFile, OperationError> => {
    const { station } = place.manifest;
    const stored = reader.pass.stations.find((candidate) => candidate.station === station);
    if (stored === undefined) return err({ type: 'NotFound', what: 'station', id: station });
    const beacon = reader.readTimes(station, 'beacon');
    if (!beacon.ok) return beacon;
    const pps = reader.readTimes(station, 'pps');
    if (!pps.ok) return pps;
    const clicks = reader.readClickSpan(station);
    if (!clicks.ok) return clicks;
    const scale = stored.tick_ps / 1e12;
    const ends = [clicks.value, endsOf(beacon.value), endsOf(pps.value)].filter((span) => span !== null);
    const dropped = { ...stored.counters };
    return ok({
      survey: {
        rows: stored.stored.clicks + stored.stored.beacon + stored.stored.pps,
        clicks: stored.stored.clicks,
        clicks_from_s: (clicks.value?.[0] ?? Number.NaN) * scale,
        clicks_to_s: (clicks.value?.[1] ?? Number.NaN) * scale,
        beacon_s: beacon.value.map((tick) => tick * scale),
        pps_s: pps.value.map((tick) => tick * scale),
        unassigned: 0,
        dropped,
      },
      span: {
        from_s: ends.length === 0 ? 0 : Math.min(...ends.map(([first]) => first)) * scale,
        to_s: ends.length === 0 ? 0 : Math.max(...ends.map(([, last]) => last)) * scale,
        first_pps_s: pps.value.length === 0 ? null : pps.value[0]! * scale,
      },
      tick_ps: stored.tick_ps,
      sync_channel: null,
      origin_ticks: BigInt(stored.origin_ticks),
      bytes: stored.bytes,
      sha256: stored.sha256,
    });
  });
}

const endsOf = (ticks: Float64Array) => (ticks.length === 0 ? null : ([ticks[0]!, ticks.at(-1)!] as const));

type TakeClicks = (clicks: Pick<StationEvents, 'clicks_s' | 'detector'>) => Promise<void>;

/** All clicks of one station, some chunks at a time. */
export async function clicksOfPass(place: PassPlace, take: TakeClicks): Promise<Result<null, OperationError>> {
  const { station } = place.manifest;
  const opened = openPassReader(place.path);
  if (!opened.ok) return opened;
  const reader = opened.value;
  try {
    const tick_ps = reader.pass.stations.find((stored) => stored.station === station)?.tick_ps ?? Number.NaN;
    for (let chunk_index = 0; ; chunk_index += CHUNKS) {
      const piece = readPiece(reader, { place, chunk_index, scale: tick_ps / 1e12 });
      if (!piece.ok) return piece;
      if (piece.value.clicks_s.length === 0) return ok(null);
      await take(piece.value);
    }
  } finally {
    reader.close();
  }
}

interface PieceOrder {
  readonly place: PassPlace;
  readonly chunk_index: number;
  readonly scale: number;
}

function readPiece(
  reader: PassFileReader,
  { place, chunk_index, scale }: PieceOrder,
): Result<Pick<StationEvents, 'clicks_s' | 'detector'>, OperationError> {
  const chunks = [];
  for (let index = chunk_index; index < chunk_index + CHUNKS; index += 1) {
    const chunk = reader.readClickChunk({ station: place.manifest.station, chunk_index: index }, vaultOf(place));
    if (!chunk.ok) return chunk;
    if (chunk.value === null) break;
    chunks.push(chunk.value);
  }
  const rows = chunks.reduce((sum, { ticks }) => sum + ticks.length, 0);
  const [clicks_s, detector] = [new Float64Array(rows), new Uint8Array(rows)];
  let at = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.ticks.length; i += 1) clicks_s[at + i] = chunk.ticks[i]! * scale;
    detector.set(chunk.detector, at);
    at += chunk.ticks.length;
  }
  return ok({ clicks_s, detector });
}

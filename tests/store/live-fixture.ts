import { encodeTagBatch, type TagBatch } from '../../src-core/formats/tag-batch.ts';
import type { LiveBatch, LiveMessage, LiveStation } from '../../src-main/store/live-file.ts';
import type { StationColumns } from '../../src-main/store/pass-file-writer.ts';
import { META } from './pass-columns.ts';

/** Station time of tick 0. */
export const ORIGIN_UTC_MS = META.start_utc_ms - 5000.25;
const DETECTORS = ['H', 'V', '+', '-'] as const;

/** What a station's status says of its batches. */
export function liveStation(station: string): LiveStation {
  const manifest = {
    format: 'twinpass-recording/1', station, mode: META.mode, state: META.entangled_state, dead_time_ns: 50,
    detectors: DETECTORS.map((label, channel) => ({ channel, label, basis: channel < 2 ? 'Z' : 'X', bit: channel % 2 })),
    beacon: { channel: 4, nominal_rate_hz: 10_000 }, pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:04Z' },
  };
  return { station, tick_ps: 1, detectors: 4, manifest_json: JSON.stringify(manifest) };
}

/** Index of the first tick at or after `from`; ticks ascend. */
function firstAt(ticks: Float64Array, from: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

const within = (ticks: Float64Array, from: number, to: number) => ticks.slice(firstAt(ticks, from), firstAt(ticks, to));

/** Cuts a station's columns into the batches it would send, `ticks_per_batch` long. */
export function batchesOf(columns: StationColumns, ticks_per_batch: number): TagBatch[] {
  const { clicks, beacon, pps } = columns;
  const end = Math.max(clicks.ticks.at(-1) ?? 0, beacon.ticks.at(-1) ?? 0, pps.ticks.at(-1) ?? 0) + 1;
  return Array.from({ length: Math.ceil(end / ticks_per_batch) }, (_, index) => {
    const [from_tick, to_tick] = [index * ticks_per_batch, (index + 1) * ticks_per_batch];
    const ticks = within(clicks.ticks, from_tick, to_tick);
    const first = firstAt(clicks.ticks, from_tick);
    const detector = Uint8Array.from(clicks.detector.subarray(first, first + ticks.length));
    return {
      seq: index + 1, t_utc_ns: (BigInt(Math.round((ORIGIN_UTC_MS + to_tick / 1e9) * 1e3)) * 1000n).toString(),
      pass_id: META.pass_id, from_tick, to_tick, clicks: { ticks, detector },
      beacon: within(beacon.ticks, from_tick, to_tick), pps: within(pps.ticks, from_tick, to_tick),
    };
  });
}

export function stored(station: string, batch: TagBatch): LiveBatch {
  const { seq, t_utc_ns, from_tick, to_tick, clicks } = batch;
  return {
    station, seq, t_utc_ms: Number(BigInt(t_utc_ns) / 1000n) / 1000, from_tick, to_tick,
    clicks: clicks.ticks.length, bytes: encodeTagBatch(batch),
  };
}

export const telemetryLine = (station: string, seq: number): LiveMessage => ({
  station, kind: 'telemetry', seq, t_utc_ms: ORIGIN_UTC_MS + seq * 100, body: JSON.stringify({ seq, anode_v_max: 1.1 }),
});

import { createHash } from 'node:crypto';
import { coverageOf } from '../../src-core/archive/second-coverage.ts';
import { decodeTagBatch, describeTagBatchError, type TagBatch } from '../../src-core/formats/tag-batch.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { BatchSpan, LiveFile, LiveMessage, LiveStation } from './live-file.ts';
import { manifestOf, NO_DIGEST, readStationManifest } from './live-manifest.ts';
import type { KeyVault } from './outcome-keys.ts';
import { createPassFileWriter, type PassFileWriter, type StationWriter } from './pass-file-writer.ts';
import type { StationCompleteness } from './pass-log.ts';
import type { PassMeta, SealedPass } from './pass-types.ts';
import { invalidFile, refused, type StoreError } from './store-error.ts';

export interface SealOptions {
  readonly directory: string;
  readonly vault: KeyVault;
  readonly migrations?: string;
  readonly onProgress?: (fraction: number) => void;
  readonly cancelled?: () => boolean;
}

/**
 * Makes of what was recorded live a pass file like any imported one: batches in order of their numbers, whenever they
 * came, in chunks of the usual size. The live file is only read; a crash in between leaves it as it was.
 */
export function sealLivePass(live: LiveFile, options: SealOptions): Result<SealedPass, StoreError> {
  const stations = live.stations().map((station) => ({ station, timing: timingOf(station, live.spans(station.station)) }));
  const spans = stations.flatMap(({ timing }) => (timing === null ? [] : [timing]));
  if (spans.length === 0) {
    return refused(`Pass ${live.meta.pass_id}: no station sent a batch of tags, so there is nothing to seal.`);
  }
  const { directory, vault, migrations } = options;
  const meta = { ...live.meta, ...timeOf(live.meta, spans) };
  const schema = migrations === undefined ? {} : { migrations };
  const writer = createPassFileWriter({ directory, meta, vault, ...schema });
  if (!writer.ok) return writer;
  const sealed = write(live, { writer: writer.value, stations }, options);
  if (!sealed.ok) writer.value.abandon();
  return sealed;
}

interface Timing {
  /** Earliest of the station's answers to "when was tick 0": a batch is closed at its last tick or later. */
  readonly origin_utc_ms: number;
  readonly ms_per_tick: number;
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly spans: readonly BatchSpan[];
}

function timingOf({ tick_ps }: Pick<LiveStation, 'tick_ps'>, spans: readonly BatchSpan[]): Timing | null {
  if (spans.length === 0) return null;
  const ms_per_tick = tick_ps / 1e9;
  const origin_utc_ms = spans.reduce(
    (least, { t_utc_ms, to_tick }) => Math.min(least, t_utc_ms - to_tick * ms_per_tick), Number.POSITIVE_INFINITY);
  const first = spans.reduce((least, { from_tick }) => Math.min(least, from_tick), Number.POSITIVE_INFINITY);
  const last = spans.reduce((most, { to_tick }) => Math.max(most, to_tick), 0);
  return {
    origin_utc_ms, ms_per_tick, spans,
    start_utc_ms: origin_utc_ms + first * ms_per_tick, end_utc_ms: origin_utc_ms + last * ms_per_tick,
  };
}

/** The time both stations recorded, within the planned window where the two meet; what one alone has where not. */
function timeOf(planned: PassMeta, spans: readonly Timing[]): Pick<PassMeta, 'start_utc_ms' | 'seconds'> {
  const both = { start: Math.max(...spans.map((span) => span.start_utc_ms)), end: Math.min(...spans.map((span) => span.end_utc_ms)) };
  const any = spans[0]!;
  const recorded = both.end > both.start ? both : { start: any.start_utc_ms, end: any.end_utc_ms };
  const start = Math.max(recorded.start, planned.start_utc_ms);
  const end = Math.min(recorded.end, planned.start_utc_ms + planned.seconds * 1000);
  const [from, until] = end > start ? [start, end] : [recorded.start, recorded.end];
  return { start_utc_ms: Math.max(0, from), seconds: (until - from) / 1000 };
}

interface Draft {
  readonly writer: PassFileWriter;
  readonly stations: readonly { readonly station: LiveStation; readonly timing: Timing | null }[];
}

function write(live: LiveFile, { writer, stations }: Draft, options: SealOptions): Result<SealedPass, StoreError> {
  const completeness: StationCompleteness[] = [];
  for (const [place, { station, timing }] of stations.entries()) {
    const share = (fraction: number) => options.onProgress?.((place + fraction) / (stations.length + 1));
    const copied = copyStation({ live, writer, station, timing }, { ...options, onProgress: share });
    if (!copied.ok) return copied;
    completeness.push(completenessOf(station.station, timing));
  }
  const logged = writer.addLog({ messages: allMessages(live), events: live.events(), completeness });
  return logged.ok ? writer.seal() : logged;
}

function* allMessages(live: LiveFile): Generator<LiveMessage> {
  for (const station of live.speakers()) {
    for (const kind of ['event', 'telemetry'] as const) {
      for (const message of live.messages(station, kind)) yield { station, kind, ...message };
    }
  }
}

/** What of a station's seconds is on disk; a second counts as whole where batches cover all of it. */
function completenessOf(station: string, timing: Timing | null): StationCompleteness {
  if (timing === null) return { station, batches: 0, batches_lost: 0, first_utc_s: 0, seconds: new Uint8Array(0) };
  const { origin_utc_ms, ms_per_tick, spans } = timing;
  const at = (tick: number) => origin_utc_ms + tick * ms_per_tick;
  const covered = spans.map(({ from_tick, to_tick }) => ({ start_utc_ms: at(from_tick), end_utc_ms: at(to_tick) }));
  return { station, batches: spans.length, batches_lost: spans.at(-1)!.seq - spans.length, ...coverageOf(covered) };
}

interface Copy {
  readonly live: LiveFile;
  readonly writer: PassFileWriter;
  readonly station: LiveStation;
  readonly timing: Timing | null;
}

function copyStation({ live, writer, station, timing }: Copy, options: SealOptions): Result<null, StoreError> {
  const { station: id, tick_ps, detectors } = station;
  const said = readStationManifest(id, station.manifest_json);
  if (!said.ok) return said;
  const begun = writer.beginStation({
    station: id, file_name: `${id}.tpb`, type: 'tpb', sha256: NO_DIGEST, bytes: 0,
    manifest_json: station.manifest_json, tick_ps, origin_ticks: '0', detectors,
  });
  if (!begun.ok) return begun;
  const tally = createTally(begun.value);
  const copied = copyBatches(live, { id, tally, batches: timing?.spans.length ?? 0 }, options);
  if (!copied.ok) return copied;
  const { sha256, bytes, events, overlapping, first_pps } = tally.end();
  const manifest = manifestOf(said.value, { sha256, first_edge_utc_ms: edgeOf(first_pps, timing) });
  return begun.value.finish({
    events, counters: overlapping === 0 ? {} : { overlapping }, sha256, bytes, manifest_json: JSON.stringify(manifest),
  });
}

interface Copying {
  readonly id: string;
  readonly tally: ReturnType<typeof createTally>;
  readonly batches: number;
}

function copyBatches(live: LiveFile, { id, tally, batches }: Copying, options: SealOptions): Result<null, StoreError> {
  for (const bytes of live.batches(id)) {
    if (options.cancelled?.() === true) return err({ type: 'Cancelled' });
    if (!bytes.ok) return bytes;
    const batch = decodeTagBatch(bytes.value);
    if (!batch.ok) return invalidFile(live.path, `${id}: ${describeTagBatchError(batch.error)}`);
    const added = tally.add(batch.value, bytes.value);
    bytes.value.fill(0);
    if (!added.ok) return added;
    options.onProgress?.(tally.batches() / Math.max(1, batches));
  }
  return ok(null);
}

/** A PPS edge is a whole second of UTC, and a station's own time is far better than half of one. */
function edgeOf(first_pps: number | null, timing: Timing | null): number | null {
  if (first_pps === null || timing === null) return null;
  return Math.round((timing.origin_utc_ms + first_pps * timing.ms_per_tick) / 1000) * 1000;
}

/** Copies batches into the streams, and keeps count. A batch that reaches back loses what the one before has covered. */
function createTally(into: StationWriter) {
  const hash = createHash('sha256');
  const state = { bytes: 0, batches: 0, events: 0, overlapping: 0, until_tick: 0, first_pps: null as number | null };
  const after = (ticks: Float64Array<ArrayBuffer>) => {
    let skip = 0;
    while (skip < ticks.length && ticks[skip]! < state.until_tick) skip += 1;
    state.overlapping += skip;
    return skip;
  };
  const add = (batch: TagBatch, bytes: Uint8Array): Result<null, StoreError> => {
    hash.update(bytes);
    state.bytes += bytes.length;
    state.batches += 1;
    const { clicks, beacon, pps } = batch;
    state.events += clicks.ticks.length + beacon.length + pps.length;
    const [skip_clicks, skip_beacon, skip_pps] = [after(clicks.ticks), after(beacon), after(pps)];
    const edges = pps.subarray(skip_pps);
    state.first_pps ??= edges[0] ?? null;
    state.until_tick = Math.max(state.until_tick, batch.to_tick);
    const stored = into.appendClicks({ ticks: clicks.ticks.subarray(skip_clicks), detector: clicks.detector.subarray(skip_clicks) });
    clicks.detector.fill(0);
    if (!stored.ok) return stored;
    const pulses = into.appendBeacon(beacon.subarray(skip_beacon));
    return pulses.ok ? into.appendPps(edges) : pulses;
  };
  return { add, batches: () => state.batches, end: () => ({ ...state, sha256: hash.digest('hex') }) };
}

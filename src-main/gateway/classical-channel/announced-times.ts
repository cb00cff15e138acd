import { createHash } from 'node:crypto';
import { recordingManifest, type RecordingManifest } from '../../../src-contract/recording.ts';
import type { StationTags } from '../../../src-core/detection/station-input.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { RecordedStation } from '../../pipeline/pass-recordings.ts';
import { channelRoles } from '../../pipeline/tag-streams.ts';
import type { ChannelError } from './channel-error.ts';

/** What stands for any detector in an announcement: the time of a click is public, which detector is the key. */
const CLICK = 0;
const BEACON = 1;
const PPS = 2;
/** Ten minutes at the highest rates of two stations fit four times. */
const EVENTS_MAX = 50_000_000;
const MANIFEST_BYTES_MAX = 65_536;
const HEAD_BYTES = 16;
/** A tick is a whole number below 2^53: eight groups of seven bits would hold more. */
const TICK_MAX = 2 ** 53 - 1;

/**
 * The rows of a recording that its manifest names, its detectors kept apart: what this console works with.
 *
 * Rows of other channels are left out here and there alike, so that both compute from the same times.
 */
export function assignedRows({ manifest, where, tags }: RecordedStation): RecordedStation {
  const kind = kindTable(manifest);
  const rows = new Uint8Array(tags.channel.length);
  let kept = 0;
  for (let i = 0; i < rows.length; i += 1) {
    rows[i] = kind[tags.channel[i]!]! > 0 ? 1 : 0;
    kept += rows[i]!;
  }
  const [ticks, channel] = [new Float64Array(kept), new Uint8Array(kept)];
  for (let i = 0, at = 0; i < rows.length; i += 1) {
    if (rows[i] === 0) continue;
    ticks[at] = tags.ticks[i]!;
    channel[at] = tags.channel[i]!;
    at += 1;
  }
  return { manifest, where, tags: { ticks, channel, tick_ps: tags.tick_ps, dropped: {} } };
}

/** Kind of each channel, plus one; 0 for channels without a meaning. */
function kindTable(manifest: RecordingManifest): Uint8Array {
  const { detector_channels, beacon_channel, pps_channel } = channelRoles(manifest);
  const kind = new Uint8Array(256);
  for (const channel of detector_channels) kind[channel] = CLICK + 1;
  if (beacon_channel !== null) kind[beacon_channel] = BEACON + 1;
  if (pps_channel !== null) kind[pps_channel] = PPS + 1;
  return kind;
}

function writeRows(manifest: RecordingManifest, { ticks, channel }: StationTags): Uint8Array {
  const kind = kindTable(manifest);
  const bytes = new Uint8Array(9 * ticks.length);
  let [at, last] = [0, 0];
  for (let i = 0; i < ticks.length; i += 1) {
    // Kind and step in one number, seven bits a byte: a step of 70 us at 1 ps takes five bytes.
    let low = ((ticks[i]! - last) % 32) * 4 + kind[channel[i]!]! - 1;
    let rest = Math.floor((ticks[i]! - last) / 32);
    last = ticks[i]!;
    while (rest > 0) {
      bytes[at] = low | 128;
      at += 1;
      low = rest % 128;
      rest = Math.floor(rest / 128);
    }
    bytes[at] = low;
    at += 1;
  }
  return bytes.subarray(0, at);
}

/** The manifest without what it says of the detectors. */
function publicManifest(manifest: RecordingManifest, rows: Uint8Array): RecordingManifest {
  const { beacon, pps, format, station, state, dead_time_ns, elements } = manifest;
  return {
    format, station, state, dead_time_ns, mode: 'qkd',
    detectors: [{ channel: CLICK, label: 'any', basis: 'Z', bit: 0 }],
    tags: { file: 'announced', type: 'csv', sha256: createHash('sha256').update(rows).digest('hex') },
    ...(elements === undefined ? {} : { elements }),
    ...(beacon === undefined ? {} : { beacon: { channel: BEACON, nominal_rate_hz: beacon.nominal_rate_hz } }),
    ...(pps === undefined ? {} : { pps: { channel: PPS, first_edge_utc: pps.first_edge_utc } }),
  };
}

/** A station's times as bytes, with no outcome in them: click, beacon or PPS, and when. */
export function encodeTimes({ manifest, tags }: RecordedStation): Uint8Array {
  const rows = writeRows(manifest, tags);
  const text = Buffer.from(JSON.stringify(publicManifest(manifest, rows)), 'utf8');
  const bytes = new Uint8Array(HEAD_BYTES + text.length + rows.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  view.setUint32(4, tags.ticks.length, true);
  view.setFloat64(8, tags.tick_ps, true);
  bytes.set(text, HEAD_BYTES);
  bytes.set(rows, HEAD_BYTES + text.length);
  return bytes;
}

const malformed = (why: string) => err({ type: 'MalformedMessage', why });

function readRows(bytes: Uint8Array, count: number): Result<Omit<StationTags, 'tick_ps' | 'dropped'>, ChannelError> {
  if (count > EVENTS_MAX || count > bytes.length) return malformed(`${count} events in ${bytes.length} bytes`);
  const [ticks, channel] = [new Float64Array(count), new Uint8Array(count)];
  let [at, tick] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    let byte = bytes[at] ?? 0;
    const kind = byte & 3;
    let step = (byte & 127) >> 2;
    for (let weight = 32; byte > 127 && weight <= TICK_MAX; weight *= 128) {
      at += 1;
      byte = bytes[at] ?? 0;
      step += (byte & 127) * weight;
    }
    at += 1;
    tick += step;
    if (kind > PPS || tick > TICK_MAX || byte > 127) return malformed(`event ${i} is not one`);
    ticks[i] = tick;
    channel[i] = kind;
  }
  return at === bytes.length ? ok({ ticks, channel }) : malformed(`${bytes.length} bytes of events, ${at} read`);
}

function isMasked({ mode, detectors, beacon, pps }: RecordingManifest): boolean {
  const [only, ...more] = detectors;
  const clocks = (beacon?.channel ?? BEACON) === BEACON && (pps?.channel ?? PPS) === PPS;
  return mode === 'qkd' && only?.channel === CLICK && more.length === 0 && clocks;
}

function readManifest(bytes: Uint8Array, rows: Uint8Array): Result<RecordingManifest, ChannelError> {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return malformed('the announced manifest is not JSON');
  }
  const parsed = recordingManifest.safeParse(json);
  if (!parsed.success) return malformed('the announced manifest is not one');
  if (!isMasked(parsed.data)) return malformed('the announced manifest names detectors');
  const sha256 = createHash('sha256').update(rows).digest('hex');
  return parsed.data.tags.sha256 === sha256 ? ok(parsed.data) : malformed('the times differ from their digest');
}

/** The other station as far as it told: a recording whose clicks have no detector. */
export function decodeTimes(bytes: Uint8Array): Result<RecordedStation, ChannelError> {
  if (bytes.length < HEAD_BYTES) return malformed(`${bytes.length} bytes of times`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const text_bytes = view.getUint32(0, true);
  const tick_ps = view.getFloat64(8, true);
  if (text_bytes > MANIFEST_BYTES_MAX || !(tick_ps > 0 && tick_ps <= 1e12)) return malformed('head of the times');
  const rows = bytes.subarray(HEAD_BYTES + text_bytes);
  const manifest = readManifest(bytes.subarray(HEAD_BYTES, HEAD_BYTES + text_bytes), rows);
  if (!manifest.ok) return manifest;
  const read = readRows(rows, view.getUint32(4, true));
  if (!read.ok) return read;
  return ok({ manifest: manifest.value, where: 'the other console', tags: { ...read.value, tick_ps, dropped: {} } });
}

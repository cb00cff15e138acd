// Goal: what was counted while a detector was blinded, or nobody watched it, is in no sifted bit, no key and no announcement.
import { createSecretKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { processPair } from '../../src-core/detection/process-pair.ts';
import type { Result } from '../../src-core/result.ts';
import { evaluatePair } from '../../src-main/pipeline/evaluate-pair.ts';
import { clicksForKey } from '../../src-main/pipeline/keyless.ts';
import { readRawBlock } from '../../src-main/pipeline/raw-outcomes.ts';
import { splitStreams } from '../../src-main/pipeline/tag-streams.ts';
import type { LiveMessage } from '../../src-main/store/live-file.ts';
import { writePassLog } from '../../src-main/store/pass-log.ts';
import { publishPass } from '../../src-main/store/pass-file-writer.ts';
import { importRecordings } from '../../src-main/workers/import-recordings.ts';
import { processPassFile, readPassPair } from '../../src-main/workers/process-pass-file.ts';
import type { TaskContext } from '../../src-main/workers/task.ts';
import { CLOSEST_UTC_MS, freshDirectory, micius, simulated } from '../simulator/simulated.ts';

const GATE_NS = 2.5;
const SECONDS = 12;
const vault = { key_id: 'test', key: createSecretKey(randomBytes(32)) };
const context: TaskContext = { cancelled: () => false, report: () => null, transfer: () => null };
/** Nanshan's detector was over the limit in the messages of seconds 3 to 5; Delingha's message of second 8 never came. */
const KEYLESS_S = [[2.48, 5.02], [7.48, 8.52]] as const;

function must<T>(result: Result<T, { readonly type: string }>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Twice a second from two seconds before to two seconds after the pass. */
function said(which: 0 | 1, anodeAt: (t: number) => number): LiveMessage[] {
  const { id, detectors } = micius.stations[which];
  return Array.from({ length: 2 * (SECONDS + 4) + 1 }, (_, i): LiveMessage => {
    const [seq, t] = [i + 1, i / 2 - 2];
    const t_utc_ms = CLOSEST_UTC_MS + 1000 * t;
    const body = {
      seq, t_utc_ns: `${t_utc_ms}000000`, pass_id: 'night', azimuth_deg: 10, elevation_deg: 40, tracking_error_urad: 0.4,
      acquisition: 'fine', shutter: 'open', beacon: { state: 'locked', pulse_rate_hz: 1e4, used_fraction: 0.95 },
      pps: { state: 'locked', offset_ns: 30, rate_error: 1e-9, gnss_satellites: 12 }, signal_cps: 7000, background_cps: 4000,
      hwp_angle_deg: 3, weather: null, stored_batches: 0,
      detectors: detectors.map(({ serial, dark_cps }, d) => ({
        serial, dark_cps, count_cps: 1800, bias_current_a: 1, anode_v_mean: 0.7, anode_v_max: d === 2 ? anodeAt(t) : 0.75,
        temperature_c: -50, state: 'live',
      })),
    };
    return { station: id, kind: 'telemetry', seq, t_utc_ms, body: JSON.stringify(body) };
  });
}

let path: string;
let manifest_paths: readonly [string, string];
const order = () => ({ path, mission: micius, vault, gate_ns: GATE_NS, beacon: true });

beforeAll(async () => {
  ({ manifest_paths } = await simulated({ seconds: SECONDS, brightness: 20, seed: 61 }));
  const directory = freshDirectory();
  must(await importRecordings({
    mission: micius, manifest_paths, partial: false, elements: null, custody: 'analysis', directory, pass_id: 'night',
    night: '2018-09-14', mission_json: JSON.stringify(micius), vault, code_version: '0', created_at_utc_ms: 1,
  }, context));
  must(publishPass(directory, 'night'));
  path = join(directory, 'night.tpass');
}, 120_000);

/** Puts what stations said into the file, as sealing a live pass does. */
function speak(): void {
  const db = new Database(path);
  db.exec('DROP TRIGGER message_block_insert_is_sealed');
  const delingha = said(0, () => 0.75).filter(({ seq }) => seq !== 21);
  const nanshan = said(1, (t) => (t >= 3 && t <= 5 ? 1.6 : 0.75));
  writePassLog(db, { messages: [...delingha, ...nanshan], events: [], completeness: [] });
  db.close();
}

const within = (s: number) => KEYLESS_S.some(([from, to]) => s >= from && s <= to);

test('a verdict counts all coincidences and sifts those outside; the same piece by piece; the raw key likewise', async () => {
  const silent = must(await processPassFile(order(), context));
  expect(silent.verdict).not.toHaveProperty('keyless');
  speak();
  const pair = must(readPassPair(order(), context));
  const { coincidences, start_utc_ms } = must(processPair(pair.inputs[0], pair.inputs[1], { gate_ns: GATE_NS }));
  const lost = coincidences.time_s.filter((s) => within((start_utc_ms - CLOSEST_UTC_MS) / 1000 + s)).length;
  expect(lost).toBeGreaterThan(50);
  const at_once = must(evaluatePair(micius, pair, { gate_ns: GATE_NS, beacon: true, randomBit: () => 0 })).verdict;
  expect(at_once.coincidences).toBe(silent.verdict.coincidences);
  expect(at_once.keyless!.coincidences).toBe(lost);
  expect(at_once.keyless!.seconds).toBeCloseTo(2.54 + 1.04, 2);
  const bits = ({ sifted: { Z, X } }: typeof at_once) => Z.n + X.n;
  expect(bits(silent.verdict) - bits(at_once)).toBeGreaterThan(0.35 * lost);
  expect(bits(silent.verdict) - bits(at_once)).toBeLessThan(0.65 * lost);
  const in_pieces = must(await processPassFile({ ...order(), held_rows_max: 1000 }, context)).verdict;
  expect(in_pieces.keyless).toEqual(at_once.keyless);
  expect(Math.abs(bits(in_pieces) - bits(at_once))).toBeLessThanOrEqual(2);
  const block = must(readRawBlock(must(readPassPair(order(), context)), { gate_ns: GATE_NS, randomBit: () => 0 }));
  expect(block.coincidences).toBe(at_once.coincidences - lost);
}, 120_000);

test('a console that holds one recording announces no click of such an interval', () => {
  const { stations: [a] } = must(readPassPair({ ...order() }, context));
  const { tags, manifest } = a as typeof a & { tags: Parameters<typeof splitStreams>[1] };
  const streams = splitStreams(manifest, tags);
  const keyless = KEYLESS_S.map(([from, to]) =>
    ({ from_utc_ms: CLOSEST_UTC_MS + 1000 * from, to_utc_ms: CLOSEST_UTC_MS + 1000 * to, why: 'blinded' as const }));
  const kept = clicksForKey(manifest, streams, { tick_ps: tags.tick_ps, keyless });
  const utc_s = (tick: number) =>
    (Date.parse(manifest.pps!.first_edge_utc) - CLOSEST_UTC_MS) / 1000 + ((tick - streams.pps.ticks[0]!) * tags.tick_ps) / 1e12;
  expect(kept.clicks.ticks.filter((tick) => within(utc_s(tick)))).toHaveLength(0);
  expect(kept.clicks.ticks.length).toBe(streams.clicks.ticks.filter((tick) => !within(utc_s(tick))).length);
  expect(kept.clicks.detector).toHaveLength(kept.clicks.ticks.length);
  expect(kept.dropped['keyless']).toBe(streams.clicks.ticks.length - kept.clicks.ticks.length);
  expect(kept.dropped['keyless']).toBeGreaterThan(1000);
  expect(clicksForKey(manifest, streams, { tick_ps: tags.tick_ps, keyless: [] })).toBe(streams);
});

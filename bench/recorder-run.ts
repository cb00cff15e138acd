// Child of recorder-bench: a pass of two stations through the recorder, alone in its process: batches read from their bytes,
// sealed, committed to a file with every commit on the disk, acknowledged; then sealed into a pass file. The broker is left out.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTagBatch, encodeTagBatch } from '../src-core/formats/tag-batch.ts';
import { ok } from '../src-core/result.ts';
import { openLiveFile } from '../src-main/store/live-file.ts';
import { bareWrapping } from '../src-main/store/key-wrapping.ts';
import { openKeyVault } from '../src-main/store/outcome-keys.ts';
import { sealLivePass } from '../src-main/store/seal-live.ts';
import { createRecorderDesk, type LineEnds } from '../src-main/workers/recorder/recorder-desk.ts';
import { liveStation } from '../tests/store/live-fixture.ts';
import { META, must } from '../tests/store/pass-columns.ts';
import { poissonTimes, seededDraw } from '../tests/support/synthetic-pass.ts';

export interface RecorderRun {
  readonly clicks: number;
  readonly cpu_s_per_s: number;
  readonly events_per_cpu_s: number;
  readonly rss_mb_at_half: number;
  readonly rss_mb_at_end: number;
  readonly bytes_per_click: number;
  readonly entropy_bytes_per_click: number;
}

const [cps = 8000, seconds = 60, beacon_hz = 10_000] = process.argv.slice(2).map(Number);
const STATIONS = ['delingha', 'nanshan'] as const;
const BATCHES_HZ = 10;
const SECOND = 1e12;
const draw = seededDraw(31);

/** One second of a station in batches; each second is a copy of it, moved on. */
function second(): { ticks: Float64Array; detector: Uint8Array<ArrayBuffer>; beacon: Float64Array }[] {
  return Array.from({ length: BATCHES_HZ }, (_, i) => {
    const span: [number, number] = [i / BATCHES_HZ, (i + 1) / BATCHES_HZ];
    const times = Float64Array.from(poissonTimes(draw, cps, span)).sort();
    const ticks = times.map((t) => Math.floor(t * SECOND));
    const pulses = Math.round(beacon_hz / BATCHES_HZ);
    const beacon = Float64Array.from({ length: pulses }, (__, k) => Math.round((span[0] + (k + 0.5) / (pulses * BATCHES_HZ)) * SECOND));
    return { ticks, detector: Uint8Array.from(ticks, () => Math.floor(4 * draw.uniform())), beacon };
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-bench-'));
  const vault = must(await openKeyVault({
    path: join(folder, 'micius.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: true,
  }));
  const ends: LineEnds[] = [];
  const began = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  const directory = join(folder, 'passes');
  const desk = createRecorderDesk({
    mission_id: 'micius', stations: STATIONS, directory, scratch_directory: folder, anode_v_max: 1.2,
    elapsed_ms: () => performance.now(), now_utc_ms: Date.now,
    connect: (given) => {
      ends.push(given);
      return { command: () => Promise.resolve(ok({ reply: 'done', t_utc_ns: '1' } as const)) };
    },
    tell: (news) => {
      if (news.news === 'reply') (news.id === 1 ? began : ended).resolve(undefined);
    },
  });
  desk.handle({ id: 1, order: 'begin', pass: { meta: META, vault: { key_id: vault.key_id, key: vault.keyFor(META.pass_id) } } });
  await began.promise;
  for (const station of STATIONS) {
    const { tick_ps, manifest_json } = liveStation(station);
    const payload = { state: 'online', t_utc_ns: '1', pass_id: META.pass_id, recording: { tick_ps, manifest_json } } as const;
    ends[0]!.onMessage({ kind: 'status', station, payload, bytes: new Uint8Array(0) }, () => undefined);
  }
  const sides = [second(), second()];
  let [spent_us, rss_half, clicks] = [0, 0, 0];
  for (let at = 0; at < seconds; at += 1) {
    const sent = sides.flatMap((batches, s) => batches.map((batch, i) => {
      clicks += batch.ticks.length;
      const move = (ticks: Float64Array) => ticks.map((tick) => tick + at * SECOND);
      return { station: STATIONS[s]!, bytes: encodeTagBatch({
        seq: at * BATCHES_HZ + i + 1, t_utc_ns: `${1_536_948_969_000 + at * 1000 + i * 100}000000`, pass_id: META.pass_id,
        from_tick: at * SECOND + (i * SECOND) / BATCHES_HZ, to_tick: at * SECOND + ((i + 1) * SECOND) / BATCHES_HZ,
        clicks: { ticks: move(batch.ticks), detector: batch.detector }, beacon: move(batch.beacon),
        pps: i === 0 ? Float64Array.of(at * SECOND) : new Float64Array(0),
      }) };
    }));
    const before = process.cpuUsage();
    await Promise.all(sent.map(async ({ station, bytes }) => new Promise<void>((stored) => {
      ends[0]!.onMessage({ kind: 'tags', station, payload: must(decodeTagBatch(bytes)), bytes }, stored);
    })));
    desk.tick();
    const { user, system } = process.cpuUsage(before);
    spent_us += user + system;
    if (at === Math.floor(seconds / 2)) rss_half = process.memoryUsage().rss / 1e6;
  }
  const rss_mb_at_end = process.memoryUsage().rss / 1e6;
  desk.handle({ id: 2, order: 'end' });
  await ended.promise;
  const live = must(openLiveFile(META.pass_id, { directory, vault }));
  must(sealLivePass(live, { directory, vault }));
  live.close();
  const sealed = readdirSync(directory).filter((name) => !name.includes('.live')).map((name) => statSync(join(directory, name)).size);
  const run: RecorderRun = {
    clicks, cpu_s_per_s: spent_us / 1e6 / seconds, events_per_cpu_s: clicks / (spent_us / 1e6), rss_mb_at_half: rss_half, rss_mb_at_end,
    bytes_per_click: Math.max(...sealed) / clicks, entropy_bytes_per_click: (Math.log2((Math.E * SECOND) / cps) + 2) / 8,
  };
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(JSON.stringify(run));
}

if (import.meta.main) await main();

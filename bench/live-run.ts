// Child of live-bench: a pass of the next source, both stations, through the live counter, alone in its process. Each
// second is a copy of one: what a click costs is that of any other.
import { createLiveCounter } from '../src-core/detection/live-counter.ts';
import type { LiveSetup } from '../src-core/detection/live-station.ts';
import { poissonTimes, seededDraw } from '../tests/support/synthetic-pass.ts';

const [cps = 650_000, seconds = 60] = process.argv.slice(2).map(Number);
const PAIR_HZ = (220 * cps) / 650_000;
const JITTER_S = 0.5e-9;
const BEACON_HZ = 10_000;
const RANGE_M = 900_000;

export interface LiveRun {
  readonly clicks: number;
  readonly coincidences: number;
  readonly cpu_s_per_s: number;
  readonly cpu_s_per_s_max: number;
  readonly rss_mb_at_half: number;
  readonly rss_mb_max: number;
}

const draw = seededDraw(23);
const pairs = poissonTimes(draw, PAIR_HZ, [0, 1]);

function station() {
  const clicks = Float64Array.from([...pairs.map((t) => Math.min(1 - 1e-9, Math.max(0, t + draw.normal() * JITTER_S))),
    ...poissonTimes(draw, cps - PAIR_HZ, [0, 1])]).sort();
  const beacon = Float64Array.from({ length: BEACON_HZ }, (_, i) => (i + 0.5) / BEACON_HZ)
    .filter(() => draw.uniform() > 0.38).map((t) => t + draw.normal() * 0.5e-9);
  return { clicks: clicks.map((t) => Math.round(t * 1e12)), beacon: beacon.map((t) => Math.round(t * 1e12)).sort(),
    detector: Uint8Array.from(clicks, () => Math.floor(4 * draw.uniform())) };
}

const setup = (id: string): LiveSetup => ({
  id, tick_ps: 1, detector_channels: [0, 1, 2, 3], beacon_channel: 64, beacon_rate_hz: BEACON_HZ, pps_channel: 5,
  first_pps_utc_ms: 0, dead_time_ns: 50,
  range_m: { start_utc_ms: -10_000, step_ms: 250, values: new Float64Array(4 * (seconds + 20)).fill(RANGE_M) },
});

if (import.meta.main) {
  const sides = [station(), station()];
  const counter = createLiveCounter({ stations: [setup('a'), setup('b')], gate_ns: 2.5 });
  const spent: number[] = [];
  let rss_half = 0;
  let coincidences = 0;
  for (let at = 0; at < seconds; at += 1) {
    const batches = sides.map(({ clicks, beacon, detector }) => ({
      seq: at + 1, from_tick: at * 1e12, to_tick: (at + 1) * 1e12,
      clicks: { ticks: clicks.map((tick) => tick + at * 1e12), detector: detector.slice() },
      beacon: beacon.map((tick) => tick + at * 1e12), pps: Float64Array.of(at * 1e12),
    }));
    const before = process.cpuUsage();
    batches.forEach((batch, s) => counter.add(s as 0 | 1, batch));
    coincidences = counter.advance(at === seconds - 1).coincidences.time_s.length;
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1e6);
    if (at === Math.floor(seconds / 2)) rss_half = process.memoryUsage().rss / 1e6;
  }
  const run: LiveRun = {
    clicks: Math.round(seconds * sides.reduce((sum, { clicks }) => sum + clicks.length, 0)), coincidences,
    cpu_s_per_s: spent.reduce((sum, s) => sum + s, 0) / seconds, cpu_s_per_s_max: Math.max(...spent),
    rss_mb_at_half: rss_half, rss_mb_max: process.resourceUsage().maxRSS / 1000,
  };
  process.stdout.write(JSON.stringify(run));
}

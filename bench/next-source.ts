// Child of detection-bench: the clicks of a pass of the next source, a hundred times as bright, taken piece by piece
// through dead time, satellite time, peak search and gate, alone in its process so that memory is that of the job.
import { addPairHistogram } from '../src-core/detection/coincidence-kernel.ts';
import { NODE_S } from '../src-core/detection/emission-time.ts';
import { gateHits } from '../src-core/detection/gate-pairs.ts';
import { createPairCarry } from '../src-core/detection/pair-carry.ts';
import { createPairCollector } from '../src-core/detection/pair-collector.ts';
import type { SatelliteClock } from '../src-core/detection/satellite-clock.ts';
import { createClickStream } from '../src-core/detection/station-clicks.ts';
import { seededDraw } from '../tests/support/synthetic-pass.ts';

const SECONDS = 281;
const CLICKS_CPS = 605_000;
const PAIR_SHARE = 220 / CLICKS_CPS;
const SIGMA_S = 0.5e-9;
const RATE_HZ = 10_000;
const SEARCH_NS = 1000;
const GATE_NS = 2.5;
const RULE = { gate_ns: GATE_NS, zero_pulse: 0, common: [[0, SECONDS * RATE_HZ]] as const, dead_time_ns: 50 };

export interface NextSourceRun {
  readonly clicks: number;
  readonly coincidences: number;
  /** Pairs within the range of the peak search. */
  readonly searched: number;
  readonly cpu_s: number;
  readonly rss_mb_max: number;
}

/** A clock that runs with the satellite's: the work a moment costs is that of any other clock. */
function plainClock(): SatelliteClock {
  const intervals = Math.ceil(SECONDS / NODE_S) + 1;
  const coefficients = Float64Array.from({ length: 4 * intervals }, (_, i) =>
    [(i / 4) * NODE_S, NODE_S, 0, 0][i % 4]!);
  return {
    emission: { start_s: 0, intervals, coefficients }, rate_hz: RATE_HZ,
    phase: new Float64Array(intervals + 1), live: new Uint8Array(intervals).fill(1),
  };
}

/** One second of both stations; the seconds of the pass are its copies. */
function oneSecond() {
  const draw = seededDraw(23);
  const sent = Float64Array.from({ length: CLICKS_CPS }, () => draw.uniform());
  const other = sent.map((t) =>
    draw.uniform() < PAIR_SHARE ? Math.min(1, Math.max(0, t + SIGMA_S * draw.normal())) : draw.uniform());
  const detector = Uint8Array.from(sent, () => Math.floor(4 * draw.uniform()));
  return { a: sent.sort(), b: other.sort(), detector };
}

if (import.meta.main) {
  const { a, b, detector } = oneSecond();
  const clock = plainClock();
  const [first, second] = [createClickStream(clock, RULE), createClickStream(clock, RULE)];
  const counts = new Int32Array((2 * SEARCH_NS * 10) / GATE_NS);
  let clicks = 0;
  const gate = createPairCollector({ centre: 0, half_width: GATE_NS / 2 });
  const carry = createPairCarry({ low: -SEARCH_NS, high: SEARCH_NS }, (times) => {
    addPairHistogram(times, { centre: 0, half_width: SEARCH_NS }, counts);
  });
  const started = process.cpuUsage();
  const [nowA, nowB] = [new Float64Array(a.length), new Float64Array(b.length)];
  for (let at = 0; at < SECONDS; at += 1) {
    for (let i = 0; i < a.length; i += 1) nowA[i] = a[i]! + at;
    for (let i = 0; i < b.length; i += 1) nowB[i] = b[i]! + at;
    const [pieceA, pieceB] = [
      first.take({ clicks_s: nowA, detector }), second.take({ clicks_s: nowB, detector }),
    ];
    carry.take({ a: pieceA.time_ns, b: pieceB.time_ns });
    gate.take(pieceA, pieceB);
    clicks += a.length + b.length;
  }
  carry.finish();
  const found = gate.finish();
  const { coincidences } = gateHits(found.pairs, found.a, found.b);
  const { user, system } = process.cpuUsage(started);
  const run: NextSourceRun = {
    clicks, coincidences: coincidences.time_s.length, searched: counts.reduce((sum, n) => sum + n, 0),
    cpu_s: (user + system) / 1e6, rss_mb_max: process.resourceUsage().maxRSS / 1000,
  };
  process.stdout.write(JSON.stringify(run));
}

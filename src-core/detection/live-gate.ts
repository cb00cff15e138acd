// What the gate holds while the pass runs, and what lies around it.
import type { Coincidences } from '../coincidences.ts';
import { gateHits } from './gate-pairs.ts';
import { pairsWithin, type PairTally } from './pair-tally.ts';
import type { PeakShape } from './peak.ts';
import { arrivalHistograms, coincidenceHistogram, type Histogram } from './quality.ts';

/** Coincidences with what is drawn beside them. */
export interface GateCount {
  readonly coincidences: Coincidences;
  readonly histogram: Histogram;
  /** Of each station, by detector. */
  readonly arrivals: readonly [readonly Histogram[], readonly Histogram[]];
}

/**
 * Counts the pairs of a tally in the gate about a centre, and adds what was counted before.
 *
 *   coincidence: |b - a - centre| <= gate / 2
 *
 * @units nanoseconds
 * @shape rows in order of time, those of `before` first
 * @errors none
 * @validity pairs of `before` are no longer in the tally
 * @source PHYSICS sections 4 and 5
 * @golden tests/core/detection/live-counter.test.ts, against processPair
 */
export function countGate({ near, singles, rule }: PairTally, shape: PeakShape, before: GateCount | null): GateCount {
  const { gate_ns } = rule;
  const shift_ns = shape.centre_ns - rule.found.offset_ns;
  const { coincidences } = gateHits(pairsWithin(near, shift_ns, gate_ns / 2), near.a, near.b);
  const wide = pairsWithin(near, shift_ns, gate_ns);
  const arrivals = (s: 0 | 1) => arrivalHistograms(wide, s === 1 ? near.b : near.a, {
    side: s === 1 ? 1 : -1, gate_ns, detectors: singles[s].length,
  });
  const now: GateCount = {
    coincidences, histogram: coincidenceHistogram(near.pairs.delta_ns.map((delta) => delta - shift_ns), gate_ns),
    arrivals: [arrivals(0), arrivals(1)],
  };
  return before === null ? now : sumOf(before, now);
}

function sumOf(before: GateCount, now: GateCount): GateCount {
  const arrivals = (s: 0 | 1) => now.arrivals[s].map((one, d) => added(before.arrivals[s][d]!, one));
  return {
    coincidences: joined(before.coincidences, now.coincidences), histogram: added(before.histogram, now.histogram),
    arrivals: [arrivals(0), arrivals(1)],
  };
}

function added(a: Histogram, b: Histogram): Histogram {
  return { ...b, counts: b.counts.map((n, i) => n + a.counts[i]!) };
}

function joined(a: Coincidences, b: Coincidences): Coincidences {
  const rows = a.time_s.length + b.time_s.length;
  const whole = {
    time_s: new Float64Array(rows), delta_ns: new Float64Array(rows),
    pattern_a: new Uint8Array(rows), pattern_b: new Uint8Array(rows),
  };
  for (const [part, at] of [[a, 0], [b, a.time_s.length]] as const) {
    whole.time_s.set(part.time_s, at);
    whole.delta_ns.set(part.delta_ns, at);
    whole.pattern_a.set(part.pattern_a, at);
    whole.pattern_b.set(part.pattern_b, at);
  }
  return whole;
}

import type { AlarmLimits } from '../../src-contract/night-limits.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { convergence } from '../../src-core/bell/checks.ts';
import { chsh } from '../../src-core/bell/chsh.ts';
import { readTrials, tabulate } from '../../src-core/bell/recording.ts';
import type { LiveCount } from '../../src-core/detection/live-counter.ts';
import { indicatorsOf, type Indicator } from '../../src-core/detection/live-indicators.ts';
import { DISPLACED } from '../../src-core/detection/quality.ts';
import { siftCoincidences, type BasisCount, type RandomBit, type Sifted } from '../../src-core/distillation/sift.ts';
import { clopperPearson, poissonInterval } from '../../src-core/statistics.ts';

/** What the figures are made with; the same through the pass. */
export interface LiveContext {
  readonly mission: MissionFile;
  readonly manifests: readonly [RecordingManifest, RecordingManifest];
  readonly limits: AlarmLimits;
  readonly gate_ns: number;
  /** Bits for double clicks, 0 or 1 each, drawn once: a figure must not flicker. The key draws its own. */
  readonly random_bits: Uint8Array;
}

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface BasisFigures {
  readonly n: number;
  readonly e: number;
  readonly qber_68: Estimate | null;
  readonly qber_95: Estimate | null;
}

/** The pair as counted so far: sums and estimates. No outcome is in it, and none can be told from it. */
export interface LiveFigures {
  readonly lock: {
    readonly state: 'none' | 'searching' | 'locked' | 'lost';
    readonly method: 'beacon' | 'photons' | null;
    readonly offset_ns: number | null;
    readonly offset_sigma_ns: number | null;
    readonly spread_ns: number | null;
    readonly false_alarm_probability: number | null;
    readonly gate_ns: number;
  };
  readonly start_utc_ms: number | null;
  readonly counted_through_utc_ms: number | null;
  readonly seconds: number;
  readonly coincidences: number;
  readonly accidentals: number;
  readonly accidentals_sigma: number;
  readonly rate_hz_10s: Estimate | null;
  readonly snr: number | null;
  readonly z: BasisFigures;
  readonly x: BasisFigures;
  readonly sifted_bits: number;
  readonly bell: {
    readonly s: number;
    readonly s_sigma: number;
    readonly n: readonly number[];
    readonly e: readonly number[];
  } | null;
  readonly indicators: readonly (Indicator & { readonly station: string })[];
  /** A row for each second of UTC in which something was counted; `sifted_bits` from the start. */
  readonly rows: {
    readonly utc_s: Float64Array<ArrayBuffer>;
    readonly coincidences: Float64Array<ArrayBuffer>;
    readonly accidentals: Float64Array<ArrayBuffer>;
    readonly sifted_bits: Float64Array<ArrayBuffer>;
    /** Gate centre as it stood when the second was counted; NaN before the lock. */
    readonly offset_ns: Float64Array<ArrayBuffer>;
    /** Pairable clicks of each station. */
    readonly singles: readonly [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
  };
  readonly histogram: { readonly delta_ns: Float64Array<ArrayBuffer>; readonly counts: Float64Array<ArrayBuffer> } | null;
  readonly bell_series: {
    readonly utc_s: Float64Array<ArrayBuffer>;
    readonly s: Float64Array<ArrayBuffer>;
    readonly s_sigma: Float64Array<ArrayBuffer>;
  } | null;
  readonly batches: LiveCount['batches'];
}

const RATE_WINDOW_S = 10;
const ONE_SIGMA = 0.6827;
const BELL_POINTS = 120;

/** Makes figures of counts; remembers only where the gate stood when. */
export function createLiveFigures(context: LiveContext): (count: LiveCount) => LiveFigures {
  const offsets = new Map<number, number>();
  return (count) => {
    const { shape, coincidences, accidentals } = count;
    for (const utc_s of count.rows.utc_s) {
      if (!offsets.has(utc_s) && shape !== null) offsets.set(utc_s, shape.centre_ns);
    }
    const sifted = context.manifests[0].mode === 'qkd' ? siftLive(context, count) : null;
    const bell = bellOf(context, count);
    return {
      lock: lockOf(context, count),
      start_utc_ms: count.start_utc_ms,
      counted_through_utc_ms: count.counted_through_utc_ms,
      seconds: count.seconds,
      coincidences: coincidences.time_s.length,
      accidentals,
      accidentals_sigma: count.accidentals_sigma,
      rate_hz_10s: rateOf(count),
      snr: accidentals > 0 ? Math.max(0, coincidences.time_s.length - accidentals) / accidentals : null,
      ...siftedFigures(sifted),
      bell: bell === null ? null : bell.now,
      indicators: indicators(context, count),
      rows: rowsOf(count, { sifted, offsets }),
      histogram: histogramOf(count),
      bell_series: bell === null ? null : bell.series,
      batches: count.batches,
    };
  };
}

function siftedFigures(sifted: Sifted | null): Pick<LiveFigures, 'z' | 'x' | 'sifted_bits'> {
  const none = { n: 0, e: 0 };
  if (sifted === null) return { z: basisOf(none), x: basisOf(none), sifted_bits: 0 };
  return { z: basisOf(sifted.counts.Z), x: basisOf(sifted.counts.X), sifted_bits: sifted.time_s.length };
}

function lockOf({ gate_ns }: LiveContext, { state, shape, false_alarm_probability }: LiveCount): LiveFigures['lock'] {
  return {
    state,
    method: shape === null ? null : 'beacon',
    offset_ns: shape?.centre_ns ?? null,
    offset_sigma_ns: shape?.centre_sigma_ns ?? null,
    spread_ns: shape?.sigma_ns ?? null,
    false_alarm_probability,
    gate_ns,
  };
}

/** The same bits from the first double click on, each time. */
function repeatedBits(bits: Uint8Array): RandomBit {
  let at = 0;
  return () => {
    const bit = bits[at % bits.length]! & 1;
    at += 1;
    return bit === 1 ? 1 : 0;
  };
}

function siftLive({ manifests: [a, b], random_bits }: LiveContext, { coincidences }: LiveCount): Sifted {
  return siftCoincidences({
    coincidences,
    roles_a: a.detectors,
    roles_b: b.detectors,
    state: a.state,
    randomBit: repeatedBits(random_bits),
  });
}

function basisOf({ n, e }: BasisCount): BasisFigures {
  const interval = (confidence: number) => (n === 0 ? null : { value: e / n, ...clopperPearson(e, n, confidence) });
  return { n, e, qber_68: interval(ONE_SIGMA), qber_95: interval(0.95) };
}

/** Coincidences of the last ten seconds that were counted, background included. */
function rateOf({ state, start_utc_ms, counted_through_utc_ms, coincidences: { time_s } }: LiveCount): Estimate | null {
  if (state === 'none' || state === 'searching' || start_utc_ms === null || counted_through_utc_ms === null) return null;
  const to_s = (counted_through_utc_ms - start_utc_ms) / 1000;
  let n = 0;
  for (let i = time_s.length - 1; i >= 0 && time_s[i]! > to_s - RATE_WINDOW_S; i -= 1) n += 1;
  const { low, high } = poissonInterval(n, ONE_SIGMA);
  return { value: n / RATE_WINDOW_S, low: low / RATE_WINDOW_S, high: high / RATE_WINDOW_S };
}

function bellOf({ manifests: [a, b], random_bits }: LiveContext, { coincidences, start_utc_ms }: LiveCount) {
  if (a.mode !== 'bell' || b.mode !== 'bell' || start_utc_ms === null || coincidences.time_s.length === 0) return null;
  const trials = readTrials({
    coincidences,
    state: a.state,
    detectors_a: a.detectors,
    detectors_b: b.detectors,
    randomBit: repeatedBits(random_bits),
  });
  if (!trials.ok) return null;
  const found = chsh(tabulate(trials.value));
  if (!found.ok) return null;
  const { s, s_sigma, n, e } = found.value;
  const grown = convergence(trials.value, BELL_POINTS);
  const series = {
    utc_s: grown.t_s.map((t) => start_utc_ms / 1000 + t),
    s: Float64Array.from(grown.s),
    s_sigma: Float64Array.from(grown.s_sigma),
  };
  return { now: { s, s_sigma, n: [...n], e: [...e] }, series };
}

function indicators(context: LiveContext, { rows, coincidences }: LiveCount): LiveFigures['indicators'] {
  const { mission, manifests, limits } = context;
  return manifests.flatMap(({ station, detectors }, s) => {
    const known = mission.stations.find(({ id }) => id === station)?.detectors ?? [];
    const promised = detectors.map(({ label, basis }) => {
      const { efficiency = 1, dark_cps = 0 } = known.find((one) => one.label === label) ?? {};
      return { basis, efficiency, dark_cps };
    });
    const input = { station: s as 0 | 1, detectors: promised, z_share: mission.source.z_share, rows, coincidences, limits };
    return indicatorsOf(input).map((one) => ({ ...one, station }));
  });
}

interface RowParts {
  readonly sifted: Sifted | null;
  readonly offsets: ReadonlyMap<number, number>;
}

function rowsOf({ rows, coincidences, start_utc_ms }: LiveCount, { sifted, offsets }: RowParts): LiveFigures['rows'] {
  const place = new Map(rows.utc_s.map((utc_s, i) => [utc_s, i]));
  const bySecond = (time_s: Float64Array) => {
    const counts = new Float64Array(rows.utc_s.length);
    for (let i = 0; i < time_s.length; i += 1) {
      const row = place.get(Math.floor(((start_utc_ms ?? 0) + time_s[i]! * 1000) / 1000));
      if (row !== undefined) counts[row]! += 1;
    }
    return counts;
  };
  const bits = bySecond(sifted?.time_s ?? new Float64Array(0));
  for (let i = 1; i < bits.length; i += 1) bits[i]! += bits[i - 1]!;
  const clicks = (s: 0 | 1) => Float64Array.from(rows.singles, (row) => row[s].reduce((sum, n) => sum + n, 0));
  return {
    utc_s: Float64Array.from(rows.utc_s),
    coincidences: bySecond(coincidences.time_s),
    accidentals: Float64Array.from(rows.displaced, (n) => n / DISPLACED),
    sifted_bits: bits,
    offset_ns: Float64Array.from(rows.utc_s, (utc_s) => offsets.get(utc_s) ?? Number.NaN),
    singles: [clicks(0), clicks(1)],
  };
}

function histogramOf({ histogram }: LiveCount): LiveFigures['histogram'] {
  if (histogram === null) return null;
  const { start_ns, bin_ns, counts } = histogram;
  return {
    delta_ns: Float64Array.from(counts, (_, i) => start_ns + (i + 0.5) * bin_ns),
    counts: Float64Array.from(counts),
  };
}

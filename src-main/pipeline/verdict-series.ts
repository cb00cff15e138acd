import type { Frame, FrameColumn } from '../../src-contract/frames.ts';
import { linkOf, linkStationOf, type MissionFile } from '../../src-contract/mission.ts';
import type { BellConvergence } from '../../src-core/bell/checks.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import type { StationSetup } from '../../src-core/detection/station-input.ts';
import type { Sifted } from '../../src-core/distillation/sift.ts';
import { createPropagator } from '../../src-core/orbit/propagate.ts';
import { rateColumns } from '../../src-core/link/expected-pass.ts';
import { clopperPearson } from '../../src-core/statistics.ts';
import { missionPair, passGeometry, type PassGeometry } from './pass-prediction.ts';
import type { PlannedPair } from './pass-recordings.ts';

export interface SeriesInput {
  readonly mission: MissionFile;
  readonly pair: PlannedPair;
  readonly outcome: PairOutcome;
  readonly sifted: Sifted | null;
  /** Null but for a Bell pass. */
  readonly convergence: BellConvergence | null;
}

/** Slices of the rate and of the error rate; what is counted at each station comes by the second. */
const RATE_STEP_S = 5;
const QBER_STEP_S = 30;
const STATION_STEP_S = 1;
const CONFIDENCE = 0.6827;

/** What a verdict saw, as columns for plots: counts, rates and times; never which detector of a pair clicked. */
export function verdictFrame({ mission, pair, outcome, sifted, convergence }: SeriesInput): Frame {
  const predicted = predict(mission, pair, outcome);
  return {
    columns: [
      ...histogramColumns(outcome),
      ...rateSeries(outcome, predicted),
      ...(sifted === null ? [] : qberSeries(sifted, outcome.seconds)),
      ...(convergence === null ? [] : convergenceColumns(convergence)),
      ...arrivalColumns(pair, outcome),
      { name: 'lock.t_s', unit: 's', values: outcome.lock.series.time_s },
      { name: 'lock.residual_ns', unit: 'ns', values: outcome.lock.series.rms_ns },
      { name: 'drift.t_s', unit: 's', values: outcome.centre_drift.time_s },
      { name: 'drift.centre_ns', unit: 'ns', values: outcome.centre_drift.centre_ns },
      { name: 'drift.sigma_ns', unit: 'ns', values: outcome.centre_drift.sigma_ns },
      ...pair.inputs.flatMap((input, which) =>
        stationColumns({ mission, input, outcome, predicted, which: which as 0 | 1 }),
      ),
    ],
    facts: {
      gate_ns: outcome.lock.gate_ns,
      centre_ns: outcome.lock.offset_ns,
      sigma_ns: outcome.lock.sigma_ns,
      accidentals: outcome.accidentals,
      start_utc_ms: outcome.start_utc_ms,
      seconds: outcome.seconds,
      rate_step_s: RATE_STEP_S,
      qber_step_s: QBER_STEP_S,
      histogram_bin_ns: outcome.histogram.bin_ns,
    },
  };
}

interface Predicted {
  readonly geometry: PassGeometry;
  readonly expected_hz: Float64Array;
}

/** Elevation, range and rates at every second of the pass; null where these elements give no state. */
function predict(mission: MissionFile, pair: PlannedPair, outcome: PairOutcome): Predicted | null {
  const propagator = createPropagator(pair.elements);
  if (!propagator.ok) return null;
  const [first, second] = pair.inputs.map(({ id }) => mission.stations.findIndex((station) => station.id === id));
  const own = missionPair(mission);
  const stations = [first === 1 ? 1 : 0, second === 0 ? 0 : 1] as const;
  const ordered = {
    ...own,
    masked: [own.masked[stations[0]], own.masked[stations[1]]] as const,
    link_stations: [own.link_stations[stations[0]], own.link_stations[stations[1]]] as const,
  };
  const geometry = passGeometry(ordered, propagator.value, {
    start_utc_ms: outcome.start_utc_ms,
    step_ms: 1000,
    count: Math.max(2, Math.ceil(outcome.seconds) + 1),
  });
  if (!geometry.ok) return null;
  const rates = rateColumns(own.link, geometry.value.columns);
  return { geometry: geometry.value, expected_hz: rates.true_hz.map((hz, i) => hz + rates.accidental_hz[i]!) };
}

function histogramColumns({ histogram }: PairOutcome): FrameColumn[] {
  return [
    {
      name: 'histogram.delta_ns',
      unit: 'ns',
      values: Float64Array.from(histogram.counts, (_, i) => histogram.start_ns + (i + 0.5) * histogram.bin_ns),
    },
    { name: 'histogram.counts', unit: '', values: Float64Array.from(histogram.counts) },
  ];
}

/** Counts of `times` in equal steps from 0; what lies beyond the last step is not of the pass. */
function countIn(times: Float64Array, step_s: number, steps: number): Float64Array {
  const counts = new Float64Array(steps);
  for (let i = 0; i < times.length; i += 1) {
    const slice = Math.floor(times[i]! / step_s);
    if (slice >= 0 && slice < steps) counts[slice]! += 1;
  }
  return counts;
}

const middles = (steps: number, step_s: number) => Float64Array.from({ length: steps }, (_, i) => (i + 0.5) * step_s);

function rateSeries(outcome: PairOutcome, predicted: Predicted | null): FrameColumn[] {
  const steps = Math.max(1, Math.ceil(outcome.seconds / RATE_STEP_S));
  const accidentals_hz = outcome.accidentals / outcome.seconds;
  const t_s = middles(steps, RATE_STEP_S);
  return [
    { name: 'rate.t_s', unit: 's', values: t_s },
    { name: 'rate.coincidences', unit: '', values: countIn(outcome.coincidences.time_s, RATE_STEP_S, steps) },
    { name: 'rate.accidentals', unit: '', values: t_s.map(() => accidentals_hz * RATE_STEP_S) },
    {
      name: 'rate.expected_hz',
      unit: 'Hz',
      values: t_s.map((t) => predicted?.expected_hz[Math.floor(t)] ?? Number.NaN),
    },
  ];
}

function qberSeries({ time_s, bit_a, bit_b }: Sifted, seconds: number): FrameColumn[] {
  const steps = Math.max(1, Math.ceil(seconds / QBER_STEP_S));
  const n = countIn(time_s, QBER_STEP_S, steps);
  const e = countIn(
    time_s.filter((_, i) => bit_a[i] !== bit_b[i]),
    QBER_STEP_S,
    steps,
  );
  const intervals = Array.from(n, (bits, i) =>
    bits === 0 ? { low: 0, high: 1 } : clopperPearson(e[i]!, bits, CONFIDENCE),
  );
  return [
    { name: 'qber.t_s', unit: 's', values: middles(steps, QBER_STEP_S) },
    { name: 'qber.n', unit: '', values: n },
    { name: 'qber.e', unit: '', values: e },
    { name: 'qber.low', unit: '', values: Float64Array.from(intervals, ({ low }) => low) },
    { name: 'qber.high', unit: '', values: Float64Array.from(intervals, ({ high }) => high) },
  ];
}

function convergenceColumns({ t_s, n, s, s_sigma }: BellConvergence): FrameColumn[] {
  return [
    { name: 'bell.t_s', unit: 's', values: t_s },
    { name: 'bell.n', unit: '', values: Float64Array.from(n) },
    { name: 'bell.s', unit: '', values: s },
    { name: 'bell.s_sigma', unit: '', values: s_sigma },
  ];
}

function arrivalColumns(pair: PlannedPair, outcome: PairOutcome): FrameColumn[] {
  const bins = outcome.stations[0].arrivals[0];
  if (bins === undefined) return [];
  return [
    {
      name: 'arrival.delta_ns',
      unit: 'ns',
      values: Float64Array.from(bins.counts, (_, i) => bins.start_ns + (i + 0.5) * bins.bin_ns),
    },
    ...outcome.stations.flatMap(({ id, arrivals }, which) =>
      arrivals.map((histogram, detector) => ({
        name: `arrival.${id}.${pair.stations[which as 0 | 1].manifest.detectors[detector]?.label ?? detector}`,
        unit: '',
        values: Float64Array.from(histogram.counts),
      })),
    ),
  ];
}

interface StationSeries {
  readonly mission: MissionFile;
  readonly input: StationSetup;
  readonly outcome: PairOutcome;
  readonly predicted: Predicted | null;
  readonly which: 0 | 1;
}

function stationColumns({ mission, input, outcome, predicted, which }: StationSeries): FrameColumn[] {
  const singles = outcome.stations[which].clicks_by_second;
  const t_s = middles(singles.length, STATION_STEP_S);
  const link = linkOf(mission);
  const dark_cps =
    mission.stations.filter(({ id }) => id === input.id).map((station) => linkStationOf(station).dark_cps)[0] ?? 0;
  const background = (i: number) => predicted?.geometry.columns.stations[which].background_cps[i] ?? dark_cps;
  const efficiency_db = singles.map((counts, i) => {
    const share = (counts / STATION_STEP_S - background(i)) / link.pair_rate_hz;
    return share > 0 ? 10 * Math.log10(share) : Number.NaN;
  });
  const range = predicted?.geometry.looks[which].range_m;
  return [
    { name: `${input.id}.t_s`, unit: 's', values: t_s },
    { name: `${input.id}.singles_cps`, unit: 'cps', values: singles.map((counts) => counts / STATION_STEP_S) },
    { name: `${input.id}.range_km`, unit: 'km', values: t_s.map((_, i) => (range?.[i] ?? Number.NaN) / 1000) },
    { name: `${input.id}.efficiency_db`, unit: 'dB', values: efficiency_db },
  ];
}

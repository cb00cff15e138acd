import type { Frame, FrameColumn } from '../../src-contract/frames.ts';
import { poissonInterval } from '../../src-core/statistics.ts';
import type { LiveFigures } from './live-figures.ts';

/** What telemetry leaves for the plots: a row a message. */
export interface TelemetryRow {
  readonly at_utc_ms: number;
  readonly tracking_urad: number;
  readonly efficiency_db: number;
  readonly singles_cps: number;
  readonly hwp_deg: number;
}

export interface StationRows { readonly id: string; readonly rows: readonly TelemetryRow[] }

export interface SeriesQuery { readonly start_utc_ms: number; readonly since_t_s: number }

const RATE_STEP_S = 5;
const ONE_SIGMA = 0.6827;

/** What came of a pass, later than was asked for: columns as the contract names them. */
export function liveSeries(stations: readonly StationRows[], figures: LiveFigures | null, query: SeriesQuery): Frame {
  return {
    columns: [
      ...stations.flatMap((station) => stationColumns(station, query)),
      ...(figures === null ? [] : [...pairColumns(figures, query), ...wholeColumns(figures, query)]),
    ],
    facts: { start_utc_ms: query.start_utc_ms },
  };
}

function stationColumns({ id, rows }: StationRows, { start_utc_ms, since_t_s }: SeriesQuery): FrameColumn[] {
  const since_utc_ms = start_utc_ms + since_t_s * 1000;
  const from = rows.findLastIndex(({ at_utc_ms }) => at_utc_ms <= since_utc_ms) + 1;
  const shown = rows.slice(from);
  const column = (name: string, unit: string, of: (row: TelemetryRow) => number): FrameColumn =>
    ({ name: `${id}.${name}`, unit, values: Float64Array.from(shown, of) });
  return [
    column('t_s', 's', ({ at_utc_ms }) => (at_utc_ms - start_utc_ms) / 1000),
    column('tracking_urad', 'urad', ({ tracking_urad }) => tracking_urad),
    column('efficiency_db', 'dB', ({ efficiency_db }) => efficiency_db),
    column('singles_cps', 'Hz', ({ singles_cps }) => singles_cps),
    column('hwp_deg', 'deg', ({ hwp_deg }) => hwp_deg),
  ];
}

function pairColumns({ rows }: LiveFigures, { start_utc_ms, since_t_s }: SeriesQuery): FrameColumn[] {
  const t_s = rows.utc_s.map((utc_s) => utc_s - start_utc_ms / 1000);
  const from = t_s.findLastIndex((at) => at <= since_t_s) + 1;
  const column = (name: string, unit: string, values: Float64Array): FrameColumn =>
    ({ name: `pair.${name}`, unit, values: values.slice(from) });
  return [
    column('t_s', 's', t_s),
    column('coincidences', '1', rows.coincidences),
    column('accidentals', '1', rows.accidentals),
    column('sifted_bits', 'bit', rows.sifted_bits),
    column('offset_ns', 'ns', rows.offset_ns),
  ];
}

function wholeColumns(figures: LiveFigures, { start_utc_ms }: SeriesQuery): FrameColumn[] {
  const { histogram, bell_series } = figures;
  return [
    ...rateColumns(figures, start_utc_ms),
    ...(histogram === null ? [] : [
      { name: 'histogram.delta_ns', unit: 'ns', values: histogram.delta_ns },
      { name: 'histogram.counts', unit: '1', values: histogram.counts },
    ]),
    ...(bell_series === null ? [] : [
      { name: 'bell.t_s', unit: 's', values: bell_series.utc_s.map((utc_s) => utc_s - start_utc_ms / 1000) },
      { name: 'bell.s', unit: '1', values: bell_series.s },
      { name: 'bell.s_sigma', unit: '1', values: bell_series.s_sigma },
    ]),
  ];
}

/** Bins of five seconds, those that are full: what is being counted would look like a dip. */
function rateColumns({ rows }: LiveFigures, start_utc_ms: number): FrameColumn[] {
  const bins = new Map<number, { seconds: number; coincidences: number; accidentals: number }>();
  for (let i = 0; i < rows.utc_s.length; i += 1) {
    const bin = Math.floor((rows.utc_s[i]! - start_utc_ms / 1000) / RATE_STEP_S);
    const sum = bins.get(bin) ?? { seconds: 0, coincidences: 0, accidentals: 0 };
    sum.seconds += 1;
    sum.coincidences += rows.coincidences[i]!;
    sum.accidentals += rows.accidentals[i]!;
    bins.set(bin, sum);
  }
  const full = [...bins].filter(([, { seconds }]) => seconds === RATE_STEP_S).toSorted(([a], [b]) => a - b);
  const intervals = full.map(([, { coincidences }]) => poissonInterval(coincidences, ONE_SIGMA));
  const column = (name: string, unit: string, of: (i: number) => number): FrameColumn =>
    ({ name: `rate.${name}`, unit, values: Float64Array.from(full, (_, i) => of(i)) });
  return [
    column('t_s', 's', (i) => (full[i]![0] + 0.5) * RATE_STEP_S),
    column('hz', 'Hz', (i) => full[i]![1].coincidences / RATE_STEP_S),
    column('low', 'Hz', (i) => intervals[i]!.low / RATE_STEP_S),
    column('high', 'Hz', (i) => intervals[i]!.high / RATE_STEP_S),
    column('accidentals_hz', 'Hz', (i) => full[i]![1].accidentals / RATE_STEP_S),
  ];
}

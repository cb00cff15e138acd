import type { OperationError } from '../../src-contract/errors.ts';
import type { Frame, FrameColumn } from '../../src-contract/frames.ts';
import { linkOf, type MissionFile } from '../../src-contract/mission.ts';
import { halfWavePlateTable } from '../../src-core/exports/half-wave-plate.ts';
import { qberOfVisibility, rateColumns, type RateColumns } from '../../src-core/link/expected-pass.ts';
import { describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { missionPair, passGeometry, type PassGeometry } from './pass-prediction.ts';
import { stationView } from './pass-states.ts';

/** The plan of a station at one moment; null where the satellite is below the horizon. */
export interface StationPlan {
  readonly range_km: number;
  readonly efficiency_db: number | null;
  readonly efficiency_db_sigma: number;
  readonly hwp_angle_deg: number | null;
}

/** The plan of the pair at one moment; the bits are those since the window's start. */
export interface PairPlan {
  readonly rate_hz: number | null;
  readonly snr: number | null;
  readonly sifted_bits: number;
  readonly sifted_bits_sigma: number;
}

export interface PlannedSpan { readonly start_utc_ms: number; readonly end_utc_ms: number }

/** What a pass promises, second by second, from ten minutes before its window to ten minutes after. */
export interface LivePlan {
  readonly frame: Frame;
  readonly station: (place: 0 | 1, t_s: number) => StationPlan | null;
  readonly pair: (t_s: number) => PairPlan;
  readonly end: PairPlan & { readonly qber: number };
  /** When each station has the satellite above its own limit; the whole span where it never sinks below. */
  readonly visible: readonly [PlannedSpan, PlannedSpan];
}

const MARGIN_S = 600;
const STEP_S = 1;
const DEG = 180 / Math.PI;
/** The scatter of a night is that of both downlinks together; one has its share. */
const ONE_OF_TWO = Math.SQRT1_2;

/** Plans a window second by second, as the Live view compares it with what comes. */
export function livePlan(
  mission: MissionFile, propagator: Propagator, { start_utc_ms, end_utc_ms }: PlannedSpan,
): Result<LivePlan, OperationError> {
  const pair = missionPair(mission);
  const seconds = (end_utc_ms - start_utc_ms) / 1000;
  const times = { start_utc_ms: start_utc_ms - MARGIN_S * 1000, step_ms: STEP_S * 1000, count: Math.ceil(seconds + 2 * MARGIN_S) + 1 };
  const geometry = passGeometry(pair, propagator, times);
  if (!geometry.ok) {
    return err({ type: 'NotPossible', reason: geometry.error.type, message: describePropagationError(geometry.error) });
  }
  const rates = rateColumns(pair.link, geometry.value.columns);
  const t_s = Float64Array.from({ length: times.count }, (_, i) => i * STEP_S - MARGIN_S);
  const stations = ([0, 1] as const).map((place) => stationColumns({ mission, propagator, times, place }, geometry.value, rates));
  const grown = growth(mission, rates, { t_s, seconds, seen: seenByBoth(geometry.value) });
  const limits = pair.masked.map(({ min_elevation_rad }) => min_elevation_rad);
  const visible = ([0, 1] as const).map((place) => visibleSpan(geometry.value.looks[place].elevation_rad, limits[place]!, times));
  const row = (at_s: number) => Math.min(times.count - 1, Math.max(0, Math.round((at_s + MARGIN_S) / STEP_S)));
  const pairAt = (at_s: number) => grown.at(row(Math.min(at_s, seconds)));
  return ok({
    frame: {
      columns: [{ name: 'plan.t_s', unit: 's', values: t_s }, ...stations.flatMap(({ columns }) => columns), ...grown.columns],
      facts: { start_utc_ms, end_utc_ms, step_s: STEP_S },
    },
    station: (place, at_s) => (Math.abs(at_s - seconds / 2) > MARGIN_S + seconds / 2 ? null : stations[place]!.at(row(at_s))),
    pair: pairAt,
    end: { ...pairAt(seconds), qber: grown.qber },
    visible: [visible[0]!, visible[1]!],
  });
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

interface StationTimes {
  readonly mission: MissionFile;
  readonly propagator: Propagator;
  readonly times: { readonly start_utc_ms: number; readonly step_ms: number; readonly count: number };
  readonly place: 0 | 1;
}

function stationColumns({ mission, propagator, times, place }: StationTimes, geometry: PassGeometry, rates: RateColumns) {
  const site = mission.stations[place];
  const { elevation_rad, range_m } = geometry.looks[place];
  const { background_cps } = geometry.columns.stations[place];
  const { pair_rate_hz, night_sigma_db } = linkOf(mission);
  const sigma = night_sigma_db * ONE_OF_TWO;
  const efficiency_db = rates.singles_cps[place].map((cps, i) =>
    (elevation_rad[i]! > 0 ? 10 * Math.log10((cps - background_cps[i]!) / pair_rate_hz) : Number.NaN));
  const view = stationView(propagator, site, times);
  const table = view.ok ? halfWavePlateTable({ view: view.value, reference: 'orbit_normal', offset_rad: 0 }) : null;
  const hwp_deg = table?.ok === true ? table.value.plate_angle_rad.map((rad) => wrapped(rad * DEG)) : efficiency_db.map(() => Number.NaN);
  const columns: FrameColumn[] = [
    { name: `${site.id}.efficiency_db`, unit: 'dB', values: efficiency_db },
    { name: `${site.id}.efficiency_db_sigma`, unit: 'dB', values: efficiency_db.map((db) => (Number.isNaN(db) ? db : sigma)) },
    { name: `${site.id}.hwp_deg`, unit: 'deg', values: hwp_deg },
  ];
  return {
    columns,
    at: (i: number): StationPlan => ({
      range_km: range_m[i]! / 1000, efficiency_db: finite(efficiency_db[i]!), efficiency_db_sigma: sigma,
      hwp_angle_deg: finite(hwp_deg[i]!),
    }),
  };
}

/** A plate turned by half a turn is the same plate. */
const wrapped = (deg: number) => deg - 180 * Math.round(deg / 180);

const seenByBoth = ({ looks }: PassGeometry) => (i: number) => looks[0].elevation_rad[i]! > 0 && looks[1].elevation_rad[i]! > 0;

interface Window { readonly t_s: Float64Array; readonly seconds: number; readonly seen: (i: number) => boolean }

/** Rates and their growth since the window's start, with the scatter of the night. */
function growth(mission: MissionFile, rates: RateColumns, { t_s, seconds, seen }: Window) {
  const { night_sigma_db, visibility, z_share } = linkOf(mission);
  const relative = (Math.LN10 / 10) * night_sigma_db;
  const sifting = z_share ** 2 + (1 - z_share) ** 2;
  const [trues, accidentals] = [rates.true_hz, rates.accidental_hz]
    .map((hz) => sumInside(t_s, hz, seconds)) as [Float64Array, Float64Array];
  const rate = rates.true_hz.map((hz, i) => (seen(i) ? hz + rates.accidental_hz[i]! : Number.NaN));
  const bits = trues.map((n, i) => (n + accidentals[i]!) * sifting);
  const bits_sigma = bits.map((n, i) => Math.hypot(Math.sqrt(n), relative * sifting * trues[i]!));
  const last = t_s.length - 1;
  const total = trues[last]! + accidentals[last]!;
  const columns: FrameColumn[] = [
    { name: 'pair.rate_hz', unit: 'Hz', values: rate },
    { name: 'pair.rate_hz_sigma', unit: 'Hz', values: rates.true_hz.map((hz, i) => (seen(i) ? relative * hz : Number.NaN)) },
    { name: 'pair.sifted_bits', unit: 'bit', values: bits },
    { name: 'pair.sifted_bits_sigma', unit: 'bit', values: bits_sigma },
  ];
  return {
    columns,
    qber: total > 0 ? (trues[last]! * qberOfVisibility(visibility) + accidentals[last]! / 2) / total : 0.5,
    at: (i: number): PairPlan => ({
      rate_hz: finite(rate[i]!), snr: accidentals[i]! > 0 ? trues[i]! / accidentals[i]! : null,
      sifted_bits: bits[i]!, sifted_bits_sigma: bits_sigma[i]!,
    }),
  };
}

/** Trapezoids from the window's start on; before it nothing, after its end no more. */
function sumInside(t_s: Float64Array, hz: Float64Array, seconds: number): Float64Array {
  const sums = new Float64Array(hz.length);
  for (let i = 1; i < hz.length; i += 1) {
    const step_s = Math.max(0, Math.min(t_s[i]!, seconds) - Math.max(t_s[i - 1]!, 0));
    sums[i] = sums[i - 1]! + (step_s * (hz[i - 1]! + hz[i]!)) / 2;
  }
  return sums;
}

/** The stretch above the limit that holds the middle of the window. */
function visibleSpan(elevation_rad: Float64Array, limit_rad: number, times: StationTimes['times']): PlannedSpan {
  const middle = Math.floor(times.count / 2);
  let [first, last] = [middle, middle];
  while (first > 0 && elevation_rad[first - 1]! >= limit_rad) first -= 1;
  while (last < times.count - 1 && elevation_rad[last + 1]! >= limit_rad) last += 1;
  return { start_utc_ms: times.start_utc_ms + first * times.step_ms, end_utc_ms: times.start_utc_ms + last * times.step_ms };
}

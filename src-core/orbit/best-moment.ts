import { err, ok, type Result } from '../result.ts';
import { lookAngles } from './look.ts';
import type { PropagationError, Propagator } from './propagate.ts';
import { createTrack, type Track } from './track.ts';
import { findVisibility, type MaskedStation } from './visibility.ts';

/** The moment at which the worse of two stations, each against its own mask, does best. */
export interface BestMoment {
  readonly utc_ms: number;
  readonly elevation_rad: readonly [number, number];
  /** Index of the station that falls short the most. */
  readonly short_station: 0 | 1;
}

const SCAN_STEP_S = 10;
const TIME_TOLERANCE_S = 0.01;
/** Golden-section ratio, (sqrt(5) - 1) / 2. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

type Pair = readonly [MaskedStation, MaskedStation];

interface Margins { readonly elevation_rad: [number, number]; readonly least: number }

function createMargins(track: Track, stations: Pair): (t_s: number) => Margins {
  const state = new Float64Array(6);
  return (t_s) => {
    track.write(t_s, state);
    const a = lookAngles(state, stations[0].station).elevation_rad;
    const b = lookAngles(state, stations[1].station).elevation_rad;
    const least = Math.min(a - stations[0].min_elevation_rad, b - stations[1].min_elevation_rad);
    return { elevation_rad: [a, b], least };
  };
}

/** Largest value of a function with one maximum in the bracket. */
function goldenMaximum(value: (t_s: number) => number, low_s: number, high_s: number): number {
  let [low, high] = [low_s, high_s];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [at_left, at_right] = [value(left), value(right)];
  while (high - low > TIME_TOLERANCE_S) {
    if (at_left < at_right) {
      [low, left, at_left] = [left, right, at_right];
      right = low + GOLDEN * (high - low);
      at_right = value(right);
    } else {
      [high, right, at_right] = [right, left, at_left];
      left = high - GOLDEN * (high - low);
      at_left = value(left);
    }
  }
  return (low + high) / 2;
}

function bestOn(track: Track, stations: Pair): { t_s: number; least: number } {
  const margins = createMargins(track, stations);
  const steps = Math.max(1, Math.ceil((track.end_s - track.start_s) / SCAN_STEP_S));
  const step_s = (track.end_s - track.start_s) / steps;
  let best_s = track.start_s;
  let best = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= steps; i++) {
    const t_s = track.start_s + i * step_s;
    const { least } = margins(t_s);
    if (least > best) [best, best_s] = [least, t_s];
  }
  const t_s = goldenMaximum((at_s) => margins(at_s).least,
    Math.max(track.start_s, best_s - step_s), Math.min(track.end_s, best_s + step_s));
  return { t_s, least: margins(t_s).least };
}

/**
 * The moment of a span at which two stations come nearest to seeing the satellite together.
 *
 *   max over t of min(el_A - mask_A, el_B - mask_B), among times with both above the horizon
 *
 * @units milliseconds since 1970 (UTC); radians
 * @shape one moment, or null when the two never have it above the horizon together
 * @errors PropagationError when the orbit decays in the span
 * @validity moment to 0.01 s where a single maximum lies within 20 s
 * @source Kiefer, Proc. Amer. Math. Soc. 4, 502 (1953), doi:10.2307/2032161 (golden section)
 * @golden tests/core/orbit/nights.test.ts, `nights without a window`
 */
export function bestMoment(propagator: Propagator, stations: Pair,
  span: { readonly start_utc_ms: number; readonly end_utc_ms: number }): Result<BestMoment | null, PropagationError> {
  const { epoch_utc_ms } = propagator.elements;
  const from_s = (span.start_utc_ms - epoch_utc_ms) / 1000;
  const to_s = (span.end_utc_ms - epoch_utc_ms) / 1000;
  const horizon = stations.map(({ station }) => ({ station, min_elevation_rad: 0 }));
  const found = findVisibility(propagator, horizon, { from_s, to_s });
  let best: { moment: BestMoment; least: number } | null = null;
  for (const interval of found.intervals) {
    const track = createTrack(propagator, {
      start_s: Math.max(from_s, interval.start_s), end_s: Math.min(to_s, interval.end_s),
    });
    if (track === null) continue;
    const { t_s, least } = bestOn(track, stations);
    if (best !== null && least <= best.least) continue;
    const { elevation_rad } = createMargins(track, stations)(t_s);
    const [a, b] = [elevation_rad[0] - stations[0].min_elevation_rad, elevation_rad[1] - stations[1].min_elevation_rad];
    best = { least, moment: { utc_ms: epoch_utc_ms + t_s * 1000, elevation_rad, short_station: a < b ? 0 : 1 } };
  }
  if (best === null && found.lost_at_s !== null) {
    return err(propagator.failureAt(epoch_utc_ms + found.lost_at_s * 1000));
  }
  return ok(best?.moment ?? null);
}

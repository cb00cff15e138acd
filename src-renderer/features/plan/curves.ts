import { columnOf, type Frame } from '../../../src-contract/frames.ts';
import { fixed } from '../../shared/numbers.ts';
import { extremeIndex, nearestIndex } from '../../shared/plot/ticks.ts';
import type { SkyBody } from '../../shared/sky/track.ts';

export interface GroundPoint { readonly latitude_deg: number; readonly longitude_deg: number }

/** Sun or Moon over a station in the middle of the window, degrees. */
interface BodyLook { readonly azimuth_deg: number; readonly elevation_deg: number }

/** Of one downlink, those losses that stay the same all pass long, dB. */
interface SteadyTerms { readonly pointing_db: number; readonly optics_db: number }

export interface StationCurves {
  readonly elevation_deg: Float64Array;
  readonly azimuth_deg: Float64Array;
  readonly range_km: Float64Array;
  readonly loss_db: Float64Array;
  readonly diffraction_db: Float64Array;
  readonly atmosphere_db: Float64Array;
  readonly steady: SteadyTerms;
  readonly moon: BodyLook;
  readonly sun: BodyLook;
}

/** A pass as the host computed it, sample by sample; reading and drawing only. */
export interface PassCurves {
  readonly t_s: Float64Array;
  readonly duration_s: number;
  readonly stations: readonly StationCurves[];
  readonly range_sum_km: Float64Array;
  readonly loss_db: Float64Array;
  readonly loss_db_sigma: Float64Array;
  readonly rate_hz: Float64Array;
  readonly subpoints: readonly GroundPoint[];
  /** Lit share of the Moon. */
  readonly moon_illumination: number;
  /** First and last sample inside the window. */
  readonly window_from: number;
  readonly window_to: number;
}

export function readCurves(frame: Frame, station_ids: readonly string[], duration_s: number): PassCurves {
  const t_s = columnOf(frame, 't_s');
  const latitude = columnOf(frame, 'subpoint_latitude_deg');
  const longitude = columnOf(frame, 'subpoint_longitude_deg');
  const fact = (name: string) => Number(frame.facts[name] ?? Number.NaN);
  const look = (id: string, body: 'sun' | 'moon'): BodyLook =>
    ({ azimuth_deg: fact(`${id}.${body}_azimuth_deg`), elevation_deg: fact(`${id}.${body}_elevation_deg`) });
  return {
    t_s,
    duration_s,
    stations: station_ids.map((id) => ({
      elevation_deg: columnOf(frame, `${id}.elevation_deg`),
      azimuth_deg: columnOf(frame, `${id}.azimuth_deg`),
      range_km: columnOf(frame, `${id}.range_km`),
      loss_db: columnOf(frame, `${id}.loss_db`),
      diffraction_db: columnOf(frame, `${id}.diffraction_db`),
      atmosphere_db: columnOf(frame, `${id}.atmosphere_db`),
      steady: { pointing_db: fact('pointing_db'), optics_db: fact('optics_db') },
      moon: look(id, 'moon'),
      sun: look(id, 'sun'),
    })),
    range_sum_km: columnOf(frame, 'range_sum_km'),
    loss_db: columnOf(frame, 'loss_db'),
    loss_db_sigma: columnOf(frame, 'loss_db_sigma'),
    rate_hz: columnOf(frame, 'rate_hz'),
    subpoints: Array.from(latitude, (latitude_deg, i) => ({ latitude_deg, longitude_deg: longitude[i] ?? 0 })),
    moon_illumination: fact('moon_illumination'),
    window_from: nearestIndex(t_s, 0),
    window_to: nearestIndex(t_s, duration_s),
  };
}

/** The same samples, NaN outside the window. */
export function insideWindow({ window_from, window_to }: PassCurves, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value, i) => (i < window_from || i > window_to ? NaN : value));
}

/** The same samples, NaN where the station has the satellite lower than `least_deg`. */
export function above({ elevation_deg }: StationCurves, values: ArrayLike<number>, least_deg: number): Float64Array {
  return Float64Array.from(values, (value, i) => ((elevation_deg[i] ?? -90) < least_deg ? NaN : value));
}

/** The sample with the least loss inside the window. */
export function bestSample(curves: PassCurves): number {
  return extremeIndex(insideWindow(curves, curves.loss_db), 'smallest');
}

/** Where on the ground the satellite stands when the station has it at `elevation_deg`; null if it never does. */
export function groundAtElevation(curves: PassCurves, station: StationCurves,
  elevation_deg: number): GroundPoint | null {
  for (let i = 1; i < station.elevation_deg.length; i += 1) {
    const [before, after] = [station.elevation_deg[i - 1] ?? NaN, station.elevation_deg[i] ?? NaN];
    if ((before - elevation_deg) * (after - elevation_deg) > 0 || before === after) continue;
    const share = (elevation_deg - before) / (after - before);
    const [a, b] = [curves.subpoints[i - 1], curves.subpoints[i]];
    if (a === undefined || b === undefined || !(share >= 0 && share <= 1)) continue;
    return {
      latitude_deg: a.latitude_deg + share * (b.latitude_deg - a.latitude_deg),
      longitude_deg: a.longitude_deg + share * (b.longitude_deg - a.longitude_deg),
    };
  }
  return null;
}

/** Half a degree: which station's rise or set an edge of the window is. */
const AT_MASK_DEG = 0.5;

/** Index of the station that stands at its least elevation at a sample; −1 when the edge has another cause. */
export function stationAtMask(curves: PassCurves, sample: number, min_elevation_deg: readonly number[]): number {
  return curves.stations.findIndex(({ elevation_deg }, i) =>
    Math.abs((elevation_deg[sample] ?? 90) - (min_elevation_deg[i] ?? 0)) < AT_MASK_DEG);
}

/** `count` samples spread over the window, both ends included. */
export function spreadSamples({ window_from, window_to }: PassCurves, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(window_from + (window_to - window_from) * i / (count - 1)));
}

/** The Sun near the horizon still brightens the sky down to here: astronomical twilight. */
const TWILIGHT_DEG = -18;

/** What stands in a station's sky beside the satellite: the Moon when up, the Sun while it brightens the sky. */
export function bodiesOver(curves: PassCurves | null, which: number): readonly SkyBody[] {
  const station = curves?.stations[which];
  if (curves === null || station === undefined) return [];
  const { moon, sun } = station;
  return [
    ...(moon.elevation_deg >= 0 ? [{ ...moon, kind: 'moon' as const, label: `Moon ${fixed(100 * curves.moon_illumination)} %` }] : []),
    ...(sun.elevation_deg >= TWILIGHT_DEG ? [{ ...sun, kind: 'sun' as const, label: `Sun ${fixed(sun.elevation_deg)}°` }] : []),
  ];
}

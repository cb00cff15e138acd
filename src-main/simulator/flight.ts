import { linkOf, linkStationOf, type MissionFile, type MissionStation } from '../../src-contract/mission.ts';
import { stationBackground } from '../../src-core/link/background.ts';
import { linkTerms, transmittance } from '../../src-core/link/downlink.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { createStation, sampleLook, type LookColumns, type Station } from '../../src-core/orbit/look.ts';
import { moonLook, separationRad } from '../../src-core/orbit/moon.ts';
import { createPropagator } from '../../src-core/orbit/propagate.ts';
import { sunElevationRad } from '../../src-core/orbit/sun.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { createLightTime, type LightTime, type StepSeries } from './light-time.ts';
import type { Pair } from './pair.ts';
import type { SimulatorError } from './simulator-error.ts';

/** What one station receives, against seconds after the start of the window. */
export interface StationFlight {
  readonly lightTime: LightTime;
  /** Photon leaving the source to click, mean over the detectors; zero while the telescope's shutter is closed. */
  readonly efficiency: StepSeries;
  /** Sky, Moon and twilight over all detectors; zero while the shutter is closed. */
  readonly sky_cps: StepSeries;
  readonly range_km: Float64Array;
  readonly elevation_deg: Float64Array;
  /** Attenuation of the downlink without its detectors; infinite while the shutter is closed. */
  readonly loss_db: Float64Array;
}

export interface FlightInput {
  readonly mission: MissionFile;
  readonly elements: ElementSet;
  readonly start_utc_ms: number;
  readonly seconds: number;
  readonly along_track_s: number;
}

const STEP_S = 0.25;
/** Samples before the window and after it: interpolation needs two, light is a few ms under way. */
const EDGE_STEPS = 4;
const DEG = 180 / Math.PI;
/** A shutter opens this much early, so that rounding a window's edge does not cut the window. */
const SHUTTER_EARLY_DEG = 0.05;
const SECONDS_PER_DAY = 86_400;

/** The same orbit with the satellite further on: its mean anomaly runs ahead, the Earth does not. */
function aheadOnItsTrack(elements: ElementSet, along_track_s: number): ElementSet {
  const ahead_deg = (360 * elements.mean_motion_rev_day * along_track_s) / SECONDS_PER_DAY;
  return { ...elements, mean_anomaly_deg: (((elements.mean_anomaly_deg + ahead_deg) % 360) + 360) % 360 };
}

interface Sight { readonly station: Station; readonly mission: MissionFile; readonly of: MissionStation }

/** Efficiency and sky over a station, zero where the satellite stands below the station's lowest elevation. */
function receive(look: LookColumns, sight: Sight) {
  const [link, ends] = [linkOf(sight.mission), linkStationOf(sight.of)];
  const lowest_rad = (sight.of.min_elevation_deg - SHUTTER_EARLY_DEG) / DEG;
  const efficiency = new Float64Array(look.range_m.length);
  const sky_cps = new Float64Array(look.range_m.length);
  const loss_db = new Float64Array(look.range_m.length).fill(Infinity);
  for (const [i, elevation_rad] of look.elevation_rad.entries()) {
    if (elevation_rad < lowest_rad || elevation_rad < 0) continue;
    const terms = linkTerms(link, ends, { range_m: look.range_m[i]!, elevation_rad });
    efficiency[i] = transmittance(terms.total_db);
    loss_db[i] = terms.channel_db;
    const utc_ms = look.start_utc_ms + i * look.step_ms;
    const moon = moonLook(sight.station, utc_ms);
    const background = stationBackground(link, ends, {
      line_of_sight_elevation_rad: elevation_rad,
      sun_elevation_rad: sunElevationRad(sight.station, utc_ms),
      moon_elevation_rad: moon.elevation_rad,
      moon_illumination: moon.illumination,
      moon_separation_rad: separationRad({ elevation_rad, azimuth_rad: look.azimuth_rad[i]! }, moon),
    });
    sky_cps[i] = background.total_cps - background.dark_cps;
  }
  return { efficiency, sky_cps, loss_db };
}

/** Flies the satellite over both stations; an error where it has no state, or is never seen by both at once. */
export function createFlight(input: FlightInput): Result<Pair<StationFlight>, SimulatorError> {
  const { mission, start_utc_ms, seconds } = input;
  const propagator = createPropagator(aheadOnItsTrack(input.elements, input.along_track_s));
  if (!propagator.ok) return err({ type: 'NoState', cause: propagator.error });
  const first_s = -EDGE_STEPS * STEP_S;
  const times = {
    start_utc_ms: start_utc_ms + first_s * 1000, step_ms: STEP_S * 1000,
    count: Math.ceil(seconds / STEP_S) + 2 * EDGE_STEPS + 1,
  };
  const flights: StationFlight[] = [];
  for (const of of mission.stations) {
    const station = createStation(of);
    const look = sampleLook(propagator.value, station, times);
    if (!look.ok) return err({ type: 'NoState', cause: look.error });
    const received = receive(look.value, { station, mission, of });
    const series = (values: Float64Array): StepSeries => ({ first_s, step_s: STEP_S, values });
    flights.push({
      lightTime: createLightTime(series(look.value.range_m)),
      efficiency: series(received.efficiency),
      sky_cps: series(received.sky_cps),
      range_km: look.value.range_m.map((range_m) => range_m / 1000),
      elevation_deg: look.value.elevation_rad.map((elevation_rad) => elevation_rad * DEG),
      loss_db: received.loss_db,
    });
  }
  const [a, b] = flights as [StationFlight, StationFlight];
  if (lossOfBoth([a, b], seconds) === null) {
    return err({
      type: 'NotVisible', stations: mission.stations.map(({ id }) => id),
      elevation_deg_max: [a, b].map((flight) => flight.elevation_deg.reduce((x, y) => Math.max(x, y))),
    });
  }
  return ok([a, b]);
}

/** Least and largest attenuation of both downlinks together while both shutters are open; null if they never are. */
export function lossOfBoth([a, b]: Pair<StationFlight>, seconds: number): readonly [number, number] | null {
  const sums = a.loss_db.map((loss, i) => loss + b.loss_db[i]!)
    .slice(EDGE_STEPS, EDGE_STEPS + Math.ceil(seconds / STEP_S) + 1).filter(Number.isFinite).sort();
  return sums.length === 0 ? null : [sums[0]!, sums.at(-1)!];
}

/** Value of a flight's column at the start and at the end of the window, to the nearest quarter of a second. */
export function windowEnds(column: Float64Array, seconds: number): readonly [number, number] {
  return [column[EDGE_STEPS]!, column[EDGE_STEPS + Math.round(seconds / STEP_S)]!];
}

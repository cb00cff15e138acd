import { linkOf, linkStationOf, type MissionFile, type MissionStation } from '../../src-contract/mission.ts';
import { assert } from '../../src-core/assert.ts';
import { stationBackground } from '../../src-core/link/background.ts';
import { linkTerms, type LinkTerms } from '../../src-core/link/downlink.ts';
import {
  expectedPass,
  rateColumns,
  type ExpectedPass,
  type PassColumns,
  type StationPass,
} from '../../src-core/link/expected-pass.ts';
import type { LinkParameters, LinkStation } from '../../src-core/link/link-parameters.ts';
import {
  createStation,
  sampleLook,
  type LookColumns,
  type Station,
  type StationSite,
} from '../../src-core/orbit/look.ts';
import { moonIllumination, moonLook, moonPefKm, separationRad } from '../../src-core/orbit/moon.ts';
import type { PropagationError, Propagator } from '../../src-core/orbit/propagate.ts';
import { bodyElevationRad, sunPefKm } from '../../src-core/orbit/sun.ts';
import type { MaskedStation } from '../../src-core/orbit/visibility.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { elevationCount, maskedStation, type ElevationCount, type StationLimits } from './mission-limits.ts';

/** Sun and Moon move by less than 0.1 degree in this time; the line of sight is followed at every sample. */
const SKY_REFRESH_MS = 20_000;

/** Two stations with their masks and their part of the link budget. */
export interface StationPair {
  readonly masked: readonly [MaskedStation, MaskedStation];
  readonly link: LinkParameters;
  readonly link_stations: readonly [LinkStation, LinkStation];
  /** How each station counts elevation. */
  readonly counts: readonly [ElevationCount, ElevationCount];
}

export interface PairSites {
  readonly sites: readonly [StationSite, StationSite];
  readonly limits: readonly [StationLimits, StationLimits];
  /** Whose telescopes and detectors stand there. */
  readonly equipment: readonly [MissionStation, MissionStation];
}

/** The mission's link budget on two sites: its own, or others that borrow its telescopes and detectors. */
export function stationPair(mission: MissionFile, { sites, limits, equipment }: PairSites): StationPair {
  const masked = (which: 0 | 1) => maskedStation(createStation(sites[which]), limits[which]);
  return {
    masked: [masked(0), masked(1)],
    counts: [elevationCount(sites[0], limits[0].elevation), elevationCount(sites[1], limits[1].elevation)],
    link: linkOf(mission),
    link_stations: [linkStationOf(equipment[0]), linkStationOf(equipment[1])],
  };
}

export function missionPair(mission: MissionFile): StationPair {
  const [a, b] = mission.stations;
  return stationPair(mission, {
    sites: [a, b],
    limits: [a, b],
    equipment: [a, b],
  });
}

export interface PassSpan {
  readonly start_utc_ms: number;
  readonly step_ms: number;
  readonly count: number;
}

export interface PassGeometry {
  readonly looks: readonly [LookColumns, LookColumns];
  readonly columns: PassColumns;
}

/** Geometry and background of both stations at equal steps. */
export function passGeometry(
  pair: StationPair,
  propagator: Propagator,
  span: PassSpan,
): Result<PassGeometry, PropagationError> {
  const first = sampleLook(propagator, pair.masked[0].station, span);
  if (!first.ok) return first;
  const second = sampleLook(propagator, pair.masked[1].station, span);
  if (!second.ok) return second;
  const looks = [first.value, second.value] as const;
  const station = (which: 0 | 1): StationPass => ({
    station: pair.link_stations[which],
    range_m: looks[which].range_m,
    elevation_rad: looks[which].elevation_rad.map((elevation) => Math.max(elevation, 0)),
    background_cps: backgroundColumn(pair, which, looks[which]),
  });
  return ok({ looks, columns: { step_s: span.step_ms / 1000, stations: [station(0), station(1)] } });
}

function backgroundColumn(pair: StationPair, which: 0 | 1, look: LookColumns): Float64Array {
  const { station } = pair.masked[which];
  const refresh = Math.max(1, Math.round(SKY_REFRESH_MS / look.step_ms));
  let sky = skyAt(station, look.start_utc_ms);
  return look.elevation_rad.map((elevation_rad, i) => {
    if (i > 0 && i % refresh === 0) sky = skyAt(station, look.start_utc_ms + i * look.step_ms);
    const sight = { elevation_rad, azimuth_rad: look.azimuth_rad[i]! };
    return stationBackground(pair.link, pair.link_stations[which], {
      line_of_sight_elevation_rad: Math.max(elevation_rad, 0),
      sun_elevation_rad: sky.sun_elevation_rad,
      moon_elevation_rad: sky.moon.elevation_rad,
      moon_illumination: sky.moon_illumination,
      moon_separation_rad: separationRad(sight, sky.moon),
    }).total_cps;
  });
}

function skyAt(station: Station, utc_ms: number) {
  const sun = sunPefKm(utc_ms);
  return {
    sun_elevation_rad: bodyElevationRad(sun, station),
    moon: moonLook(station, utc_ms),
    moon_illumination: moonIllumination(moonPefKm(utc_ms), sun),
  };
}

const PREDICTION_STEP_S_MAX = 10;

export interface PassPrediction {
  readonly pass: ExpectedPass;
  /** Of each station, at the sample at which both downlinks together lose least. */
  readonly least_loss_terms: readonly [LinkTerms, LinkTerms];
}

/** What a window should give, by trapezoids of at most ten seconds: the curve bends over minutes. */
export function predictPass(
  pair: StationPair,
  propagator: Propagator,
  window: { readonly start_utc_ms: number; readonly end_utc_ms: number },
): Result<PassPrediction, PropagationError> {
  const seconds = (window.end_utc_ms - window.start_utc_ms) / 1000;
  assert(seconds > 0, `window of ${seconds} s`);
  const steps = Math.max(8, Math.ceil(seconds / PREDICTION_STEP_S_MAX));
  const geometry = passGeometry(pair, propagator, {
    start_utc_ms: window.start_utc_ms,
    step_ms: (seconds * 1000) / steps,
    count: steps + 1,
  });
  if (!geometry.ok) return geometry;
  const { columns } = geometry.value;
  const loss_db = rateColumns(pair.link, columns).loss_db;
  const best = loss_db.indexOf(loss_db.reduce((low, value) => Math.min(low, value), Infinity));
  const termsOf = (which: 0 | 1) => {
    const { station, range_m, elevation_rad } = columns.stations[which];
    return linkTerms(pair.link, station, { range_m: range_m[best]!, elevation_rad: elevation_rad[best]! });
  };
  return ok({ pass: expectedPass(pair.link, columns), least_loss_terms: [termsOf(0), termsOf(1)] });
}

import { z } from 'zod';
import { elevationDeg, nonNegative, probability, stationId } from './quantities.ts';

/** Below this, light grazes the ground and no formula for refraction holds: such elevations are geometric. */
export const REFRACTED_DEG_MIN = 1;

/** Geometric: without air. Refracted: as seen through the standard air of the station's height. */
export const elevationKind = z.enum(['geometric', 'refracted']);

/** A point of the horizon around a station, as its elevations are counted. */
export const horizonPoint = z.strictObject({
  azimuth_deg: z.number().min(0).lt(360), elevation_deg: z.number().min(-5).max(80),
});

/** Straight between its points, closed over north; one point is the same all round. */
export const horizonMask = z.array(horizonPoint).min(1).max(720).refine(
  (points) => points.every(({ azimuth_deg }, i) => i === 0 || azimuth_deg > points[i - 1]!.azimuth_deg),
  'the azimuths of a horizon grow from point to point');

/** What a station asks beyond its least elevation; each may be left out. */
export const stationHorizon = {
  horizon: horizonMask.optional(),
  range_km_max: z.number().positive().max(500_000).optional(),
  /** How the station counts elevation; absent: geometric. */
  elevation: elevationKind.optional(),
} as const;

/** What the mission asks of every window; each may be left out. */
export const windowLimits = z.strictObject({
  /** Least angle between the line of sight and the Moon, at each station while the Moon is up. */
  moon_separation_deg_min: z.number().min(0).max(180).optional(),
  /** A Moon that is less lit than this may stand anywhere. */
  moon_illumination_min: probability.optional(),
  /** Light on the satellite over the whole window. */
  sunlight: z.enum(['lit', 'umbra']).optional(),
  duration_s_min: nonNegative.max(86_400).optional(),
});

const limit = ['horizon_mask', 'range_max', 'sunlight', 'moon'] as const;

/** A limit that takes something from what elevation gives. */
export const cutName = z.enum(limit);

/** What sets an edge of a window. */
export const windowEdge = z.strictObject({
  by: z.enum(['min_elevation', ...limit, 'search']),
  /** Null where the satellite sets the edge, or the end of the search. */
  station: stationId.nullable(),
  /** So much of the view that elevation alone gives is lost here. */
  taken_s: nonNegative,
});

/** As a view shows it: with its kind, and degrees. */
export const shownHorizon = z.array(z.strictObject({ azimuth_deg: z.number().min(0).max(360), elevation_deg: elevationDeg }));

export type ElevationKind = z.output<typeof elevationKind>;
export type HorizonPointView = z.output<typeof horizonPoint>;
export type WindowLimits = z.output<typeof windowLimits>;

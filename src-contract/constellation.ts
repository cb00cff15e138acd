import { z } from 'zod';
import { elevationDeg, stationId, utcMs } from './quantities.ts';
import { REFRACTED_DEG_MIN, stationHorizon, windowLimits } from './window-limits.ts';

const site = z.strictObject({
  id: stationId,
  latitude_deg: z.number().min(-90).max(90),
  longitude_deg: z.number().min(-180).max(180),
  altitude_m: z.number().min(-500).max(9000),
  min_elevation_deg: elevationDeg.min(0).max(89).default(13),
  ...stationHorizon,
}).refine(({ elevation, min_elevation_deg }) => elevation !== 'refracted' || min_elevation_deg >= REFRACTED_DEG_MIN, {
  message: `refracted elevation needs a least elevation of ${REFRACTED_DEG_MIN} degree or more`, path: ['min_elevation_deg'],
});

/** Stations by the hundred and which of them work together: a file of its own, since a mission has two. */
export const constellationFile = z.strictObject({
  format: z.literal('twinpass-constellation/1'),
  stations: z.array(site).min(2).max(200).refine(
    (stations) => new Set(stations.map(({ id }) => id)).size === stations.length, 'two stations have the same id'),
  /** Absent: every pair. */
  pairs: z.array(z.tuple([stationId, stationId])).min(1).max(20_000).optional(),
  night: z.strictObject({ sun_elevation_deg_max: z.number().min(-30).max(5) }).default({ sun_elevation_deg_max: -6 }),
  windows: windowLimits.optional(),
}).superRefine(({ stations, pairs }, context) => {
  const ids = new Set(stations.map(({ id }) => id));
  for (const [i, [a, b]] of (pairs ?? []).entries()) {
    const lost = [a, b].find((id) => !ids.has(id));
    if (lost !== undefined) context.addIssue({ code: 'custom', path: ['pairs', i], message: `no station is named ${lost}` });
    else if (a === b) context.addIssue({ code: 'custom', path: ['pairs', i], message: `${a} is no pair by itself` });
  }
});

/** Element sets of up to a thousand satellites, in one text; of several sets of one satellite the newest counts. */
export const constellationSearch = z.strictObject({
  constellation: constellationFile,
  elements_text: z.string().min(1).max(2_000_000),
  elements_name: z.string().min(1).max(200),
  from_utc_ms: utcMs,
  days: z.number().positive().max(366),
  /** Windows by day are left out. */
  dark_only: z.boolean(),
});

export type ConstellationFile = z.output<typeof constellationFile>;
export type ConstellationSearch = z.output<typeof constellationSearch>;

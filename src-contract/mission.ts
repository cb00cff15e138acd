import { z } from 'zod';
import { custody, entangledState } from './pass.ts';
import { elevationDeg, nonNegative, probability, stationId } from './quantities.ts';

/** One detector of a station, in the order of the recording's list. */
const detector = z.strictObject({
  label: z.enum(['H', 'V', '+', '-']),
  basis: z.enum(['Z', 'X']),
  bit: z.union([z.literal(0), z.literal(1)]),
  serial: z.string().min(1).max(32),
  efficiency: probability,
  dark_cps: nonNegative,
  current_a: nonNegative,
});

const station = z.strictObject({
  id: stationId,
  name: z.string().min(1).max(64),
  latitude_deg: z.number().min(-90).max(90),
  longitude_deg: z.number().min(-180).max(180),
  altitude_m: z.number().min(-500).max(9000),
  min_elevation_deg: elevationDeg.min(0),
  dead_time_ns: nonNegative,
  /** Angle of the first analyser in Bell mode; the second stands 45 degrees further. */
  bell_angle_deg: z.number().min(0).max(180),
  detectors: z.array(detector).length(4),
});

/** The mission is data: another mission is another file, no code. */
export const missionFile = z.strictObject({
  format: z.literal('twinpass-mission/1'),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  name: z.string().min(1).max(64),
  custody,
  satellite: z.strictObject({
    name: z.string().min(1).max(64), catalog_number: z.string().regex(/^[1-9]\d{0,8}$/),
  }),
  local_time: z.strictObject({ name: z.string().min(1).max(32), utc_offset_h: z.number().min(-14).max(14) }),
  night: z.strictObject({ sun_elevation_deg_max: z.number().min(-30).max(5) }),
  source: z.strictObject({
    state: entangledState,
    pair_rate_hz: z.number().positive().max(1e12),
    /** Share of Z among detected photons of one station; the rest is X. */
    z_share: probability,
    /** Polarization visibility of the pairs as the stations see them, accidentals apart. */
    visibility: probability,
  }),
  gate: z.strictObject({ width_ns: z.number().min(0.1).max(100), jitter_sigma_ns: nonNegative }),
  key: z.strictObject({
    f: z.number().min(1).max(3), eps_sec: probability, eps_cor: probability, efficiency_mismatch: probability,
  }),
  limits: z.strictObject({
    elements_age_days_max: z.number().positive(), anode_v_max: z.number().positive(), qber_edge: probability,
  }),
  stations: z.tuple([station, station]).refine(
    ([a, b]) => a.id !== b.id, { message: 'the two stations need different ids', path: [1, 'id'] }),
});

export type MissionFile = z.output<typeof missionFile>;
export type MissionStation = MissionFile['stations'][number];

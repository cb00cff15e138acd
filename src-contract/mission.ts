import { z } from 'zod';
import { alarmLimits, checklistSection, recorderSection } from './night-limits.ts';
import { noticeSection } from './notices.ts';
import { custody, entangledState } from './pass.ts';
import { elevationDeg, nonNegative, probability, stationId } from './quantities.ts';
import { REFRACTED_DEG_MIN, stationHorizon, windowLimits } from './window-limits.ts';

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
  ...stationHorizon,
}).refine(({ elevation, min_elevation_deg }) => elevation !== 'refracted' || min_elevation_deg >= REFRACTED_DEG_MIN, {
  message: `refracted elevation needs a least elevation of ${REFRACTED_DEG_MIN} degree or more`, path: ['min_elevation_deg'],
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
  /** What else a window has to meet; absent: nothing. */
  windows: windowLimits.optional(),
  source: z.strictObject({
    state: entangledState,
    pair_rate_hz: z.number().positive().max(1e12),
    /** Share of Z among detected photons of one station; the rest is X. */
    z_share: probability,
    /** Polarization visibility of the pairs as the stations see them, accidentals apart. */
    visibility: probability,
  }),
  link: z.strictObject({
    /** Full angle of the transmitted beam at 1/e^2. */
    divergence_urad: z.number().positive().max(1000),
    telescope_diameter_m: z.number().positive().max(10),
    /** Pointing error of the satellite, per axis, one sigma. */
    pointing_sigma_urad: nonNegative.max(1000),
    atmosphere_zenith_db: nonNegative.max(30),
    /** Transmitter, receiver, filter and coupling of one link together. */
    optics_db: nonNegative.max(60),
    /** Sky and stray light over a station's four detectors on a moonless night. */
    sky_moonless_cps: nonNegative,
    /** What a full Moon at 45 degrees adds, 60 degrees from the line of sight. */
    sky_full_moon_cps: nonNegative,
    /** Scatter of a night's two-downlink loss about the prediction, one sigma. */
    night_sigma_db: nonNegative.max(20),
  }),
  gate: z.strictObject({ width_ns: z.number().min(0.1).max(100), jitter_sigma_ns: nonNegative }),
  key: z.strictObject({
    f: z.number().min(1).max(3), eps_sec: probability, eps_cor: probability, efficiency_mismatch: probability,
  }),
  limits: z.strictObject({
    elements_age_days_max: z.number().positive(), anode_v_max: z.number().positive(), qber_edge: probability,
  }),
  /** What alarms are judged by, and the go/no-go list; absent: the defaults. */
  alarms: alarmLimits.optional(),
  checklist: checklistSection.optional(),
  /** When people are told of a coming pass; absent: 30, 10 and 2 minutes before. */
  notices: noticeSection.optional(),
  recorder: recorderSection.optional(),
  /** Pause between the end of one pass and the start of the next; absent: none is needed. */
  turnaround: z.strictObject({ satellite_s: nonNegative.max(86_400), station_s: nonNegative.max(86_400) }).optional(),
  stations: z.tuple([station, station]).refine(
    ([a, b]) => a.id !== b.id, { message: 'the two stations need different ids', path: [1, 'id'] }),
});

/** The link budget's parameters in the units physics uses; losses stay positive decibels. */
export function linkOf({ source, link, gate }: MissionFile) {
  return {
    pair_rate_hz: source.pair_rate_hz,
    visibility: source.visibility,
    z_share: source.z_share,
    divergence_rad: link.divergence_urad * 1e-6,
    telescope_diameter_m: link.telescope_diameter_m,
    pointing_sigma_rad: link.pointing_sigma_urad * 1e-6,
    atmosphere_zenith_db: link.atmosphere_zenith_db,
    optics_db: link.optics_db,
    sky_moonless_cps: link.sky_moonless_cps,
    sky_full_moon_cps: link.sky_full_moon_cps,
    night_sigma_db: link.night_sigma_db,
    gate_width_ns: gate.width_ns,
    jitter_sigma_ns: gate.jitter_sigma_ns,
  };
}

/** One station of the link budget: mean efficiency of its detectors and all their dark counts. */
export function linkStationOf({ detectors }: MissionStation) {
  return {
    detector_efficiency: detectors.reduce((sum, { efficiency }) => sum + efficiency, 0) / detectors.length,
    dark_cps: detectors.reduce((sum, { dark_cps }) => sum + dark_cps, 0),
  };
}

export type MissionFile = z.output<typeof missionFile>;
export type MissionStation = MissionFile['stations'][number];

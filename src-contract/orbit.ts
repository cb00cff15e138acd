import { z } from 'zod';
import { azimuthDeg, count, elevationDeg, nightName, nonNegative, probability, stationId, utcInterval, utcMs }
  from './quantities.ts';
import { cutName, elevationKind, windowEdge } from './window-limits.ts';

export const elementSetSummary = z.strictObject({
  element_set_id: z.string().min(8).max(64),
  catalog_number: z.string().regex(/^\d{1,9}$/),
  name: z.string().nullable(),
  epoch_utc_ms: utcMs,
  /** Negative when the epoch lies ahead of now. */
  age_days: z.number(),
  format: z.enum(['tle', 'omm']),
  source_name: z.string(),
  imported_at_utc_ms: utcMs,
  current: z.boolean(),
});

/** One downlink term by term, source to click. */
const lossTermsView = z.strictObject({
  diffraction_db: nonNegative, atmosphere_db: nonNegative, pointing_db: nonNegative, optics_db: nonNegative,
  detector_db: nonNegative,
});

const windowStation = z.strictObject({
  id: stationId,
  elevation_deg_max: elevationDeg,
  /** How that elevation is counted. */
  elevation: elevationKind,
  range_km_min: nonNegative,
  range_km_max: nonNegative,
  azimuth_deg_start: azimuthDeg,
  azimuth_deg_end: azimuthDeg,
  sun_elevation_deg_max: elevationDeg,
  /** At the instant at which both downlinks together lose least. */
  loss_terms: lossTermsView,
});

/** A window in which both stations see the satellite; the shape of FORMATS section 1. */
export const dualWindow = z.strictObject({
  start_utc: z.string(),
  end_utc: z.string(),
  start_utc_ms: utcMs,
  end_utc_ms: utcMs,
  duration_s: nonNegative,
  start_sigma_s: nonNegative,
  dark: z.boolean(),
  edges: z.strictObject({ start: windowEdge, end: windowEdge }),
  /** The limits that cut it, each once; none where elevation alone sets both edges. */
  cut_by: z.array(cutName),
  stations: z.array(windowStation).length(2),
  range_sum_km_min: nonNegative,
  range_sum_km_max: nonNegative,
  loss_db_min: z.number(),
  loss_db_max: z.number(),
  expected: z.strictObject({
    coincidences: nonNegative,
    coincidences_sigma: nonNegative,
    qber: probability,
    qber_sigma: nonNegative,
    sifted_bits: nonNegative,
    sifted_bits_sigma: nonNegative,
  }),
});

/** One row of the Plan view: a night, named by its evening, and what it offers or why nothing. */
export const night = z.strictObject({
  night: nightName,
  day_of_year: z.int().min(1).max(366),
  /** Sun below the mission's limit at both stations; null in a polar summer. */
  dark: utcInterval.nullable(),
  /** Twilight and night bounds a timeline draws: Sun below the horizon at both stations. */
  sun_down: utcInterval.nullable(),
  moon_up: z.array(utcInterval),
  moon_illumination: probability,
  stations: z.array(z.strictObject({ id: stationId, visible: z.array(utcInterval) })).length(2),
  windows: z.array(dualWindow),
  /** Null when there is a window; else one sentence that says why there is none. */
  reason: z.string().nullable(),
});

export const nights = z.strictObject({
  elements: z.strictObject({
    element_set_id: z.string(), catalog_number: z.string(), epoch_utc_ms: utcMs, age_days: z.number(),
  }),
  min_elevation_deg: z.array(elevationDeg).length(2),
  sun_elevation_deg_max: elevationDeg,
  computed_in_ms: nonNegative,
  nights: z.array(night),
  windows_found: count,
});

const edges = z.strictObject({ start_utc_ms: utcMs, end_utc_ms: utcMs, start_sigma_s: nonNegative, dark: z.boolean() });

/** What a newer set changes: each window of either set, earliest first. */
export const elementsCompared = z.strictObject({
  windows: z.array(z.strictObject({
    /** Null where this set has no such window. */
    before: edges.nullable(),
    after: edges.nullable(),
    /** After minus before, positive is later; null where one is missing. */
    start_moved_s: z.number().nullable(),
    end_moved_s: z.number().nullable(),
  })),
  start_moved_s_max: nonNegative,
  end_moved_s_max: nonNegative,
});

export type ElementsCompared = z.output<typeof elementsCompared>;
export type ElementSetSummary = z.output<typeof elementSetSummary>;
export type DualWindowView = z.output<typeof dualWindow>;
export type NightView = z.output<typeof night>;

import { z } from 'zod';
import { nonNegative, probability } from './quantities.ts';

// What the mission file says about alarms and the go/no-go list. Both sections may be absent, and every number in
// them: then the defaults below hold.

const seconds = z.number().min(0).max(3600);

/** Limits that alarms are judged by. Their digest is the version that each pass keeps. */
export const alarmLimits = z.strictObject({
  /** A detector is hot when its dark counts exceed factor times its data sheet plus the extra. */
  dark_factor_max: z.number().min(1).max(1000).default(2),
  dark_extra_cps: nonNegative.max(1e6).default(100),
  /** Largest departure of a detector's share of its basis from what its efficiency promises. */
  detector_balance_max: probability.default(0.05),
  /** Largest relative departure of Z clicks over X clicks from the mission's share. */
  basis_ratio_max: nonNegative.max(10).default(0.15),
  /** Smallest share of the time in which all detectors of a station are live. */
  all_live_min: probability.default(0.999),
  /** Largest departure of a detector's mean arrival from its station's. */
  time_shift_ns_max: nonNegative.max(100).default(0.3),
  /** How much more a detector's share may change from second to second than chance makes it. */
  spatial_mode_max: nonNegative.max(100).default(2.5),
  tracking_error_urad_max: nonNegative.max(1e4).default(1),
  pps_offset_ns_max: nonNegative.max(1e6).default(200),
  /** Standard deviations of the prediction's band below which a downlink is too weak. */
  efficiency_sigma_max: z.number().min(1).max(20).default(3),
  elements_age_days_max: z.number().positive().max(365).optional(),
  cloud_fraction_max: probability.default(0.5),
  wind_m_s_max: nonNegative.max(100).default(15),
  humidity_percent_max: nonNegative.max(100).default(90),
  disk_low_bytes: nonNegative.max(1e15).default(5e9),
  disk_full_bytes: nonNegative.max(1e15).default(2e8),
  clock_jump_s_max: nonNegative.max(3600).default(0.5),
  live_lag_s_max: nonNegative.max(600).default(4),
  silent_s_max: seconds.default(3),
  /** How long a fault must last before it is told, so that a blink is none. */
  on_delay_s: z.strictObject({
    tracking: seconds.default(2), beacon: seconds.default(3), pps: seconds.default(3), efficiency: seconds.default(10),
    gap: seconds.default(10), broker: seconds.default(3), lag: seconds.default(5), weather: seconds.default(30),
  }).prefault({}),
});

/** One line of the go/no-go list; one for each station where `per_station` says so. */
const checkLine = z.strictObject({
  item_id: z.string().regex(/^[a-z][a-z0-9-]{1,15}$/),
  label: z.string().trim().min(1).max(40),
  about: z.enum(['elements', 'source', 'sky', 'dome', 'detectors', 'clocks', 'recorder', 'hwp-tables', 'people', 'other']),
  per_station: z.boolean().default(false),
  kind: z.enum(['automatic', 'manual']),
});

export const checklistSection = z.array(checkLine).min(1).max(24).refine(
  (lines) => new Set(lines.map(({ item_id }) => item_id)).size === lines.length, 'an item_id is there twice');

/** How this mission's passes are recorded. */
export const recorderSection = z.strictObject({
  /** An approved pass begins to be recorded so long before its window. */
  lead_min: z.number().min(1).max(30).default(30),
});

export type AlarmLimits = z.output<typeof alarmLimits>;

/** The limits of a mission, those it leaves out filled in. */
export const alarmLimitsOf = (mission: { readonly alarms?: AlarmLimits | undefined }): AlarmLimits =>
  mission.alarms ?? alarmLimits.parse({});

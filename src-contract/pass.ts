import { z } from 'zod';
import { bellVerdict } from './bell.ts';
import { count, interval, nightName, nonNegative, passId, probability, sha256, stationId, utcMs } from './quantities.ts';

export const passMode = z.enum(['qkd', 'bell']);
export const entangledState = z.enum(['psi+', 'phi+']);
export const custody = z.enum(['analysis', 'operational']);
/** Where a pass stands in its life; the full machine belongs to the schedule. */
export const passState = z.enum(['recorded', 'processed', 'failed']);

const basisCount = z.strictObject({ n: count, e: count });

/** Numbers about the distilled or testable content of a pass. No outcome, no bit, ever. */
export const lock = z.strictObject({
  method: z.enum(['beacon', 'photons']),
  offset_ns: z.number(),
  sigma_ns: nonNegative,
  gate_ns: z.number().positive(),
  false_alarm_probability: probability,
  residual_ns_rms: nonNegative.optional(),
  /** Where the width was left to the data: what it was chosen for, and the share of the peak it holds. */
  gate_choice: z.strictObject({ by: z.enum(['key', 'significance', 'share']), share: probability }).optional(),
});

export const stationAccount = z.strictObject({
  id: stationId,
  events: count,
  used: count,
  dropped: z.record(z.string(), count),
});

export const keyLength = z.strictObject({
  definition: z.enum(['paper', 'composable']),
  /** Unrounded value of the formula; below zero says how far from a key the counts are. */
  length_bits: z.number(),
  length_z_bits: z.number(),
  length_x_bits: z.number(),
  f: nonNegative,
  eps_sec: probability,
  eps_cor: probability,
  delta: nonNegative,
  rate_bps: z.number().optional(),
  /** Composable only: the total distance from an ideal key, how the bases are hashed, and whether a proof covers it. */
  epsilon: probability.optional(),
  hashing: z.enum(['two-key', 'z-only', 'x-only', 'joint']).optional(),
  proved: z.boolean().optional(),
});

/** One detector in the light of attacks: how much it counts, and where in the gate its pairs arrive. */
const detectorQuality = z.strictObject({
  label: z.string(),
  singles: count,
  /** Share of its basis' clicks, 0.5 where the two detectors see alike. */
  share_of_basis: probability.nullable(),
  /** Mean arrival in the gate less the station's mean, and its standard error; null with fewer than two pairs. */
  arrival_shift_ns: z.number().nullable(),
  arrival_shift_sigma_ns: nonNegative.nullable(),
});

const stationQuality = z.strictObject({
  id: stationId,
  detectors: z.array(detectorQuality).min(1).max(8),
  /** Clicks in Z over clicks in X; null without a click in X. */
  z_x_ratio: nonNegative.nullable(),
  /** Share of the recording inside a dead time; the rest is all-live. */
  dead_time_fraction: probability,
});

/** Figures by which an operator judges a pass, and the indicators of PHYSICS section 9 that a recording shows. */
export const passQuality = z.strictObject({
  stations: z.array(stationQuality).length(2),
  /** Wander of the gate's centre over the pass, peak to peak; null where the pass has too few pairs. */
  centre_drift_ns: nonNegative.nullable(),
});

/** What `twinpass process --json` prints, and what a verdict archives. */
export const processVerdict = z.strictObject({
  mode: passMode,
  state: entangledState,
  custody,
  lock,
  stations: z.array(stationAccount).length(2),
  coincidences: count,
  accidentals: nonNegative,
  accidentals_sigma: nonNegative,
  snr: nonNegative,
  sifted: z.strictObject({ Z: basisCount, X: basisCount }),
  qber: probability.nullable(),
  /** Clopper-Pearson, 95 %. */
  qber_z: interval.nullable(),
  qber_x: interval.nullable(),
  seconds: nonNegative,
  key: z.array(keyLength),
  bell: bellVerdict.nullable(),
  quality: passQuality.optional(),
  /** Blinded or unmonitored time of either station, and the coincidences in it: they are in no sifted count. */
  keyless: z.strictObject({ seconds: nonNegative, coincidences: count }).optional(),
});

export const verdict = z.strictObject({
  verdict_id: z.int().positive(),
  made_at_utc_ms: utcMs,
  code_version: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  result: processVerdict,
});

export const recordingSummary = z.strictObject({
  station: stationId,
  file_name: z.string(),
  type: z.string(),
  sha256,
  bytes: count,
  events: count,
});

export const passSummary = z.strictObject({
  pass_id: passId,
  night: nightName,
  state: passState,
  mode: passMode,
  custody,
  start_utc_ms: utcMs,
  seconds: nonNegative,
  imported_at_utc_ms: utcMs,
  verdicts: count,
  coincidences: count.nullable(),
  sifted_bits: count.nullable(),
  qber: probability.nullable(),
  s: z.number().nullable(),
  /** Null, or why the last processing gave no verdict. */
  failure: z.string().nullable(),
});

export const passDetail = z.strictObject({
  summary: passSummary,
  entangled_state: entangledState,
  /** Two in analysis custody; of an operational pass each console holds its own alone. */
  recordings: z.array(recordingSummary).min(1).max(2),
  file_name: z.string(),
  file_bytes: count,
  verdicts: z.array(verdict),
  planned: z.strictObject({
    start_utc_ms: utcMs, end_utc_ms: utcMs, coincidences: nonNegative, coincidences_sigma: nonNegative,
    sifted_bits: nonNegative, sifted_bits_sigma: nonNegative, qber: probability,
    loss_db_min: z.number(), loss_db_max: z.number(),
  }).nullable(),
});

export const verification = z.strictObject({
  pass_id: passId,
  intact: z.boolean(),
  findings: z.array(z.string()),
  checked_bytes: count,
});

export type ProcessVerdict = z.output<typeof processVerdict>;
export type Verdict = z.output<typeof verdict>;
export type PassSummary = z.output<typeof passSummary>;
export type PassDetail = z.output<typeof passDetail>;
export type PassQuality = z.output<typeof passQuality>;
export type KeyLengthView = z.output<typeof keyLength>;

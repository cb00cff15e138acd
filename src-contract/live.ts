import { z } from 'zod';
import { passMode, entangledState, custody } from './pass.ts';
import { count, interval, nonNegative, passId, probability, stationId, utcMs } from './quantities.ts';
import { detectorState, lockState } from './wire/messages.ts';

// What the Live view shows. Counts, rates and estimates: never an outcome.

/** Where the pass stands in time; it selects what alarms are suppressed and what the checklist asks. */
export const passPhase = z.enum(['preparing', 'polling', 'hold', 'acquiring', 'window', 'closing', 'done', 'aborted']);

/** A value that a message brought, with the message's own time: nothing on screen without its age. */
const aged = { at_utc_ms: utcMs, stale: z.boolean() };

const liveDetector = z.strictObject({
  label: z.string(), serial: z.string(),
  count_cps: nonNegative, dark_cps: nonNegative, bias_current_a: z.number(),
  anode_v_mean: z.number(), anode_v_max: z.number(), anode_v_limit: z.number().positive(),
  temperature_c: z.number(), state: detectorState,
});

/** One station as its last telemetry has it. */
export const liveStation = z.strictObject({
  id: stationId,
  name: z.string(),
  link: z.enum(['never-heard', 'online', 'silent', 'offline']),
  /** Null before the first message. */
  telemetry: z.strictObject({
    ...aged,
    azimuth_deg: z.number(), elevation_deg: z.number(), range_km: nonNegative.nullable(),
    acquisition: z.enum(['parked', 'slewing', 'searching', 'coarse', 'fine', 'lost']),
    shutter: z.enum(['open', 'closed']),
    tracking_error_urad: nonNegative.nullable(),
    tracking_error_urad_max_60s: nonNegative.nullable(),
    beacon: z.strictObject({ state: lockState, used_fraction: probability, residual_ns: nonNegative.nullable() }),
    pps: z.strictObject({ state: lockState, offset_ns: z.number(), rate_error: z.number(), gnss_satellites: count }),
    signal_cps: nonNegative, background_cps: nonNegative,
    efficiency_db: z.number().nullable(), efficiency_db_plan: z.number().nullable(), efficiency_db_sigma: nonNegative.nullable(),
    hwp_angle_deg: z.number(), hwp_angle_deg_plan: z.number().nullable(),
    detectors: z.array(liveDetector).min(1).max(8),
    weather: z.strictObject({
      ...aged, temperature_c: z.number(), humidity_percent: z.number(), wind_m_s: z.number(), cloud_fraction: probability,
    }).nullable(),
  }).nullable(),
  /** What of this pass is on disk. `missing` are batches known to be lost or still asked for again. */
  completeness: z.strictObject({
    batches: count, missing: count, requested_again: count, duplicates: count, late: count,
    telemetry: count, telemetry_missing: count, clicks: count, stored_bytes: count,
    /** Share of the seconds so far for which every click is on disk. */
    seconds_complete: probability,
    stored_at_station: count,
  }),
});

const basisLive = z.strictObject({
  n: count, e: count,
  /** Null without a bit. */
  qber_68: interval.nullable(), qber_95: interval.nullable(),
});

/** The pair, counted on the fly. */
export const livePair = z.strictObject({
  lock: z.strictObject({
    state: z.enum(['none', 'searching', 'locked', 'lost']),
    method: z.enum(['beacon', 'photons']).nullable(),
    offset_ns: z.number().nullable(), offset_sigma_ns: nonNegative.nullable(), spread_ns: nonNegative.nullable(),
    false_alarm_probability: probability.nullable(), gate_ns: z.number().positive(),
  }),
  /** Time of the satellite up to which both stations are counted, and how far that is behind the newest message. */
  counted_through_utc_ms: utcMs.nullable(),
  lag_s: nonNegative.nullable(),
  coincidences: count,
  accidentals: nonNegative,
  rate_hz_10s: interval.nullable(),
  rate_hz_plan: nonNegative.nullable(),
  snr: nonNegative.nullable(), snr_plan: nonNegative.nullable(),
  z: basisLive, x: basisLive,
  qber_plan: probability.nullable(),
  sifted_bits: count,
  sifted_bits_plan_now: interval.nullable(),
  /** At the end of the window, from what came so far and the plan for the rest. */
  sifted_bits_at_end: interval.nullable(),
  sifted_bits_plan_end: interval.nullable(),
  /** In Bell mode; null otherwise and before every setting has a pair. */
  bell: z.strictObject({ s: z.number(), s_sigma: nonNegative, n: z.array(count).length(4), e: z.array(z.number()).length(4) }).nullable(),
  indicators: z.array(z.strictObject({
    id: z.enum(['blinding', 'detector-balance', 'basis-ratio', 'all-live', 'time-shift', 'spatial-mode']),
    station: stationId.nullable(),
    value: z.number().nullable(), sigma: nonNegative.nullable(), limit: z.number(), unit: z.string(),
    state: z.enum(['normal', 'caution', 'serious', 'critical', 'unknown']),
  })),
});

export const checkAnswer = z.enum(['open', 'go', 'no-go', 'accepted']);

/** One line of the go/no-go list. Automatic ones answer themselves from telemetry; a name can accept them all the same. */
export const checkItem = z.strictObject({
  item_id: z.string().regex(/^[a-z][a-z0-9-]{1,47}$/),
  label: z.string(), station: stationId.nullable(),
  kind: z.enum(['automatic', 'manual']),
  answer: checkAnswer,
  /** What was seen: "38 ns and 21 ns", "clear, wind 4 m/s". */
  finding: z.string(),
  who: z.string().nullable(), at_utc_ms: utcMs.nullable(),
});

export const liveEvent = z.strictObject({
  event_id: count,
  at_utc_ms: utcMs,
  station: stationId.nullable(),
  source: z.enum(['station', 'console', 'operator', 'alarm', 'recorder', 'lock']),
  severity: z.enum(['routine', 'caution', 'serious', 'critical']),
  who: z.string().nullable(),
  text: z.string(),
});

export const recorderView = z.strictObject({
  state: z.enum(['off', 'ready', 'recording', 'waiting', 'disk-full', 'failed']),
  /** One sentence: what it does, or what stops it and what to do. */
  text: z.string(),
  bytes_per_s: nonNegative,
  disk_free_bytes: count.nullable(),
  broker: z.strictObject({
    url: z.string(), embedded: z.boolean(), state: z.enum(['connected', 'connecting', 'down']), since_utc_ms: utcMs.nullable(),
  }),
  refused: z.record(z.string(), count),
});

/** Everything of the present pass but its series. */
export const liveView = z.strictObject({
  recorder: recorderView,
  /** Null while no pass is prepared, flying or just over. */
  pass: z.strictObject({
    pass_id: passId, night: z.string(), mode: passMode, entangled_state: entangledState, custody,
    phase: passPhase,
    /** The pass's own time: of the newest message while stations speak, and how fast it runs against the wall (1: real). */
    now_utc_ms: utcMs, speed: z.number().positive().max(1000),
    start_utc_ms: utcMs, end_utc_ms: utcMs, start_sigma_s: nonNegative,
    /** Rise and set of each station above its mask, in the order of the mission's stations. */
    visible: z.array(z.strictObject({ station: stationId, start_utc_ms: utcMs, end_utc_ms: utcMs })).length(2),
    /** True when recorded messages are played again: alarms stay silent. */
    replay: z.boolean(),
    simulated: z.boolean(),
    stations: z.array(liveStation).length(2),
    pair: livePair,
    checklist: z.array(checkItem),
    hold: z.strictObject({ who: z.string(), why: z.string(), at_utc_ms: utcMs }).nullable(),
    /** Newest first, at most 200. */
    events: z.array(liveEvent).max(200),
    limits_version: z.string(),
    /** What the view draws as lines; null where the mission sets none. */
    limits: z.strictObject({
      tracking_error_urad: nonNegative.nullable(), dark_cps: nonNegative.nullable(), qber: probability.nullable(),
    }),
  }).nullable(),
});

export const liveAction = z.discriminatedUnion('action', [
  /** Starts recording an approved or armed pass now instead of at its time. */
  z.strictObject({ action: z.literal('start'), pass_id: passId, who: z.string().trim().min(1).max(80), mode: passMode }),
  z.strictObject({ action: z.literal('stop'), pass_id: passId, who: z.string().trim().min(1).max(80) }),
  z.strictObject({
    action: z.literal('abort'), pass_id: passId, who: z.string().trim().min(1).max(80), why: z.string().trim().min(1).max(500),
  }),
  z.strictObject({
    action: z.literal('hold'), pass_id: passId, who: z.string().trim().min(1).max(80), why: z.string().trim().min(1).max(500),
  }),
  z.strictObject({ action: z.literal('release'), pass_id: passId, who: z.string().trim().min(1).max(80) }),
  z.strictObject({
    action: z.literal('answer'), pass_id: passId, item_id: z.string().max(48), answer: checkAnswer,
    note: z.string().max(200), who: z.string().trim().min(1).max(80),
  }),
  z.strictObject({
    action: z.literal('note'), pass_id: passId, who: z.string().trim().min(1).max(80), text: z.string().trim().min(1).max(500),
  }),
]);

export type LiveView = z.output<typeof liveView>;
export type LiveStation = z.output<typeof liveStation>;

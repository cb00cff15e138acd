import { z } from 'zod';
import { passId, utcMs } from '../quantities.ts';
import { SEQUENCED_KINDS } from './topics.ts';

// JSON messages between a station and a console. Every one carries its number, the station's time and the pass.

/** Nanoseconds of UTC since 1970 as a decimal: beyond what a double counts. */
export const utcNs = z.string().regex(/^\d{1,20}$/, 'nanoseconds since 1970 as a decimal');
/** Gapless per station, topic and pass, from 1; a jump is a gap and is asked for again. */
export const seq = z.int().min(1).max(0xffff_ffff);

const envelope = { seq, t_utc_ns: utcNs, pass_id: passId };
const cps = z.number().min(0).max(1e9);

export const lockState = z.enum(['off', 'searching', 'locked', 'lost']);
export const detectorState = z.enum(['off', 'live', 'recovering', 'saturated', 'damaged']);

const detectorTelemetry = z.strictObject({
  serial: z.string().min(1).max(32),
  count_cps: cps,
  /** Measured before the pass with the shutter closed. */
  dark_cps: cps,
  bias_current_a: z.number().min(0).max(100),
  anode_v_mean: z.number().min(-100).max(100),
  /** Largest sample (250 kHz) since the message before: what a blinding attack cannot hide. */
  anode_v_max: z.number().min(-100).max(100),
  temperature_c: z.number().min(-273.15).max(200),
  state: detectorState,
});

const weather = z.strictObject({
  temperature_c: z.number().min(-100).max(80),
  humidity_percent: z.number().min(0).max(100),
  wind_m_s: z.number().min(0).max(150),
  cloud_fraction: z.number().min(0).max(1),
});

/** How a station stands, 1 to 10 times a second. */
export const stationTelemetry = z.strictObject({
  ...envelope,
  azimuth_deg: z.number().min(0).max(360),
  elevation_deg: z.number().min(-90).max(90),
  /** Fine tracking, rms since the message before; null before the satellite is acquired. */
  tracking_error_urad: z.number().min(0).max(1e6).nullable(),
  acquisition: z.enum(['parked', 'slewing', 'searching', 'coarse', 'fine', 'lost']),
  shutter: z.enum(['open', 'closed']),
  beacon: z.strictObject({ state: lockState, pulse_rate_hz: cps, used_fraction: z.number().min(0).max(1) }),
  pps: z.strictObject({
    state: lockState, offset_ns: z.number().min(-1e9).max(1e9), rate_error: z.number().min(-1).max(1),
    gnss_satellites: z.int().min(0).max(200),
  }),
  /** Of all detectors: clicks, and what of them the station takes for background. */
  signal_cps: cps,
  background_cps: cps,
  hwp_angle_deg: z.number().min(-360).max(360),
  detectors: z.array(detectorTelemetry).min(1).max(8),
  /** Null where the sensor is silent; its own time says how old it is. */
  weather: weather.extend({ measured_at_utc_ns: utcNs }).nullable(),
  /** What waits on the station's disk because the line was cut. */
  stored_batches: z.int().min(0).max(1e9),
});

/** Something happened: acquisition, a lock, a shutter, an operator at the telescope. */
export const stationEvent = z.strictObject({
  ...envelope,
  code: z.string().regex(/^[a-z][a-z0-9-]{1,47}$/),
  severity: z.enum(['routine', 'caution', 'serious', 'critical']),
  text: z.string().min(1).max(500),
});

/** Retained; `offline` is the last will. It is not numbered: the broker sends it when the station cannot. */
export const stationStatus = z.strictObject({
  state: z.enum(['online', 'offline']),
  t_utc_ns: utcNs,
  software: z.string().max(64).optional(),
  /** The pass the station is set up for. */
  pass_id: passId.nullable().optional(),
  /** What its tag batches are made of; see the manifest in FORMATS. */
  recording: z.strictObject({
    tick_ps: z.number().positive().max(1e6),
    manifest_json: z.string().max(65_536),
  }).nullable().optional(),
});

/** Orders to a station: MQTT 5 requests with a response topic and correlation data. */
export const stationCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('ping') }),
  /** Send again what is missing, both ends included. */
  z.strictObject({
    command: z.literal('resend'), pass_id: passId, kind: z.enum(SEQUENCED_KINDS), from_seq: seq, through_seq: seq,
  }),
  /** Everything through this number is on the console's disk: the station may let go of it. */
  z.strictObject({
    command: z.literal('stored'), pass_id: passId, kind: z.enum(SEQUENCED_KINDS), through_seq: z.int().min(0).max(0xffff_ffff),
  }),
  /** Get ready for a pass; answers once everything is set. */
  z.strictObject({ command: z.literal('prepare'), pass_id: passId, start_utc_ms: utcMs, end_utc_ms: utcMs }),
  z.strictObject({ command: z.literal('abort'), pass_id: passId, why: z.string().max(500) }),
]);

export const stationReply = z.discriminatedUnion('reply', [
  z.strictObject({ reply: z.literal('done'), t_utc_ns: utcNs }),
  z.strictObject({ reply: z.literal('refused'), t_utc_ns: utcNs, why: z.string().min(1).max(500) }),
]);

/** Largest JSON payload a console reads; larger ones are counted and left. @units bytes */
export const JSON_BYTES_MAX = 65_536;
/** Largest tag batch. @units bytes */
export const TAG_BATCH_BYTES_MAX = 4 * 1024 * 1024;

export type StationTelemetry = z.output<typeof stationTelemetry>;
export type StationEvent = z.output<typeof stationEvent>;
export type StationStatus = z.output<typeof stationStatus>;
export type StationCommand = z.output<typeof stationCommand>;
export type StationReply = z.output<typeof stationReply>;

import { z } from 'zod';
import { alarmAction, alarmList } from './alarm.ts';
import { channelSetting, channelView, peerOrder } from './channel.ts';
import { deliverySetting, deliveryView } from './delivery.ts';
import type { Reply } from './errors.ts';
import { choiceRequest, choiceView } from './choice.ts';
import { constellationSearch } from './constellation.ts';
import { elementSource, sourceAddress, sourceId } from './elements.ts';
import { keyDefinition, keyId, keyView, totalEpsilon } from './key.ts';
import { liveAction, liveView } from './live.ts';
import { elementsCompared, elementSetSummary, nights } from './orbit.ts';
import { keyOutlook } from './outlook.ts';
import { custody, passDetail, passSummary, verification } from './pass.ts';
import { scenarioList, scenarioName } from './scenario.ts';
import { passChange, passHistory, plan, planExport, plannedPass, exportedText, proposal, replanned } from './schedule.ts';
import { elevationKind, shownHorizon } from './window-limits.ts';
import { noticeList } from './notices.ts';
import { forecastEntry, forecastsImported, weather } from './weather.ts';
import { count, elevationDeg, frame, gateWish, jobId, nightName, nonNegative, passId, probability, stationId, utcMs }
  from './quantities.ts';

const nothing = z.strictObject({});
const started = z.strictObject({ job_id: jobId });
const filePath = z.string().min(1).max(4096);

/** The `type` of every OperationError, see `errors.ts`. */
const failureType = z.enum(['UnknownOperation', 'InvalidInput', 'InvalidFile', 'NotFound', 'NotPossible', 'Refused',
  'Cancelled', 'Internal']);

export const jobView = z.strictObject({
  job_id: jobId,
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  stage: z.string(),
  fraction: probability,
  started_at_utc_ms: utcMs,
  /** Of a finished job: what it made. */
  pass_id: passId.nullable(),
  /** Of a finished distillation: the key it put into the store. */
  key_id: keyId.optional(),
  /** Of a failed job: one sentence, with what to do next. */
  failure: z.string().nullable(),
  /** The kind of that failure, for exit codes and for what the console offers next. */
  failure_type: failureType.nullable(),
});

const stationView = z.strictObject({
  id: stationId,
  name: z.string(),
  latitude_deg: z.number().min(-90).max(90),
  longitude_deg: z.number().min(-180).max(180),
  altitude_m: z.number(),
  min_elevation_deg: elevationDeg,
  /** How the station counts elevation, here and in every reply. */
  elevation: elevationKind,
  /** Empty where nothing stands above the least elevation. */
  horizon: shownHorizon,
  utc_offset_h: z.number().min(-14).max(14),
});

const missionView = z.strictObject({
  mission_id: z.string(),
  name: z.string(),
  custody,
  satellite: z.strictObject({ name: z.string(), catalog_number: z.string() }),
  stations: z.array(stationView).length(2),
  baseline_km: nonNegative,
  sun_elevation_deg_max: elevationDeg,
  local_time_name: z.string(),
  gate_ns: z.number().positive(),
  elements_age_days_max: nonNegative,
  /** QBER at which the paper's key vanishes for the paper's campaign counts; null if the mission sets none. */
  qber_edge: probability.nullable(),
  demo: z.boolean(),
  code_version: z.string(),
});

/**
 * One entry per operation; both carriers, the dispatcher and the renderer's client derive from this
 * table, so a name or a shape that drifts is a compile error.
 *
 * `query` reads, `command` changes, `job` starts long work and answers at once with its id: progress
 * and end arrive as events and through `jobs.listJobs`. A `series` answers with one binary frame.
 */
export const operations = {
  'mission.describeMission': { kind: 'query', input: nothing, output: missionView },
  'mission.readClock': {
    kind: 'query', input: nothing,
    output: z.strictObject({ utc_ms: utcMs, simulated: z.boolean(), disk_free_bytes: count.nullable() }),
  },

  'orbit.listElements': { kind: 'query', input: nothing, output: z.strictObject({ sets: z.array(elementSetSummary) }) },
  'orbit.importElements': {
    kind: 'command',
    input: z.strictObject({ text: z.string().min(1).max(2_000_000), source_name: z.string().min(1).max(200) }),
    output: z.strictObject({
      imported: count, already_known: count, ignored_other_satellites: count,
      /** What a person should know about sound sets: decay ahead, an epoch far off, a jump of the orbit. */
      warnings: z.array(z.string()),
    }),
  },
  /** What changed between two sets that the archive knows, by day and by night. */
  'orbit.compareElements': {
    kind: 'query',
    input: z.strictObject({
      before_set_id: z.string().min(8).max(64), after_set_id: z.string().min(8).max(64),
      from_utc_ms: utcMs, days: z.number().positive().max(366),
    }),
    output: elementsCompared,
  },
  'orbit.listNights': {
    kind: 'query', input: z.strictObject({ first_night: nightName, nights: z.int().min(1).max(62) }), output: nights,
  },
  /**
   * Columns: t_s (since start_utc_ms); per station `<id>.elevation_deg|azimuth_deg|range_km|loss_db`
   * and of that loss `<id>.diffraction_db|atmosphere_db` (facts `pointing_db|optics_db` make up the rest, `<id>.detector_db` comes on
   * top); facts at the middle of the window, geometric: `<id>.moon_elevation_deg|moon_azimuth_deg|sun_elevation_deg|sun_azimuth_deg`,
   * `moon_illumination`;
   * pair `range_sum_km|loss_db|loss_db_sigma|rate_hz`; `subpoint_latitude_deg|subpoint_longitude_deg`.
   */
  'orbit.readPassCurves': {
    kind: 'series',
    input: z.strictObject({
      start_utc_ms: utcMs, end_utc_ms: utcMs, margin_s: z.number().min(0).max(900), step_s: z.number().min(0.1).max(60),
    }),
    output: frame,
  },

  /** Secret bits that the window at a moment adds to what the archive's passes have brought. */
  'outlook.projectKey': { kind: 'query', input: z.strictObject({ at_utc_ms: utcMs }), output: keyOutlook },

  /** Windows of many satellites over many pairs of stations; `readWindows` tells them once the job is done. */
  'constellation.searchWindows': { kind: 'job', input: constellationSearch, output: started },
  /**
   * Columns `catalog_number`, `station_a|station_b` (places in the list), `start_utc_ms|end_utc_ms`, `dark` (0 or 1),
   * `elevation_deg_max_a|_b`, `range_sum_km_min`, `start_by|end_by` (places in the fact `edge_causes`).
   */
  'constellation.readWindows': { kind: 'series', input: z.strictObject({ job_id: jobId }), output: frame },

  /** Addresses that are asked, four times a day at most, and folders that are looked into. */
  'elements.listSources': {
    kind: 'query', input: nothing, output: z.strictObject({ sources: z.array(elementSource) }),
  },
  'elements.addSource': { kind: 'command', input: z.strictObject({ address: sourceAddress }), output: elementSource },
  'elements.removeSource': { kind: 'command', input: z.strictObject({ source_id: sourceId }), output: nothing },
  /** Looks now, in one source or in all; what came of it stands in the list. */
  'elements.fetchSources': {
    kind: 'job', input: z.strictObject({ source_id: sourceId.nullable() }), output: started,
  },

  /** What the sky is expected to be, by whom and since when, and what that leaves of each window. */
  'weather.listForecasts': {
    kind: 'query', input: z.strictObject({ first_night: nightName, nights: z.int().min(1).max(62) }), output: weather,
  },
  /** Answers the night as it stands then. */
  'weather.recordForecast': { kind: 'command', input: forecastEntry, output: weather },
  'weather.importForecasts': {
    kind: 'command',
    input: z.strictObject({ text: z.string().min(1).max(2_000_000), source_name: z.string().min(1).max(200) }),
    output: forecastsImported,
  },

  /** The planned passes that are near, by the mission's leads; each is also told once as it comes near. */
  'notices.listNotices': { kind: 'query', input: nothing, output: noticeList },

  'schedule.listPasses': { kind: 'query', input: nothing, output: plan },
  'schedule.proposePass': { kind: 'command', input: proposal, output: plannedPass },
  'schedule.changePass': { kind: 'command', input: passChange, output: plannedPass },
  'schedule.readHistory': { kind: 'query', input: z.strictObject({ pass_id: passId }), output: passHistory },
  /** Moves the passes ahead onto the newest elements: same pass, moved edges, version + 1. */
  'schedule.replanPasses': {
    kind: 'command', input: z.strictObject({ who: z.string().max(80), why: z.string().max(500) }), output: replanned,
  },
  /** The most valuable windows that do not exclude each other, exactly; `readChoice` tells them once the job is done. */
  'schedule.chooseWindows': { kind: 'job', input: choiceRequest, output: started },
  'schedule.readChoice': { kind: 'query', input: z.strictObject({ job_id: jobId }), output: choiceView },
  'schedule.exportPlan': { kind: 'query', input: planExport, output: exportedText },

  'archive.listPasses': { kind: 'query', input: nothing, output: z.strictObject({ passes: z.array(passSummary) }) },
  'archive.readPass': { kind: 'query', input: z.strictObject({ pass_id: passId }), output: passDetail },
  'archive.importPass': {
    kind: 'job',
    input: z.strictObject({
      /** Both stations' manifests; of operational custody this console's alone. */
      manifest_paths: z.union([z.tuple([filePath, filePath]), z.tuple([filePath])]), partial: z.boolean(),
      /** The mission's own when absent. */
      custody: custody.optional(),
    }),
    output: started,
  },
  'archive.verifyPass': { kind: 'command', input: z.strictObject({ pass_id: passId }), output: verification },

  'detection.processPass': {
    kind: 'job',
    input: z.strictObject({
      pass_id: passId, gate_ns: gateWish,
      /** False: lock on the photons alone. */
      beacon: z.boolean().default(true),
    }),
    output: started,
  },
  /**
   * What a verdict saw. Columns `histogram.delta_ns|counts`; `rate.t_s|coincidences|accidentals|expected_hz`;
   * `qber.t_s|n|e|low|high` (30 s slices); `arrival.delta_ns` and `arrival.<station>.<detector label>`;
   * `lock.t_s|residual_ns`; of a Bell pass `bell.t_s|n|s|s_sigma`; `<station>.t_s|singles_cps|range_km|efficiency_db`.
   */
  'detection.readVerdictSeries': {
    kind: 'series', input: z.strictObject({ pass_id: passId, verdict_id: z.int().positive() }), output: frame,
  },

  /** One key out of the sifted bits of one or several passes, put sealed into the key store. */
  'distillation.distilPasses': {
    kind: 'job',
    input: z.strictObject({
      pass_ids: z.array(passId).min(1).max(64)
        .refine((ids) => new Set(ids).size === ids.length, 'a pass is named twice: its bits count once'),
      algorithm: z.enum(['auto', 'cascade', 'hamming', 'ldpc']),
      definition: keyDefinition,
      /** Null for the mission's own. */
      epsilon: totalEpsilon.nullable(),
      gate_ns: z.number().min(0.1).max(100),
    }),
    output: started,
  },
  /** The meeting of two consoles; ends with one key at both, or with none and a reason at both. */
  'session.describeChannel': { kind: 'query', input: nothing, output: channelView },
  'session.configureChannel': { kind: 'command', input: channelSetting, output: channelView },
  /** Takes a pre-shared secret in from a file of the host's machine; the bytes never cross the contract. */
  'session.importSecret': { kind: 'command', input: z.strictObject({ path: filePath }), output: channelView },
  'session.distilWithPeer': { kind: 'job', input: peerOrder, output: started },

  'keys.listKeys': { kind: 'query', input: nothing, output: z.strictObject({ keys: z.array(keyView) }) },
  /** Overwrites the bits and keeps the account. `overwritten` is false while another program still reads the old page. */
  'keys.destroyKey': {
    kind: 'command', input: z.strictObject({ key_id: keyId, why: z.string().trim().min(1).max(200) }),
    output: z.strictObject({ key: keyView, overwritten: z.boolean() }),
  },

  /** Keys of two consoles on their way to applications, ETSI GS QKD 014; the pieces of one key, or of all. */
  'delivery.describeDelivery': { kind: 'query', input: z.strictObject({ key_id: keyId.nullable() }), output: deliveryView },
  'delivery.configureDelivery': { kind: 'command', input: deliverySetting, output: deliveryView },
  'delivery.startDelivery': { kind: 'command', input: nothing, output: deliveryView },
  'delivery.stopDelivery': { kind: 'command', input: nothing, output: deliveryView },

  /** The pass that is prepared, flying or just over, and the recorder, which is always there. */
  'live.readLive': { kind: 'query', input: nothing, output: liveView },
  /**
   * What was planned, once a pass. Columns `plan.t_s` (seconds after the window's start) and per station
   * `<id>.efficiency_db|efficiency_db_sigma|hwp_deg`, `pair.rate_hz|rate_hz_sigma|sifted_bits|sifted_bits_sigma`.
   */
  'live.readPlan': { kind: 'series', input: z.strictObject({ pass_id: passId }), output: frame },
  /**
   * What came, later than `since_t_s`. Per station `<id>.t_s|tracking_urad|efficiency_db|singles_cps|hwp_deg`; of the
   * pair, in whole seconds, `pair.t_s|coincidences|accidentals|sifted_bits|offset_ns`, where sifted_bits counts from the
   * start; whole and not in parts `rate.t_s|hz|low|high|accidentals_hz` (bins of 5 s, their middles, 68 % intervals),
   * `histogram.delta_ns|counts`, and in Bell mode `bell.t_s|s|s_sigma`.
   */
  'live.readSeries': {
    kind: 'series', input: z.strictObject({ pass_id: passId, since_t_s: z.number().min(-7200).max(7200) }), output: frame,
  },
  'live.directPass': { kind: 'command', input: liveAction, output: liveView },

  'alarms.listAlarms': { kind: 'query', input: nothing, output: alarmList },
  'alarms.handleAlarm': { kind: 'command', input: alarmAction, output: alarmList },

  /** Flies a window on the embedded simulator: two recordings, imported and processed like real ones. */
  'simulator.flyPass': {
    kind: 'job',
    input: z.strictObject({
      start_utc_ms: utcMs, mode: z.enum(['qkd', 'bell']), seed: z.int().min(0).max(4_294_967_295),
    }),
    output: started,
  },
  /** Flies a planned pass of the demo live: two simulated stations on the broker, and the recorder hears them. */
  'simulator.flyLive': {
    kind: 'job',
    input: z.strictObject({
      pass_id: passId, scenario: scenarioName, speed: z.number().min(0.1).max(60), lead_s: z.number().min(10).max(1800),
      mode: z.enum(['qkd', 'bell']), seed: z.int().min(0).max(4_294_967_295), who: z.string().trim().min(1).max(80),
    }),
    output: started,
  },
  /** What may befall a simulated pass, with a sentence on each. */
  'simulator.listScenarios': { kind: 'query', input: nothing, output: scenarioList },

  'jobs.listJobs': { kind: 'query', input: nothing, output: z.strictObject({ jobs: z.array(jobView) }) },
  'jobs.cancelJob': { kind: 'command', input: z.strictObject({ job_id: jobId }), output: nothing },
} as const;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type InputOf<K extends OperationName> = z.output<Operations[K]['input']>;
export type OutputOf<K extends OperationName> = z.output<Operations[K]['output']>;
export type JobView = z.output<typeof jobView>;
export type MissionView = OutputOf<'mission.describeMission'>;

/** A handler for every operation: forgetting one does not compile. */
export type Handlers = {
  readonly [K in OperationName]: (input: InputOf<K>) => Reply<OutputOf<K>> | Promise<Reply<OutputOf<K>>>;
};

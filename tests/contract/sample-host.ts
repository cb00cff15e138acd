import type { Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { OpportunityView } from '../../src-contract/choice.ts';
import type { ElementSourceView } from '../../src-contract/elements.ts';
import { encodeFrame } from '../../src-contract/frames.ts';
import type { Handlers, InputOf, JobView, OperationName, OutputOf } from '../../src-contract/operations.ts';
import type { KeyView } from '../../src-contract/key.ts';
import type { PassDetail, PassSummary } from '../../src-contract/pass.ts';
import type { PassNotice } from '../../src-contract/notices.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import type { SkyForecastView } from '../../src-contract/weather.ts';
import { keyInputs, keyOutputs } from './sample-keys.ts';
import { createDispatch, type Dispatch } from '../../src-main/host/dispatch.ts';
import { createEventHub, type EventHub } from '../../src-main/host/events.ts';
import { alarmSample, liveSample } from '../support/live-sample.ts';
import { outlookSample } from '../support/outlook-sample.ts';

export const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 16, 9);
const PASS_ID = '2018-09-14-delingha-nanshan';
const KEY_ID = '0b5c9f0a-0c47-8d7e-9a51-1f2e3d4c5b6a';

export const job: JobView = {
  job_id: 'job-00c0ffee', title: 'Fly the golden pass', state: 'running', stage: 'link', fraction: 0.25,
  started_at_utc_ms: START_UTC_MS, pass_id: null, failure: null, failure_type: null,
};

const opportunity: OpportunityView = {
  window_id: 'w1', satellite_id: '799500001', station_ids: ['delingha', 'ngari'], start_utc_ms: START_UTC_MS,
  end_utc_ms: START_UTC_MS + 0.5, expected_bits: 310.5,
};

/** A valid input of every operation; leaving one out does not compile. */
export const inputs: { readonly [K in OperationName]: InputOf<K> } = {
  'mission.describeMission': {},
  'mission.readClock': {},
  'orbit.listElements': {},
  'orbit.importElements': { text: '1 41731U …', source_name: 'paste' },
  'orbit.listNights': { first_night: '2018-09-14', nights: 31 },
  'orbit.readPassCurves': { start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 285_000, margin_s: 60, step_s: 1 },
  'orbit.compareElements': { before_set_id: 'set-00000000', after_set_id: 'set-00000001', from_utc_ms: START_UTC_MS, days: 14 },
  'outlook.projectKey': { at_utc_ms: START_UTC_MS },
  'constellation.searchWindows': {
    constellation: {
      format: 'twinpass-constellation/1', night: { sun_elevation_deg_max: -6 }, pairs: [['ngari', 'delingha']],
      stations: ['ngari', 'delingha'].map((id) => ({ id, latitude_deg: 32.3, longitude_deg: 80, altitude_m: 5100, min_elevation_deg: 13 })),
    },
    elements_text: 'a set', elements_name: 'all.tle', from_utc_ms: START_UTC_MS, days: 30, dark_only: true,
  },
  'constellation.readWindows': { job_id: 'job-00c0ffee' },
  'elements.listSources': {},
  'elements.addSource': { address: 'https://example.org/41731.tle' },
  'elements.removeSource': { source_id: 'source-00c0ffee' },
  'elements.fetchSources': { source_id: null },
  'weather.listForecasts': { first_night: '2018-09-14', nights: 14 },
  'weather.recordForecast': {
    night: '2018-09-14', station_id: 'nanshan', cloud_fraction: null, confidence: 0.8, source: 'ECMWF Δ', issued_at_utc_ms: null,
  },
  'weather.importForecasts': { text: 'night,station,cloud_fraction\n', source_name: 'sky.csv' },
  'notices.listNotices': {},
  'schedule.listPasses': {},
  'schedule.proposePass': { start_utc_ms: START_UTC_MS, who: 'anna', why: '', override_why: null },
  'schedule.changePass': {
    pass_id: '2018-09-14-1816', version: 1, action: 'approve', who: 'bo', why: 'clear sky', override_why: 'only set',
  },
  'schedule.readHistory': { pass_id: '2018-09-14-1816' },
  'schedule.replanPasses': { who: 'anna', why: 'new elements' },
  'schedule.chooseWindows': {
    among: 'windows', windows: [opportunity], turnaround: { satellite_s: 0, station_s: 60, station_s_by_id: { ngari: 90 } },
    demands: [{ station_ids: ['ngari', 'delingha'], weight: 2, demand_bits: null }], seconds_max: 60,
  },
  'schedule.readChoice': { job_id: 'job-00c0ffee' },
  'schedule.exportPlan': {
    format: 'hwp', pass_id: '2018-09-14-1816', station_id: 'nanshan', step_s: 0.5,
    transmitter_reference: 'orbit_normal', offset_deg: -12.5,
  },
  'archive.listPasses': {},
  'archive.readPass': { pass_id: PASS_ID },
  'archive.importPass': { manifest_paths: ['a.json', 'b.json'], partial: false },
  'archive.verifyPass': { pass_id: PASS_ID },
  'detection.processPass': { pass_id: PASS_ID, gate_ns: 2.5, beacon: true },
  'detection.readVerdictSeries': { pass_id: PASS_ID, verdict_id: 1 },
  'distillation.distilPasses': {
    pass_ids: [PASS_ID], algorithm: 'auto', definition: 'composable', epsilon: null, gate_ns: 2.5,
  },
  ...keyInputs,
  'keys.listKeys': {},
  'keys.destroyKey': { key_id: KEY_ID, why: 'its pass was flown for practice' },
  'live.readLive': {},
  'live.readPlan': { pass_id: PASS_ID },
  'live.readSeries': { pass_id: PASS_ID, since_t_s: -60 },
  'live.directPass': { action: 'note', pass_id: PASS_ID, who: 'anna', text: 'thin cirrus 云' },
  'alarms.listAlarms': {},
  'alarms.handleAlarm': { action: 'shelve', alarm_id: 'delingha:dark:b4973', minutes: 30, who: 'bo', why: 'known hot' },
  'simulator.flyPass': { start_utc_ms: START_UTC_MS, mode: 'qkd', seed: 7 },
  'simulator.flyLive': { pass_id: PASS_ID, scenario: 'clean', speed: 60, lead_s: 90, mode: 'qkd', seed: 7, who: 'anna' },
  'simulator.listScenarios': {}, 'jobs.listJobs': {},
  'jobs.cancelJob': { job_id: 'job-00c0ffee' },
};

const summary: PassSummary = {
  pass_id: PASS_ID, night: '2018-09-14', state: 'processed', mode: 'qkd', custody: 'analysis',
  start_utc_ms: START_UTC_MS, seconds: 285, imported_at_utc_ms: START_UTC_MS + 3_600_000, verdicts: 1,
  coincidences: 620, sifted_bits: 310, qber: 0.045, s: null, failure: null,
};

export const notice: PassNotice = {
  notice_id: '2018-09-14-1814/600', pass_id: '2018-09-14-1814', night: '2018-09-14', state: 'approved', lead_s: 600,
  start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 281_300, title: 'Pass in 10 min', body: 'approved, not armed yet',
};

const key: KeyView = {
  key_id: KEY_ID, state: 'destroyed', custody: 'analysis', definition: 'composable', epsilon: 1e-10,
  efficiency_mismatch: 0.0147, length_bits: 372, formula_bits: 372.9, sifted: { Z: { n: 1685, e: 0 }, X: { n: 1415, e: 0 } },
  reconciliation: { algorithm: 'cascade', leaked_bits: 12, f: null, verified: true }, passes: [PASS_ID],
  digest: '0123456789abcdef'.repeat(2), shares_passes_with: [KEY_ID], created_at_utc_ms: START_UTC_MS,
  code_version: '0.1.0', transitions: [{ to_state: 'destroyed', who: 'anna 墨子', why: 'ε', at_utc_ms: START_UTC_MS }],
};

const detail: PassDetail = {
  summary,
  entangled_state: 'psi+',
  recordings: ['delingha', 'nanshan'].map((station) => ({
    station, file_name: `${station}.ptu`, type: 'ptu', sha256: 'ab'.repeat(32), bytes: 8192, events: 2048,
  })),
  file_name: `${PASS_ID}.pass`,
  file_bytes: 65_536,
  verdicts: [],
  planned: null,
};

const planned: PlannedPassView = {
  pass_id: '2018-09-14-1816', night: '2018-09-14', state: 'approved', version: 2, start_utc_ms: START_UTC_MS + 0.25,
  end_utc_ms: START_UTC_MS + 285_000.75, element_set_id: 'set-00000001', elements_age_days: -0.25,
  on_current_elements: false, start_sigma_s: 0.1, loss_db_min: 56.5, loss_db_max: 62,
  expected: { coincidences: 1200, coincidences_sigma: 300, qber: 0.045, sifted_bits: 610.5, sifted_bits_sigma: 150 },
  changed: { who: 'bo', why: 'clear sky 晴', at_utc_ms: START_UTC_MS },
  actions: ['arm', 'record', 'cancel'], conflicts: ['The station nanshan cannot serve both.'], recordings: [PASS_ID],
};

const sky: SkyForecastView = {
  night: '2018-09-14', station_id: 'delingha', cloud_fraction: 0.25, confidence: 1, word: 'few', source: 'anna 墨子',
  issued_at_utc_ms: null, entered_at_utc_ms: START_UTC_MS, entered_by: 'anna',
};

const source: ElementSourceView = {
  source_id: 'source-00c0ffee', kind: 'url', address: 'https://example.org/41731.tle?a=Δ', added_by: 'anna 墨子',
  added_at_utc_ms: START_UTC_MS, outcome: 'failed', tried_at_utc_ms: START_UTC_MS, good_at_utc_ms: START_UTC_MS - 1,
  imported: 0, message: 'example.org cannot be reached (ENOTFOUND).', next_at_utc_ms: null,
  allowed_at_utc_ms: START_UTC_MS + 0.5, asked_today: 4,
};

const station = (id: string, latitude_deg: number, longitude_deg: number) => ({
  id, name: id, latitude_deg, longitude_deg, altitude_m: 3153, min_elevation_deg: 13, utc_offset_h: 8,
  elevation: 'refracted' as const, horizon: [{ azimuth_deg: 0.5, elevation_deg: 12.25 }],
});

/** A view into a larger buffer, as a service that packs several series may answer. */
export const seriesBytes = (() => {
  const frame = encodeFrame({
    columns: [{ name: 't_s', unit: 's', values: Float64Array.from([0, 1, Number.NaN, -0, 1e300]) }],
    facts: { origin: 'Δ' },
  });
  const larger = new Uint8Array(frame.length + 24).fill(0x5a);
  larger.set(frame, 16);
  return larger.subarray(16, 16 + frame.length);
})();

const ok = <T>(value: T): Reply<T> => ({ ok: true, value });
const started = () => ok({ job_id: job.job_id });

/** An answer of every operation with all the optional and awkward values the contract allows. */
const outputs: { readonly [K in OperationName]: () => Reply<OutputOf<K>> } = {
  'mission.describeMission': () => ok({
    mission_id: 'micius', name: 'Micius 墨子', custody: 'analysis',
    satellite: { name: 'QSS (MICIUS)', catalog_number: '41731' },
    stations: [station('delingha', 37.379, 97.7269), station('nanshan', 43.4755, 87.1767)],
    baseline_km: 1120, sun_elevation_deg_max: -6, local_time_name: 'Beijing', gate_ns: 2.5,
    elements_age_days_max: 15, qber_edge: null, demo: false, code_version: '0.1.0',
  }),
  'mission.readClock': () => ok({ utc_ms: START_UTC_MS + 0.5, simulated: true, disk_free_bytes: 2 ** 41 }),
  'orbit.listElements': () => ok({
    sets: [{
      element_set_id: 'set-00000001', catalog_number: '41731', name: null, epoch_utc_ms: START_UTC_MS, age_days: -0.1,
      format: 'omm', source_name: 'paste', imported_at_utc_ms: START_UTC_MS, current: true,
    }],
  }),
  'orbit.importElements': () => ({
    ok: false, error: { type: 'InvalidFile', where: 'paste line 2', message: 'checksum is 3, not 4' },
  }),
  'orbit.listNights': () => ({
    ok: false, error: { type: 'NotPossible', reason: 'no_elements', message: 'Import an element set first.' },
  }),
  'orbit.readPassCurves': () => ok(seriesBytes),
  'orbit.compareElements': () => ok({
    windows: [{
      before: null, start_moved_s: null, end_moved_s: null,
      after: { start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 1, start_sigma_s: 0.1, dark: true },
    }],
    start_moved_s_max: 0, end_moved_s_max: 0,
  }),
  'outlook.projectKey': () => ok(outlookSample),
  'constellation.searchWindows': started,
  'constellation.readWindows': () => ok(seriesBytes),
  'elements.listSources': () => ok({ sources: [source] }),
  'elements.addSource': () => ok({
    ...source, kind: 'folder', address: '/data/tle', outcome: 'never', tried_at_utc_ms: null, good_at_utc_ms: null,
  }),
  'elements.removeSource': () => ok({}),
  'elements.fetchSources': started,
  'weather.listForecasts': () => ok({
    model: 'a model', nights: [{
      night: '2018-09-14',
      stations: [{ id: 'delingha', forecast: sky }, { id: 'nanshan', forecast: null }],
      windows: [{
        start_utc_ms: START_UTC_MS, coincidences: 310.5, sifted_bits: 155.25, share: 0.5,
        stations: [{ id: 'delingha', clear_probability: 0.5 }, { id: 'nanshan', clear_probability: 1 }],
      }],
    }],
  }),
  'weather.recordForecast': () => ok({ model: 'a model', nights: [] }),
  'weather.importForecasts': () => ({
    ok: false, error: { type: 'InvalidFile', where: 'sky.csv line 3, cloud_fraction', message: 'expected a fraction' },
  }),
  'notices.listNotices': () => ok({ leads_s: [1800, 600], notices: [notice] }),
  'schedule.listPasses': () => ok({ passes: [planned] }),
  'schedule.proposePass': () => ({
    ok: false, error: { type: 'Refused', message: 'The elements are 20.1 days from pass x; the mission allows 15.' },
  }),
  'schedule.changePass': () => ok(planned),
  'schedule.readHistory': () => ok({
    pass_id: planned.pass_id,
    transitions: [{ version: 1, from_state: null, to_state: 'proposed', ...planned.changed,
      start_moved_s: -0.25, end_moved_s: 0.5 }],
  }),
  'schedule.replanPasses': () => ok({
    element_set_id: 'set-00000001', span: { start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 1 },
    moved: [{ pass: planned, start_moved_s: -0.25, end_moved_s: 0.5 }], unchanged: [], left_alone: ['2018-09-13-1816'],
    vanished: [{ pass_id: '2018-09-15-1816', start_utc_ms: START_UTC_MS, nearest_s: null }], unclaimed: 3,
  }),
  'schedule.chooseWindows': started,
  'schedule.readChoice': () => ok({
    job_id: job.job_id, chosen: [opportunity], expected_bits: 310.5, value: 621, value_max: 621, optimality_gap: 0,
    greedy_value: 600, greedy_gap: 0.034, windows: 3, parts: 2, solved_parts: 1, weighed: 0, taken: 1,
    pairs: [{ station_ids: ['delingha', 'ngari'], windows: 1, expected_bits: 310.5, weight: 2, demand_bits: null }],
  }),
  'schedule.exportPlan': () => ok({
    file_name: 'micius-plan.ics', media_type: 'text/calendar; charset=utf-8', text: 'BEGIN:VCALENDAR\r\n',
  }),
  'archive.listPasses': () => ok({ passes: [summary] }),
  'archive.readPass': () => ok(detail),
  'archive.importPass': started,
  'archive.verifyPass': () => ok({ pass_id: PASS_ID, intact: true, findings: [], checked_bytes: 65_536 }),
  'detection.processPass': started,
  'detection.readVerdictSeries': () => ok(seriesBytes),
  'distillation.distilPasses': started,
  ...keyOutputs,
  'keys.listKeys': () => ok({ keys: [key] }),
  'keys.destroyKey': () => ok({ key, overwritten: false }),
  'live.readLive': () => ok(liveSample),
  'live.readPlan': () => ok(seriesBytes),
  'live.readSeries': () => ok(seriesBytes),
  'live.directPass': () => ok({ ...liveSample, pass: null }),
  'alarms.listAlarms': () => ok(alarmSample), 'alarms.handleAlarm': () => ok({ ...alarmSample, alarms: [], sounding: true }),
  'simulator.flyPass': started, 'simulator.flyLive': started,
  'simulator.listScenarios': () => ok({ scenarios: [{ name: 'clean', description: 'A clear night.' }] }),
  'jobs.listJobs': () => ok({ jobs: [job] }), 'jobs.cancelJob': () => ok({}),
};

export interface SampleHost {
  readonly dispatch: Dispatch;
  readonly events: EventHub;
  readonly incidents: unknown[];
  /** Operations with their inputs, in the order the services were asked. */
  readonly asked: [OperationName, unknown][];
}

/** A host whose services only remember and answer; some handlers may be replaced. */
export function setupSampleHost(replaced: Partial<Record<OperationName, (input: never) => unknown>> = {}): SampleHost {
  const incidents: unknown[] = [];
  const asked: [OperationName, unknown][] = [];
  const reportIncident = (cause: unknown) => `incident-${incidents.push(cause)}`;
  const handlers = Object.fromEntries((Object.keys(outputs) as OperationName[]).map((name) => [name, (input: never) => {
    asked.push([name, input]);
    return (replaced[name] ?? outputs[name])(input);
  }])) as unknown as Handlers;
  return { dispatch: createDispatch(handlers, reportIncident), events: createEventHub(reportIncident), incidents, asked };
}

export const sampleEvents: readonly HostEvent[] = [
  { type: 'job.changed', job },
  { type: 'archive.changed', pass_id: PASS_ID },
  { type: 'elements.changed' },
  { type: 'sources.changed' },
  { type: 'weather.changed' },
  { type: 'notices.passNear', notice },
  { type: 'schedule.changed' },
  { type: 'keys.changed', key_id: KEY_ID }, { type: 'delivery.changed' },
  { type: 'live.changed', live: liveSample },
  { type: 'alarms.changed', alarms: alarmSample },
];

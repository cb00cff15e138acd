import type { Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { encodeFrame } from '../../src-contract/frames.ts';
import type { Handlers, InputOf, JobView, OperationName, OutputOf } from '../../src-contract/operations.ts';
import type { PassDetail, PassSummary } from '../../src-contract/pass.ts';
import { createDispatch, type Dispatch } from '../../src-main/host/dispatch.ts';
import { createEventHub, type EventHub } from '../../src-main/host/events.ts';

export const START_UTC_MS = Date.UTC(2018, 8, 14, 18, 16, 9);
const PASS_ID = '2018-09-14-delingha-nanshan';

export const job: JobView = {
  job_id: 'job-00c0ffee', title: 'Fly the golden pass', state: 'running', stage: 'link', fraction: 0.25,
  started_at_utc_ms: START_UTC_MS, pass_id: null, failure: null, failure_type: null,
};

/** A valid input of every operation; leaving one out does not compile. */
export const inputs: { readonly [K in OperationName]: InputOf<K> } = {
  'mission.describeMission': {},
  'mission.readClock': {},
  'orbit.listElements': {},
  'orbit.importElements': { text: '1 41731U …', source_name: 'paste' },
  'orbit.listNights': { first_night: '2018-09-14', nights: 31 },
  'orbit.readPassCurves': { start_utc_ms: START_UTC_MS, end_utc_ms: START_UTC_MS + 285_000, margin_s: 60, step_s: 1 },
  'archive.listPasses': {},
  'archive.readPass': { pass_id: PASS_ID },
  'archive.importPass': { manifest_paths: ['a.json', 'b.json'], partial: false },
  'archive.verifyPass': { pass_id: PASS_ID },
  'detection.processPass': { pass_id: PASS_ID, gate_ns: 2.5 },
  'detection.readVerdictSeries': { pass_id: PASS_ID, verdict_id: 1 },
  'simulator.flyPass': { start_utc_ms: START_UTC_MS, mode: 'qkd', seed: 7 },
  'jobs.listJobs': {},
  'jobs.cancelJob': { job_id: 'job-00c0ffee' },
};

const summary: PassSummary = {
  pass_id: PASS_ID, night: '2018-09-14', state: 'processed', mode: 'qkd', custody: 'analysis',
  start_utc_ms: START_UTC_MS, seconds: 285, imported_at_utc_ms: START_UTC_MS + 3_600_000, verdicts: 1,
  coincidences: 620, sifted_bits: 310, qber: 0.045, s: null, failure: null,
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

const station = (id: string, latitude_deg: number, longitude_deg: number) => ({
  id, name: id, latitude_deg, longitude_deg, altitude_m: 3153, min_elevation_deg: 13, utc_offset_h: 8,
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
  'archive.listPasses': () => ok({ passes: [summary] }),
  'archive.readPass': () => ok(detail),
  'archive.importPass': started,
  'archive.verifyPass': () => ok({ pass_id: PASS_ID, intact: true, findings: [], checked_bytes: 65_536 }),
  'detection.processPass': started,
  'detection.readVerdictSeries': () => ok(seriesBytes),
  'simulator.flyPass': started,
  'jobs.listJobs': () => ok({ jobs: [job] }),
  'jobs.cancelJob': () => ok({}),
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
];

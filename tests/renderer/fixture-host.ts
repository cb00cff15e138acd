import type { ConnectionState } from '../../src-contract/carrier.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import type { LiveView } from '../../src-contract/live.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { operations, type InputOf, type JobView, type OperationName,
  type OutputOf } from '../../src-contract/operations.ts';
import type { ElementSetSummary } from '../../src-contract/orbit.ts';
import type { PassSummary, Verdict } from '../../src-contract/pass.ts';
import { createClient, type CallReply, type Client, type Transport } from '../../src-renderer/transport/client.ts';
import { createConnection, createListeners } from '../../src-renderer/transport/listeners.ts';
import { curvesOf, EPOCH_UTC_MS, mission, nightsOf } from './fixture-orbit.ts';
import { createFixtureKeys } from './fixture-keys.ts';
import { createFixtureSchedule, type FixtureSchedule } from './fixture-schedule.ts';
import { createFixtureSources } from './fixture-sources.ts';
import { createFixtureWeather } from './fixture-weather.ts';
import { livePlanOf, liveSeriesOf } from './fixture-live.ts';
import { detailOf, seriesOf, summaryOf, verdictOf } from './fixture-pass.ts';
import { outlookSample } from '../support/outlook-sample.ts';
import { alarmSample, liveSample } from '../support/live-sample.ts';

export const NOW_UTC_MS = Date.UTC(2018, 8, 14, 16, 2, 10);

type Answers = { readonly [K in OperationName]: (input: InputOf<K>) => OutputOf<K> | OperationError };

export interface FixtureHost {
  readonly client: Client;
  /** The same door without a page, for a shell to stand before it. */
  readonly transport: Transport;
  /** Every question asked, in order. */
  readonly asked: [OperationName, unknown][];
  readonly tell: (event: HostEvent) => void;
  readonly connect: (state: ConnectionState) => void;
  /** From now on this operation fails so; null mends it. */
  /** Another pass, or another moment of it, is told as the host would. */
  readonly tellLive: (view: LiveView) => void;
  readonly fail: (name: OperationName, error: OperationError | null) => void;
  readonly job: (change?: Partial<JobView>) => JobView;
  readonly passes: PassSummary[];
  readonly verdicts: Verdict[];
  readonly sets: ElementSetSummary[];
  readonly schedule: FixtureSchedule;
  readonly sources: ReturnType<typeof createFixtureSources>;
  readonly weather: ReturnType<typeof createFixtureWeather>;
}

export interface FixtureOptions { readonly demo?: boolean; readonly empty?: boolean; readonly now_utc_ms?: number;
  /** The pass that is on; none by default. */
  readonly live?: LiveView }

function elementSet(change: Partial<ElementSetSummary> = {}): ElementSetSummary {
  return {
    element_set_id: '9c1f23ab77e2', catalog_number: '41731', name: 'QSS (MICIUS)', epoch_utc_ms: EPOCH_UTC_MS,
    age_days: (NOW_UTC_MS - EPOCH_UTC_MS) / 86_400_000, format: 'tle', source_name: 'micius-2018-09-15.tle',
    imported_at_utc_ms: NOW_UTC_MS - 1_320_000, current: true, ...change,
  };
}

function samplePasses(): PassSummary[] {
  const day = 86_400_000;
  const first = summaryOf();
  return [
    first,
    summaryOf({ pass_id: '2018-09-13-bell-1', night: '2018-09-13', mode: 'bell',
      start_utc_ms: first.start_utc_ms - day + 1_380_000,
      seconds: 226.1, sifted_bits: null, qber: null, s: 2.57, coincidences: 582 }),
    summaryOf({ pass_id: '2018-09-12-qkd-1', night: '2018-09-12',
      start_utc_ms: first.start_utc_ms - 2 * day - 1_300_000, state: 'failed',
      verdicts: 0, coincidences: null, sifted_bits: null, qber: null,
      failure: 'No clock lock: the beacon is missing at Nanshan from 17:51:02 Z on. Import the recording again.' }),
    summaryOf({ pass_id: '2018-09-11-qkd-1', night: '2018-09-11', start_utc_ms: first.start_utc_ms - 3 * day
      + 900_000, state: 'recorded',
      verdicts: 0, coincidences: null, sifted_bits: null, qber: null, seconds: 276.7 }),
  ];
}

const isError = (answer: object): answer is OperationError => 'type' in answer && !('pass_id' in answer);

/** A host without a process: contract-valid answers, every one parsed against the table before it leaves. */
export function createFixtureHost(options: FixtureOptions = {}): FixtureHost {
  const events = createListeners<HostEvent>();
  const connection = createConnection();
  const asked: FixtureHost['asked'] = [];
  const failures = new Map<OperationName, OperationError>();
  const passes = options.empty === true ? [] : samplePasses();
  const verdicts: Verdict[] = [verdictOf(1, 2.5)];
  const sets = options.empty === true ? [] : [elementSet(), elementSet({
    element_set_id: '51ddab9901fe', current: false, epoch_utc_ms: EPOCH_UTC_MS - 26 * 86_400_000, age_days: 25.5,
      source_name: 'pasted' })];
  const jobs = new Map<string, JobView>();
  const now_utc_ms = options.now_utc_ms ?? NOW_UTC_MS;
  let live = options.live ?? { ...liveSample, pass: null };
  const schedule = createFixtureSchedule(now_utc_ms);
  const sources = createFixtureSources(now_utc_ms);
  const weather = createFixtureWeather(now_utc_ms);
  const startsOf = (night: string) => nightsOf({ first_night: night, nights: 1 }, now_utc_ms).nights
    .flatMap(({ windows }) => windows.map(({ start_utc_ms }) => start_utc_ms));
  const began = performance.now();

  const job = (change: Partial<JobView> = {}): JobView => {
    const made: JobView = {
      job_id: `job-${String(jobs.size + 1).padStart(4, '0')}`, title: 'Fly the pass of 14 Sep', state: 'running',
        stage: 'Starting',
      fraction: 0, started_at_utc_ms: now_utc_ms, pass_id: null, failure: null, failure_type: null, ...change,
    };
    jobs.set(made.job_id, made);
    events.tell({ type: 'job.changed', job: made });
    return made;
  };
  const notFound = (id: string): OperationError => ({ type: 'NotFound', what: 'pass', id });

  const answers: Answers = {
    'mission.describeMission': () => ({
      mission_id: mission.id, name: mission.name, custody: mission.custody, satellite: mission.satellite,
      stations: mission.stations.map(({ id, name, latitude_deg, longitude_deg, altitude_m, min_elevation_deg }) =>
        ({ id, name, latitude_deg, longitude_deg, altitude_m, min_elevation_deg, elevation: 'geometric', horizon: [],
          utc_offset_h: mission.local_time.utc_offset_h })),
      baseline_km: 1120, sun_elevation_deg_max: mission.night.sun_elevation_deg_max,
        local_time_name: mission.local_time.name,
      gate_ns: mission.gate.width_ns, elements_age_days_max: mission.limits.elements_age_days_max,
      qber_edge: mission.limits.qber_edge, demo: options.demo ?? true, code_version: '0.1.0',
    }),
    'mission.readClock': () => ({
      utc_ms: now_utc_ms + (performance.now() - began), simulated: options.demo ?? true, disk_free_bytes: 1.21e12 }),
    'orbit.listElements': () => ({ sets }),
    'orbit.importElements': ({ text, source_name }) => (text.includes('41731')
      ? { imported: 1, already_known: 0, ignored_other_satellites: 0, warnings: [] }
      : { type: 'InvalidFile', where: `${source_name}, line 2`,
        message: 'checksum 7, expected 4. Copy the set again from its source.' }),
    'orbit.listNights': (input) => (sets.length === 0
      ? { type: 'NotPossible', reason: 'no-elements',
        message: 'No element set of 41731 yet. Import a TLE or OMM to see windows.' }
      : nightsOf(input, now_utc_ms)),
    'orbit.readPassCurves': curvesOf,
    'outlook.projectKey': () => outlookSample,
    'constellation.searchWindows': () => ({ job_id: job({ title: 'Windows of 100 satellites', stage: 'search' }).job_id }),
    'constellation.readWindows': () => new Uint8Array(),
    'orbit.compareElements': ({ from_utc_ms }) => {
      const edges = { start_utc_ms: from_utc_ms, end_utc_ms: from_utc_ms + 281_300, start_sigma_s: 0.24, dark: true };
      return {
        windows: [{ before: edges, after: edges, start_moved_s: 0.08, end_moved_s: -1.06 }],
        start_moved_s_max: 0.08, end_moved_s_max: 1.06,
      };
    },
    'elements.listSources': sources.list,
    'elements.addSource': sources.add,
    'elements.removeSource': sources.remove as Answers['elements.removeSource'],
    'elements.fetchSources': () => ({ job_id: job({ title: 'Look for new elements', stage: 'asking' }).job_id }),
    'weather.listForecasts': ({ first_night, nights }) => weather.list(first_night, nights, startsOf),
    'weather.recordForecast': (entry) => {
      weather.put(entry);
      return weather.list(entry.night, 1, startsOf);
    },
    'weather.importForecasts': ({ source_name }) => ({ type: 'InvalidFile', where: `${source_name} line 2, cloud_fraction`,
      message: 'expected a fraction from 0 to 1, not per cent, found 40' }),
    'notices.listNotices': () => ({ leads_s: [1800, 600, 120], notices: schedule.notices() }),
    'schedule.listPasses': () => ({ passes: [...schedule.passes] }),
    'schedule.proposePass': schedule.propose,
    'schedule.changePass': schedule.change,
    'schedule.readHistory': ({ pass_id }) => schedule.history(pass_id),
    'schedule.replanPasses': () => ({ type: 'NotPossible', reason: 'NoElements', message: 'No elements yet.' }),
    'schedule.chooseWindows': () => ({ job_id: job({ title: 'Choose among 12 windows', stage: 'choose' }).job_id }),
    'schedule.readChoice': ({ job_id }) => schedule.choice(job_id),
    'schedule.exportPlan': schedule.write,
    'archive.listPasses': () => ({ passes }),
    'archive.readPass': ({ pass_id }) => {
      const summary = passes.find((pass) => pass.pass_id === pass_id);
      if (summary === undefined) return notFound(pass_id);
      const made = summary.state !== 'processed' ? [] : summary.mode === 'bell' ? [verdictOf(1, 2.5, 'bell')]
        : verdicts;
      return detailOf(summary, made);
    },
    'archive.importPass': () => ({ job_id: job({ title: 'Import a pass', stage: 'Checking digests' }).job_id }),
    'archive.verifyPass': ({ pass_id }) => ({ pass_id, intact: true, findings: [], checked_bytes: 38_412_800 }),
    'detection.processPass': ({ pass_id, gate_ns }) => ({
      job_id: job({ title: `Process ${pass_id}, gate ${gate_ns} ns`, stage: 'Locking the clocks', pass_id }).job_id }),
    'detection.readVerdictSeries': ({ pass_id, verdict_id }) => seriesOf(
      verdictOf(verdict_id, 2.5, passes.find((pass) => pass.pass_id === pass_id)?.mode ?? 'qkd')),
    'distillation.distilPasses': ({ pass_ids }) => ({
      job_id: job({ title: `Distil ${pass_ids.join(', ')}`, stage: 'reconciling and amplifying' }).job_id }),
    ...createFixtureKeys(job, options.empty === true),
    'live.readLive': () => live,
    'live.readPlan': ({ pass_id }) => (live.pass === null ? notFound(pass_id) : livePlanOf(live.pass)),
    'live.readSeries': ({ pass_id }) => (live.pass === null ? notFound(pass_id)
      : liveSeriesOf(live.pass, (live.pass.now_utc_ms - live.pass.start_utc_ms) / 1000)),
    'live.directPass': () => live,
    'alarms.listAlarms': () => (live.pass === null ? { ...alarmSample, alarms: [] } : alarmSample),
    'alarms.handleAlarm': () => alarmSample,
    'simulator.flyPass': () => ({ job_id: job({ stage: 'Photons at Delingha', fraction: 0.31 }).job_id }),
    'simulator.flyLive': ({ pass_id }) => ({ job_id: job({
      title: `Fly ${pass_id} live, clean, 20×`, stage: 'T−00:01:12', fraction: 0.04,
    }).job_id }),
    'simulator.listScenarios': () => ({ scenarios: [
      { name: 'clean', description: 'A clear night: both stations acquire in time and nothing fails.' },
      { name: 'cloud-at-120', description: 'A cloud passes over Delingha from 120 s to 160 s and takes the beacon with it.' }] }),
    'jobs.listJobs': () => ({ jobs: [...jobs.values()] }),
    'jobs.cancelJob': ({ job_id }) => {
      const known = jobs.get(job_id);
      if (known === undefined) return { type: 'NotFound', what: 'job', id: job_id };
      job({ ...known, state: 'cancelled' });
      return {};
    },
  };

  function answer(name: OperationName, payload: unknown): CallReply<unknown> {
    const input = operations[name].input.parse(payload);
    asked.push([name, input]);
    const value = failures.get(name) ?? (answers[name] as (input: unknown) => object)(input);
    if (isError(value)) return { ok: false, error: value };
    return { ok: true, value: operations[name].output.parse(value) };
  }

  const transport: Transport = {
    request: (name, payload, signal) => Promise.resolve().then((): CallReply<unknown> =>
      (signal?.aborted === true ? { ok: false, error: { type: 'Cancelled' } }
        : answer(name as OperationName, payload))),
    subscribe: events.add,
    watchConnection: connection.watch,
    close: () => undefined,
  };
  return {
    client: createClient(transport), transport, asked, tell: events.tell, connect: connection.set, job, passes,
      verdicts, sets, schedule, sources, weather,
    tellLive: (view) => {
      live = view;
      events.tell({ type: 'live.changed', live: view });
    },
    fail: (name, error) => { if (error === null) failures.delete(name); else failures.set(name, error); },
  };
}

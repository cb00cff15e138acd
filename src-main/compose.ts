import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Reply } from '../src-contract/errors.ts';
import type { MissionFile } from '../src-contract/mission.ts';
import { composeKeys, type Keys } from './compose-keys.ts';
import { vaultPlace } from './compose-vault.ts';
import { choosingParts, composePlanning, joinPlanToArchive, watchPlanning, type Planning } from './compose-planning.ts';
import { createDispatch, type Dispatch } from './host/dispatch.ts';
import { createEventHub, type HostEvents } from './host/events.ts';
import { composeSimulator } from './compose-simulator.ts';
import { createHandlers } from './host/handlers.ts';
import { createIncidentReporter } from './host/incidents.ts';
import { brokerOf, composeLive, type Live, type LiveParts } from './compose-live.ts';
import { createAlarmService } from './services/alarm-service.ts';
import { createArchiveService } from './services/archive-service.ts';
import { createDetectionService } from './services/detection-service.ts';
import { freeFlights } from './services/free-flights.ts';
import { createJobService, type JobService } from './services/job-service.ts';
import type { KeyService } from './services/key-service.ts';
import { createDemoClock } from './services/mission-clock.ts';
import { parseMissionText } from './services/mission-file.ts';
import { createMissionService } from './services/mission-service.ts';
import { createOrbitService } from './services/orbit-service.ts';
import type { KeyVault as SecretWrapping, Services } from './services/ports.ts';
import { createScheduleService } from './services/schedule-service.ts';
import { SHIPPED_ELEMENTS } from './services/shipped-files.ts';
import { readTextFile } from './services/text-file.ts';
import { openArchive, type OpenArchive } from './store/archive.ts';
import { describeRecordingFileError, readManifest } from './store/recording-files.ts';
import { CODE_VERSION } from './version.ts';
import { createWorkerPool, type WorkerPool } from './workers/pool.ts';

export type { KeyVault } from './services/ports.ts';

export interface HostOptions {
  readonly mission_file: string;
  readonly mission_directory: string;
  readonly demo: boolean;
  /** The console stays and looks after things by itself; a single command does not. */
  readonly stays?: boolean;
  /** The clock; the machine's own when absent. */
  readonly now_utc_ms?: () => number;
  /** What the machine keeps secrets with; a key file of mode 0600, or TWINPASS_PASSPHRASE, where it keeps none. */
  readonly vault?: SecretWrapping;
}

export interface Host {
  readonly dispatch: Dispatch;
  readonly events: HostEvents;
  readonly close: () => Promise<void>;
}

/** What the person at this machine may do beside the contract: no carrier offers it, no key crosses one. */
export interface LocalHost extends Host {
  readonly exportKey: KeyService['exportKey'];
  readonly rotatePassphrase: KeyService['rotatePassphrase'];
}

/** Composition root: the only place that knows how the pieces fit. No logic may live here. */
export async function composeHost(options: HostOptions): Promise<Reply<LocalHost>> {
  const text = await readTextFile(options.mission_file);
  if (!text.ok) return text;
  const mission = parseMissionText(text.value, options.mission_file);
  if (!mission.ok) return mission;
  const { mission_directory: directory } = options;
  const archive = await openArchive({ directory, mission_id: mission.value.id, ...vaultPlace(options, mission.value.id) });
  if (!archive.ok) return archive;
  const now_utc_ms = clockOf(options);
  const { scratch_directory, log } = archive.value;
  if (options.demo) await freeFlights({ scratch_directory, log, who: userName(), now_utc_ms, machine_utc_ms: Date.now });
  const reportIncident = createIncidentReporter({
    nextId: randomUUID,
    write: (line) => process.stderr.write(`${line}\n`),
  });
  const hub = createEventHub(reportIncident);
  const jobs = createJobService({
    now_utc_ms,
    publish: hub.publish,
    reportIncident,
    nextJobId: () => `job-${randomUUID()}`,
  });
  const pool = createWorkerPool({ reportIncident });
  const meetings = createWorkerPool({ reportIncident, concurrent_max: 1, stop_grace_ms: 2000 });
  const services = await composeServices({
    options,
    mission: mission.value,
    mission_json: text.value,
    archive: archive.value,
    now_utc_ms,
    hub,
    jobs,
    pool,
    meetings,
    reportIncident,
  });
  if (!services.ok) {
    archive.value.close();
    return services;
  }
  const background = { demo: options.demo, reportIncident };
  if (options.stays === true) await services.value.delivery.startWithConsole();
  const stopWatching = options.stays === true ? watchPlanning(services.value, background) : () => Promise.resolve();
  return {
    ok: true,
    value: {
      dispatch: createDispatch(createHandlers(services.value), reportIncident),
      events: hub,
      exportKey: services.value.keys.exportKey,
      rotatePassphrase: services.value.keys.rotatePassphrase,
      close: async () => {
        await stopWatching();
        await services.value.closeLive();
        await services.value.delivery.close();
        await jobs.close();
        await Promise.all([pool.close(), meetings.close()]);
        archive.value.close();
      },
    },
  };
}

function clockOf({ now_utc_ms = Date.now, demo }: HostOptions): () => number {
  return demo ? createDemoClock(now_utc_ms) : now_utc_ms;
}

/** Who sits here, for the log; a container may run under a number that no account has. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

interface Parts {
  readonly options: HostOptions;
  readonly mission: MissionFile;
  /** The text that `mission` was read from: each pass file keeps it. */
  readonly mission_json: string;
  readonly archive: OpenArchive;
  readonly now_utc_ms: () => number;
  readonly hub: HostEvents & { readonly publish: Parameters<typeof createJobService>[0]['publish'] };
  readonly jobs: JobService;
  readonly pool: WorkerPool;
  /** A seat of their own: waiting for the other console must keep nobody from computing. */
  readonly meetings: WorkerPool;
  readonly reportIncident: ReturnType<typeof createIncidentReporter>;
}

/** What most services need of the mission. */
function sharedBy({ archive, now_utc_ms, hub, jobs }: Parts, mission: MissionFile) {
  return {
    mission,
    now_utc_ms,
    publish: hub.publish,
    startJob: jobs.start,
    code_version: CODE_VERSION,
    archive: archive.passes,
    files: archive.files,
    vault: archive.vault,
    log: archive.log,
    who: userName(),
  };
}

function describeMission({ options, mission, now_utc_ms }: Parts) {
  const { mission_directory: directory, demo } = options;
  return createMissionService({ mission, directory, demo, code_version: CODE_VERSION, now_utc_ms });
}

/** The alarms of this console, kept in its mission. */
function composeAlarms({ archive, hub, mission, now_utc_ms, reportIncident }: Parts) {
  const elapsed_ms = () => performance.now();
  const { alarms: kept, log } = archive;
  return createAlarmService({
    mission,
    alarms: kept,
    log,
    publish: hub.publish,
    reportIncident,
    now_utc_ms,
    elapsed_ms,
  });
}

type Composed = Services & Planning & Keys & { readonly closeLive: Live['close'] };

/** What records passes, in a process that stays. */
function recordingOf(
  { options, mission_json, ...parts }: Parts,
  services: Pick<LiveParts, 'passes' | 'detection' | 'schedule' | 'alarms'>,
): Live {
  const { demo, mission_directory, stays = false } = options;
  return composeLive({
    ...parts,
    ...services,
    mission_json,
    demo,
    code_version: CODE_VERSION,
    publish: parts.hub.publish,
    startJob: parts.jobs.start,
    broker: stays ? brokerOf({ demo, mission_directory, env: process.env }) : null,
  });
}

async function composeServices(parts: Parts): Promise<Reply<Composed>> {
  const { options, mission, mission_json, archive, now_utc_ms, hub, jobs, pool } = parts;
  const orbit = createOrbitService({
    mission,
    elements: archive.elements,
    now_utc_ms,
    elapsed_ms: () => performance.now(),
    publish: hub.publish,
  });
  const shared = sharedBy(parts, mission);
  const planning = composePlanning({ ...shared, orbit, archive, pool });
  const plan = { elementsText: orbit.elementsText, windowAt: orbit.windowAt };
  const passes = createArchiveService({
    ...shared,
    ...plan,
    mission_json,
    readManifest: async (path) => {
      const manifest = await readManifest(path);
      return manifest.ok
        ? manifest
        : { ok: false, error: { type: 'InvalidFile', ...describeRecordingFileError(manifest.error) } };
    },
    runImport: (input, signal, onProgress) => pool.run('archive.importRecordings', input, { signal, onProgress }),
  });
  const detection = createDetectionService({
    ...shared,
    runProcess: (input, signal, onProgress) => pool.run('detection.processPassFile', input, { signal, onProgress }),
  });
  const schedule = createScheduleService({
    ...shared,
    demo: options.demo,
    schedule: archive.schedule,
    elements: archive.elements,
    currentPropagator: orbit.currentPropagator,
    ...choosingParts(orbit, planning.weather, pool),
  });
  if (options.demo) {
    const text = await readTextFile(SHIPPED_ELEMENTS);
    if (!text.ok) return text;
    const imported = await orbit.importElements({ text: text.value, source_name: 'shipped with the demo' });
    if (!imported.ok) return imported;
  }
  const alarms = composeAlarms(parts);
  const recording = recordingOf(parts, { passes, detection, schedule, alarms });
  const { scratch_directory } = archive;
  const flown = { ...plan, scratch_directory, archive: passes, detection, live: recording.live, plannedPass: schedule.plannedPass };
  const simulator = composeSimulator({ ...parts, ...flown, demo: options.demo, startJob: jobs.start });
  const services = {
    mission: describeMission(parts),
    orbit,
    schedule,
    archive: joinPlanToArchive(schedule, passes, { hub, passes: archive.passes }),
    detection,
    live: recording.live,
    closeLive: recording.close,
    alarms,
    simulator,
    jobs,
    ...composeKeys(parts, shared),
    ...planning,
  };
  return { ok: true, value: services };
}

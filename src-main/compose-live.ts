import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { HostEvent } from '../src-contract/events.ts';
import type { MissionFile } from '../src-contract/mission.ts';
import type { BrokerChoice } from './workers/recorder/recorder-messages.ts';
import { createPassFinishing } from './services/finish-pass.ts';
import type { AlarmService } from './services/alarm-service.ts';
import type { ArchiveService } from './services/archive-service.ts';
import type { DetectionService } from './services/detection-service.ts';
import type { Job } from './services/job-service.ts';
import { keepWatch } from './services/keep-watch.ts';
import type { Counter, RecorderPort } from './services/live-ports.ts';
import { createLiveService, type LiveService } from './services/live-service.ts';
import { createLivePlanning } from './services/live-planning.ts';
import type { ScheduleService } from './services/schedule-service.ts';
import type { OpenArchive } from './store/archive.ts';
import { findLivePasses, openLiveFile, removeLiveFile } from './store/live-file.ts';
import { countLivePass } from './workers/count-live-pass.ts';
import type { WorkerPool } from './workers/pool.ts';
import { startRecorder, type RecorderThread } from './workers/recorder/start-recorder.ts';

export interface LiveParts {
  readonly mission: MissionFile;
  readonly mission_json: string;
  readonly code_version: string;
  readonly demo: boolean;
  readonly archive: OpenArchive;
  readonly passes: ArchiveService;
  readonly detection: DetectionService;
  readonly alarms: Pick<AlarmService, 'observe' | 'follow'>;
  readonly schedule: ScheduleService;
  readonly pool: WorkerPool;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly reportIncident: (cause: unknown) => string;
  /** Null where this process records nothing. */
  readonly broker: BrokerChoice | null;
}

export interface Live {
  readonly live: LiveService;
  readonly close: () => Promise<void>;
}

const LOOK_MS = 1000;
const MINUTE_MS = 60_000;

/** The part of the composition root that records: how its pieces fit, and no logic. */
export function composeLive(parts: LiveParts): Live {
  const { mission, archive, passes, detection, broker, pool, reportIncident } = parts;
  const { directory } = archive.files;
  const { vault } = archive;
  const vaultOf = (pass_id: string) => ({ key_id: vault.key_id, key: vault.keyFor(pass_id) });
  const lead_ms = (mission.recorder?.lead_min ?? LEAD_MIN) * MINUTE_MS;
  let thread: RecorderThread | null = null;
  const live = createLiveService({
    ...parts,
    observe: parts.alarms.observe,
    elapsed_ms: () => performance.now(),
    ...createLivePlanning({ ...parts, elements: archive.elements, vaultOf, lead_ms }),
    lead_ms,
    recorder: broker === null ? null : portOf(() => thread!),
    startCounter: (order, ends) => counterOf(countLivePass({ mission, ...order }, ends), () => thread!),
    finishPass: createPassFinishing({
      gate_ns: mission.gate.width_ns, archive: passes, detection, startJob: parts.startJob,
      sealPass: (pass_id, signal, onProgress) =>
        pool.run('archive.sealRecordedPass', { directory, pass_id, vault: vaultOf(pass_id) }, { signal, onProgress }),
      removeLive: (pass_id) => removeLiveFile(directory, pass_id),
    }),
    unfinished: () => unfinishedIn(archive),
  });
  parts.alarms.follow(live.takeAlarm);
  if (broker === null) return { live, close: () => Promise.resolve() };
  const started = startRecorder({
    setup: {
      mission_id: mission.id, stations: mission.stations.map(({ id }) => id), directory,
      scratch_directory: archive.scratch_directory, anode_v_max: mission.limits.anode_v_max, broker,
    },
    onReport: live.takeReport,
    onUrgent: live.takeUrgent,
    onRestart: () => void live.recorderRestarted().catch(reportIncident),
    reportIncident,
  });
  thread = started;
  const resumed = live.resume().catch(reportIncident);
  const stopLooking = keepWatch({ interval_ms: LOOK_MS, look: live.look, reportIncident });
  return {
    live,
    close: async () => {
      await stopLooking();
      await resumed;
      await live.close();
      await started.close();
    },
  };
}

const LEAD_MIN = 30;

function portOf(thread: () => RecorderThread): RecorderPort {
  return {
    begin: async (pass) => thread().order({ order: 'begin', pass }) as ReturnType<RecorderPort['begin']>,
    note: async (event) => thread().order({ order: 'note', event }),
    command: async (station, command) => thread().order({ order: 'command', station, command }),
    end: async () => thread().order({ order: 'end' }),
  };
}

function counterOf(counting: ReturnType<typeof countLivePass>, thread: () => RecorderThread): Counter {
  if (counting === null) return { close: () => Promise.resolve() };
  void thread().order({ order: 'feed', feed: counting.feed });
  return { close: counting.close };
}

function unfinishedIn({ files, vault }: OpenArchive) {
  const found = findLivePasses(files.directory);
  return (found.ok ? found.value : []).flatMap((pass_id) => {
    const file = openLiveFile(pass_id, { directory: files.directory, vault });
    if (!file.ok) return [];
    const { mode } = file.value.meta;
    file.value.close();
    return [{ pass_id, mode }];
  });
}

/** The console's own broker on the loopback, or the one that the environment names. */
export function brokerOf(
  { demo, mission_directory, env }: { readonly demo: boolean; readonly mission_directory: string; readonly env: NodeJS.ProcessEnv },
): BrokerChoice {
  const client_id = `console-${createHash('sha256').update(`${hostname()} ${join(mission_directory)}`).digest('hex').slice(0, 12)}`;
  // The demo keeps to itself: simulated stations must not speak over the broker that real ones use.
  const url = env[demo ? 'TWINPASS_DEMO_BROKER' : 'TWINPASS_BROKER'];
  if (url === undefined || url === '') {
    return { kind: 'embedded', client_id, host: '127.0.0.1', port: demo ? 0 : Number(env['TWINPASS_BROKER_PORT'] ?? DEFAULT_PORT) };
  }
  const { TWINPASS_BROKER_USER: user, TWINPASS_BROKER_PASSWORD: password } = env;
  return {
    kind: 'url', client_id, url,
    credentials: { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) },
  };
}

const DEFAULT_PORT = 1883;

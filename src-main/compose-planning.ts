import { randomUUID } from 'node:crypto';
import type { HostEvent } from '../src-contract/events.ts';
import type { MissionFile } from '../src-contract/mission.ts';
import { fetchText } from './gateway/element-feed/fetch-text.ts';
import type { ChoosingDeps } from './services/choose-windows.ts';
import { createConstellationService } from './services/constellation-service.ts';
import { createElementSources, type ElementSources } from './services/element-sources.ts';
import type { Job } from './services/job-service.ts';
import type { EventHub } from './host/events.ts';
import { keepWatch } from './services/keep-watch.ts';
import type { OrbitService } from './services/orbit-service.ts';
import { createOutlookService } from './services/outlook-service.ts';
import { createPassNotices, type PassNotices } from './services/pass-notices.ts';
import type { ArchivePort, ConstellationPort } from './services/ports.ts';
import type { ScheduleService } from './services/schedule-service.ts';
import { createWeatherService, type WeatherService } from './services/weather-service.ts';
import type { OpenArchive } from './store/archive.ts';
import type { WorkerPool } from './workers/pool.ts';
import { shareRunner } from './workers/search-share.ts';

export interface PlanningParts {
  readonly mission: MissionFile;
  readonly archive: OpenArchive;
  readonly orbit: OrbitService;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly pool: WorkerPool;
}

/** The part of the composition root that plans: how its pieces fit, and no logic. */
export function composePlanning({ archive, orbit, pool, ...shared }: PlanningParts) {
  const elements = createElementSources({
    ...shared,
    sources: archive.sources,
    log: archive.log,
    wall_utc_ms: Date.now,
    nextSourceId: () => `source-${randomUUID().slice(0, 8)}`,
    fetchText,
    take: async (text, source_name) => orbit.importElements({ text, source_name }),
  });
  const weather = createWeatherService({
    ...shared,
    forecasts: archive.forecasts,
    log: archive.log,
    currentPropagator: orbit.currentPropagator,
    listNights: orbit.nightsOf,
  });
  const outlook = createOutlookService({ ...shared, archive: archive.passes, files: archive.files, windowAt: orbit.windowAt });
  const notices = createPassNotices({ ...shared, schedule: archive.schedule });
  return { elements, weather, notices, outlook, constellation: composeConstellation(pool, shared.startJob) };
}

export type Planning = ReturnType<typeof composePlanning>;

const SOURCES_INTERVAL_MS = 5000;
const NOTICES_INTERVAL_MS = 1000;

export interface Background {
  readonly demo: boolean;
  readonly reportIncident: (cause: unknown) => string;
}

/** What the schedule needs to choose among windows. */
export function choosingParts(orbit: OrbitService, weather: WeatherService, pool: WorkerPool): Choosing {
  return {
    runChoice: (input, signal, onProgress) => pool.run('schedule.chooseWindows', input, { signal, onProgress }),
    listNights: orbit.nightsOf,
    weighedBits: weather.weighedBits,
  };
}

type Choosing = Pick<ChoosingDeps, 'runChoice' | 'listNights' | 'weighedBits'>;

/** As many threads as the pool seats at once: the search waits for nobody, and leaves room for nobody. */
const SEARCH_THREADS = 2;

function composeConstellation(pool: WorkerPool, startJob: (job: Job) => string): ConstellationPort {
  return createConstellationService({
    startJob,
    workers: SEARCH_THREADS,
    runShare: shareRunner(pool),
  });
}

/** What the archive does moves the plan along; what was missed while no console ran is caught up first. */
export function joinPlanToArchive(
  schedule: ScheduleService,
  archive: ArchivePort,
  { hub, passes }: { readonly hub: Pick<EventHub, 'subscribe'>; readonly passes: OpenArchive['passes'] },
): ArchivePort {
  for (const { pass_id } of passes.list()) schedule.followArchive(pass_id);
  hub.subscribe((event) => {
    if (event.type === 'archive.changed') schedule.followArchive(event.pass_id);
  });
  return {
    ...archive,
    verifyPass: async (input) => {
      const reply = await archive.verifyPass(input);
      if (reply.ok && reply.value.intact) schedule.followVerification(input.pass_id);
      return reply;
    },
  };
}

/** What a console that stays does by itself. The demo, under a clock of its own, asks no address unasked. */
export function watchPlanning(
  { elements, notices }: { readonly elements: ElementSources; readonly notices: PassNotices },
  { demo, reportIncident }: Background,
): () => Promise<void> {
  const stops = [
    keepWatch({ interval_ms: NOTICES_INTERVAL_MS, look: notices.watch, reportIncident }),
    ...(demo ? [] : [keepWatch({ interval_ms: SOURCES_INTERVAL_MS, look: elements.watch, reportIncident })]),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

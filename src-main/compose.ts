import { randomUUID } from 'node:crypto';
import type { Reply } from '../src-contract/errors.ts';
import { createDispatch, type Dispatch } from './host/dispatch.ts';
import { createEventHub, type HostEvents } from './host/events.ts';
import { createHandlers } from './host/handlers.ts';
import { createIncidentReporter } from './host/incidents.ts';
import { createJobService } from './services/job-service.ts';
import type { KeyVault, Services } from './services/ports.ts';

export type { KeyVault } from './services/ports.ts';

export interface HostOptions {
  readonly mission_file: string;
  readonly mission_directory: string;
  readonly demo: boolean;
  /** The clock; the machine's own when absent. */
  readonly now_utc_ms?: () => number;
  readonly vault?: KeyVault;
}

export interface Host {
  readonly dispatch: Dispatch;
  readonly events: HostEvents;
  readonly close: () => Promise<void>;
}

const unavailable = (): Reply<never> =>
  ({ ok: false, error: { type: 'Refused', message: 'This host was composed without that service.' } });

/** Composition root: the only place that knows how the pieces fit. No logic may live here. */
export async function composeHost(options: HostOptions): Promise<Reply<Host>> {
  const now_utc_ms = options.now_utc_ms ?? Date.now;
  const reportIncident = createIncidentReporter({
    nextId: randomUUID, write: (line) => process.stderr.write(`${line}\n`),
  });
  const hub = createEventHub(reportIncident);
  const jobs = createJobService({
    now_utc_ms, publish: hub.publish, reportIncident, nextJobId: () => `job-${randomUUID()}`,
  });
  const services: Services = {
    mission: {
      describeMission: unavailable,
      readClock: () => ({
        ok: true,
        value: { utc_ms: now_utc_ms(), simulated: options.now_utc_ms !== undefined, disk_free_bytes: null },
      }),
    },
    orbit: {
      listElements: unavailable, importElements: unavailable, listNights: unavailable, readPassCurves: unavailable,
    },
    archive: { listPasses: unavailable, readPass: unavailable, importPass: unavailable, verifyPass: unavailable },
    detection: { processPass: unavailable, readVerdictSeries: unavailable },
    simulator: { flyPass: unavailable },
    jobs,
  };
  return Promise.resolve({
    ok: true,
    value: {
      dispatch: createDispatch(createHandlers(services), reportIncident),
      events: hub,
      close: () => jobs.close(),
    },
  });
}

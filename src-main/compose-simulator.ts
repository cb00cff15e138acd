import type { HostEvents } from './host/events.ts';
import { createLiveFlights, type LiveFlightDeps } from './services/fly-live.ts';
import type { SimulatorPort } from './services/ports.ts';
import { createSimulatorService, type SimulatorServiceDeps } from './services/simulator-service.ts';
import { createWorkerPool, type WorkerPool } from './workers/pool.ts';

type SimulatorParts = Omit<SimulatorServiceDeps, 'runFlight'> & Omit<LiveFlightDeps, 'runStations' | 'subscribe'> & {
  readonly hub: Pick<HostEvents, 'subscribe'>;
  readonly pool: WorkerPool;
  readonly reportIncident: (cause: unknown) => string;
};

/** Long enough for a station to take its leave of the broker. */
const STOP_GRACE_MS = 3000;

/** Simulated passes, straight into the archive or over the wire. */
export function composeSimulator({ hub, pool, reportIncident, ...parts }: SimulatorParts): SimulatorPort {
  // A seat of their own: stations fly while the console counts, seals and processes.
  const sky = createWorkerPool({ reportIncident, concurrent_max: 1, stop_grace_ms: STOP_GRACE_MS });
  return {
    ...createSimulatorService({
      ...parts,
      runFlight: (input, signal, onProgress) => pool.run('simulator.simulateRecordings', input, { signal, onProgress }),
    }),
    ...createLiveFlights({
      ...parts,
      subscribe: hub.subscribe,
      runStations: (order, signal, onProgress) => sky.run('simulator.flyStations', order, { signal, onProgress }),
    }),
  };
}

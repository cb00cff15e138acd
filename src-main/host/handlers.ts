import type { Handlers } from '../../src-contract/operations.ts';
import type { Services } from '../services/ports.ts';

/** Names to services, nothing else. Every shell serves exactly this object. */
export function createHandlers(services: Services): Handlers {
  const { mission, orbit, archive, detection, simulator, jobs } = services;
  return {
    'mission.describeMission': (input) => mission.describeMission(input),
    'mission.readClock': (input) => mission.readClock(input),
    'orbit.listElements': (input) => orbit.listElements(input),
    'orbit.importElements': (input) => orbit.importElements(input),
    'orbit.listNights': (input) => orbit.listNights(input),
    'orbit.readPassCurves': (input) => orbit.readPassCurves(input),
    'archive.listPasses': (input) => archive.listPasses(input),
    'archive.readPass': (input) => archive.readPass(input),
    'archive.importPass': (input) => archive.importPass(input),
    'archive.verifyPass': (input) => archive.verifyPass(input),
    'detection.processPass': (input) => detection.processPass(input),
    'detection.readVerdictSeries': (input) => detection.readVerdictSeries(input),
    'simulator.flyPass': (input) => simulator.flyPass(input),
    'jobs.listJobs': (input) => jobs.listJobs(input),
    'jobs.cancelJob': (input) => jobs.cancelJob(input),
  };
}

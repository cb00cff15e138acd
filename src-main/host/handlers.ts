import type { Handlers } from '../../src-contract/operations.ts';
import type { Services } from '../services/ports.ts';

/** Names to services, nothing else. Every shell serves exactly this object. */
export function createHandlers(services: Services): Handlers {
  const { mission, orbit, elements, schedule, archive, detection, distillation, keys, live, alarms } = services;
  const { weather, session, simulator, jobs } = services;
  return {
    'mission.describeMission': (input) => mission.describeMission(input),
    'mission.readClock': (input) => mission.readClock(input),
    'orbit.listElements': (input) => orbit.listElements(input),
    'orbit.importElements': (input) => orbit.importElements(input),
    'orbit.compareElements': (input) => orbit.compareElements(input),
    'orbit.listNights': (input) => orbit.listNights(input),
    'orbit.readPassCurves': (input) => orbit.readPassCurves(input),
    'elements.listSources': (input) => elements.listSources(input),
    'elements.addSource': (input) => elements.addSource(input),
    'elements.removeSource': (input) => elements.removeSource(input),
    'elements.fetchSources': (input) => elements.fetchSources(input),
    'weather.listForecasts': (input) => weather.listForecasts(input),
    'weather.recordForecast': (input) => weather.recordForecast(input),
    'weather.importForecasts': (input) => weather.importForecasts(input),
    'schedule.listPasses': (input) => schedule.listPasses(input),
    'schedule.proposePass': (input) => schedule.proposePass(input),
    'schedule.changePass': (input) => schedule.changePass(input),
    'schedule.readHistory': (input) => schedule.readHistory(input),
    'schedule.replanPasses': (input) => schedule.replanPasses(input),
    'schedule.chooseWindows': (input) => schedule.chooseWindows(input),
    'schedule.readChoice': (input) => schedule.readChoice(input),
    'schedule.exportPlan': (input) => schedule.exportPlan(input),
    'archive.listPasses': (input) => archive.listPasses(input),
    'archive.readPass': (input) => archive.readPass(input),
    'archive.importPass': (input) => archive.importPass(input),
    'archive.verifyPass': (input) => archive.verifyPass(input),
    'detection.processPass': (input) => detection.processPass(input),
    'detection.readVerdictSeries': (input) => detection.readVerdictSeries(input),
    'distillation.distilPasses': (input) => distillation.distilPasses(input),
    'session.describeChannel': (input) => session.describeChannel(input),
    'session.configureChannel': (input) => session.configureChannel(input),
    'session.importSecret': (input) => session.importSecret(input),
    'session.distilWithPeer': (input) => session.distilWithPeer(input),
    'keys.listKeys': (input) => keys.listKeys(input),
    'keys.destroyKey': (input) => keys.destroyKey(input),
    'live.readLive': (input) => live.readLive(input),
    'live.readPlan': (input) => live.readPlan(input),
    'live.readSeries': (input) => live.readSeries(input),
    'live.directPass': (input) => live.directPass(input),
    'alarms.listAlarms': (input) => alarms.listAlarms(input),
    'alarms.handleAlarm': (input) => alarms.handleAlarm(input),
    'simulator.flyPass': (input) => simulator.flyPass(input),
    'jobs.listJobs': (input) => jobs.listJobs(input),
    'jobs.cancelJob': (input) => jobs.cancelJob(input),
  };
}

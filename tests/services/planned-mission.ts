import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { hostEvent, type HostEvent } from '../../src-contract/events.ts';
import { missionFile, type MissionFile } from '../../src-contract/mission.ts';
import { operations, type InputOf, type OperationName, type OutputOf } from '../../src-contract/operations.ts';
import type { Reply } from '../../src-contract/errors.ts';
import { createOrbitService, type OrbitService } from '../../src-main/services/orbit-service.ts';
import type { Job, ReportProgress } from '../../src-main/services/job-service.ts';
import { solveSchedule, type SolveScheduleInput } from '../../src-main/workers/solve-schedule.ts';
import { createScheduleService } from '../../src-main/services/schedule-service.ts';
import { createElementStore } from '../../src-main/store/element-store.ts';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import { createPassStore } from '../../src-main/store/pass-store.ts';
import { createScheduleStore } from '../../src-main/store/schedule-store.ts';

export const SHIPPED_TLE = readFileSync('missions/micius-2018-09-15.tle', 'utf8');
/** Two hours before the golden pass. */
export const EVENING_UTC_MS = Date.UTC(2018, 8, 14, 16);
/** Inside the golden pass and the one of the next night. */
export const GOLDEN_UTC_MS = Date.UTC(2018, 8, 14, 18, 16);
export const NEXT_UTC_MS = Date.UTC(2018, 8, 15, 17, 53);

const checksum = (line: string) =>
  Array.from(line).reduce((sum, letter) => sum + (letter === '-' ? 1 : Number(letter) || 0), 0) % 10;

/** The shipped set with its epoch or node moved: the same orbit, later or turned. */
export function movedTle({ epoch_days = 0, raan_deg = 0 }: { epoch_days?: number; raan_deg?: number }): string {
  const [name, one, two] = SHIPPED_TLE.trimEnd().split('\n') as [string, string, string];
  const epoch = (Number(one.slice(18, 32)) + epoch_days).toFixed(8).padStart(14, '0');
  const raan = ((Number(two.slice(17, 25)) + raan_deg) % 360).toFixed(4).padStart(8);
  const first = `${one.slice(0, 18)}${epoch}${one.slice(32, 68)}`;
  const second = `${two.slice(0, 17)}${raan}${two.slice(25, 68)}`;
  return `${name}\n${first}${checksum(first)}\n${second}${checksum(second)}\n`;
}

/** Jobs that run when a test says so, the solver in this very thread. */
function choosing(listNights: OrbitService['nightsOf']) {
  const jobs: Job[] = [];
  return {
    jobs, listNights, weighedBits: () => null,
    startJob: (job: Job) => `job-${String(jobs.push(job)).padStart(4, '0')}`,
    runChoice: (input: SolveScheduleInput, signal: AbortSignal, report: ReportProgress) =>
      solveSchedule(input, { cancelled: () => signal.aborted, report, transfer: () => undefined }),
  };
}

/** Orbit and schedule on one real archive in memory; every answer is checked against the contract. */
export function plannedMission(change: Partial<MissionFile> = {}) {
  const opened = openMissionDb(':memory:');
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const db = opened.value;
  onTestFinished(() => void db.close());
  const mission = missionFile.parse({ ...JSON.parse(readFileSync('missions/micius.json', 'utf8')), ...change });
  const clock = { utc_ms: EVENING_UTC_MS };
  const events: HostEvent[] = [];
  const [elements, log] = [createElementStore(db), createLogStore(db)];
  const shared = {
    mission, elements, now_utc_ms: () => clock.utc_ms, elapsed_ms: () => 0,
    publish: (event: HostEvent) => void events.push(hostEvent.parse(event)),
  };
  const orbit = createOrbitService(shared);
  const { currentPropagator } = orbit;
  const chooses = choosing(orbit.nightsOf);
  const schedule = createScheduleService({
    ...shared, schedule: createScheduleStore(db), log, who: 'ops', demo: false, currentPropagator,
    archive: createPassStore(db), ...chooses,
  });
  async function ask<K extends OperationName>(name: K, input: InputOf<K>): Promise<Reply<OutputOf<K>>> {
    const [domain, verb] = name.split('.') as ['orbit' | 'schedule', string];
    const service = { orbit, schedule }[domain] as unknown as Record<string, (input: unknown) => unknown>;
    const reply = await service[verb]!(operations[name].input.parse(input)) as Reply<OutputOf<K>>;
    return reply.ok ? { ok: true, value: operations[name].output.parse(reply.value) as OutputOf<K> } : reply;
  }
  async function get<K extends OperationName>(name: K, input: InputOf<K>): Promise<OutputOf<K>> {
    const reply = await ask(name, input);
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
    return reply.value;
  }
  const load = (text: string) => get('orbit.importElements', { text, source_name: 'test.tle' });
  return { ask, get, load, clock, events, log, db, schedule, jobs: chooses.jobs, orbit, mission_file: mission };
}

/** The same with the shipped elements and the golden window proposed by anna. */
export async function proposedGolden(change: Partial<MissionFile> = {}) {
  const planned = plannedMission(change);
  await planned.load(SHIPPED_TLE);
  const pass = await planned.get('schedule.proposePass', proposal(GOLDEN_UTC_MS));
  return { ...planned, pass };
}

export const proposal = (start_utc_ms: number, said: Partial<InputOf<'schedule.proposePass'>> = {}) =>
  ({ start_utc_ms, who: 'anna', why: 'first night', override_why: null, ...said });

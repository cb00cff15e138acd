import { createHash } from 'node:crypto';
import type { LiveView } from '../../src-contract/live.ts';
import { alarmLimitsOf } from '../../src-contract/night-limits.ts';
import type { RecorderReport } from '../pipeline/recorder-report.ts';
import { createAlarmFeed, type AlarmFeed } from './live-alarm-feed.ts';
import { createPassCounting, type PassCounting } from './live-counting.ts';
import { narrate, sceneOf, type Scene } from './live-narrator.ts';
import type { LivePass, NewEvent } from './live-pass.ts';
import type { LiveServiceDeps } from './live-ports.ts';
import { NO_RECORDER, viewRecorder } from './live-recorder-words.ts';

/** The live service's memory: the pass that is on or just over, and what the recorder said last. */
export interface LiveDesk {
  readonly deps: LiveServiceDeps;
  readonly limits_version: string;
  readonly alarms: AlarmFeed;
  pass: LivePass | null;
  counting: PassCounting | null;
  report: RecorderReport | null;
  broker_since_utc_ms: number | null;
  scene: Scene | null;
  published_ms: number;
  prepared_ms: number;
  ended_ms: number;
  ending: boolean;
  /** The end was told in the log, even where the disk does not let it happen yet. */
  end_said: boolean;
}

/** Stations that speak but are set up for another pass are told again after this. */
const PREPARE_EVERY_MS = 5000;
/** What comes after the window may last so long at most. */
export const TAIL_MS_MAX = 10 * 60_000;

export function createLiveDesk(deps: LiveServiceDeps): LiveDesk {
  const limits_version = createHash('sha256').update(JSON.stringify(alarmLimitsOf(deps.mission))).digest('hex').slice(0, 8);
  return {
    deps, limits_version, alarms: createAlarmFeed(deps), pass: null, counting: null, report: null, broker_since_utc_ms: null, scene: null,
    published_ms: -Infinity, prepared_ms: -Infinity, ended_ms: -Infinity, ending: false, end_said: false,
  };
}

/** The pass while it is recorded; null before, and after its end. */
export const passOn = ({ pass }: LiveDesk): LivePass | null => (pass === null || pass.ended() ? null : pass);

export function viewOf({ deps, report, broker_since_utc_ms, pass }: LiveDesk): LiveView {
  const recorder = report === null || deps.recorder === null ? NO_RECORDER : viewRecorder(report, broker_since_utc_ms);
  return { recorder, pass: pass?.view(recorder) ?? null };
}

/** Tells the console how it stands, unless it was told less than `every_ms` ago. */
export function show(desk: LiveDesk, every_ms = 0): void {
  const now_ms = desk.deps.elapsed_ms();
  if (now_ms - desk.published_ms < every_ms) return;
  desk.published_ms = now_ms;
  desk.deps.publish({ type: 'live.changed', live: viewOf(desk) });
}

/** A line of the pass's log: on screen at once, in its file with the recorder's next turn. */
export function log({ deps, pass }: LiveDesk, line: Omit<NewEvent, 'at_utc_ms'>): void {
  if (pass === null) return;
  const event = { ...line, at_utc_ms: Math.round(pass.now_utc_ms()) };
  pass.log(event);
  void deps.recorder?.note(event);
}

/** A routine line, by a name or by the console itself. */
export function say(desk: LiveDesk, text: string, who: string | null = null): void {
  log(desk, { station: null, source: who === null ? 'console' : 'operator', severity: 'routine', who, text });
}

/** What the recorder says, into the pass, its log and its counter. */
export function takeReport(desk: LiveDesk, report: RecorderReport): void {
  if (desk.report?.broker.state !== report.broker.state) desk.broker_since_utc_ms = Math.round(desk.deps.now_utc_ms());
  desk.report = report;
  desk.pass?.takeReport(report);
  startCounting(desk, report);
  prepareStations(desk, report);
  const view = viewOf(desk);
  desk.alarms.take(report, { view, pass: passOn(desk) });
  const scene = sceneOf(view);
  if (desk.scene !== null && scene !== null && passOn(desk) !== null) {
    for (const line of narrate(desk.scene, scene)) log(desk, { ...line, who: null });
  }
  desk.scene = scene;
}

/** Counting begins once both stations have said what their batches are made of. */
function startCounting(desk: LiveDesk, { recordings }: RecorderReport): void {
  const pass = passOn(desk);
  const [a, b] = desk.deps.mission.stations.map(({ id }) => recordings[id]);
  if (pass === null || desk.counting !== null || a === undefined || b === undefined) return;
  desk.counting = createPassCounting(desk.deps, {
    recordings: [a, b], elements: desk.deps.elementsOf(pass.facts.pass_id), end_utc_ms: pass.facts.end_utc_ms + TAIL_MS_MAX,
    onFigures: pass.takeFigures,
    onTrouble: (text) => log(desk, { station: null, source: 'console', severity: 'serious', who: null, text }),
  });
}

function prepareStations(desk: LiveDesk, { links, prepared }: RecorderReport): void {
  const pass = passOn(desk);
  const { deps: { elapsed_ms, mission, recorder } } = desk;
  if (pass === null || recorder === null || elapsed_ms() - desk.prepared_ms < PREPARE_EVERY_MS) return;
  const { pass_id, start_utc_ms, end_utc_ms } = pass.facts;
  desk.prepared_ms = elapsed_ms();
  for (const { id } of mission.stations) {
    if (links[id] !== 'online' || prepared[id] === pass_id) continue;
    void recorder.command(id, { command: 'prepare', pass_id, start_utc_ms, end_utc_ms });
  }
}

import { createHash } from 'node:crypto';
import type { AlarmList } from '../../src-contract/alarm.ts';
import type { Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { InputOf } from '../../src-contract/operations.ts';
import { createAlarmBoard, type AlarmBoard, type AlarmChange, type AlarmEntry } from '../../src-core/alarms/alarm-board.ts';
import { canonicalJson } from '../../src-core/archive/canonical-json.ts';
import { ok } from '../../src-core/result.ts';
import type { AlarmReader, AlarmWriter } from '../store/alarm-store.ts';
import type { LogWriter } from '../store/log-store.ts';
import { createAlarmKeeping } from './alarm-keeping.ts';
import { judgeLimitsOf, samplesOf, type AlarmObservation, type Observing } from './alarm-observation.ts';
import { changeEvent, viewOf, type AlarmEvent } from './alarm-view.ts';
import type { AlarmsPort } from './ports.ts';

type AlarmAction = InputOf<'alarms.handleAlarm'>;

export interface AlarmServiceDeps {
  readonly mission: MissionFile;
  readonly alarms: AlarmReader & AlarmWriter;
  readonly log: LogWriter;
  readonly publish: (event: HostEvent) => void;
  readonly reportIncident: (cause: unknown) => void;
  /** The clock on the wall: shelves end by it. Packet times come with what is observed. */
  readonly now_utc_ms: () => number;
  /** A clock that nobody sets: against it the other one is seen to jump. */
  readonly elapsed_ms: () => number;
}

export interface AlarmService extends AlarmsPort {
  /** Everything that may raise or end an alarm comes in here. Messages: each once, when it is on disk. */
  readonly observe: (said: AlarmObservation) => void;
  /** What alarms have to say to the log of the pass. */
  readonly follow: (listener: (event: AlarmEvent) => void) => void;
}

/** Values of standing alarms go out this often at most; a change of state at once. @units ms */
const REFRESH_MS = 1000;

/** The alarms of the console: judged by packet time, kept, told, and handled by name. */
export function createAlarmService(deps: AlarmServiceDeps): AlarmService {
  const { mission } = deps;
  const { limits, delays } = judgeLimitsOf(mission);
  const limits_version = createHash('sha256').update(canonicalJson({ ...limits })).digest('hex').slice(0, 12);
  const board = createAlarmBoard(delays);
  const keeping = createAlarmKeeping({ ...deps, limits_version });
  const observing: Observing = { mission, limits, clockJump: createJumpWatch(deps) };
  const sounding = new Set<string>();
  const listeners: ((event: AlarmEvent) => void)[] = [];
  let [pass_id, replay]: [string | null, boolean] = [null, false];
  let told = { at_ms: -Infinity, json: '' };

  const list = (): AlarmList => {
    const standing = board.list();
    const waiting = standing.some(({ display, sample: { alarm_id } }) =>
      (display === 'unacknowledged' || display === 'returned') && sounding.has(alarm_id));
    // Out of place in this phase and never told: a telescope that is parked before the pass is no news.
    const shown = standing.filter(({ display, state }) => display !== 'suppressed' || state.announced);
    return { alarms: shown.map(viewOf), sounding: waiting, limits_version };
  };
  const tell = (now: boolean) => {
    if (!now && deps.elapsed_ms() - told.at_ms < REFRESH_MS) return;
    const alarms = list();
    const json = JSON.stringify(alarms);
    const same = json === told.json;
    told = { at_ms: deps.elapsed_ms(), json };
    if (!same) deps.publish({ type: 'alarms.changed', alarms });
  };
  const take = (changes: readonly AlarmChange[], by?: { readonly who: string; readonly why: string | null }) => {
    for (const { announced, entry } of changes) if (announced) sounding.add(entry.sample.alarm_id);
    if (changes.length > 0) keeping.keep(changes, by);
    tell(changes.length > 0);
    for (const event of changes.flatMap((change) => changeEvent(change, by))) for (const listener of listeners) listener(event);
  };
  restore(board, deps, sounding);

  return {
    listAlarms: () => {
      take(board.tick(deps.now_utc_ms()));
      return ok(list());
    },
    handleAlarm: (action) => {
      const handled = handle(action, { board, sounding, now_utc_ms: deps.now_utc_ms(), take });
      if (!handled.ok) return handled;
      keeping.note(action, handled.value);
      tell(true);
      return ok(list());
    },
    observe: (said) => {
      const ticked = board.tick(deps.now_utc_ms());
      if (said.kind === 'pass') {
        if (said.pass_id !== pass_id) board.begin(said.pass_id);
        ({ pass_id, replay } = said);
        take([...ticked, ...(replay ? [] : board.setPhase(said.phase, said.at_utc_ms))]);
      } else if (said.kind !== 'console' && replay) take(ticked);
      else if (said.kind === 'telemetry' && said.message.pass_id !== pass_id) take(ticked);
      else take([...ticked, ...board.feed(samplesOf(observing, said))]);
    },
    follow: (listener) => void listeners.push(listener),
  };
}

/** What stood before the console was started again stands, and what nobody took sounds. */
function restore(board: AlarmBoard, { alarms }: AlarmServiceDeps, sounding: Set<string>) {
  board.restore(alarms.listStanding().map(({ entry_json }) => JSON.parse(entry_json) as AlarmEntry));
  board.begin(null);
  for (const { sample } of board.list()) sounding.add(sample.alarm_id);
}

/** By how much the clock on the wall moved more than time did, since it was asked last. */
function createJumpWatch({ now_utc_ms, elapsed_ms }: Pick<AlarmServiceDeps, 'now_utc_ms' | 'elapsed_ms'>): () => number {
  const offset = () => now_utc_ms() - elapsed_ms();
  let before = offset();
  return () => {
    const now = offset();
    const jump_s = (now - before) / 1000;
    before = now;
    return jump_s;
  };
}

interface Handling {
  readonly board: AlarmBoard;
  readonly sounding: Set<string>;
  readonly now_utc_ms: number;
  readonly take: (changes: readonly AlarmChange[], by: { readonly who: string; readonly why: string | null }) => void;
}

/** Does what a name asks; answers what it was done to. */
function handle(action: AlarmAction, { board, sounding, now_utc_ms: at_utc_ms, take }: Handling): Reply<readonly string[]> {
  const { who } = action;
  const order = (alarm_id: string, what: Parameters<AlarmBoard['order']>[1], why: string | null = null): Reply<readonly string[]> => {
    const changes = board.order(alarm_id, what);
    if (!changes.ok) return { ok: false, error: refusal(alarm_id, changes.error) };
    take(changes.value, { who, why });
    return ok([alarm_id]);
  };
  switch (action.action) {
    case 'acknowledge': {
      // One that somebody else took, or that ended, meanwhile keeps nobody from taking the others.
      const replies = action.alarm_ids.map((alarm_id) => order(alarm_id, { kind: 'acknowledge', at_utc_ms, who }));
      const taken = replies.flatMap((reply) => (reply.ok ? reply.value : []));
      return taken.length === 0 ? replies[0]! : ok(taken);
    }
    case 'silence':
      sounding.clear();
      return ok(['alarms']);
    case 'shelve': {
      const until_utc_ms = at_utc_ms + action.minutes * 60_000;
      return order(action.alarm_id, { kind: 'shelve', at_utc_ms, who, why: action.why, until_utc_ms }, action.why);
    }
    case 'unshelve': return order(action.alarm_id, { kind: 'unshelve', at_utc_ms, who });
    case 'reset': return order(action.alarm_id, { kind: 'reset', at_utc_ms, who }, action.why);
  }
}

function refusal(alarm_id: string, error: { type: 'NotFound' } | { type: 'Refused'; message: string }) {
  return error.type === 'NotFound'
    ? { type: 'NotFound', what: 'alarm', id: alarm_id } as const
    : { type: 'Refused', message: `${alarm_id}: ${error.message}` } as const;
}

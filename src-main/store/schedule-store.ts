import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../../src-core/result.ts';
import { refused, type StoreError } from './store-error.ts';

export type PlannedState =
  'proposed' | 'approved' | 'armed' | 'live' | 'recorded' | 'processed' | 'archived' | 'aborted' | 'cancelled';

export interface PlannedPass {
  readonly pass_id: string;
  readonly night: string;
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly element_set_id: string;
  /** What the window promised when it was planned, as JSON text. */
  readonly expected_json: string;
  readonly state: PlannedState;
  /** Grows by one with each transition: a change based on an older one is refused. */
  readonly version: number;
}

/** What new elements may change about a pass. */
export type PlannedEdges = Pick<PlannedPass, 'start_utc_ms' | 'end_utc_ms' | 'element_set_id' | 'expected_json'>;

/** Who changed the state, why and when. */
export interface Actor { readonly who: string; readonly why: string; readonly at_utc_ms: number }

/** By how much new elements moved the edges; positive is later. */
export interface PlannedMove { readonly start_moved_s: number; readonly end_moved_s: number }

export interface Transition extends Actor {
  /** Null for a change that moved nothing. */
  readonly start_moved_s: number | null;
  readonly end_moved_s: number | null;
  readonly pass_id: string;
  readonly version: number;
  readonly from_state: PlannedState | null;
  readonly to_state: PlannedState;
}

export interface ScheduleReader {
  /** Plans that touch the interval, earliest first. */
  readonly listBetween: (start_utc_ms: number, end_utc_ms: number) => readonly PlannedPass[];
  readonly find: (pass_id: string) => PlannedPass | null;
  /** Oldest first. */
  readonly history: (pass_id: string) => readonly Transition[];
  /** Archived passes that are this planned one. */
  readonly recordings: (planned_pass_id: string) => readonly string[];
}

export interface ScheduleWriter {
  readonly propose: (pass: Omit<PlannedPass, 'state' | 'version'>, actor: Actor) => Result<PlannedPass, StoreError>;
  /** Which moves are legal is the schedule's business; that two people do not move one pass at once is ours. */
  readonly move: (
    pass: Pick<PlannedPass, 'pass_id' | 'version'>, to_state: PlannedState, actor: Actor,
  ) => Result<PlannedPass, StoreError>;
  /** The same pass in the same state on other edges. */
  readonly rewrite: (
    pass: Pick<PlannedPass, 'pass_id' | 'version'>, window: PlannedEdges, actor: Actor & PlannedMove,
  ) => Result<PlannedPass, StoreError>;
  /** Notes which planned pass an archived one is; once said, it stays. */
  readonly link: (link: { readonly pass_id: string; readonly planned_pass_id: string; readonly at_utc_ms: number }) => void;
  /** Reads and writes of `work` as one: nobody changes the plan in between, and what throws or fails leaves no trace. */
  readonly exclusively: <T, E extends { readonly type: string }>(work: () => Result<T, E>) => Result<T, E>;
}

const COLUMNS = 'pass_id, night, start_utc_ms, end_utc_ms, element_set_id, expected_json, state, version';
/** No window is longer than a day, which lets the index on the start bound the search. */
export const LIST_BETWEEN = `SELECT ${COLUMNS} FROM planned_pass
  WHERE start_utc_ms BETWEEN :start_utc_ms - 86400000 AND :end_utc_ms AND end_utc_ms >= :start_utc_ms
  ORDER BY start_utc_ms, pass_id`;

export const RECORDINGS_OF_PLANNED = 'SELECT pass_id FROM planned_recording WHERE planned_pass_id = ? ORDER BY pass_id';
const UNMOVED = { start_moved_s: null, end_moved_s: null };

/** All SQL about the plan. */
export function createScheduleStore(db: Database): ScheduleReader & ScheduleWriter {
  const between = db.prepare<[{ start_utc_ms: number; end_utc_ms: number }], PlannedPass>(LIST_BETWEEN);
  const one = db.prepare<[string], PlannedPass>(`SELECT ${COLUMNS} FROM planned_pass WHERE pass_id = ?`);
  const history = db.prepare<[string], Transition>(`SELECT pass_id, version, from_state, to_state, who, why, at_utc_ms,
    start_moved_s, end_moved_s FROM schedule_transition WHERE pass_id = ? ORDER BY version`);
  const insert = db.prepare(`INSERT INTO planned_pass (${COLUMNS}) VALUES (:pass_id, :night, :start_utc_ms, :end_utc_ms,
    :element_set_id, :expected_json, :state, :version)`);
  const update = db.prepare(`UPDATE planned_pass SET state = :state, version = :version, start_utc_ms = :start_utc_ms,
    end_utc_ms = :end_utc_ms, element_set_id = :element_set_id, expected_json = :expected_json
    WHERE pass_id = :pass_id`);
  const note = db.prepare(`INSERT INTO schedule_transition (pass_id, version, from_state, to_state, who, why, at_utc_ms,
    start_moved_s, end_moved_s)
    VALUES (:pass_id, :version, :from_state, :to_state, :who, :why, :at_utc_ms, :start_moved_s, :end_moved_s)`);
  const recordings = db.prepare<[string], string>(RECORDINGS_OF_PLANNED).pluck();
  const link = db.prepare(`INSERT INTO planned_recording (pass_id, planned_pass_id, linked_at_utc_ms)
    VALUES (:pass_id, :planned_pass_id, :at_utc_ms) ON CONFLICT (pass_id) DO NOTHING`);

  const propose = db.transaction((pass: Omit<PlannedPass, 'state' | 'version'>, actor: Actor) => {
    if (one.get(pass.pass_id) !== undefined) return refused(`Pass ${pass.pass_id} is planned already.`);
    const planned: PlannedPass = { ...pass, state: 'proposed', version: 1 };
    insert.run(planned);
    note.run({ pass_id: pass.pass_id, version: 1, from_state: null, to_state: 'proposed', ...UNMOVED, ...actor });
    return ok(planned);
  });
  const change = db.transaction((
    { pass_id, version }: Pick<PlannedPass, 'pass_id' | 'version'>, changed: Partial<PlannedPass>, actor: Actor,
  ) => {
    const current = one.get(pass_id);
    if (current === undefined) return err({ type: 'NotFound', what: 'planned pass', id: pass_id });
    if (current.version !== version) {
      return refused(`Pass ${pass_id} was changed meanwhile and is ${current.state} now. Look again, then decide.`);
    }
    const moved: PlannedPass = { ...current, ...changed, version: version + 1 };
    update.run(moved);
    note.run({ pass_id, version: moved.version, from_state: current.state, to_state: moved.state, ...UNMOVED, ...actor });
    return ok(moved);
  });
  return {
    listBetween: (start_utc_ms, end_utc_ms) => between.all({ start_utc_ms, end_utc_ms }),
    find: (pass_id) => one.get(pass_id) ?? null,
    history: (pass_id) => history.all(pass_id),
    recordings: (planned_pass_id) => recordings.all(planned_pass_id),
    link: (linked) => void link.run(linked),
    propose: (pass, actor) => propose.immediate(pass, actor),
    move: (pass, state, actor) => change.immediate(pass, { state }, actor),
    rewrite: (pass, { start_utc_ms, end_utc_ms, element_set_id, expected_json }, actor) =>
      change.immediate(pass, { start_utc_ms, end_utc_ms, element_set_id, expected_json }, actor),
    exclusively: (work) => runExclusively(db, work),
  };
}

/** Thrown to make the transaction roll back, caught where it was begun. */
class Undone<T> extends Error {
  readonly result: T;

  constructor(result: T) {
    super('the plan stays as it was');
    this.result = result;
  }
}

function runExclusively<T, E extends { readonly type: string }>(
  db: Database, work: () => Result<T, E>,
): Result<T, E> {
  try {
    return db.transaction(() => {
      const result = work();
      if (!result.ok) throw new Undone(result);
      return result;
    }).immediate();
  } catch (cause) {
    if (cause instanceof Undone) return cause.result as Result<T, E>;
    throw cause;
  }
}

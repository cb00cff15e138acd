import type { ChoiceRequest, ChoiceView, OpportunityView } from '../../src-contract/choice.ts';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { DualWindowView, NightView } from '../../src-contract/orbit.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { ChoiceProblem } from '../../src-core/schedule/choice.ts';
import type { ScheduleChoice } from '../../src-core/schedule/choose.ts';
import { refuseConflicts } from '../../src-core/schedule/conflicts.ts';
import { holdsResources } from '../../src-core/schedule/life-cycle.ts';
import type { Job, ReportProgress } from './job-service.ts';
import type { SchedulePort } from './ports.ts';
import { storedPlan, type ScheduleServiceDeps } from './schedule-plan.ts';
import { corePass, resourcesOf, turnaroundOf } from './schedule-view.ts';

export interface ChoosingDeps extends ScheduleServiceDeps {
  readonly startJob: (job: Job) => string;
  readonly runChoice: (
    input: { readonly problem: ChoiceProblem; readonly component_seconds_max: number },
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<ScheduleChoice>>;
  readonly listNights: (query: {
    readonly first_night: string;
    readonly nights: number;
  }) => Result<{ readonly nights: readonly NightView[] }, OperationError>;
  /** What a window brings by the forecast; null where a station has none. */
  readonly weighedBits: (night: string, window: DualWindowView) => number | null;
}

/** Choices are read right after they are made; these many are kept. */
const KEPT_MAX = 16;

interface Posed {
  readonly problem: ChoiceProblem;
  readonly weighed: number;
  readonly taken: number;
}

/** Which windows to fly, exactly: a job, and its answer by the job's id. */
export function createChoosing(deps: ChoosingDeps): Pick<SchedulePort, 'chooseWindows' | 'readChoice'> {
  const kept = new Map<string, ChoiceView>();
  const keep = (view: ChoiceView) => {
    kept.set(view.job_id, view);
    for (const job_id of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT_MAX))) kept.delete(job_id);
  };
  return {
    chooseWindows: (request) => {
      const posed = request.among === 'nights' ? poseNights(deps, request) : ok(poseWindows(request));
      if (!posed.ok) return posed;
      const job_id: string = deps.startJob({
        title: `Choose among ${posed.value.problem.opportunities.length} windows`,
        run: async (signal, report) => {
          const input = { problem: posed.value.problem, component_seconds_max: request.seconds_max };
          const choice = await deps.runChoice(input, signal, report);
          if (!choice.ok) return choice;
          keep(viewChoice(job_id, posed.value, choice.value));
          return ok({});
        },
      });
      return ok({ job_id });
    },
    readChoice: ({ job_id }) => {
      const view = kept.get(job_id);
      return view === undefined ? err({ type: 'NotFound', what: 'choice of job', id: job_id }) : ok(view);
    },
  };
}

function poseWindows({ windows, demands, turnaround }: ChoiceRequest & { readonly among: 'windows' }): Posed {
  const { satellite_s, station_s, station_s_by_id } = turnaround;
  return {
    problem: {
      opportunities: windows,
      demands,
      turnaround: {
        satellite_turnaround_s: satellite_s,
        station_turnaround_s: station_s,
        station_turnaround_s_by_id: station_s_by_id,
      },
    },
    weighed: 0,
    taken: 0,
  };
}

/** The dark windows ahead that are free: not on the plan, and out of the way of what is. */
function poseNights(
  deps: ChoosingDeps,
  request: ChoiceRequest & { readonly among: 'nights' },
): Result<Posed, OperationError> {
  const { mission, now_utc_ms } = deps;
  const { first_night, nights, by_weather, demand_bits } = request;
  const listed = deps.listNights({ first_night, nights });
  if (!listed.ok) return listed;
  const ahead = listed.value.nights.flatMap(({ night, windows }) =>
    windows
      .filter(({ dark, start_utc_ms }) => dark && start_utc_ms > now_utc_ms())
      .map((window) => ({ night, window })),
  );
  const free = ahead.filter(({ window }) => isFree(deps, window));
  let weighed = 0;
  const opportunities = free.map(({ night, window }): OpportunityView => {
    const bits = by_weather ? deps.weighedBits(night, window) : null;
    if (bits !== null) weighed += 1;
    const { satellite_id, station_ids } = resourcesOf(mission);
    const { start_utc_ms, end_utc_ms } = window;
    const expected_bits = bits ?? window.expected.sifted_bits;
    return {
      window_id: window.start_utc,
      satellite_id,
      station_ids: [...station_ids],
      start_utc_ms,
      end_utc_ms,
      expected_bits,
    };
  });
  if (opportunities.length === 0) {
    const message = 'Nothing to choose from: no dark window of these nights is free and lies ahead. Take other nights.';
    return err({ type: 'NotPossible', reason: 'NoWindow', message });
  }
  const demands =
    demand_bits === null ? [] : [{ station_ids: resourcesOf(mission).station_ids, weight: 1, demand_bits }];
  const problem = { opportunities, demands, turnaround: turnaroundOf(mission) };
  return ok({ problem, weighed, taken: ahead.length - free.length });
}

function isFree(deps: ChoosingDeps, window: DualWindowView): boolean {
  const { mission } = deps;
  const plan = storedPlan(deps);
  const { start_utc_ms, end_utc_ms } = window;
  const claimed = plan.some(
    (pass) =>
      pass.state !== 'cancelled' &&
      pass.state !== 'aborted' &&
      pass.start_utc_ms < end_utc_ms &&
      start_utc_ms < pass.end_utc_ms,
  );
  if (claimed) return false;
  const held = plan.filter(({ state }) => holdsResources(state)).map((pass) => corePass(mission, pass));
  const candidate = { pass_id: window.start_utc, start_utc_ms, end_utc_ms, ...resourcesOf(mission) };
  return refuseConflicts(candidate, held, turnaroundOf(mission)).ok;
}

function viewChoice(job_id: string, { problem, weighed, taken }: Posed, choice: ScheduleChoice): ChoiceView {
  const by_id = new Map(problem.opportunities.map((window) => [window.window_id, window]));
  const chosen = choice.window_ids
    .map((id) => by_id.get(id)!)
    .map((window): OpportunityView => ({
      ...window,
      station_ids: [...window.station_ids],
    }));
  return {
    job_id,
    chosen,
    expected_bits: choice.expected_bits,
    value: choice.value,
    value_max: choice.value_max,
    optimality_gap: choice.optimality_gap,
    greedy_value: choice.greedy_value,
    greedy_gap: choice.greedy_gap,
    pairs: pairsOf(problem, chosen),
    windows: choice.windows,
    parts: choice.components,
    solved_parts: choice.programs,
    weighed,
    taken,
  };
}

/** What each pair gets, best served first. */
function pairsOf({ demands }: ChoiceProblem, chosen: readonly OpportunityView[]): ChoiceView['pairs'] {
  const keyOf = (ids: readonly [string, string]) => JSON.stringify(ids.toSorted());
  const asked = new Map(demands.map((demand) => [keyOf(demand.station_ids), demand]));
  const served = Map.groupBy(chosen, ({ station_ids }) => keyOf(station_ids));
  const pairs = new Set([...served.keys(), ...asked.keys()]);
  return Array.from(pairs, (key) => {
    const windows = served.get(key) ?? [];
    const { weight = 1, demand_bits = null } = asked.get(key) ?? {};
    return {
      station_ids: JSON.parse(key) as [string, string],
      windows: windows.length,
      expected_bits: windows.reduce((sum, { expected_bits }) => sum + expected_bits, 0),
      weight,
      demand_bits,
    };
  }).toSorted((a, b) => b.expected_bits - a.expected_bits);
}

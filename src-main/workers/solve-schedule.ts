import type { LegacyHighs } from 'highs';
import type { Reply } from '../../src-contract/errors.ts';
import { valueOf, type ChoiceModel, type ChoiceProblem, type Component } from '../../src-core/schedule/choice.ts';
import { chooseGreedily } from '../../src-core/schedule/choose-greedily.ts';
import { beginChoice, endChoice, type ComponentChoice, type ScheduleChoice } from '../../src-core/schedule/choose.ts';
import { readProgram, writeProgram, type ProgramSolver } from '../../src-core/schedule/choice-program.ts';
import { CANCELLED, type TaskContext } from './task.ts';

export interface SolveScheduleInput {
  readonly problem: ChoiceProblem;
  /** For one component; what is found until then is kept, with its gap. */
  readonly component_seconds_max: number;
}

/** Proven best means best: the solver's default would stop 1e-4 short of it. */
const EXACT = { mip_rel_gap: 0, mip_abs_gap: 0, output_flag: false, random_seed: 1 } as const;

function solverOn(highs: LegacyHighs): ProgramSolver {
  return (text, seconds_max) => {
    const answer = highs.solve(text, { ...EXACT, time_limit: seconds_max });
    const columns = new Map<string, { readonly Primal?: number }>(Object.entries(answer.Columns));
    return {
      status:
        answer.Status === 'Optimal' ? 'optimal' : answer.Status === 'Time limit reached' ? 'time_limit' : 'failed',
      account: answer.Status,
      objective: answer.ObjectiveValue,
      primal: (column) => columns.get(column)?.Primal,
    };
  };
}

/** HiGHS in WebAssembly, a fresh instance: about 0.1 s to start, so other tasks do not load it. */
export async function createHighsSolver(): Promise<ProgramSolver> {
  const { default: face } = await import('highs');
  // The package's types describe its CommonJS face; what an ES module imports is the loader itself.
  const loadHighs = face as unknown as (typeof face)['default'];
  return solverOn(await loadHighs());
}

/** Chooses among conflicting windows, exactly where time allows, and says how far from the best at most. */
export async function solveSchedule(input: SolveScheduleInput, context: TaskContext): Promise<Reply<ScheduleChoice>> {
  return solveScheduleWith(createHighsSolver, input, context);
}

/** The same with the solver injected; it is only started when a component needs it. */
export async function solveScheduleWith(
  createSolver: () => Promise<ProgramSolver>,
  input: SolveScheduleInput,
  { cancelled, report }: TaskContext,
): Promise<Reply<ScheduleChoice>> {
  const work = beginChoice(input.problem);
  const solved: ComponentChoice[] = [];
  if (work.left.length > 0) {
    const solver = await createSolver();
    const total = work.left.reduce((sum, { items }) => sum + items.length, 0);
    let done = 0;
    for (const component of work.left) {
      if (cancelled()) return CANCELLED;
      const choice = solveComponent(solver, work.model, { component, seconds_max: input.component_seconds_max });
      if (!choice.ok) return choice;
      solved.push(choice.value);
      done += component.items.length;
      report('choose', done / total);
    }
  }
  return { ok: true, value: endChoice(work, solved) };
}

function solveComponent(
  solver: ProgramSolver,
  model: ChoiceModel,
  { component, seconds_max }: { component: Component; seconds_max: number },
): Reply<ComponentChoice> {
  const answer = solver(writeProgram(model.values, component), seconds_max);
  if (answer.status === 'failed') return unsolved(answer.account);
  const chosen = readProgram(component, answer.primal);
  const part = { ...model, components: [component], caps: component.caps };
  if (answer.status === 'optimal') {
    if (!chosen.ok) return unsolved(`${chosen.error.column} is ${chosen.error.found}`);
    return { ok: true, value: { chosen: chosen.value, shortfall_max: 0 } };
  }
  const relaxed = solver(writeProgram(model.values, component, true), Infinity);
  if (relaxed.status !== 'optimal') return unsolved(relaxed.account);
  // A solver that is cut short may hold less than the obvious plan, or nothing.
  const plans = [chooseGreedily(part), ...(chosen.ok ? [chosen.value] : [])].map((plan) => ({
    plan,
    value: valueOf(part, plan),
  }));
  const best = plans.reduce((a, b) => (b.value > a.value ? b : a));
  return { ok: true, value: { chosen: best.plan, shortfall_max: Math.max(0, relaxed.objective - best.value) } };
}

function unsolved(why: string): Reply<never> {
  const message = `The solver gave no plan (${why}). Choose for a shorter span, or for fewer satellites.`;
  return { ok: false, error: { type: 'NotPossible', reason: 'no_choice', message } };
}

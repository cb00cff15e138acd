import { assertCompatible, buildChoice, valueOf, type ChoiceModel, type ChoiceProblem, type Component }
  from './choice.ts';
import { chooseByBranching } from './choose-by-branching.ts';
import { chooseGreedily } from './choose-greedily.ts';

/** Components of at most this many windows are tried by branching first: a solver call costs more. */
const BRANCHED_MAX = 40;

/** What came of one component: the choice, and by how much the best could exceed it; 0 where it is proven best. */
export interface ComponentChoice {
  readonly chosen: readonly number[];
  readonly shortfall_max: number;
}

/** A plan among conflicting windows, with the greedy one beside it. Values are bits times weight. */
export interface ScheduleChoice {
  /** In order of start. */
  readonly window_ids: readonly string[];
  readonly expected_bits: number;
  readonly value: number;
  /** No plan is worth more than this. */
  readonly value_max: number;
  /** (value_max - value) / value_max; zero when the plan is proven best. */
  readonly optimality_gap: number;
  readonly greedy_value: number;
  readonly greedy_gap: number;
  readonly windows: number;
  readonly components: number;
  /** Those that needed the solver. */
  readonly programs: number;
}

/** A choice in the making: what branching settled, and the programs that are left for a solver. */
export interface ChoiceInWork {
  readonly problem: ChoiceProblem;
  readonly model: ChoiceModel;
  readonly settled: readonly ComponentChoice[];
  readonly left: readonly Component[];
}

/**
 * Splits the problem and settles what needs no solver: lone windows and small components.
 *
 * @units none
 * @shape `settled` and `left` together are the components of the model
 * @errors programmer error as in buildChoice
 */
export function beginChoice(problem: ChoiceProblem): ChoiceInWork {
  const model = buildChoice(problem);
  const settled: ComponentChoice[] = [];
  const left: Component[] = [];
  for (const component of model.components) {
    const small = component.caps.length === 0 && component.items.length <= BRANCHED_MAX;
    const chosen = small ? chooseByBranching(model.values, component) : null;
    if (chosen === null) left.push(component);
    else settled.push({ chosen, shortfall_max: 0 });
  }
  return { problem, model, settled, left };
}

/**
 * Leaves out what a pair's demand does not need: a solver that maximises min(demand, sum) may fly windows for nothing.
 * The least valuable go first, and what the choice is worth does not change.
 */
function dropIdle(model: ChoiceModel, chosen: readonly number[]): number[] {
  const taken = new Set(chosen);
  for (const { items, value_max } of model.caps) {
    const flown = items.filter((item) => taken.has(item)).sort((a, b) => model.values[a]! - model.values[b]! || a - b);
    let spare = flown.reduce((sum, item) => sum + model.values[item]!, 0) - value_max;
    for (const item of flown) {
      if (model.values[item]! > spare) continue;
      spare -= model.values[item]!;
      taken.delete(item);
    }
  }
  return chosen.filter((item) => taken.has(item));
}

/** The plan that the components' choices make together, and how it compares. */
export function endChoice(work: ChoiceInWork, solved: readonly ComponentChoice[]): ScheduleChoice {
  const { problem, model, settled, left } = work;
  const parts = [...settled, ...solved];
  const chosen = dropIdle(model, parts.flatMap((part) => part.chosen));
  assertCompatible(model, chosen);
  const greedy = chooseGreedily(model);
  const value = valueOf(model, chosen);
  const greedy_value = valueOf(model, greedy);
  const value_max = value + parts.reduce((sum, { shortfall_max }) => sum + shortfall_max, 0);
  const gap = (reached: number) => (value_max > 0 ? Math.max(0, value_max - reached) / value_max : 0);
  const opportunities = chosen.map((item) => problem.opportunities[item]!)
    .sort((a, b) => a.start_utc_ms - b.start_utc_ms || (a.window_id < b.window_id ? -1 : 1));
  return {
    window_ids: opportunities.map(({ window_id }) => window_id),
    expected_bits: opportunities.reduce((sum, { expected_bits }) => sum + expected_bits, 0),
    value, value_max,
    optimality_gap: gap(value),
    greedy_value,
    greedy_gap: gap(greedy_value),
    windows: problem.opportunities.length,
    components: model.components.length,
    programs: left.length,
  };
}

import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import type { Component } from './choice.ts';

/** A solver's answer that is not a choice: fractions, or columns that were not asked for. */
export interface UnusableAnswer {
  readonly type: 'UnusableAnswer';
  readonly column: string;
  readonly found: string;
}

/** What a solver says of one program. */
export interface ProgramAnswer {
  readonly status: 'optimal' | 'time_limit' | 'failed';
  /** The solver's own word for it. */
  readonly account: string;
  readonly objective: number;
  readonly primal: (column: string) => number | undefined;
}

/** Solves a program in LP format within a time; any solver of integer programs will do. */
export type ProgramSolver = (text: string, seconds_max: number) => ProgramAnswer;

/** Readers of the format may stop at 510 columns; a term is at most 40 long. */
const TERMS_PER_LINE = 8;
/** A solver answers integers to its tolerance, 1e-6 by default. */
const INTEGRALITY = 1e-5;

const choiceName = (item: number) => `x${item}`;
const demandName = (cap: number) => `y${cap}`;

/** Shortest decimal that reads back as the same number, without an exponent's plus sign. */
function decimal(value: number): string {
  assert(Number.isFinite(value) && value >= 0, `coefficient ${value}`);
  return String(value).replace('e+', 'e');
}

function sum(terms: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < terms.length; i += TERMS_PER_LINE) lines.push(terms.slice(i, i + TERMS_PER_LINE).join(' '));
  return lines.join('\n ');
}

/**
 * The integer program of one component, as text every solver reads.
 *
 *   maximise sum v_i x_i + sum y_k,   sum_(i in C) x_i <= 1,   y_k <= sum_(i in cap k) v_i x_i,   y_k <= d_k
 *
 * @units objective: as in the model
 * @shape columns x<item> in {0, 1}, y<k> of the component's k-th demand; `relaxed` leaves out the integrality,
 *   which makes the objective an upper bound
 * @errors programmer error for values that are not finite
 * @source CPLEX LP file format, as HiGHS reads it
 */
export function writeProgram(values: Float64Array, component: Component, relaxed = false): string {
  const capped = new Set(component.caps.flatMap(({ items }) => items));
  const objective = component.items.filter((item) => !capped.has(item) && values[item]! > 0)
    .map((item) => `+ ${decimal(values[item]!)} ${choiceName(item)}`);
  const demands = component.caps.map((_, cap) => `+ 1 ${demandName(cap)}`);
  const worthless = objective.length + demands.length === 0;
  const rows = component.cliques.map((clique, row) =>
    ` c${row}: ${sum(clique.map((item) => `+ ${choiceName(item)}`))} <= 1`);
  const caps = component.caps.map(({ items }, cap) => {
    const terms = items.map((item) => `- ${decimal(values[item]!)} ${choiceName(item)}`);
    return ` d${cap}: ${sum([`+ 1 ${demandName(cap)}`, ...terms])} <= 0`;
  });
  const columns = component.items.map(choiceName);
  return [
    'Maximize', ` value: ${sum(worthless ? [`0 ${columns[0]!}`] : [...objective, ...demands])}`,
    'Subject To', ...rows, ...caps,
    'Bounds',
    ...component.caps.map(({ value_max }, cap) => ` 0 <= ${demandName(cap)} <= ${decimal(value_max)}`),
    ...(relaxed ? columns.map((column) => ` 0 <= ${column} <= 1`) : ['Binary', ` ${sum(columns)}`]),
    'End', '',
  ].join('\n');
}

/**
 * Reads what the solver chose, and trusts it no further than it can be checked.
 *
 * @units none
 * @shape `primal` gives a column's value, or undefined for a column the solver did not answer
 * @errors UnusableAnswer for a missing column, a fraction, or two windows that exclude each other
 */
export function readProgram(
  component: Component, primal: (column: string) => number | undefined,
): Result<number[], UnusableAnswer> {
  const chosen: number[] = [];
  for (const item of component.items) {
    const value = primal(choiceName(item));
    const whole = Math.round(value ?? Number.NaN);
    if (value === undefined || !(Math.abs(value - whole) <= INTEGRALITY) || whole < 0 || whole > 1) {
      return err({ type: 'UnusableAnswer', column: choiceName(item), found: String(value) });
    }
    if (whole === 1) chosen.push(item);
  }
  const taken = new Set(chosen);
  for (const clique of component.cliques) {
    const together = clique.filter((item) => taken.has(item));
    if (together.length > 1) {
      const [column, other] = together.map(choiceName) as [string, string];
      return err({ type: 'UnusableAnswer', column, found: `with ${other}` });
    }
  }
  return ok(chosen);
}

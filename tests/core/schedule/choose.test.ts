// Goal: the plan chosen is the best there is, by trying every plan of small problems and by a solver for large ones.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertCompatible, buildChoice, valueOf, type ChoiceProblem, type Opportunity }
  from '../../../src-core/schedule/choice.ts';
import { chooseByBranching } from '../../../src-core/schedule/choose-by-branching.ts';
import { chooseGreedily } from '../../../src-core/schedule/choose-greedily.ts';
import { readProgram, writeProgram } from '../../../src-core/schedule/choice-program.ts';
import { beginChoice, endChoice } from '../../../src-core/schedule/choose.ts';
import { findConflicts } from '../../../src-core/schedule/conflicts.ts';
import { createHighsSolver, solveSchedule, solveScheduleWith } from '../../../src-main/workers/solve-schedule.ts';

const turnaround = { satellite_turnaround_s: 60, station_turnaround_s: 120, station_turnaround_s_by_id: {} };
type Rest = Partial<Opportunity> & { readonly bits: number };
const chance = (window_id: string, [from_s, to_s]: readonly [number, number], { bits, ...rest }: Rest): Opportunity =>
  ({ window_id, satellite_id: 'q', station_ids: ['a', 'b'], start_utc_ms: from_s * 1000, end_utc_ms: to_s * 1000,
    expected_bits: bits, ...rest });
const problemOf = (opportunities: Opportunity[], demands: ChoiceProblem['demands'] = []): ChoiceProblem =>
  ({ opportunities, turnaround, demands });
const context = { cancelled: () => false, report: () => undefined, transfer: () => undefined };
const started = createHighsSolver();
const solve = async (problem: ChoiceProblem) => {
  const reply = await solveScheduleWith(() => started, { problem, component_seconds_max: 30 }, context);
  return reply.ok ? reply.value : expect.fail(JSON.stringify(reply.error));
};

/** Every subset, judged by the list of conflicts and by plain sums: nothing of the model is used. */
function bestByTrying({ opportunities, demands }: ChoiceProblem): number {
  const passes = opportunities.map((opportunity) => ({ ...opportunity, pass_id: opportunity.window_id }));
  const bad = findConflicts(passes, turnaround).map(({ pass_ids }) =>
    pass_ids.reduce((mask, id) => mask | (1 << passes.findIndex(({ pass_id }) => pass_id === id)), 0));
  let best = 0;
  for (let subset = 0; subset < 1 << passes.length; subset++) {
    if (bad.some((pair) => (subset & pair) === pair)) continue;
    const perPair = new Map<string, number>();
    for (const [i, { station_ids, expected_bits }] of passes.entries()) {
      const key = station_ids.toSorted().join('+');
      if ((subset & (1 << i)) !== 0) perPair.set(key, (perPair.get(key) ?? 0) + expected_bits);
    }
    let value = 0;
    for (const [key, bits] of perPair) {
      const demand = demands.find(({ station_ids }) => station_ids.toSorted().join('+') === key);
      value += Math.min(bits, demand?.demand_bits ?? Infinity) * (demand?.weight ?? 1);
    }
    best = Math.max(best, value);
  }
  return best;
}

const opportunities = fc.array(fc.record({
  start: fc.integer({ min: 0, max: 3000 }), length: fc.integer({ min: 20, max: 400 }),
  bits: fc.integer({ min: 0, max: 500 }), satellite_id: fc.constantFrom('q', 'r', 's'),
  pair: fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 2, maxLength: 2 }),
}), { maxLength: 11 }).map((drawn) => drawn.map(({ start, length, bits, satellite_id, pair }, i) =>
  chance(`w${i}`, [start, start + length], { bits, satellite_id, station_ids: pair as [string, string] })));

test('one long window against two short ones: greedy takes the long one and says what it lost', async () => {
  const choice = await solve(problemOf([chance('early', [0, 100], { bits: 60 }), chance('long', [50, 300], { bits: 100 }),
    chance('late', [260, 400], { bits: 70 })]));
  expect(choice).toMatchObject({ window_ids: ['early', 'late'], value: 130, optimality_gap: 0, greedy_value: 100 });
  expect(choice.greedy_gap).toBeCloseTo(30 / 130, 12);
});

test('bound: windows apart from each other are all taken, and no plan is worth more than all of them', async () => {
  const choice = await solve(problemOf([0, 1, 2].map((i) => chance(`w${i}`, [i * 1000, i * 1000 + 200], { bits: 10 }))));
  expect(choice).toMatchObject({ window_ids: ['w0', 'w1', 'w2'], value: 30, components: 3, programs: 0 });
});

test('a weight turns the choice, and a demand that is met gives way to the other pair', async () => {
  const both = [chance('ab', [0, 200], { bits: 100 }), chance('cd', [10, 210], { bits: 60, station_ids: ['c', 'd'] })];
  expect((await solve(problemOf(both))).window_ids).toEqual(['ab']);
  const weighted = await solve(problemOf(both, [{ station_ids: ['d', 'c'], weight: 2, demand_bits: null }]));
  expect(weighted).toMatchObject({ window_ids: ['cd'], expected_bits: 60, value: 120 });
  const met = await solve(problemOf(both, [{ station_ids: ['a', 'b'], weight: 1, demand_bits: 50 }]));
  expect(met).toMatchObject({ window_ids: ['cd'], value: 60, optimality_gap: 0, programs: 1 });
});

test('property: branching and the solver both reach what trying every plan reaches', async () => {
  await fc.assert(fc.asyncProperty(opportunities, async (list) => {
    const problem = problemOf(list);
    const best = bestByTrying(problem);
    expect((await solve(problem)).value).toBeCloseTo(best, 9);
    // One demand no one can exceed leaves the parts alone; a binding one sends all of it to the solver.
    const capped = problemOf(list, [{ station_ids: ['a', 'b'], weight: 1.5, demand_bits: 120 }]);
    const choice = await solve(capped);
    expect(choice.value).toBeCloseTo(bestByTrying(capped), 6);
    expect(choice.optimality_gap).toBeLessThan(1e-9);
    expect(choice.greedy_value).toBeLessThanOrEqual(choice.value * (1 + 1e-12));
  }), { numRuns: 60 });
});

test('property: what excludes each other shares a clique, and what shares a clique excludes each other', () => {
  fc.assert(fc.property(opportunities, (list) => {
    const model = buildChoice(problemOf(list));
    const pairs = new Set(model.components.flatMap(({ cliques }) => cliques.flatMap((clique) =>
      clique.flatMap((i) => clique.filter((j) => i < j).map((j) => `w${i} w${j}`)))));
    const expected = new Set(findConflicts(list.map((w) => ({ ...w, pass_id: w.window_id })), turnaround)
      .map(({ pass_ids }) => pass_ids.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))).join(' ')));
    expect(pairs).toEqual(expected);
    expect(model.components.flatMap(({ items }) => items).toSorted((a, b) => a - b)).toEqual(list.map((_, i) => i));
    assertCompatible(model, chooseGreedily(model));
  }));
});

test('authority: HiGHS and branching agree on components neither was made for', async () => {
  const list = Array.from({ length: 36 }, (_, i) => chance(`w${i}`, [i * 90, i * 90 + 200 + (i * 37) % 150],
    { bits: 50 + (i * 61) % 90, satellite_id: `s${i % 4}`, station_ids: [`a${i % 3}`, `b${i % 5}`] }));
  const problem = problemOf(list);
  const { model, left } = beginChoice(problem);
  expect(left).toEqual([]);
  const solver = await started;
  for (const component of model.components) {
    const chosen = readProgram(component, solver(writeProgram(model.values, component), 30).primal);
    const branched = chooseByBranching(model.values, component);
    expect(chosen.ok && valueOf(model, chosen.value)).toBeCloseTo(valueOf(model, branched!), 9);
  }
  expect(model.components.some(({ items }) => items.length > 20)).toBe(true);
});

test('failure: a fraction, a missing column and a forbidden pair are not taken for a plan', () => {
  const { components } = buildChoice(problemOf([chance('x', [0, 100], { bits: 1 }), chance('y', [50, 150], { bits: 1 })]));
  const answer = (x0: number | undefined, x1: number) =>
    readProgram(components[0]!, (column) => (column === 'x0' ? x0 : x1));
  expect(answer(0.5, 0)).toEqual({ ok: false, error: { type: 'UnusableAnswer', column: 'x0', found: '0.5' } });
  expect(answer(undefined, 0)).toMatchObject({ ok: false });
  expect(answer(Number.NaN, 0)).toMatchObject({ ok: false });
  expect(answer(1, 1)).toMatchObject({ ok: false, error: { found: 'with x1' } });
  expect(answer(0.999_999_5, 1e-9)).toEqual({ ok: true, value: [0] });
});

test('a solver that runs out of time leaves the better plan of two and its bound', async () => {
  const problem = problemOf([chance('x', [0, 100], { bits: 10 }), chance('y', [50, 150], { bits: 30 })],
    [{ station_ids: ['a', 'b'], weight: 1, demand_bits: 25 }]);
  const solver = await started;
  const tired = () => Promise.resolve<typeof solver>((text, seconds_max) => seconds_max === Infinity
    ? solver(text, seconds_max)
    : { status: 'time_limit', account: 'Time limit reached', objective: 0, primal: (column) => Number(column === 'x0') });
  const reply = await solveScheduleWith(tired, { problem, component_seconds_max: 1 }, context);
  // Relaxed, a quarter of x and three of y would meet the demand; greedy meets it with y alone.
  expect(reply).toMatchObject({ ok: true, value: { window_ids: ['y'], value: 25, optimality_gap: 0 } });
  const failed = () => Promise.resolve<typeof solver>((text) => ({ ...solver(text, 1), status: 'failed' }));
  expect(await solveScheduleWith(failed, { problem, component_seconds_max: 1 }, context))
    .toMatchObject({ ok: false, error: { type: 'NotPossible' } });
});

test('an unfinished choice says its gap; a cancelled one leaves none', async () => {
  const work = beginChoice(problemOf([chance('x', [0, 100], { bits: 10 }), chance('y', [50, 150], { bits: 30 })]));
  const choice = endChoice({ ...work, settled: [] }, [{ chosen: [0], shortfall_max: 22 }]);
  expect(choice).toMatchObject({ window_ids: ['x'], value: 10, value_max: 32, greedy_value: 30 });
  expect(choice.optimality_gap).toBeCloseTo(22 / 32, 12);
  const capped = problemOf([chance('x', [0, 100], { bits: 10 })], [{ station_ids: ['a', 'b'], weight: 1, demand_bits: 5 }]);
  expect(await solveSchedule({ problem: capped, component_seconds_max: 1 },
    { ...context, cancelled: () => true }))
    .toEqual({ ok: false, error: { type: 'Cancelled' } });
});

test('no window is flown for nothing: beyond the demand of a pair the least valuable stay on the ground', async () => {
  const windows = [40, 10, 35, 30].map((bits, i) => chance(`w${i}`, [i * 1000, i * 1000 + 100], { bits }));
  const choice = await solve(problemOf(windows, [{ station_ids: ['b', 'a'], weight: 1, demand_bits: 70 }]));
  expect(choice).toMatchObject({ value: 70, value_max: 70, optimality_gap: 0 });
  expect(choice.window_ids).toHaveLength(2);
});

test('property: what is left out never costs value, and nothing that is left could be left out too', async () => {
  await fc.assert(fc.asyncProperty(opportunities, fc.integer({ min: 0, max: 900 }), async (drawn, demand_bits) => {
    const problem = problemOf(drawn, [{ station_ids: ['a', 'b'], weight: 1, demand_bits }]);
    const choice = await solve(problem);
    expect(choice.value).toBeCloseTo(bestByTrying(problem), 6);
    const model = buildChoice(problem);
    const chosen = choice.window_ids.map((id) => drawn.findIndex(({ window_id }) => window_id === id));
    for (const item of chosen.filter((at) => model.values[at]! > 0)) {
      expect(valueOf(model, chosen.filter((other) => other !== item))).toBeLessThan(choice.value);
    }
  }), { numRuns: 60 });
});

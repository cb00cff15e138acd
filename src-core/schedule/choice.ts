import { assert } from '../assert.ts';
import { calendarsOf, type Occupancy, type Turnaround } from './occupancy.ts';

/** A window that could become a pass, with what it is expected to bring. */
export interface Opportunity extends Occupancy {
  readonly window_id: string;
  readonly expected_bits: number;
}

/** What a pair of stations asks for. Without one, a bit counts once and there is no end to the demand. */
export interface PairDemand {
  readonly station_ids: readonly [string, string];
  /** Worth of one bit to this pair against the others. */
  readonly weight: number;
  /** Bits beyond these are worth nothing; null: all count. */
  readonly demand_bits: number | null;
}

/** Which windows to fly, given that a satellite and a station serve one pass at a time. */
export interface ChoiceProblem {
  readonly opportunities: readonly Opportunity[];
  readonly turnaround: Turnaround;
  readonly demands: readonly PairDemand[];
}

/** Windows that may exclude each other, and the demands that tie them; all indices are into the problem's list. */
export interface Component {
  readonly items: readonly number[];
  /** Sets of two and more items of which one at most can be chosen; every conflict lies in one of them. */
  readonly cliques: readonly (readonly number[])[];
  readonly caps: readonly Cap[];
}

/** A pair whose demand ends: what it brings is at most `value_max`. */
export interface Cap {
  readonly items: readonly number[];
  readonly value_max: number;
}

/** The problem as numbers: what each item is worth, and the parts that can be solved one by one. */
export interface ChoiceModel {
  readonly values: Float64Array;
  readonly components: readonly Component[];
  readonly caps: readonly Cap[];
}

const pairKey = ([a, b]: readonly [string, string]) => JSON.stringify(a < b ? [a, b] : [b, a]);

/** Items of one calendar that are all booked at one instant, maximal sets only: the cliques of an interval graph. */
function cliquesOf(bookings: readonly { item: number; start_utc_ms: number; free_utc_ms: number }[]): number[][] {
  const cliques: number[][] = [];
  let open: { item: number; free_utc_ms: number }[] = [];
  let grown = false;
  const close = () => {
    if (grown && open.length > 1) cliques.push(open.map(({ item }) => item));
    grown = false;
  };
  for (const booking of bookings) {
    const kept = open.filter(({ free_utc_ms }) => free_utc_ms > booking.start_utc_ms);
    if (kept.length < open.length) close();
    open = kept;
    open.push(booking);
    grown = true;
  }
  close();
  return cliques;
}

/** Union of indices by shared sets, path halving. */
function createUnion(count: number) {
  const parents = Int32Array.from({ length: count }, (_, i) => i);
  const rootOf = (item: number): number => {
    let at = item;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  const unite = (items: readonly number[]) => {
    for (const item of items) parents[rootOf(item)] = rootOf(items[0]!);
  };
  return { rootOf, unite };
}

function readDemands(problem: ChoiceProblem): { values: Float64Array; caps: Cap[] } {
  const demands = new Map(problem.demands.map((demand) => [pairKey(demand.station_ids), demand]));
  assert(demands.size === problem.demands.length, 'a pair has two demands');
  const values = new Float64Array(problem.opportunities.length);
  const capped = new Map<PairDemand, number[]>();
  for (const [item, { window_id, station_ids, expected_bits }] of problem.opportunities.entries()) {
    const demand = demands.get(pairKey(station_ids));
    const weight = demand?.weight ?? 1;
    assert(expected_bits >= 0 && weight >= 0, `${window_id}: ${expected_bits} bits of weight ${weight}`);
    values[item] = expected_bits * weight;
    assert(Number.isFinite(values[item]), `${window_id}: value ${values[item]}`);
    if (demand?.demand_bits == null || values[item] === 0) continue;
    assert(demand.demand_bits >= 0, `demand of ${demand.demand_bits} bits`);
    const items = capped.get(demand) ?? [];
    capped.set(demand, items);
    items.push(item);
  }
  const caps = [...capped].map(([{ demand_bits, weight }, items]) => ({ items, value_max: demand_bits! * weight }));
  // A demand that everything together cannot exceed binds nothing and would tie its windows together in vain.
  return { values, caps: caps.filter(({ items, value_max }) => totalOf(values, items) > value_max) };
}

const totalOf = (values: Float64Array, items: readonly number[]) => items.reduce((sum, i) => sum + values[i]!, 0);

/**
 * Turns a choice into numbers and splits it into parts that do not know of each other.
 *
 *   maximise sum_i v_i x_i   subject to   sum_(i in C) x_i <= 1 for every clique C,   x_i in {0, 1}
 *
 * with one clique for every maximal set of windows that claim one satellite or one station at one instant; a pair
 * whose demand ends contributes min(demand, sum) instead. Two windows conflict exactly if they share a clique.
 *
 * @units value: bits times weight
 * @shape components cover every item once, those of one item included
 * @errors programmer error for negative bits, weights or demands
 * @source cliques of an interval graph by sweep: Gupta, Lee and Leung, Networks 12, 459 (1982),
 *   doi:10.1002/net.3230120410
 */
export function buildChoice(problem: ChoiceProblem): ChoiceModel {
  const { opportunities, turnaround } = problem;
  const { values, caps } = readDemands(problem);
  const cliques = calendarsOf(opportunities, turnaround).flatMap(({ bookings }) => cliquesOf(bookings));
  const union = createUnion(opportunities.length);
  for (const clique of cliques) union.unite(clique);
  for (const { items } of caps) union.unite(items);
  const parts = new Map<number, { items: number[]; cliques: number[][]; caps: Cap[] }>();
  for (let item = 0; item < opportunities.length; item++) {
    const root = union.rootOf(item);
    const part = parts.get(root) ?? { items: [], cliques: [], caps: [] };
    parts.set(root, part);
    part.items.push(item);
  }
  for (const clique of cliques) parts.get(union.rootOf(clique[0]!))!.cliques.push(clique);
  for (const cap of caps) parts.get(union.rootOf(cap.items[0]!))!.caps.push(cap);
  return { values, caps, components: [...parts.values()] };
}

/** What a choice is worth, demands considered. @units bits times weight */
export function valueOf(model: ChoiceModel, chosen: Iterable<number>): number {
  const taken = new Uint8Array(model.values.length);
  for (const item of chosen) taken[item] = 1;
  let total = 0;
  for (const [item, value] of model.values.entries()) if (taken[item] === 1) total += value;
  for (const { items, value_max } of model.caps) {
    total -= Math.max(0, totalOf(model.values, items.filter((item) => taken[item] === 1)) - value_max);
  }
  return total;
}

/** Programmer error if two of the chosen exclude each other. */
export function assertCompatible(model: ChoiceModel, chosen: Iterable<number>): void {
  const taken = new Set(chosen);
  for (const { cliques } of model.components) {
    for (const clique of cliques) {
      assert(clique.filter((item) => taken.has(item)).length <= 1, `chosen together: ${clique.join(', ')}`);
    }
  }
}

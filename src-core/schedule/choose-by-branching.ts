import { assert } from '../assert.ts';
import type { Component } from './choice.ts';

/** More branches than this are the solver's work. */
export const BRANCHES_MAX = 20_000;

interface Search {
  readonly order: readonly number[];
  /** Cliques of the item at each place of `order`. */
  readonly cliques: readonly (readonly number[])[];
  readonly values: readonly number[];
  /** What the places from here on can bring at most: the best of each class of mutually exclusive items. */
  readonly bounds: readonly number[];
}

function prepare(values: Float64Array, component: Component): Search {
  const order = [...component.items].sort((a, b) => values[b]! - values[a]! || a - b);
  const placeOf = new Map(order.map((item, place) => [item, place]));
  const cliques: number[][] = order.map(() => []);
  for (const [which, clique] of component.cliques.entries()) {
    for (const item of clique) cliques[placeOf.get(item)!]!.push(which);
  }
  const classOf = new Int32Array(order.length).fill(-1);
  let classes = 0;
  for (const place of order.keys()) {
    if (classOf[place] !== -1) continue;
    const largest = cliques[place]!.map((which) => component.cliques[which]!)
      .sort((a, b) => b.length - a.length)[0] ?? [];
    for (const item of largest) if (classOf[placeOf.get(item)!] === -1) classOf[placeOf.get(item)!] = classes;
    classOf[place] = classes;
    classes += 1;
  }
  // From the back, the order being by value, the item met last is the best of its class from there on.
  const best = new Float64Array(classes);
  const bounds = new Array<number>(order.length + 1).fill(0);
  for (let place = order.length - 1; place >= 0; place--) {
    const value = values[order[place]!]!;
    bounds[place] = bounds[place + 1]! + value - best[classOf[place]!]!;
    best[classOf[place]!] = value;
  }
  return { order, cliques, values: order.map((item) => values[item]!), bounds };
}

/**
 * The best choice in a component without demands, by branch and bound; null when it takes too many branches.
 *
 *   bound(k) = value taken + sum over classes of mutually exclusive items of the best left from place k on
 *
 * @units value: as in the model
 * @shape items in ascending order, or null after BRANCHES_MAX branches
 * @errors programmer error for a component with a demand
 * @validity exact where it answers; two equally good choices are told apart by the order of the items
 * @source Land and Doig, Econometrica 28, 497 (1960), doi:10.2307/1910129
 */
export function chooseByBranching(values: Float64Array, component: Component): number[] | null {
  assert(component.caps.length === 0, 'branching knows no demands');
  const search = prepare(values, component);
  const claimed = new Uint8Array(component.cliques.length);
  const taken: number[] = [];
  let best: readonly number[] = [];
  let best_value = -1;
  let branches = 0;
  const branch = (place: number, value: number): void => {
    branches += 1;
    if (branches > BRANCHES_MAX) return;
    if (value > best_value) {
      best_value = value;
      best = [...taken];
    }
    if (place === search.order.length || value + search.bounds[place]! <= best_value) return;
    const cliques = search.cliques[place]!;
    if (cliques.every((clique) => claimed[clique] === 0)) {
      for (const clique of cliques) claimed[clique] = 1;
      taken.push(search.order[place]!);
      branch(place + 1, value + search.values[place]!);
      taken.pop();
      for (const clique of cliques) claimed[clique] = 0;
    }
    branch(place + 1, value);
  };
  branch(0, 0);
  if (branches > BRANCHES_MAX) return null;
  return best.toSorted((a, b) => a - b);
}

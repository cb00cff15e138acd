import type { ChoiceModel } from './choice.ts';

/**
 * The obvious plan, for comparison: the most valuable window first, and whatever still fits after it.
 *
 * @units none
 * @shape items in the order taken
 * @errors none
 * @validity any model; up to two thirds of the best value can be lost where one window blocks three others
 */
export function chooseGreedily(model: ChoiceModel): number[] {
  const { values, caps } = model;
  const cliquesOfItem: number[][] = Array.from(values, () => []);
  let clique_count = 0;
  for (const { cliques } of model.components) {
    for (const clique of cliques) {
      for (const item of clique) cliquesOfItem[item]!.push(clique_count);
      clique_count += 1;
    }
  }
  const claimed = new Uint8Array(clique_count);
  const capOfItem = new Map(caps.flatMap(({ items }, cap) => items.map((item) => [item, cap] as const)));
  const left = caps.map(({ value_max }) => value_max);
  const order = model.components.flatMap(({ items }) => items).sort((a, b) => values[b]! - values[a]! || a - b);
  const chosen: number[] = [];
  for (const item of order) {
    const cap = capOfItem.get(item);
    const worth = cap === undefined ? values[item]! : Math.min(values[item]!, left[cap]!);
    if (worth <= 0 || cliquesOfItem[item]!.some((clique) => claimed[clique] === 1)) continue;
    for (const clique of cliquesOfItem[item]!) claimed[clique] = 1;
    if (cap !== undefined) left[cap] = left[cap]! - worth;
    chosen.push(item);
  }
  return chosen;
}

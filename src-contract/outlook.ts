import { z } from 'zod';
import { keyDefinition } from './key.ts';
import { count, interval, nonNegative, probability } from './quantities.ts';

const basisCount = z.strictObject({ n: count, e: count });
const counts = z.strictObject({ Z: basisCount, X: basisCount });

/** Secret bits under one definition, unrounded: below zero says how far from a key the counts are. Intervals of 68 %. */
const definitionOutlook = z.strictObject({
  definition: keyDefinition,
  /** Of the campaign as it stands. */
  campaign_bits: z.number(),
  with_window_bits: interval,
  /** The difference of the two. */
  adds_bits: interval,
  /** What the window is worth as one of `like_windows` alike ones in one key; never below zero. */
  share_bits: interval,
});

/** What a window adds to the campaign's key, under both definitions, if clear at both stations. */
export const keyOutlook = z.strictObject({
  f: z.number().min(1),
  /** Total distance from an ideal key; under `paper` it serves as both epsilons. */
  epsilon: probability,
  delta: nonNegative,
  /** Sifted counts that stand; passes is null where they were given, not archived. */
  campaign: z.strictObject({ passes: count.nullable(), sifted: counts }),
  /** Counts expected of the window. */
  window: counts,
  like_windows: count,
  definitions: z.array(definitionOutlook).length(2),
});

export type KeyOutlook = z.output<typeof keyOutlook>;

import { z } from 'zod';
import { count, jobId, nightName, nonNegative, probability, utcMs } from './quantities.ts';

/** Of any satellite or station of a constellation, the mission's or not. */
const resourceId = z.string().min(1).max(64);
const pairIds = z.tuple([resourceId, resourceId]).refine(([a, b]) => a !== b, 'a pair has two stations');
const bits = nonNegative.max(1e15);

/** A window that could become a pass, with what it is expected to bring. */
export const opportunity = z.strictObject({
  window_id: z.string().min(1).max(128),
  satellite_id: resourceId,
  station_ids: pairIds,
  start_utc_ms: utcMs,
  end_utc_ms: utcMs,
  expected_bits: bits,
}).refine(({ start_utc_ms, end_utc_ms }) => start_utc_ms < end_utc_ms, { message: 'a window ends after it starts', path: ['end_utc_ms'] });

/** What a pair asks for: worth of its bits against others', and where its demand ends. */
export const pairDemand = z.strictObject({
  station_ids: pairIds,
  weight: nonNegative.max(1e9),
  /** Bits beyond these are worth nothing; null: all count. */
  demand_bits: bits.nullable(),
});

const turnaround = z.strictObject({
  satellite_s: nonNegative.max(86_400),
  station_s: nonNegative.max(86_400),
  station_s_by_id: z.record(resourceId, nonNegative.max(86_400)),
});

const pairKey = (ids: readonly string[]) => JSON.stringify(ids.toSorted());
const unique = (keys: readonly string[]) => new Set(keys).size === keys.length;
const seconds_max = z.number().min(0.1).max(3600);

/** Among which windows to choose: the mission's own over some nights, or a list of any constellation's. */
export const choiceRequest = z.discriminatedUnion('among', [
  z.strictObject({
    among: z.literal('nights'), first_night: nightName, nights: z.int().min(1).max(62), demand_bits: bits.nullable(),
    /** Weigh each window by the forecast, where both stations have one; else as if clear. */
    by_weather: z.boolean(),
    seconds_max,
  }),
  z.strictObject({
    among: z.literal('windows'),
    windows: z.array(opportunity).min(1).max(500_000)
      .refine((windows) => unique(windows.map(({ window_id }) => window_id)), 'two windows have one window_id'),
    demands: z.array(pairDemand).max(20_000)
      .refine((demands) => unique(demands.map(({ station_ids }) => pairKey(station_ids))), 'a pair has two demands'),
    turnaround,
    /** For one part of the problem; what is found until then is kept, with its gap. */
    seconds_max,
  }),
]);

/** The best choice, how far from the best it can be at most, and what the obvious choice would give. */
export const choiceView = z.strictObject({
  job_id: jobId,
  /** Earliest first. */
  chosen: z.array(opportunity),
  expected_bits: nonNegative,
  /** Bits times weight, demands considered. */
  value: nonNegative,
  /** No choice is worth more than this. */
  value_max: nonNegative,
  /** (value_max − value) / value_max: 0 where the choice is proven best. */
  optimality_gap: probability,
  /** The most valuable window first, and whatever still fits after it. */
  greedy_value: nonNegative,
  greedy_gap: probability,
  pairs: z.array(z.strictObject({
    station_ids: pairIds, windows: count, expected_bits: nonNegative, weight: nonNegative, demand_bits: nonNegative.nullable(),
  })),
  /** Windows there were to choose from. */
  windows: count,
  /** Parts that do not know of each other, and those of them that needed the solver. */
  parts: count,
  solved_parts: count,
  /** Windows weighed by a forecast; the others count as clear. */
  weighed: count,
  /** Windows of these nights that are on the plan already, or that a pass on the plan stands in the way of. */
  taken: count,
});

export type ChoiceRequest = z.output<typeof choiceRequest>;
export type ChoiceView = z.output<typeof choiceView>;
export type OpportunityView = z.output<typeof opportunity>;

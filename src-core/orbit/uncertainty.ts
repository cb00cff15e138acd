import { assert } from '../assert.ts';

/** Error of a set at its own epoch: 0.24 s at the 90th percentile below two days. */
const FRESH_S = 0.14;
/** Growth by drag that the set does not know, from 4-8, 8-15, 15-30 and 60-120 days. */
const GROWTH_S = 0.0413;
const GROWTH_EXPONENT = 1.8;

/**
 * Standard error of a window's edge by the age of the elements it was computed from.
 *
 *   sigma = sqrt(0.14^2 + (0.0413 |age|^1.8)^2)
 *
 * Fitted to the 90th percentiles of 31 published sets against each other, divided by 1.645 as for a normal
 * error, at the geometric middle of each bin:
 *
 *   age (days)      1      5.7    11     21     85
 *   p90 (s)         0.24   1.4    4.6    23     177
 *   p90 / 1.645     0.15   0.85   2.8    14.0   108
 *   fitted sigma    0.15   0.95   3.1    10.1   123
 *
 * The exponent of the growing term is a least-squares line in logarithms; unmodelled drag alone would give 2.
 *
 * @units age_days: days, its sign does not matter; result: seconds
 * @shape scalar
 * @errors programmer error for an age that is not a number
 * @validity low orbits near 500 km, 0 to 120 days, within a factor of 1.5 of the table; at 60 to 120 days 3 % of the
 *   windows are missed altogether, which no edge error describes
 * @source PHYSICS section 2: 31 published element sets of satellite 41731, 2016 to 2025
 * @golden tests/core/orbit/uncertainty.test.ts, the table
 */
export function edgeSigmaS(age_days: number): number {
  assert(Number.isFinite(age_days), `age of ${age_days} days`);
  return Math.hypot(FRESH_S, GROWTH_S * Math.abs(age_days) ** GROWTH_EXPONENT);
}

import { assert } from '../assert.ts';
import { devianceTerm, logFactorialExcess } from '../special-functions.ts';

/** Drawing without replacement: `drawn` of `total` items, `marked` of which carry a mark. */
export interface Urn { readonly total: number; readonly marked: number; readonly drawn: number }

/** Largest population whose products of counts are still exact in a double. */
export const POPULATION_MAX = 90_000_000;

function checkUrn({ total, marked, drawn }: Urn): void {
  for (const n of [total, marked, drawn]) assert(Number.isSafeInteger(n) && n >= 0, `count ${n}`);
  assert(marked <= total && drawn <= total && total <= POPULATION_MAX, `${marked} marked, ${drawn} drawn of ${total}`);
}

/** x ln(x/mean) + mean - x for an expected count that may be zero (then the count is zero as well). */
const deviance = (difference: number, mean: number) => (mean === 0 ? 0 : devianceTerm(difference, mean));

/**
 * Logarithm of the hypergeometric probability that exactly x of the drawn items are marked.
 *
 *   ln [ C(marked, x) C(total - marked, drawn - x) / C(total, drawn) ], written as Stirling excesses of the four
 *   cells and four margins minus the deviance of the cells, whose differences are exact: (x total - marked drawn)/total
 *
 * @units natural logarithm of a probability
 * @shape non-negative integers, marked and drawn at most total, total at most 9e7
 * @errors programmer error outside that; minus infinity for an impossible x
 * @validity relative error of the probability below 1e-13 down to 1e-300: nothing cancels
 * @source C. Loader, "Fast and accurate computation of binomial probabilities" (2000), carried to four cells
 * @golden tests/golden/mpmath/hypergeometric.json
 */
export function logHypergeometricPmf(x: number, urn: Urn): number {
  checkUrn(urn);
  const { total, marked, drawn } = urn;
  const cells = [x, marked - x, drawn - x, total - marked - drawn + x] as const;
  if (cells.some((cell) => cell < 0)) return -Infinity;
  if (total === 0) return 0;
  const difference = (x * total - marked * drawn) / total;
  const [rest, left] = [total - marked, total - drawn];
  const deviances = deviance(difference, (marked * drawn) / total) + deviance(-difference, (marked * left) / total)
    + deviance(-difference, (rest * drawn) / total) + deviance(difference, (rest * left) / total);
  const margins = logFactorialExcess(marked) + logFactorialExcess(rest) + logFactorialExcess(drawn)
    + logFactorialExcess(left) - logFactorialExcess(total);
  return margins - cells.reduce((sum, cell) => sum + logFactorialExcess(cell), 0) - deviances;
}

/** Sum of the terms from x downwards (step -1) or upwards (+1), relative to the term at x. */
function relativeRun(x: number, { total, marked, drawn }: Urn, step: 1 | -1): number {
  let term = 1;
  let sum = 1;
  let i = x;
  const rest = total - marked - drawn;
  for (;;) {
    const ratio = step === -1
      ? (i / (marked - i + 1)) * ((rest + i) / (drawn - i + 1))
      : ((marked - i) / (i + 1)) * ((drawn - i) / (rest + i + 1));
    term *= ratio;
    sum += term;
    i += step;
    if (!(term > 1e-18 * sum)) return sum;
  }
}

/**
 * Logarithm of the lower hypergeometric tail: at most x of the drawn items are marked.
 *
 *   ln sum_{i <= x} C(marked, i) C(total - marked, drawn - i) / C(total, drawn)
 *   below the mean summed downwards term by term; above it, one minus the upper tail
 *
 * @units natural logarithm of a probability
 * @shape as `logHypergeometricPmf`
 * @errors programmer error outside that; minus infinity where the tail is empty
 * @validity relative error of the probability below 1e-12 down to 1e-40 and further
 * @source definition of the distribution; ratios of neighbouring terms
 * @golden tests/golden/mpmath/hypergeometric.json
 */
export function logHypergeometricLowerTail(x: number, urn: Urn): number {
  checkUrn(urn);
  const { total, marked, drawn } = urn;
  if (x < Math.max(0, marked + drawn - total)) return -Infinity;
  if (x >= Math.min(marked, drawn)) return 0;
  if (x * total < marked * drawn) return logHypergeometricPmf(x, urn) + Math.log(relativeRun(x, urn, -1));
  const above = Math.exp(logHypergeometricPmf(x + 1, urn)) * relativeRun(x + 1, urn, 1);
  return Math.log1p(-Math.min(above, 1));
}

/** A sample and the rest it speaks for: `errors` among `sample` tested bits, `rest` bits not tested. */
export interface Sample { readonly sample: number; readonly errors: number; readonly rest: number }

/**
 * Probability (its logarithm) that a random sample shows at most its errors while the rest holds more than `bound`.
 *
 *   max over K of P[X <= errors and K - X > bound], X ~ Hypergeometric(sample + rest, K, sample)
 *   = P[X <= errors] at K = errors + bound + 1: taking one mark away lowers X by at most one
 *
 * @units natural logarithm of a probability
 * @shape 0 <= errors <= sample, 0 <= bound
 * @errors programmer error outside that; minus infinity when bound >= rest
 * @validity exact, whatever the channel does: only the choice of sample is random
 * @source Tomamichel and Leverrier, Quantum 1, 14 (2017), doi:10.22331/q-2017-07-14-14, parameter estimation,
 *   with the exact tail in place of Serfling's inequality
 * @golden tests/golden/mpmath/hypergeometric.json
 */
export function logRestExceeds(bound: number, { sample, errors, rest }: Sample): number {
  assert(errors >= 0 && errors <= sample && bound >= 0, `${errors} errors among ${sample}, bound ${bound}`);
  if (bound >= rest) return -Infinity;
  return logHypergeometricLowerTail(errors, { total: sample + rest, marked: errors + bound + 1, drawn: sample });
}

/**
 * Smallest number of errors that the rest exceeds with at most the probability given (as a logarithm).
 *
 *   min { bound : logRestExceeds(bound) <= ln p }
 *
 * @units errors
 * @shape ln p < 0
 * @errors programmer error for ln p >= 0; never more than `rest`
 * @validity exact; the probability falls with the bound, so bisection finds it
 * @source Tomamichel and Leverrier, Quantum 1, 14 (2017), doi:10.22331/q-2017-07-14-14
 * @golden tests/golden/mpmath/hypergeometric.json
 */
export function restErrorBound(sample: Sample, logProbability: number): number {
  assert(logProbability < 0, `logarithm of a failure probability ${logProbability}`);
  let [low, high] = [-1, sample.rest];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (logRestExceeds(middle, sample) <= logProbability) high = middle;
    else low = middle;
  }
  return high;
}

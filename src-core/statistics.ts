import { assert } from './assert.ts';
import { devianceTerm, incompleteBeta, logFactorialExcess, lowerGamma, upperGamma } from './special-functions.ts';

/** Bounds that hold the true value with the stated confidence. */
export interface Interval { readonly low: number; readonly high: number }

/**
 * Binary entropy in bits, h(p) = -p log2 p - (1-p) log2(1-p), with h(0) = h(1) = 0.
 *
 * @units p: probability; result: bits
 * @shape 0 <= p <= 1
 * @errors programmer error outside that
 * @source C. E. Shannon, Bell Syst. Tech. J. 27, 379 (1948), section 6, doi:10.1002/j.1538-7305.1948.tb01338.x
 */
export function binaryEntropy(p: number): number {
  assert(p >= 0 && p <= 1, `binary entropy of ${p}`);
  if (p === 0 || p === 1) return 0;
  return (-p * Math.log(p) - (1 - p) * Math.log1p(-p)) / Math.LN2;
}

/** Normal distribution function. @source NIST DLMF 7.2.2 and 8.4.6: erfc(x) = Q(1/2, x^2) */
export function normalCdf(x: number): number {
  const tail = upperGamma(0.5, (x * x) / 2) / 2;
  return x < 0 ? tail : 1 - tail;
}

/**
 * Quantile of the normal distribution: a starting value, then Halley steps on the distribution function.
 *
 * @units dimensionless
 * @shape 0 < p < 1
 * @errors programmer error outside that
 * @validity relative error below 1e-13 for 1e-300 <= p <= 1/2; above 1/2 as exact as 1 - p is
 * @source Abramowitz and Stegun, 26.2.23 (start); Halley's iteration
 * @golden tests/golden/mpmath/special-functions.json
 */
export function normalQuantile(p: number): number {
  assert(p > 0 && p < 1, `normal quantile of ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -t + (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 4; step += 1) {
    const cdf = upperGamma(0.5, (x * x) / 2) / 2;
    const density = Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
    const newton = ((x <= 0 ? cdf : 1 - cdf) - p) / density;
    x -= newton / (1 + (newton * x) / 2);
  }
  return x;
}

/** Logarithm of the binomial probability of exactly k among n; exact to about 1e-14 relative. @source Loader (2000) */
export function logBinomialPmf(k: number, n: number, p: number): number {
  assert(Number.isSafeInteger(n) && Number.isSafeInteger(k) && k >= 0 && k <= n, `${k} among ${n}`);
  assert(p >= 0 && p <= 1, `probability ${p}`);
  if (p === 0 || p === 1) return k === n * p ? 0 : -Infinity;
  if (n === 0) return 0;
  const difference = k - n * p;
  return logFactorialExcess(n) - logFactorialExcess(k) - logFactorialExcess(n - k)
    - devianceTerm(difference, n * p) - devianceTerm(-difference, n * (1 - p));
}

/** Sum of successive terms relative to the first, given each term's ratio to the one before; stops when they die. */
function sumOfRatios(count: number, ratio: (i: number) => number): number {
  let term = 1;
  let sum = 1;
  for (let i = 0; i < count; i += 1) {
    term *= ratio(i);
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return sum;
}

/**
 * Logarithm of the exact one-sided binomial tail, ln P(X >= k) for X ~ Binomial(n, p).
 *
 *   the tail on the far side of the mean is summed term by term; the near side is its complement
 *
 * @units natural logarithm of a probability
 * @shape integers 0 <= k, 0 <= n; 0 < p < 1
 * @errors programmer error outside that
 * @validity relative error of the probability below 1e-12 down to 1e-300
 * @source C. Loader (2000) for the first term; ratio of terms for the rest
 * @golden tests/golden/mpmath/special-functions.json
 */
export function logBinomialUpperTail(k: number, n: number, p: number): number {
  assert(p > 0 && p < 1, `probability ${p}`);
  if (k <= 0) return 0;
  if (k > n) return -Infinity;
  const odds = p / (1 - p);
  if (k > n * p) {
    const run = sumOfRatios(n - k, (i) => ((n - k - i) / (k + i + 1)) * odds);
    return logBinomialPmf(k, n, p) + Math.log(run);
  }
  const run = sumOfRatios(k - 1, (i) => (k - 1 - i) / (n - k + 2 + i) / odds);
  const below = Math.exp(logBinomialPmf(k - 1, n, p)) * run;
  return Math.log1p(-Math.min(below, 1));
}

/** Root of an increasing function in [low, high], to the last bits. */
function bisect(increasing: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let step = 0; step < 1200; step += 1) {
    const middle = a > 0 && b > 4 * a ? Math.sqrt(a * b) : (a + b) / 2;
    if (middle <= a || middle >= b) break;
    if (increasing(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/**
 * Exact (Clopper-Pearson) interval of a proportion, k successes among n.
 *
 *   low: I_low(k, n-k+1) = alpha/2; high: I_high(k+1, n-k) = 1 - alpha/2; alpha = 1 - confidence
 *
 * @units k, n: counts; result: probabilities
 * @shape integers 0 <= k <= n; n = 0 gives [0, 1]: nothing is known
 * @errors programmer error for other counts or a confidence outside (0, 1)
 * @validity covers at least the stated confidence for every true proportion
 * @source Clopper and Pearson, Biometrika 26, 404 (1934), doi:10.1093/biomet/26.4.404
 * @golden tests/golden/mpmath/special-functions.json
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
  assert(Number.isSafeInteger(n) && Number.isSafeInteger(k) && k >= 0 && k <= n, `${k} among ${n}`);
  assert(confidence > 0 && confidence < 1, `confidence ${confidence}`);
  const half = (1 - confidence) / 2;
  const low = k === 0 ? 0 : bisect((x) => incompleteBeta(k, n - k + 1, x) - half, 0, 1);
  const high = k === n ? 1 : 1 - bisect((x) => incompleteBeta(n - k, k + 1, x) - half, 0, 1);
  return { low, high };
}

/**
 * Exact (Garwood) interval of a Poisson mean from one observed count.
 *
 *   low: P(k, low) = alpha/2; high: Q(k+1, high) = alpha/2; alpha = 1 - confidence
 *
 * @units counts
 * @shape integer k >= 0
 * @errors programmer error for other counts or a confidence outside (0, 1)
 * @source F. Garwood, Biometrika 28, 437 (1936), doi:10.1093/biomet/28.3-4.437
 * @golden tests/golden/mpmath/special-functions.json
 */
export function poissonInterval(k: number, confidence = 0.95): Interval {
  assert(Number.isSafeInteger(k) && k >= 0, `count ${k}`);
  assert(confidence > 0 && confidence < 1, `confidence ${confidence}`);
  const half = (1 - confidence) / 2;
  const limit = 2 * k + 20 - 4 * Math.log(half);
  const low = k === 0 ? 0 : bisect((x) => lowerGamma(k, x) - half, 0, limit);
  const high = bisect((x) => half - upperGamma(k + 1, x), 0, limit);
  return { low, high };
}

/** P(X >= k) for a Poisson mean: the chance that background alone counts so many. @source NIST DLMF 8.4.10 */
export function poissonUpperTail(k: number, mean: number): number {
  assert(Number.isSafeInteger(k) && mean >= 0, `count ${k}, mean ${mean}`);
  return k <= 0 ? 1 : lowerGamma(k, mean);
}

/** P(X >= x) of a chi-square variable. @source NIST DLMF 8.2.4; Q(dof/2, x/2) */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  assert(degreesOfFreedom > 0, `${degreesOfFreedom} degrees of freedom`);
  return upperGamma(degreesOfFreedom / 2, Math.max(x, 0) / 2);
}

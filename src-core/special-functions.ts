import { assert } from './assert.ts';

const HALF_LN_2PI = 0.918_938_533_204_672_74;
const EULER_GAMMA = 0.577_215_664_901_532_86;

/** zeta(k) - 1 for k >= 2: forty-nine terms and the Euler-Maclaurin remainder (next term below 1e-16). */
function zetaMinusOne(k: number): number {
  const first = 50;
  let sum = first ** (1 - k) / (k - 1) + first ** -k / 2 + (k * first ** (-k - 1)) / 12
    - (k * (k + 1) * (k + 2) * first ** (-k - 3)) / 720
    + (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * first ** (-k - 5)) / 30240;
  for (let n = first - 1; n >= 2; n -= 1) sum += n ** -k;
  return sum;
}

const ZETA_TERMS = 40;
/** Coefficients of ln Gamma(2 + z) in powers of z from the first: 1 - gamma, then (-1)^k (zeta(k) - 1) / k. */
const LN_GAMMA_TAYLOR = Float64Array.from({ length: ZETA_TERMS }, (_, i) => {
  const k = i + 1;
  return k === 1 ? 1 - EULER_GAMMA : ((k % 2 === 0 ? 1 : -1) * zetaMinusOne(k)) / k;
});

/** ln Gamma(2 + z) for |z| <= 1/2, without cancellation at its zero. */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (let i = ZETA_TERMS - 1; i >= 0; i -= 1) sum = (sum + LN_GAMMA_TAYLOR[i]!) * z;
  return sum;
}

const STIRLING_FROM = 10;

/** The divergent tail of Stirling's series, cut where its next term is below 1e-16 for x >= 10. */
function stirlingTail(x: number): number {
  const y = 1 / (x * x);
  return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188
    - y * (691 / 360360 - y * (1 / 156 - y * (3617 / 122400)))))))) / x;
}

/**
 * Logarithm of the gamma function for positive arguments.
 *
 *   x < 10: Taylor series about 2 and the recurrence Gamma(x + 1) = x Gamma(x); else Stirling's series
 *
 * @units dimensionless
 * @shape x > 0
 * @errors programmer error for x <= 0 or not finite
 * @validity relative error below 1e-14, also beside the zeros at 1 and 2
 * @source NIST DLMF 5.7.3 (Taylor), 5.11.1 (Stirling)
 * @golden tests/golden/mpmath/special-functions.json
 */
export function logGamma(x: number): number {
  assert(x > 0 && Number.isFinite(x), `logGamma of ${x}`);
  if (x >= STIRLING_FROM) return (x - 0.5) * Math.log(x) - x + HALF_LN_2PI + stirlingTail(x);
  if (x < 0.5) return logGammaNearTwo(x) - Math.log(x) - Math.log1p(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let reduced = x;
  while (reduced > 2.5) {
    reduced -= 1;
    product *= reduced;
  }
  return logGammaNearTwo(reduced - 2) + Math.log(product);
}

/**
 * What Stirling's formula misses: ln Gamma(x+1) - ln(sqrt(2 pi x) (x/e)^x); minus infinity becomes 0 at x = 0.
 *
 * @units dimensionless
 * @shape x > 0
 * @source C. Loader, "Fast and accurate computation of binomial probabilities" (2000), section 2
 */
export function stirlingError(x: number): number {
  assert(x > 0, `stirlingError of ${x}`);
  if (x >= STIRLING_FROM) return stirlingTail(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LN_2PI;
}

/** ln(x! / (x/e)^x) = ln sqrt(2 pi x) + stirlingError(x), and 0 at x = 0. */
export function logFactorialExcess(x: number): number {
  return x === 0 ? 0 : HALF_LN_2PI + 0.5 * Math.log(x) + stirlingError(x);
}

/**
 * Deviance term x ln(x/mean) + mean - x, given the difference x - mean as exactly as the caller has it.
 *
 *   mean * phi(u), phi(u) = (1+u) ln(1+u) - u, u = difference / mean
 *
 * @units dimensionless
 * @shape mean > 0, difference >= -mean
 * @validity relative error of a few 1e-16 when `difference` is exact: no cancellation for small u
 * @source C. Loader (2000), section 3
 */
export function devianceTerm(difference: number, mean: number): number {
  assert(mean > 0 && difference >= -mean * (1 + 1e-12), `deviance of ${difference} about ${mean}`);
  const u = Math.max(difference / mean, -1);
  if (u === -1) return mean;
  if (Math.abs(u) > 0.3) return mean * ((1 + u) * Math.log1p(u) - u);
  let term = u * u;
  let sum = term / 2;
  for (let k = 3; k < 60; k += 1) {
    term *= -u;
    const next = term / (k * (k - 1));
    sum += next;
    if (Math.abs(next) < 1e-18 * sum) break;
  }
  return mean * sum;
}

const FRACTION_STEPS = 20_000;

/** Lentz's evaluation of a continued fraction b0 + a1/(b1 + a2/(b2 + ...)). */
function continuedFraction(b0: number, terms: (step: number) => readonly [number, number]): number {
  const tiny = 1e-300;
  let value = b0 === 0 ? tiny : b0;
  let c = value;
  let d = 0;
  for (let step = 1; step <= FRACTION_STEPS; step += 1) {
    const [a, b] = terms(step);
    d = b + a * d;
    d = 1 / (d === 0 ? tiny : d);
    c = b + a / c;
    if (c === 0) c = tiny;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 2e-16) return value;
  }
  assert(false, 'a continued fraction did not converge');
}

/** a b / (a+b) * (binomial density of a among a+b at x), i.e. x^a (1-x)^b / B(a, b). */
function betaFront(a: number, b: number, x: number): number {
  const n = a + b;
  const difference = a - n * x;
  const log = logFactorialExcess(n) - logFactorialExcess(a) - logFactorialExcess(b)
    - devianceTerm(difference, n * x) - devianceTerm(-difference, n * (1 - x));
  return ((a * b) / n) * Math.exp(log);
}

function betaFraction(a: number, b: number, x: number): number {
  return continuedFraction(1, (step) => {
    const m = Math.floor(step / 2);
    const numerator = step % 2 === 0
      ? (m * (b - m) * x) / ((a + step - 1) * (a + step))
      : (-(a + m) * (a + b + m) * x) / ((a + step - 1) * (a + step));
    return [numerator, 1];
  });
}

/**
 * Regularised incomplete beta function.
 *
 *   I_x(a,b) = x^a (1-x)^b / (a B(a,b)) * 1 / (1 + d1/(1 + d2/(1 + ...))), by symmetry on the short side
 *
 * @units dimensionless
 * @shape a, b > 0; 0 <= x <= 1
 * @errors programmer error outside that
 * @validity relative error about 1e-13 for a + b up to 1e6
 * @source NIST DLMF 8.17.22
 * @golden tests/golden/mpmath/special-functions.json
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  assert(a > 0 && b > 0 && x >= 0 && x <= 1, `incomplete beta of a=${a}, b=${b}, x=${x}`);
  if (x === 0 || x === 1) return x;
  const front = betaFront(a, b, x);
  if (x < (a + 1) / (a + b + 2)) return front / (a * betaFraction(a, b, x));
  return 1 - front / (b * betaFraction(b, a, 1 - x));
}

/** x^a e^-x / Gamma(a + 1), through the deviance so that large a and x do not cancel. */
function gammaFront(a: number, x: number): number {
  if (x < 1) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  return Math.exp(-devianceTerm(a - x, x) - logFactorialExcess(a));
}

function gammaSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17 * sum; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return gammaFront(a, x) * sum;
}

function gammaFraction(a: number, x: number): number {
  const fraction = continuedFraction(x + 1 - a, (step) => [-step * (step - a), x + 2 * step + 1 - a]);
  return (gammaFront(a, x) * a) / fraction;
}

/**
 * Regularised upper incomplete gamma function, Q(a,x) = Gamma(a,x) / Gamma(a).
 *
 * @units dimensionless
 * @shape a > 0, x >= 0
 * @errors programmer error outside that
 * @validity relative error about 1e-13 for a up to 1e6 (a few 1e-16 of the exponent in the far tail)
 * @source NIST DLMF 8.7.1 (series), 8.9.2 (continued fraction)
 * @golden tests/golden/mpmath/special-functions.json
 */
export function upperGamma(a: number, x: number): number {
  assert(a > 0 && x >= 0, `upper gamma of a=${a}, x=${x}`);
  if (x === 0) return 1;
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

/** Regularised lower incomplete gamma function, P(a,x) = 1 - Q(a,x), without cancellation; see `upperGamma`. */
export function lowerGamma(a: number, x: number): number {
  assert(a > 0 && x >= 0, `lower gamma of a=${a}, x=${x}`);
  if (x === 0) return 0;
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x);
}

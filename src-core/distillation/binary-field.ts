import { assert } from '../assert.ts';

/** GF(2^16) as polynomials over GF(2) modulo x^16 + x^5 + x^3 + x^2 + 1, of which x is a generator. */
const MODULUS = 0x1_002d;
const ORDER = 65_535;

/** exp holds every sum of two logarithms; the logarithm of zero points into the zeros behind. */
const LOG_OF_ZERO = 2 * ORDER;
const exp = new Uint16Array(2 * LOG_OF_ZERO + 1);
const log = new Int32Array(65_536);
for (let i = 0, x = 1; i < ORDER; i += 1) {
  exp[i] = x;
  exp[i + ORDER] = x;
  log[x] = i;
  x <<= 1;
  if (x > ORDER) x ^= MODULUS;
}
log[0] = LOG_OF_ZERO;

const square = (x: number) => exp[2 * log[x]!]!;

/**
 * Cantor's basis: beta_0 = 1 and beta_(i+1)^2 + beta_(i+1) = beta_i. With it the polynomial that vanishes on the
 * span of the first i elements is s_i = sum over j with C(i,j) odd of x^(2^j), and s_i(beta_i) = 1.
 */
const cantorBasis = (() => {
  const basis = [1];
  const preimage = new Map<number, number>();
  for (let x = 65_535; x >= 0; x -= 1) preimage.set(square(x) ^ x, x);
  while (basis.length < 16) basis.push(preimage.get(basis.at(-1)!)!);
  return basis;
})();

/** Exponents of s_i below its leading one. C(i,j) is odd when the bits of j are among those of i. */
const lowerExponents = Array.from({ length: 16 }, (_, i) =>
  Int32Array.from(Array.from({ length: i }, (__, j) => j).filter((j) => (i & j) === j), (j) => 2 ** j));

/** Value of s_(i-1) on the offset of block b, whatever the level i: bit t of b adds beta_(t+1). */
const blockConstants = new Uint16Array(32_768);
for (let t = 0; t < 15; t += 1) {
  for (let b = 0; b < 1 << t; b += 1) blockConstants[b + (1 << t)] = blockConstants[b]! ^ cantorBasis[t + 1]!;
}

const lowTable = new Uint16Array(256);
const highTable = new Uint16Array(256);
const TABLE_FROM = 512;

/** Products of one constant with every byte, as low and as high half: two look-ups instead of two logarithms. */
function fillTables(c: number): void {
  for (let bit = 0; bit < 8; bit += 1) {
    const [low, high] = [exp[log[c]! + bit]!, exp[log[c]! + bit + 8]!];
    for (let v = 0; v < 1 << bit; v += 1) {
      lowTable[v + (1 << bit)] = lowTable[v]! ^ low;
      highTable[v + (1 << bit)] = highTable[v]! ^ high;
    }
  }
}

interface Block { readonly start: number; readonly half: number }

/** f[start..] += c * f[start+half..]: the remainder modulo s + c from the one modulo s. */
function addMultiple(f: Uint16Array, { start, half }: Block, c: number): void {
  if (c === 0) return;
  const middle = start + half;
  if (half >= TABLE_FROM) {
    fillTables(c);
    for (let i = 0; i < half; i += 1) {
      const q = f[middle + i]!;
      f[start + i]! ^= lowTable[q & 255]! ^ highTable[q >> 8]!;
    }
    return;
  }
  const logC = log[c]!;
  for (let i = 0; i < half; i += 1) f[start + i]! ^= exp[log[f[middle + i]!]! + logC]!;
}

/** The last level, blocks of two: s_0(x) = x, so the pair is remainder and quotient already. */
function pairsToValues(f: Uint16Array): void {
  for (let i = 0, block = 0; i < f.length; i += 2, block += 1) {
    const q = f[i + 1]!;
    const left = f[i]! ^ exp[log[q]! + log[blockConstants[block]!]!]!;
    f[i] = left;
    f[i + 1] = left ^ q;
  }
}

function valuesToPairs(f: Uint16Array): void {
  for (let i = 0, block = 0; i < f.length; i += 2, block += 1) {
    const q = f[i]! ^ f[i + 1]!;
    f[i]! ^= exp[log[q]! + log[blockConstants[block]!]!]!;
    f[i + 1] = q;
  }
}

function addHalves(f: Uint16Array, { start, half }: Block): void {
  for (let i = 0; i < half; i += 1) f[start + half + i]! ^= f[start + i]!;
}

/** Divides a block by s_level in place: remainder below, quotient above. */
function divide(f: Uint16Array, { start, half }: Block, exponents: Int32Array): void {
  const [first = 0, second = 0, third = 0] = exponents;
  if (exponents.length === 1) {
    for (let i = start + half - 1; i >= start; i -= 1) f[i + first]! ^= f[i + half]!;
  } else if (exponents.length === 3) {
    for (let i = start + half - 1; i >= start; i -= 1) {
      const q = f[i + half]!;
      f[i + first]! ^= q;
      f[i + second]! ^= q;
      f[i + third]! ^= q;
    }
  } else {
    for (let i = start + half - 1; i >= start; i -= 1) {
      const q = f[i + half]!;
      for (let k = 0; k < exponents.length; k += 1) f[i + exponents[k]!]! ^= q;
    }
  }
}

/** Undoes `divide`: quotient times s_level plus remainder. */
function multiplyBack(f: Uint16Array, { start, half }: Block, exponents: Int32Array): void {
  for (let i = start; i < start + half; i += 1) {
    const q = f[i + half]!;
    for (let k = 0; k < exponents.length; k += 1) f[i + exponents[k]!]! ^= q;
  }
}

/**
 * Values of a polynomial over GF(2^16) on the span of Cantor's first elements, in place (additive Fourier transform).
 *
 *   f mod (s_(i-1) + c) = r + c q and f mod (s_(i-1) + c + 1) = r + (c + 1) q, for f = q s_(i-1) + r; down to points
 *
 * @units field elements
 * @shape length a power of two, at most 65,536
 * @errors programmer error for another length
 * @validity exact: no rounding anywhere
 * @source D. G. Cantor, J. Comb. Theory A 50, 285 (1989), doi:10.1016/0097-3165(89)90020-4
 * @golden tests/core/distillation/toeplitz.test.ts
 */
export function additiveTransform(f: Uint16Array): void {
  const levels = Math.log2(f.length);
  assert(Number.isInteger(levels) && levels <= 16, `transform of length ${f.length}`);
  for (let level = levels - 1; level > 0; level -= 1) {
    const half = 2 ** level;
    for (let block = 0; block < f.length / (2 * half); block += 1) {
      const place = { start: 2 * half * block, half };
      divide(f, place, lowerExponents[level]!);
      addMultiple(f, place, blockConstants[block]!);
      addHalves(f, place);
    }
  }
  if (levels > 0) pairsToValues(f);
}

/**
 * Coefficients from values: undoes `additiveTransform`, in place.
 *
 *   q = left + right, r = left + c q, f = q s_(i-1) + r, from points up
 *
 * @units field elements
 * @shape length a power of two, at most 65,536
 * @errors programmer error for another length
 * @validity exact: no rounding anywhere
 * @source D. G. Cantor, J. Comb. Theory A 50, 285 (1989), doi:10.1016/0097-3165(89)90020-4
 * @golden tests/core/distillation/toeplitz.test.ts
 */
export function inverseTransform(f: Uint16Array): void {
  const levels = Math.log2(f.length);
  assert(Number.isInteger(levels) && levels <= 16, `transform of length ${f.length}`);
  if (levels > 0) valuesToPairs(f);
  for (let level = 1; level < levels; level += 1) {
    const half = 2 ** level;
    for (let block = 0; block < f.length / (2 * half); block += 1) {
      const place = { start: 2 * half * block, half };
      addHalves(f, place);
      addMultiple(f, place, blockConstants[block]!);
      multiplyBack(f, place, lowerExponents[level]!);
    }
  }
}

/**
 * Adds the element-wise product of two columns to a third.
 *
 *   sum[i] += a[i] b[i] in GF(2^16)
 *
 * @units field elements
 * @shape equal lengths
 * @errors programmer error for unequal lengths
 * @validity exact
 * @source logarithms to the base x
 * @golden tests/core/distillation/toeplitz.test.ts
 */
export function addProducts(sum: Uint16Array, a: Uint16Array, b: Uint16Array): void {
  assert(sum.length === a.length && sum.length === b.length, 'columns of one length');
  for (let i = 0; i < sum.length; i += 1) sum[i]! ^= exp[log[a[i]!]! + log[b[i]!]!]!;
}

/** A quotient this long would cost more than the gap written raw, so it marks an escape. */
export const ESCAPE_QUOTIENT = 24;
const ESCAPE_BITS = ESCAPE_QUOTIENT + 1 + 64;
/** Beyond it a residual times two is no longer exact in a double. */
const SIGNED_MAX = 2 ** 51;
const K_MAX = 52;
const SAMPLE = 1024;

/** How one chunk's gaps are coded. */
export interface RicePlan {
  /** Bits of a remainder. */
  readonly k: number;
  /** Subtracted from every gap. */
  readonly base: number;
  /** Residuals on both sides of `base`, folded to 0, -1, 1, -2, ... */
  readonly signed: boolean;
  readonly escapes: number;
}

/** The number that is coded for a gap; too large for any quotient where folding would lose a bit. */
export function residualOf(gap: number, { base, signed }: Pick<RicePlan, 'base' | 'signed'>): number {
  const distance = gap - base;
  if (!signed) return distance;
  if (distance > SIGNED_MAX || distance < -SIGNED_MAX) return Number.POSITIVE_INFINITY;
  return distance >= 0 ? 2 * distance : -2 * distance - 1;
}

interface Cost { readonly bits: number; readonly escapes: number }

function costOf(gaps: Float64Array, shape: Pick<RicePlan, 'k' | 'base' | 'signed'>): Cost {
  const scale = 2 ** -shape.k;
  let bits = 0;
  let escapes = 0;
  for (let i = 0; i < gaps.length; i += 1) {
    const quotient = Math.floor(residualOf(gaps[i]!, shape) * scale);
    if (quotient >= ESCAPE_QUOTIENT) {
      escapes += 1;
      bits += ESCAPE_BITS + shape.k;
    } else {
      bits += quotient + 1 + shape.k;
    }
  }
  return { bits, escapes };
}

/** Every so-many-th number, sorted: enough to place a median. */
function sampleOf(gaps: Float64Array): Float64Array {
  const step = Math.max(1, Math.floor(gaps.length / SAMPLE));
  const sample = new Float64Array(Math.ceil(gaps.length / step));
  for (let i = 0; i < sample.length; i += 1) sample[i] = gaps[i * step]!;
  return sample.sort();
}

const medianOf = (sorted: Float64Array) => sorted[sorted.length >> 1]!;

function leastOf(gaps: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const gap of gaps) least = Math.min(least, gap);
  return least;
}

interface Start { readonly base: number; readonly signed: boolean; readonly sample: Float64Array }

/**
 * The best k for one way of folding. The cost falls, then rises with k, so walking downhill from the median's
 * guess (a geometric law's best divisor is close to its median) finds the floor in a few steps.
 */
function bestFor(gaps: Float64Array, { base, signed, sample }: Start): RicePlan & Cost {
  const typical = medianOf(sample.map((gap) => residualOf(gap, { base, signed })).sort());
  const guess = Math.round(Math.log2(Math.max(1, typical)));
  const at = (k: number) => ({ k, base, signed, ...costOf(gaps, { k, base, signed }) });
  let best = at(Math.min(Math.max(guess, 0), K_MAX));
  for (const step of [-1, 1]) {
    for (let k = best.k + step; k >= 0 && k <= K_MAX; k += step) {
      const next = at(k);
      if (next.bits >= best.bits) break;
      best = next;
    }
  }
  return best;
}

/** Chooses between the two foldings by their exact cost in bits. */
export function planRice(gaps: Float64Array): RicePlan {
  if (gaps.length === 0) return { k: 0, base: 0, signed: false, escapes: 0 };
  const sample = sampleOf(gaps);
  const random = bestFor(gaps, { base: leastOf(gaps), signed: false, sample });
  const periodic = bestFor(gaps, { base: medianOf(sample), signed: true, sample });
  return periodic.bits < random.bits ? periodic : random;
}

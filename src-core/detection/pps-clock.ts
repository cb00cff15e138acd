/** Station clock against UTC: UTC = first edge + (t - zero_s) / second_s, t in seconds of the station's clock. */
export interface PpsClock {
  readonly zero_s: number;
  /** Length of a UTC second on the station's clock; 1 + its rate error. */
  readonly second_s: number;
  readonly edges_used: number;
  readonly edges_rejected: number;
  readonly residual_ns_rms: number;
}

/** Half width of the comb that edges must stand on: 1e-5 of rate error over 1,000 s. */
const COMB_HALF_S = 0.01;
const COMB_BINS = 100;
/** Edges beyond this many MADs of the line are glitches; the floor keeps a kink of 1e-8 in the rate. */
const REJECT_MADS = 6;
const REJECT_FLOOR_S = 1e-6;
const SLOPE_EDGES_MAX = 400;

/**
 * Robust line through the pulse-per-second edges.
 *
 *   t_n = zero + n * second;  start: median of pairwise slopes;  then least squares over edges within 6 MAD
 *
 * @units seconds of the station's clock
 * @shape edges in order of time; the earliest edge on the one-second comb is number 0
 * @errors null with fewer than two edges on a comb: UTC is then unknown
 * @validity rate error up to 1e-5; false and displaced edges up to half of all
 * @source Theil-Sen: P. K. Sen, J. Am. Stat. Assoc. 63, 1379 (1968), doi:10.1080/01621459.1968.10480934
 * @golden tests/core/detection/pps-clock.test.ts
 */
export function fitPpsClock(edges_s: Float64Array): PpsClock | null {
  const comb = edgesOnComb(edges_s);
  if (comb.length < 2) return null;
  const first = comb[0]!;
  const number = comb.map((edge) => Math.round(edge - first));
  const slope = medianSlope(comb, number);
  const zero = median(comb.map((edge, i) => edge - slope * number[i]!));
  const off = comb.map((edge, i) => edge - zero - slope * number[i]!);
  const limit = Math.max(REJECT_FLOOR_S, REJECT_MADS * median(off.map(Math.abs)));
  const kept = off.flatMap((residual, i) => (Math.abs(residual) <= limit ? [i] : []));
  const line = leastSquares(kept.map((i) => number[i]!), kept.map((i) => off[i]!));
  const squares = kept.reduce((sum, i) => sum + (off[i]! - line.zero - line.slope * number[i]!) ** 2, 0);
  return {
    zero_s: zero + line.zero, second_s: slope + line.slope,
    edges_used: kept.length, edges_rejected: edges_s.length - kept.length,
    residual_ns_rms: Math.sqrt(squares / kept.length) * 1e9,
  };
}

/** Edges whose fraction of a second agrees with that of the largest group. */
function edgesOnComb(edges_s: Float64Array): number[] {
  const bins = new Int32Array(COMB_BINS);
  for (const edge of edges_s) bins[Math.floor((edge - Math.floor(edge)) * COMB_BINS) % COMB_BINS]! += 1;
  let best = 0;
  const pair = (bin: number) => bins[bin]! + bins[(bin + 1) % COMB_BINS]!;
  for (let bin = 1; bin < COMB_BINS; bin += 1) if (pair(bin) > pair(best)) best = bin;
  const centre = (best + 1) / COMB_BINS;
  return [...edges_s].filter((edge) => Math.abs(edge - centre - Math.round(edge - centre)) <= COMB_HALF_S);
}

function medianSlope(edges: readonly number[], number: readonly number[]): number {
  const step = Math.max(1, Math.floor(edges.length / SLOPE_EDGES_MAX));
  const slopes: number[] = [];
  for (let i = 0; i < edges.length; i += step) {
    for (let j = i + step; j < edges.length; j += step) {
      const seconds = number[j]! - number[i]!;
      if (seconds > 0) slopes.push((edges[j]! - edges[i]!) / seconds);
    }
  }
  return slopes.length === 0 ? 1 : median(slopes);
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function leastSquares(x: readonly number[], y: readonly number[]): { zero: number; slope: number } {
  const n = x.length;
  const mx = x.reduce((sum, value) => sum + value, 0) / n;
  const my = y.reduce((sum, value) => sum + value, 0) / n;
  let [sxx, sxy] = [0, 0];
  for (let i = 0; i < n; i += 1) {
    sxx += (x[i]! - mx) ** 2;
    sxy += (x[i]! - mx) * (y[i]! - my);
  }
  const slope = sxx === 0 ? 0 : sxy / sxx;
  return { zero: my - slope * mx, slope };
}

/** Round steps: 1, 2, 2.5 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return step * power;
}

/** A constant is drawn on an axis of at least this share of itself: round numbers need room between them. */
const LEAST_SPREAD = 0.01;

/** A range of round numbers around the finite ones given, and at most `lines` grid lines in it. */
export function niceAxis(values: Iterable<number>, options: { lines?: number; floor?: number; least?: number } = {}):
  { min: number; max: number; ticks: number[] } {
  let low = options.floor ?? Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!Number.isFinite(low)) low = 0;
  high = Math.max(high, low + (options.least ?? 0), low + Math.max(Math.abs(low) * LEAST_SPREAD, 1e-6));
  const lines = options.lines ?? 5;
  let step = roundStep((high - low) / (lines - 1));
  // Values a hair beyond a mark on both sides would ask for two marks more: then the next wider step.
  if (Math.ceil(high / step - 1e-9) - Math.floor(low / step + 1e-9) > lines) step = roundStep(step * 1.01);
  const min = Math.floor(low / step + 1e-9) * step;
  const max = Math.ceil(high / step - 1e-9) * step;
  return { min, max, ticks: steps(min, max, step) };
}

/** Multiples of a step inside a range, ends included. */
export function steps(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Minutes of a pass: a mark a minute, or fewer on a long one. */
export function passTicks(min_s: number, max_s: number): number[] {
  const step = [10, 20, 30, 60, 120, 300, 600, 1200].find((candidate) => (max_s - min_s) / candidate <= 9) ?? 3600;
  return steps(min_s, max_s, step);
}

/** Index of the sample nearest to x; samples ascend. */
export function nearestIndex(samples: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = samples.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((samples[middle] ?? Infinity) <= x) low = middle;
    else high = middle;
  }
  return Math.abs((samples[high] ?? Infinity) - x) < Math.abs((samples[low] ?? Infinity) - x) ? high : low;
}

/** Index of the largest (or smallest) finite value; −1 when there is none. */
export function extremeIndex(values: ArrayLike<number>, of: 'largest' | 'smallest'): number {
  let best = -1;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    const held = values[best] ?? NaN;
    if (best < 0 || (of === 'largest' ? value > held : value < held)) best = i;
  }
  return best;
}

import { columnOf, type Frame } from '../../../src-contract/frames.ts';

/** The columns one plot needs; all are empty while the frame is awaited, or has none (a Bell pass has no QBER). */
export function columnsOf<const K extends string>(frame: Frame | null, names: readonly K[]):
  Readonly<Record<K, Float64Array>> {
  const present = new Set(frame?.columns.map(({ name }) => name));
  const whole = frame !== null && names.every((name) => present.has(name));
  return Object.fromEntries(names.map((name) => [name, whole ? columnOf(frame, name) : new Float64Array()])) as
    Record<K, Float64Array>;
}

/** Width of equal bins from their centres or starts. */
export function binWidth(values: ArrayLike<number>): number {
  return values.length < 2 ? 1 : (values[1] ?? 1) - (values[0] ?? 0);
}

/** Kept where the test holds, NaN elsewhere: a second series of the same bars in another tone. */
export function where(values: Float64Array, keep: (index: number) => boolean): Float64Array {
  return values.map((value, i) => (keep(i) ? value : NaN));
}

/** Samples in the order of another column, as columns. */
export function sortedBy(x: ArrayLike<number>, y: ArrayLike<number>): { x: number[]; y: number[] } {
  const order = Array.from(x, (_, i) => i).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]))
    .sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  return { x: order.map((i) => x[i] ?? NaN), y: order.map((i) => y[i] ?? NaN) };
}

/** Two sets of samples on one ascending axis; where one has no sample it is NaN. */
export function joined(a: { x: number[]; y: number[] }, b: { x: number[]; y: number[] }):
  { x: number[]; first: number[]; second: number[] } {
  const samples = [
    ...a.x.map((x, i) => ({ x, first: a.y[i] ?? NaN, second: NaN })),
    ...b.x.map((x, i) => ({ x, first: NaN, second: b.y[i] ?? NaN })),
  ].sort((p, q) => p.x - q.x);
  return { x: samples.map(({ x }) => x), first: samples.map(({ first }) => first),
    second: samples.map(({ second }) => second) };
}

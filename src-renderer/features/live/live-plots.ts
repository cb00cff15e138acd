import type { Frame } from '../../../src-contract/frames.ts';
import { fixed } from '../../shared/numbers.ts';
import type { PlotAxis, PlotRule, PlotSeries, PlotSpec, Token } from '../../shared/plot/spec.ts';
import { niceAxis, passTicks, steps } from '../../shared/plot/ticks.ts';
import { stationLook } from '../../shared/station-look.ts';
import { intoPass } from '../../shared/times.ts';
import type { LiveSeries } from './live-series.ts';

/** What every plot of a pass needs: how long it is, what was planned, what came, and where now is. */
export interface LivePlotInput {
  readonly seconds: number;
  readonly plan: Frame | null;
  readonly series: LiveSeries | null;
  /** Seconds after the window's start; null before anything came. */
  readonly now_t_s: number | null;
}

export interface StationPlotInput extends LivePlotInput {
  readonly id: string;
  readonly name: string;
  readonly index: number;
}

const EMPTY = new Float64Array();
const planned = ({ plan }: LivePlotInput, name: string): Float64Array =>
  plan?.columns.find((column) => column.name === name)?.values ?? EMPTY;
const came = ({ series }: LivePlotInput, name: string): Float64Array => series?.column(name) ?? EMPTY;

/** The whole pass is on the axis from the first second: a strip chart hides how much is left. */
const passAxis = (seconds: number): PlotAxis =>
  ({ min: 0, max: seconds, ticks: passTicks(0, seconds), format: intoPass });

function nowRule({ now_t_s, seconds }: LivePlotInput): PlotRule[] {
  return now_t_s === null || now_t_s < 0 || now_t_s > seconds ? [] : [{ x: now_t_s, colour: '--text-1' }];
}

interface Dots { readonly x: Float64Array; readonly y: Float64Array }

/** Every so many rows inside the window: telemetry comes ten times a second, a plot has room for some three hundred. */
function thinned(t_s: Float64Array, values: Float64Array, window: { seconds: number; apart_s: number }): Dots {
  const x: number[] = [];
  const y: number[] = [];
  let next = 0;
  for (let i = 0; i < t_s.length; i += 1) {
    const [at, value] = [t_s[i] ?? NaN, values[i] ?? NaN];
    if (at < next || at > window.seconds || !Number.isFinite(value)) continue;
    x.push(at);
    y.push(value);
    next = at + window.apart_s;
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

interface Layer { readonly x: ArrayLike<number>; readonly columns: readonly ArrayLike<number>[] }

/** Several columns with times of their own on one axis: all times in order, a gap where a column has none. */
function onOneAxis(layers: readonly Layer[]): { readonly x: Float64Array; readonly columns: readonly Float64Array[] } {
  const x = Float64Array.from(new Set(layers.flatMap((layer) => Array.from(layer.x)))).sort();
  const row = new Map(Array.from(x, (value, i) => [value, i]));
  const columns = layers.flatMap((layer) => layer.columns.map((values) => {
    const placed = new Float64Array(x.length).fill(NaN);
    for (let i = 0; i < layer.x.length; i += 1) placed[row.get(layer.x[i] ?? NaN) ?? -1] = values[i] ?? NaN;
    return placed;
  }));
  return { x, columns };
}

/** A line between known points also where another column put a row: else every dot would cut the plan. */
function bridged(x: Float64Array, values: Float64Array): Float64Array {
  const out = values.slice();
  let last = -1;
  for (let i = 0; i < out.length; i += 1) {
    if (!Number.isFinite(out[i])) continue;
    for (let gap = last + 1; last >= 0 && gap < i; gap += 1) {
      const share = ((x[gap] ?? 0) - (x[last] ?? 0)) / ((x[i] ?? 0) - (x[last] ?? 0));
      out[gap] = (out[last] ?? 0) + share * ((out[i] ?? 0) - (out[last] ?? 0));
    }
    last = i;
  }
  return out;
}

const TRACKING_SHOWN_S = 60;

/** Tracking error of the last minute: the one plot that scrolls. */
export function trackingPlot(input: StationPlotInput, limit_urad: number | null): PlotSpec {
  const [t_s, values] = [came(input, `${input.id}.t_s`), came(input, `${input.id}.tracking_urad`)];
  const now = input.now_t_s ?? 0;
  let from = t_s.length;
  while (from > 0 && (t_s[from - 1] ?? 0) > now - TRACKING_SHOWN_S) from -= 1;
  const shown = values.subarray(from);
  const limit = limit_urad ?? 0;
  const y = niceAxis([...shown, limit * 1.6], { lines: 4, floor: 0, least: 0.4 });
  return {
    title: 'Tracking error, µrad',
    summary: `Tracking error of ${input.name} over the last minute${limit_urad === null ? '' : `, limit ${fixed(limit, 1)} µrad`}.`,
    x: { min: -TRACKING_SHOWN_S, max: 0, ticks: [-60, -40, -20, 0], format: (v) => (v === 0 ? 'now' : `${fixed(v)} s`) },
    y: { ...y, format: (v) => fixed(v, y.max < 2 ? 1 : 0) },
    x_values: t_s.subarray(from).map((at) => at - now),
    series: [{ name: 'tracking', kind: 'line', colour: stationLook(input.index).token, width: 1, values: shown }],
    rules: limit_urad === null ? [] : [{ y: limit, colour: '--text-1', dash: [4, 3] }],
    labels: limit_urad === null ? [] : [{
      text: `limit ${fixed(limit, 1)}`, optional: true,
      places: [{ x: 'right', y: 'top', align: 'right', side: 'on' }],
    }],
  };
}

/** Measured dots over a planned line with its band. */
function againstPlan(input: LivePlotInput, layer: {
  readonly measured: Dots; readonly line: Float64Array; readonly sigma: Float64Array; readonly dots: Omit<PlotSeries, 'values'>;
}): Pick<PlotSpec, 'x_values' | 'series' | 'bands'> {
  const t_s = planned(input, 'plan.t_s');
  const { x, columns } = onOneAxis([
    { x: t_s, columns: [layer.line, layer.line.map((value, i) => value - (layer.sigma[i] ?? 0)),
      layer.line.map((value, i) => value + (layer.sigma[i] ?? 0))] },
    { x: layer.measured.x, columns: [layer.measured.y] },
  ]);
  const [line = EMPTY, low = EMPTY, high = EMPTY, measured = EMPTY] = columns;
  return {
    x_values: x,
    bands: [{ low: bridged(x, low), high: bridged(x, high), colour: '--plan-fill' }],
    series: [
      { name: 'plan', kind: 'line', colour: '--plan', width: 1, values: bridged(x, line) },
      { ...layer.dots, values: measured },
    ],
  };
}

function inside(t_s: Float64Array, values: Float64Array, seconds: number): Float64Array {
  return values.filter((_, i) => (t_s[i] ?? -1) >= 0 && (t_s[i] ?? -1) <= seconds);
}

/** One downlink's efficiency against the prediction's band. */
export function efficiencyPlot(input: StationPlotInput): PlotSpec {
  const { id, name, index, seconds } = input;
  const measured = thinned(came(input, `${id}.t_s`), came(input, `${id}.efficiency_db`), { seconds, apart_s: 0.95 });
  const line = planned(input, `${id}.efficiency_db`);
  const sigma = planned(input, `${id}.efficiency_db_sigma`);
  const spread = inside(planned(input, 'plan.t_s'), line, seconds);
  const all = [...spread, ...measured.y];
  const y = all.length === 0 ? { min: -42, max: -28, ticks: [-40, -36, -32, -28] } : niceAxis(all, { lines: 5 });
  const look = stationLook(index);
  return {
    title: 'One downlink efficiency, dB',
    summary: `Efficiency of the downlink to ${name}, with the predicted band.`,
    x: passAxis(seconds), y: { ...y, format: (v) => fixed(v) },
    ...againstPlan(input, { measured, line, sigma, dots: {
      name: 'measured', kind: 'dots', colour: look.token, hollow: look.dashed, width: 3,
    } }),
    rules: nowRule(input),
  };
}

/** Angle of the half-wave plate: the plan in grey, what was set over it. */
export function hwpPlot(input: StationPlotInput): PlotSpec {
  const { id, name, index, seconds } = input;
  const set = thinned(came(input, `${id}.t_s`), came(input, `${id}.hwp_deg`), { seconds, apart_s: 0.95 });
  const t_s = planned(input, 'plan.t_s');
  const { x, columns: [line = EMPTY, angle = EMPTY] } = onOneAxis([
    { x: t_s, columns: [planned(input, `${id}.hwp_deg`)] }, { x: set.x, columns: [set.y] },
  ]);
  const all = [...inside(t_s, planned(input, `${id}.hwp_deg`), seconds), ...set.y];
  const y = all.length === 0 ? { min: -90, max: 90, ticks: [-90, 0, 90] } : niceAxis(all, { lines: 3 });
  return {
    title: 'HWP angle, °: plan (grey) and set',
    summary: `Half-wave plate of ${name} against its plan.`,
    x: passAxis(seconds), y: { ...y, format: (v) => fixed(v) }, x_values: x,
    series: [
      { name: 'plan', kind: 'line', colour: '--plan', width: 1.4, values: bridged(x, line) },
      { name: 'set', kind: 'line', colour: stationLook(index).token, width: 2.4, values: bridged(x, angle) },
    ],
    rules: nowRule(input),
  };
}

/** Pairs a second in the gate, in bins, over the planned rate; accidentals beneath. */
export function ratePlot(input: LivePlotInput): PlotSpec {
  const { seconds } = input;
  const t_s = came(input, 'rate.t_s');
  const [hz, low, high] = [came(input, 'rate.hz'), came(input, 'rate.low'), came(input, 'rate.high')];
  const [line, sigma, plan_t] = [planned(input, 'pair.rate_hz'), planned(input, 'pair.rate_hz_sigma'), planned(input, 'plan.t_s')];
  const { x, columns } = onOneAxis([
    { x: plan_t, columns: [line, line.map((v, i) => Math.max(0, v - (sigma[i] ?? 0))), line.map((v, i) => v + (sigma[i] ?? 0))] },
    { x: t_s, columns: [hz, low, high, came(input, 'rate.accidentals_hz')] },
  ]);
  const [plan = EMPTY, below = EMPTY, above = EMPTY, rate = EMPTY, from = EMPTY, to = EMPTY, accidentals = EMPTY] = columns;
  const y = niceAxis([...inside(plan_t, line.map((v, i) => v + (sigma[i] ?? 0)), seconds), ...high], { lines: 5, floor: 0, least: 1 });
  return {
    title: 'Two-photon rate in the gate, Hz, 5 s each; grey: plan ± 1σ',
    summary: 'Coincidences a second over the pass with 68 percent intervals, the planned rate as a band.',
    x: passAxis(seconds), y, x_values: x,
    bands: [{ low: bridged(x, below), high: bridged(x, above), colour: '--plan-fill' }],
    series: [
      { name: 'plan', kind: 'line', colour: '--plan', width: 1, values: bridged(x, plan) },
      { name: 'accidentals', kind: 'line', colour: '--text-3', dashed: true, width: 1.2, values: bridged(x, accidentals) },
      { name: 'measured', kind: 'dots', colour: '--pair', width: 5, values: rate, interval: { low: from, high: to } },
    ],
    rules: nowRule(input),
    labels: t_s.length === 0 ? [] : [{
      text: 'accidentals so far, from displaced gates', optional: true, colour: '--text-3',
      places: [{ x: 'right', y: accidentals.findLast(Number.isFinite) ?? 0, align: 'right', side: 'above' }],
    }],
  };
}

/** Sifted bits so far over the plan's growth. */
export function siftedPlot(input: LivePlotInput): PlotSpec {
  const { seconds } = input;
  const [t_s, bits] = [came(input, 'pair.t_s'), came(input, 'pair.sifted_bits')];
  const [plan_t, line, sigma] =
    [planned(input, 'plan.t_s'), planned(input, 'pair.sifted_bits'), planned(input, 'pair.sifted_bits_sigma')];
  const drawn = againstPlan(input, { measured: { x: t_s, y: bits }, line, sigma, dots: {
    name: 'so far', kind: 'line', colour: '--pair', width: 2,
  } });
  const y = niceAxis([...inside(plan_t, line.map((v, i) => v + (sigma[i] ?? 0)), seconds), ...bits], { lines: 5, floor: 0, least: 10 });
  const [x, series] = [Float64Array.from(drawn.x_values), drawn.series.map((one) =>
    (one.name === 'so far' ? { ...one, values: bridged(Float64Array.from(drawn.x_values), Float64Array.from(one.values)) } : one))];
  const end = line.findLast((_, i) => (plan_t[i] ?? Infinity) <= seconds);
  return {
    title: 'Sifted bits', summary: `Sifted bits so far, ${fixed(bits.at(-1))}, over what was planned.`,
    x: passAxis(seconds), y: { ...y, format: (v) => fixed(v) }, ...drawn, x_values: x, series,
    rules: nowRule(input),
    labels: [
      ...(bits.length === 0 ? [] : [{ text: fixed(bits.at(-1)), strong: true, colour: '--text-1' as const, places: [
        { x: t_s.at(-1) ?? 0, y: bits.at(-1) ?? 0, align: 'right' as const, side: 'above' as const },
        { x: t_s.at(-1) ?? 0, y: bits.at(-1) ?? 0, align: 'left' as const, side: 'above' as const }] }]),
      ...(end === undefined ? [] : [{ text: `plan ${fixed(end)}`, optional: true,
        places: [{ x: 'right' as const, y: end, align: 'right' as const, side: 'above' as const }] }]),
    ],
  };
}

/** Differences of arrival so far: the peak in its gate. */
export function histogramPlot(input: LivePlotInput, gate_ns: number): PlotSpec {
  const [delta, counts] = [came(input, 'histogram.delta_ns'), came(input, 'histogram.counts')];
  const bin_ns = delta.length < 2 ? 0.25 : (delta[1] ?? 0) - (delta[0] ?? 0);
  const reach = delta.length === 0 ? 8 : Math.max(...delta.map(Math.abs)) + bin_ns / 2;
  const gated = (i: number) => Math.abs(delta[i] ?? Infinity) <= gate_ns / 2;
  const bars = (name: string, colour: Token, keep: (i: number) => boolean): PlotSeries =>
    ({ name, kind: 'bars', colour, fill: 0.8, values: counts.map((count, i) => (keep(i) ? count : NaN)) });
  return {
    title: `Counts / ${fixed(bin_ns, 2)} ns, difference in ns`,
    summary: `Arrival-time differences so far, gate ${fixed(gate_ns, 1)} ns.`,
    x: { min: -reach, max: reach, ticks: steps(-reach, reach, reach > 10 ? reach / 2 : 4), format: (v) => fixed(v) },
    y: { ...niceAxis(counts, { lines: 4, floor: 0, least: 8 }), format: (v) => fixed(v) },
    x_values: delta,
    series: [bars('outside', '--plan', (i) => !gated(i)), bars('in the gate', '--pair', gated)],
    shades: [{ from_x: -gate_ns / 2, to_x: gate_ns / 2, colour: '--plan-fill' }],
    labels: [{ text: `gate ${fixed(gate_ns, 1)} ns`, optional: true, places: [
      { x: gate_ns / 2, y: 'top', align: 'left', side: 'on' }] }],
  };
}

const LOCAL_BOUND = 2;
const QUANTUM_BOUND = 2 * Math.SQRT2;

/** S as it narrows, with the bound of local realism and the quantum one. */
export function bellPlot(input: LivePlotInput): PlotSpec {
  const [t_s, s, sigma] = [came(input, 'bell.t_s'), came(input, 'bell.s'), came(input, 'bell.s_sigma')];
  return {
    title: 'CHSH S so far, ± 1σ', summary: `S over the pass, now ${fixed(s.at(-1), 2)}.`,
    x: passAxis(input.seconds), y: { min: 0, max: 4, ticks: [0, 1, 2, 3, 4] }, x_values: t_s,
    bands: [{ low: s.map((v, i) => v - (sigma[i] ?? 0)), high: s.map((v, i) => v + (sigma[i] ?? 0)), colour: '--plan-fill' }],
    series: [{ name: 'S', kind: 'line', colour: '--pair', width: 2, values: s }],
    rules: [{ y: LOCAL_BOUND, colour: '--text-1', dash: [4, 3] }, { y: QUANTUM_BOUND, colour: '--text-3', dash: [2, 3] },
      ...nowRule(input)],
    labels: [
      { text: 'local realism 2', places: [{ x: 'right', y: LOCAL_BOUND, align: 'right', side: 'below' }] },
      { text: 'quantum 2√2', optional: true, places: [{ x: 'right', y: QUANTUM_BOUND, align: 'right', side: 'above' }] },
    ],
  };
}

import type { Frame } from '../../../src-contract/frames.ts';
import type { MissionView } from '../../../src-contract/operations.ts';
import type { ProcessVerdict } from '../../../src-contract/pass.ts';
import { fixed, percent, plusMinus, signed } from '../../shared/numbers.ts';
import type { PlotLabel, PlotSeries, PlotSpec } from '../../shared/plot/spec.ts';
import { niceAxis, passTicks, steps } from '../../shared/plot/ticks.ts';
import { stationLook } from '../../shared/station-look.ts';
import { intoPass } from '../../shared/times.ts';
import { binWidth, columnsOf, joined, sortedBy, where } from './series.ts';

type Corner = 'left' | 'right';
const corner = (text: string, side: Corner, look: Partial<PlotLabel> = {}): PlotLabel => ({
  text, places: [{ x: side, y: 'top', align: side, side: 'on' }], ...look,
});
/** Lines of words below each other in a corner. */
const lines = (side: Corner, y_max: number, y_step: number) =>
  (text: string, row: number, look: Partial<PlotLabel> = {}): PlotLabel => (row === 0 ? corner(text, side, look)
    : { text, places: [{ x: side, y: y_max - row * y_step, align: side, side: 'below' }], ...look });

const timeAxis = (seconds: number) => ({ min: 0, max: seconds, ticks: passTicks(0, seconds), format: intoPass });

/** Coincidences a bin over the pass, and what was expected. */
export function ratePlot(frame: Frame | null, seconds: number): PlotSpec {
  const columns = columnsOf(frame, ['rate.t_s', 'rate.coincidences', 'rate.accidentals', 'rate.expected_hz']);
  const t_s = columns?.['rate.t_s'] ?? new Float64Array();
  const bin_s = binWidth(t_s);
  const counts = columns?.['rate.coincidences'] ?? new Float64Array();
  const expected = (columns?.['rate.expected_hz'] ?? new Float64Array()).map((rate) => rate * bin_s);
  const y = niceAxis([...counts, ...expected], { lines: 3, floor: 0, least: 5 });
  return {
    title: columns === null ? 'Coincidences' : `Coincidences in ${fixed(bin_s, bin_s < 1 ? 1 : 0)} s`,
    summary: 'Coincidences in the gate over the pass, with the expected number as a line.',
    x: timeAxis(seconds), y, x_values: t_s,
    series: columns === null ? [] : [
      { name: 'measured', kind: 'bars', colour: '--pair', fill: 0.86, values: counts },
      { name: 'expected', kind: 'line', colour: '--act', width: 1.6, values: expected },
      { name: 'accidentals', kind: 'line', colour: '--text-3', dashed: true, width: 1.2, values: columns['rate.accidentals'] },
    ],
  };
}

/** Differences of arrival: the peak in its gate on the floor of accidentals. */
export function coincidencePlot(frame: Frame | null, result: ProcessVerdict | null): PlotSpec {
  const columns = columnsOf(frame, ['histogram.delta_ns', 'histogram.counts']);
  const delta = columns?.['histogram.delta_ns'] ?? new Float64Array();
  const counts = columns?.['histogram.counts'] ?? new Float64Array();
  const bin_ns = binWidth(delta);
  const [gate_ns, centre_ns] = [result?.lock.gate_ns ?? 2.5, result?.lock.offset_ns ?? 0];
  const gated = (i: number) => Math.abs((delta[i] ?? Infinity) - centre_ns) <= gate_ns / 2;
  const reach = Math.max(Math.abs(delta[0] ?? 8), Math.abs(delta.at(-1) ?? 8));
  const y = niceAxis(counts, { lines: 5, floor: 0, least: 10 });
  const floor = result === null ? NaN : result.accidentals * bin_ns / gate_ns;
  const line = lines('right', y.max, (y.max - y.min) / 11);
  return {
    title: `Counts in ${fixed(bin_ns, 2)} ns against difference, ns`,
    summary: `Histogram of arrival-time differences; ${fixed(result?.coincidences)} coincidences in the gate.`,
    x: { min: -reach, max: reach, ticks: steps(-reach, reach, reach > 10 ? reach / 2 : 4), format: (v) => fixed(v) },
    y, x_values: delta,
    series: columns === null ? [] : [
      { name: 'outside', kind: 'bars', colour: '--plan', fill: 0.9, values: where(counts, (i) => !gated(i)) },
      { name: 'in the gate', kind: 'bars', colour: '--pair', fill: 0.9, values: where(counts, gated) },
    ],
    shades: [{ from_x: centre_ns - gate_ns / 2, to_x: centre_ns + gate_ns / 2, colour: '--plan-fill' }],
    rules: Number.isFinite(floor) ? [{ y: floor, colour: '--text-1', dash: [4, 3] }] : [],
    labels: result === null ? [] : [
      line(`in the gate ${fixed(result.coincidences)}`, 0, { strong: true, colour: '--text-1' }),
      line(`accidentals ${fixed(result.accidentals)} ${plusMinus(result.accidentals_sigma, 0)}`, 1),
      line(`gate ${fixed(gate_ns, 1)} ns at ${signed(centre_ns, 2)} ns`, 2),
      { text: 'accidentals', places: [{ x: 'left', y: floor, align: 'left', side: 'above' }] },
    ],
  };
}

/** QBER in slices with their intervals, the pass pooled, and the mission's edge. */
export function qberPlot(frame: Frame | null, result: ProcessVerdict | null, edge: number | null): PlotSpec {
  const columns = columnsOf(frame, ['qber.t_s', 'qber.n', 'qber.e', 'qber.low', 'qber.high']);
  const t_s = columns?.['qber.t_s'] ?? new Float64Array();
  const value = Float64Array.from(t_s, (_, i) => {
    const n = columns?.['qber.n'][i] ?? 0;
    return n === 0 ? NaN : 100 * (columns?.['qber.e'][i] ?? NaN) / n;
  });
  const low = (columns?.['qber.low'] ?? new Float64Array()).map((share) => share * 100);
  const high = (columns?.['qber.high'] ?? new Float64Array()).map((share) => share * 100);
  const seconds = result?.seconds ?? 281;
  const top = Math.max(16, Math.min(40, Math.ceil(Math.max(0, ...Array.from(value).filter(Number.isFinite)) * 1.6 / 4) * 4));
  const pooled = result?.qber ?? null;
  const label = (text: string, y: number, side: Corner): PlotLabel =>
    ({ text, places: (['above', 'below'] as const).map((at) => ({ x: side, y, align: side, side: at })) });
  return {
    title: 'QBER, %',
    summary: `QBER over the pass in slices; pooled ${percent(pooled)} percent.`,
    x: timeAxis(seconds), y: { min: 0, max: top, ticks: steps(0, top, top / 4) }, x_values: t_s,
    series: columns === null ? [] : [{ name: 'QBER', kind: 'dots', colour: '--pair', width: 6, values: value, interval: { low, high } }],
    shades: edge === null ? [] : [{ from_y: edge * 100, to_y: top, colour: '--edge-fill' }],
    rules: [
      ...(edge === null ? [] : [{ y: edge * 100, colour: '--text-1' as const, dash: [4, 3] }]),
      ...(pooled === null ? [] : [{ y: pooled * 100, colour: '--act' as const }]),
    ],
    labels: [
      ...(edge === null ? [] : [label(`edge ${percent(edge)} % of the campaign`, edge * 100, 'right')]),
      ...(pooled === null ? [] : [label(`pass ${percent(pooled)} %`, pooled * 100, 'left')]),
    ],
  };
}

/** One-downlink efficiency against range, both stations, a second each. */
export function efficiencyPlot(frame: Frame | null, stations: MissionView['stations']): PlotSpec {
  const samples = stations.map(({ id }) => {
    const columns = columnsOf(frame, [`${id}.range_km`, `${id}.efficiency_db`]);
    const [range, efficiency] = Object.values<Float64Array>(columns ?? {});
    return sortedBy(range ?? new Float64Array(), efficiency ?? new Float64Array());
  });
  const none = { x: [], y: [] };
  const { x, first, second } = joined(samples[0] ?? none, samples[1] ?? none);
  const axis = x.length === 0 ? { min: 500, max: 1500, ticks: [500, 1000, 1500] } : niceAxis(x, { lines: 6 });
  const y = x.length === 0 ? { min: -42, max: -26, ticks: [-40, -36, -32, -28] }
    : niceAxis([...first, ...second], { lines: 5 });
  const series = [first, second].map((values, i): PlotSeries => ({
    name: stations[i]?.name ?? '', kind: 'dots', colour: stationLook(i).token, hollow: stationLook(i).dashed,
    width: 2.6, opacity: 0.75, values,
  }));
  return {
    title: 'One-downlink efficiency, dB, against range, km',
    summary: 'Efficiency of each downlink against range, one point a second.',
    x: { ...axis, format: (value) => fixed(value) }, y: { ...y, format: (value) => fixed(value) },
    x_values: x, series: x.length === 0 ? [] : series,
  };
}

export interface ArrivalPlot { readonly station: string; readonly label: string; readonly index: number; readonly spec: PlotSpec }

/** Arrival in the gate, detector by detector, each with the mean of its station as steps. */
export function arrivalPlots(frame: Frame | null, stations: MissionView['stations']): readonly ArrivalPlot[] {
  const delta = columnsOf(frame, ['arrival.delta_ns'])?.['arrival.delta_ns'] ?? new Float64Array();
  const reach = Math.max(Math.abs(delta[0] ?? 1.25), Math.abs(delta.at(-1) ?? 1.25)) + binWidth(delta) / 2;
  const of = (name: string) => frame?.columns.find((column) => column.name === name)?.values ?? new Float64Array();
  return stations.flatMap(({ id, name }, index) => {
    const prefix = `arrival.${id}.`;
    const labels = frame === null ? ['H', 'V', '+', '-']
      : frame.columns.flatMap((column) => (column.name.startsWith(prefix) ? [column.name.slice(prefix.length)] : []));
    const all = labels.map((label) => of(`${prefix}${label}`));
    const mean = Float64Array.from(delta, (_, i) => all.reduce((sum, column) => sum + (column[i] ?? 0), 0) / all.length);
    const top = Math.max(5, ...all.flatMap((column) => Array.from(column)));
    return labels.map((label, i) => ({ station: name, label: label === '-' ? '−' : label, index, spec: {
      title: `${name} ${label === '-' ? '−' : label}`,
      summary: `Arrival times in the gate at detector ${label} of ${name}.`,
      x: { min: -reach, max: reach, ticks: [-1, 0, 1].filter((at) => Math.abs(at) <= reach), format: (v: number) => fixed(v) },
      y: { min: 0, max: top * 1.08, ticks: [] },
      x_values: delta,
      series: delta.length === 0 ? [] : [
        { name: label, kind: 'bars' as const, colour: stationLook(index).token, fill: 0.86, opacity: 0.85, values: all[i] ?? [] },
        { name: 'mean', kind: 'line' as const, colour: '--text-1' as const, width: 1.2, values: mean },
      ],
    } }));
  });
}

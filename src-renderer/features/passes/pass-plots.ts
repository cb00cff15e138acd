import type { Frame } from '../../../src-contract/frames.ts';
import type { MissionView } from '../../../src-contract/operations.ts';
import type { ProcessVerdict } from '../../../src-contract/pass.ts';
import { fixed, percent, plusMinus, signed } from '../../shared/numbers.ts';
import type { PlotLabel, PlotRule, PlotSpec } from '../../shared/plot/spec.ts';
import { niceAxis, passTicks, steps } from '../../shared/plot/ticks.ts';
import { stationLook } from '../../shared/station-look.ts';
import { intoPass } from '../../shared/times.ts';
import { binWidth, columnsOf, joined, sortedBy, where } from './series.ts';

type Corner = 'left' | 'right';
/** Words in an upper corner, in lines below each other. */
const corner = (text: string, side: Corner, row: number): PlotLabel =>
  ({ text, places: [{ x: side, y: 'top', align: side, side: 'on', row }] });

const timeAxis = (seconds: number) => ({ min: 0, max: seconds, ticks: passTicks(0, seconds), format: intoPass });

/** Coincidences a bin over the pass, and what was expected. */
export function ratePlot(frame: Frame | null, seconds: number): PlotSpec {
  const columns = columnsOf(frame, ['rate.t_s', 'rate.coincidences', 'rate.accidentals', 'rate.expected_hz']);
  const t_s = columns['rate.t_s'];
  const bin_s = binWidth(t_s);
  const counts = columns['rate.coincidences'];
  const expected = columns['rate.expected_hz'].map((rate) => rate * bin_s);
  const y = niceAxis([...counts, ...expected], { lines: 3, floor: 0, least: 4 });
  return {
    title: t_s.length === 0 ? 'Coincidences' : `Coincidences in ${fixed(bin_s, bin_s < 1 ? 1 : 0)} s`,
    summary: 'Coincidences in the gate over the pass, with the expected number as a line.',
    x: timeAxis(seconds), y, x_values: t_s,
    series: [
      { name: 'measured', kind: 'bars', colour: '--pair', fill: 0.86, values: counts },
      { name: 'expected', kind: 'line', colour: '--act', width: 1.6, values: expected },
      { name: 'accidentals', kind: 'line', colour: '--text-3', dashed: true, width: 1.2,
        values: columns['rate.accidentals'] },
    ],
  };
}

/** What the mission would look for, before there is a verdict. */
const AWAITED_GATE = { gate_ns: 2.5 };
const AWAITED_REACH_NS = 8;

/** Differences of arrival: the peak in its gate on the floor of accidentals. */
export function coincidencePlot(frame: Frame | null, result: ProcessVerdict | null): PlotSpec {
  const columns = columnsOf(frame, ['histogram.delta_ns', 'histogram.counts']);
  const [delta, counts] = [columns['histogram.delta_ns'], columns['histogram.counts']];
  const bin_ns = binWidth(delta);
  // The histogram counts from the gate's centre, wherever that lies between the stations.
  const { gate_ns } = result?.lock ?? AWAITED_GATE;
  const gated = (i: number) => Math.abs(delta[i] ?? Infinity) <= gate_ns / 2;
  const reach = delta.length === 0 ? AWAITED_REACH_NS : Math.max(...delta.map(Math.abs)) + bin_ns / 2;
  return {
    title: delta.length === 0 ? 'Counts against difference, ns'
      : `Counts in ${fixed(bin_ns, 2)} ns against difference, ns`,
    summary: `Histogram of arrival-time differences; ${fixed(result?.coincidences)} coincidences in the gate.`,
    x: { min: -reach, max: reach, ticks: steps(-reach, reach, reach > 10 ? reach / 2 : 4), format: (v) => fixed(v) },
    y: niceAxis(counts, { lines: 5, floor: 0, least: 8 }),
    x_values: delta,
    series: [
      { name: 'outside', kind: 'bars', colour: '--plan', fill: 0.8, values: where(counts, (i) => !gated(i)) },
      { name: 'in the gate', kind: 'bars', colour: '--pair', fill: 0.8, values: where(counts, gated) },
    ],
    shades: [{ from_x: -gate_ns / 2, to_x: gate_ns / 2, colour: '--plan-fill' }],
    ...(result === null ? {} : floorOf(result, bin_ns)),
  };
}

/** The level of accidentals, measured in displaced gates, and the numbers that go with it. */
function floorOf({ coincidences, accidentals, accidentals_sigma, lock }: ProcessVerdict, bin_ns: number):
  Pick<PlotSpec, 'rules' | 'labels'> {
  const y = accidentals * bin_ns / lock.gate_ns;
  return {
    rules: [{ y, colour: '--text-1', dash: [4, 3] }],
    labels: [
      { ...corner(`in the gate ${fixed(coincidences)}`, 'right', 0), strong: true, colour: '--text-1' },
      corner(`accidentals ${fixed(accidentals, 1)} ${plusMinus(accidentals_sigma, 1)}`, 'right', 1),
      corner(`gate ${fixed(lock.gate_ns, 1)} ns at ${signed(lock.offset_ns, 2)} ns`, 'right', 2),
      { text: 'accidentals', places: [{ x: 'left', y, align: 'left', side: 'above' }] },
    ],
  };
}

/** A level across the plot, named at one side. */
function level(share: number | null,
  look: { colour: '--text-1' | '--act'; dash?: number[]; text: string; side: Corner }):
  { rules: PlotRule[]; labels: PlotLabel[] } {
  if (share === null) return { rules: [], labels: [] };
  const { text, side, ...rule } = look;
  const y = share * 100;
  return {
    rules: [{ y, ...rule }],
    labels: [{ text, places: (['above', 'below'] as const).map((at) => ({ x: side, y, align: side, side: at })) }],
  };
}

const QBER_TOP = { least: 16, most: 40, step: 4, headroom: 1.6 };

/** Per cent at the top of the axis: room above the largest value, in whole steps. */
function qberTop(values: Float64Array): number {
  const largest = values.reduce((most, value) => (value > most ? value : most), 0);
  const wanted = Math.ceil(largest * QBER_TOP.headroom / QBER_TOP.step) * QBER_TOP.step;
  return Math.min(QBER_TOP.most, Math.max(QBER_TOP.least, wanted));
}

/** QBER in slices with their intervals, the pass pooled, and the mission's edge. */
export function qberPlot(frame: Frame | null, result: ProcessVerdict | null,
  limits: { edge: number | null; seconds: number }): PlotSpec {
  const columns = columnsOf(frame, ['qber.t_s', 'qber.n', 'qber.e', 'qber.low', 'qber.high']);
  const values = columns['qber.e'].map((errors, i) => 100 * errors / (columns['qber.n'][i] ?? NaN));
  // A slice without bits is 0/0: it has neither a value nor an interval worth drawing.
  const drawn = (share: number, i: number) => (Number.isFinite(values[i]) ? share * 100 : NaN);
  const top = qberTop(values);
  const pooled = result?.qber ?? null;
  const edge =
    level(limits.edge,
      { colour: '--text-1', dash: [4, 3], text: `edge ${percent(limits.edge)} % of the campaign`, side: 'right' });
  const pass = level(pooled, { colour: '--act', text: `pass ${percent(pooled)} %`, side: 'left' });
  return {
    title: 'QBER, %',
    summary: `QBER over the pass in slices; pooled ${percent(pooled)} percent.`,
    x: timeAxis(limits.seconds), y: { min: 0, max: top, ticks: steps(0, top, top / 4) }, x_values: columns['qber.t_s'],
    series: [{ name: 'QBER', kind: 'dots', colour: '--pair', width: 6, values,
      interval: { low: columns['qber.low'].map(drawn), high: columns['qber.high'].map(drawn) } }],
    shades: limits.edge === null ? [] : [{ from_y: limits.edge * 100, to_y: top, colour: '--edge-fill' }],
    rules: [...edge.rules, ...pass.rules],
    labels: [...edge.labels, ...pass.labels],
  };
}

/** One-downlink efficiency against range, both stations, a second each. */
export function efficiencyPlot(frame: Frame | null, stations: MissionView['stations']): PlotSpec {
  const [a, b] = stations.map(({ id }) => {
    const columns = columnsOf(frame, [`${id}.range_km`, `${id}.efficiency_db`]);
    return sortedBy(columns[`${id}.range_km`] ?? [], columns[`${id}.efficiency_db`] ?? []);
  });
  const none = { x: [], y: [] };
  const { x, first, second } = joined(a ?? none, b ?? none);
  const axis = x.length === 0 ? { min: 500, max: 1500, ticks: [500, 1000, 1500] } : niceAxis(x, { lines: 6 });
  const y = x.length === 0 ? { min: -42, max: -26, ticks: [-40, -36, -32, -28] }
    : niceAxis([...first, ...second], { lines: 5 });
  return {
    title: 'Efficiency, dB, against range, km',
    summary: 'Efficiency of each downlink against range, one point a second.',
    x: { ...axis, format: (value) => fixed(value) }, y: { ...y, format: (value) => fixed(value) },
    x_values: x,
    series: [first, second].map((values, i) => ({
      name: stations[i]?.name ?? '', kind: 'dots', colour: stationLook(i).token, hollow: stationLook(i).dashed,
      width: 2.6, opacity: 0.75, values,
    })),
  };
}

export interface ArrivalPlot { readonly station: string; readonly label: string; readonly index: number;
  readonly spec: PlotSpec }

/** Arrival in the gate, detector by detector, each with the mean of its station as steps. */
export function arrivalPlots(frame: Frame | null, stations: MissionView['stations']): readonly ArrivalPlot[] {
  const delta = columnsOf(frame, ['arrival.delta_ns'])['arrival.delta_ns'];
  const reach = Math.max(Math.abs(delta[0] ?? 1.25), Math.abs(delta.at(-1) ?? 1.25)) + binWidth(delta) / 2;
  const of = (name: string) => frame?.columns.find((column) => column.name === name)?.values ?? new Float64Array();
  return stations.flatMap(({ id, name }, index) => {
    const prefix = `arrival.${id}.`;
    const labels = frame === null ? ['H', 'V', '+', '-']
      : frame.columns.flatMap((column) => (column.name.startsWith(prefix) ? [column.name.slice(prefix.length)] : []));
    const all = labels.map((label) => of(`${prefix}${label}`));
    const mean =
      Float64Array.from(delta, (_, i) => all.reduce((sum, column) => sum + (column[i] ?? 0), 0) / all.length);
    const top = Math.max(5, ...all.flatMap((column) => Array.from(column)));
    return labels.map((label, i) => ({ station: name, label: label === '-' ? '−' : label, index, spec: {
      title: `${name} ${label === '-' ? '−' : label}`,
      summary: `Arrival times in the gate at detector ${label} of ${name}.`,
      x: { min: -reach, max: reach, ticks: [-1, 0, 1].filter((at) => Math.abs(at) <= reach), format: (v: number) =>
        fixed(v) },
      y: { min: 0, max: top * 1.08, ticks: [] },
      x_values: delta,
      series: delta.length === 0 ? [] : [
        { name: label, kind: 'bars' as const, colour: stationLook(index).token, fill: 0.86, opacity: 0.85,
          values: all[i] ?? [] },
        { name: 'mean', kind: 'line' as const, colour: '--text-1' as const, width: 1.2, values: mean },
      ],
    } }));
  });
}

import type { Frame } from '../../../src-contract/frames.ts';
import type { ProcessVerdict } from '../../../src-contract/pass.ts';
import { fixed } from '../../shared/numbers.ts';
import type { PlotSpec } from '../../shared/plot/spec.ts';
import { niceAxis, passTicks } from '../../shared/plot/ticks.ts';
import { intoPass } from '../../shared/times.ts';
import { columnsOf, joined } from './series.ts';

const AWAITED_NS = [-0.5, 1];

/** Where the peak stood in its gate through the pass, and what the lock left: a clock that wanders shows here. */
export function clockPlot(frame: Frame | null, result: ProcessVerdict | null, seconds: number): PlotSpec {
  const lock = columnsOf(frame, ['lock.t_s', 'lock.residual_ns']);
  const drift = columnsOf(frame, ['drift.t_s', 'drift.centre_ns', 'drift.sigma_ns']);
  const left = { x: Array.from(drift['drift.t_s']), y: Array.from(drift['drift.centre_ns']) };
  const right = { x: Array.from(lock['lock.t_s']), y: Array.from(lock['lock.residual_ns']) };
  const offBy = (sigmas: number) =>
    joined({ x: left.x, y: left.y.map((y, i) => y + sigmas * (drift['drift.sigma_ns'][i] ?? 0)) }, right).first;
  const { x, first, second } = joined(left, right);
  const [low, high] = [offBy(-1), offBy(1)];
  const seen = [...low, ...high, ...second].filter(Number.isFinite);
  const photons = result?.lock.method === 'photons';
  const y = niceAxis(seen.length === 0 ? AWAITED_NS : [0, ...seen], { lines: 3 });
  return {
    title: photons ? 'Peak centre (dots) and width, ns' : 'Peak centre (dots) and beacon residual, ns',
    summary: 'Centre of the coincidence peak through the pass with its standard error, and the residual of the lock.',
    x: { min: 0, max: seconds, ticks: passTicks(0, seconds), format: intoPass },
    y: { ...y, format: (value) => fixed(value, 1) },
    x_values: x,
    series: [
      { name: photons ? 'width of the pairs' : 'beacon residual, rms', kind: 'dots', colour: '--plan', width: 1.6, opacity: 0.6,
        values: second },
      { name: 'peak centre', kind: 'dots', colour: '--pair', width: 5, values: first, interval: { low, high } },
    ],
    rules: [{ y: 0, colour: '--text-3', dash: [4, 3] }],
    labels: result === null ? [] : [
      { text: `${photons ? 'pairs' : 'pulses'} ${fixed(result.lock.residual_ns_rms, 2)} ns rms`,
        colour: '--text-3', optional: true, places: [{ x: 'right', y: 'top', align: 'right', side: 'on' }] },
    ],
  };
}

import type { BellAccount, BellVerdict } from '../../../src-contract/bell.ts';
import type { Frame } from '../../../src-contract/frames.ts';
import { fixed } from '../../shared/numbers.ts';
import type { PlotSpec } from '../../shared/plot/spec.ts';
import { passTicks } from '../../shared/plot/ticks.ts';
import { intoPass } from '../../shared/times.ts';
import { columnsOf } from './series.ts';

const LOCAL_REALISM = 2;
const QUANTUM = 2 * Math.SQRT2;
const AXIS = { min: 1.6, max: 3.2, ticks: [2, 2.5, 3] } as const;

/** S of the coincidences so far with its sigma, as the pass went on, between its two bounds. */
export function bellPlot(frame: Frame | null, bell: BellVerdict | null, seconds: number): PlotSpec {
  const columns = columnsOf(frame, ['bell.t_s', 'bell.s', 'bell.s_sigma']);
  const [t_s, s, sigma] = [columns['bell.t_s'], columns['bell.s'], columns['bell.s_sigma']];
  const low = s.map((value, i) => value - (sigma[i] ?? 0));
  const high = s.map((value, i) => value + (sigma[i] ?? 0));
  return {
    title: 'S so far ± σ',
    summary: bell === null ? 'S over the pass; no verdict yet.'
      : `S over the pass, ${fixed(bell.s, 2)} at its end; local realism allows at most 2.`,
    x: { min: 0, max: seconds, ticks: passTicks(0, seconds), format: intoPass },
    y: { ...AXIS, format: (value) => fixed(value, 1) },
    x_values: t_s,
    series: t_s.length === 0 ? []
      : [{ name: 'S', kind: 'line', colour: '--pair', width: 1.8, values: s }],
    bands: t_s.length === 0 ? [] : [{ low, high, colour: '--plan-fill' }],
    shades: [{ to_y: LOCAL_REALISM, colour: '--edge-fill' }],
    rules: [
      { y: LOCAL_REALISM, colour: '--text-1', dash: [4, 3] },
      { y: QUANTUM, colour: '--plan', dash: [1, 3] },
    ],
    labels: [
      { text: 'local realism', places: [{ x: 'right', y: LOCAL_REALISM, align: 'right', side: 'below' }] },
      { text: '2√2', places: [{ x: 'right', y: QUANTUM, align: 'right', side: 'above' }] },
    ],
  };
}

const CHECKS: Readonly<Record<BellAccount['checks'][number]['name'], string>> = {
  balance_a: 'a against a′', balance_b: 'b against b′', independence: 'settings independent',
  signal_a: 'A at a', signal_a_prime: 'A at a′', signal_b: 'B at b', signal_b_prime: 'B at b′',
};

/** The check that is hardest to explain by chance, in words, and whether seven checks make it worth a look. */
export function worstCheck({ checks }: BellAccount): { readonly text: string; readonly notable: boolean } | null {
  const [worst] = [...checks].sort((one, other) => one.p_value - other.p_value);
  if (worst === undefined) return null;
  const notable = worst.p_value < 0.01 / checks.length;
  return { text: `${CHECKS[worst.name]}: p = ${worst.p_value.toPrecision(2)}`, notable };
}

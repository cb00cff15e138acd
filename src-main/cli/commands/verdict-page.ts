import type { ProcessVerdict } from '../../../src-contract/pass.ts';
import { alignRows } from '../output.ts';
import { bellPage } from './bell-page.ts';

type Interval = ProcessVerdict['qber_z'];

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

/** Below the smallest double there is only a bound. */
const chance = (probability: number) => (probability === 0 ? '< 1e-300' : probability.toExponential(1));

function qberText(counts: { readonly n: number; readonly e: number }, interval: Interval): string {
  const shown =
    interval === null
      ? 'no bits'
      : `${percent(interval.value)} (95 %: ${percent(interval.low)} to ${percent(interval.high)})`;
  return `${counts.n} bit, ${counts.e} errors, QBER ${shown}`;
}

const WORTH = { key: 'the expected key', significance: 'true pairs over their noise', share: 'its share' } as const;

function gateText({ gate_ns, gate_choice }: ProcessVerdict['lock']): string {
  if (gate_choice === undefined) return `${gate_ns} ns`;
  return `${gate_ns} ns (chosen for ${WORTH[gate_choice.by]}: holds ${percent(gate_choice.share)} of the peak)`;
}

/** One verdict as a page for people: what was locked, counted and dropped, and what it is worth. */
export function processPage(verdict: ProcessVerdict): string {
  const { lock, sifted } = verdict;
  const rows: [string, string][] = [
    ['Mode', `${verdict.mode}, state ${verdict.state}, custody ${verdict.custody}, ${verdict.seconds.toFixed(1)} s`],
    [
      'Lock',
      `${lock.method}, offset ${lock.offset_ns.toFixed(3)} ns, σ ${lock.sigma_ns.toFixed(3)} ns, ` +
        `gate ${gateText(lock)}, p(false) ${chance(lock.false_alarm_probability)}`,
    ],
    ...verdict.stations.map(({ id, events, used, dropped }): [string, string] => [
      id,
      `${events} events, ${used} used; dropped: ${
        Object.entries(dropped)
          .map(([why, n]) => `${why} ${n}`)
          .join(', ') || 'none'
      }`,
    ]),
    [
      'Coincidences',
      `${verdict.coincidences}, accidentals ${verdict.accidentals.toFixed(1)} ± ${verdict.accidentals_sigma.toFixed(1)}, ` +
        `SNR ${verdict.snr.toFixed(1)}`,
    ],
  ];
  if (verdict.mode === 'qkd') {
    rows.push(['Sifted Z', qberText(sifted.Z, verdict.qber_z)], ['Sifted X', qberText(sifted.X, verdict.qber_x)]);
    if (verdict.qber !== null) rows.push(['QBER', percent(verdict.qber)]);
  }
  rows.push(...keyRows(verdict));
  const bell = verdict.bell === null ? '' : `\n${bellPage(verdict.bell)}`;
  return `${alignRows(rows)}${bell}`;
}

export function keyRows({ key }: Pick<ProcessVerdict, 'key'>): [string, string][] {
  return key.map((length) => {
    const { definition, length_bits, f, eps_sec, eps_cor, epsilon, hashing } = length;
    const split = epsilon === undefined ? `ε_sec ${eps_sec}, ε_cor ${eps_cor}` : `total ε ${epsilon}, ${hashing ?? ''}`;
    const taken = length_bits > 0 ? `${Math.floor(length_bits)} bit` : '0 bit';
    return [`Key (${definition})`, `${taken} (formula ${length_bits.toFixed(1)}), f ${f}, ${split}`];
  });
}

// f, frame error rate with its upper bound, and speed over block length and error rate, for each algorithm.
// `npm run bench -- reconciliation` is a quick look; with `--full` every cell of the table in docs/reconciliation.md,
// with `--markdown` as that table on stderr.
import type { BenchRow } from './bench-row.ts';
import { cascade, hamming, ldpc, measureReconciliation, type Load, type Measured, type Scheme } from './measure-reconciliation.ts';

const FULL = process.argv.includes('--full');
const MARKDOWN = process.argv.includes('--markdown');

const LENGTHS = FULL ? [1000, 3100, 10_000, 100_000, 1_000_000] : [1000, 3100, 10_000, 100_000];
const QBERS = FULL ? [0.01, 0.02, 0.03, 0.04, 0.045, 0.05, 0.06, 0.07, 0.08] : [0.01, 0.045, 0.08];
const BITS = FULL ? 3_000_000 : 500_000;
const FRAMES_MAX = FULL ? 2000 : 200;
/** The length and rate of the published campaign, whose frame error rate has a bound to meet. */
const CAMPAIGN = { length: 3100, qber: 0.045, frames: 4000 } as const;
const F_MAX: Readonly<Record<number, string>> = {
  3100: '<= 1.10', 10_000: '<= 1.07', 100_000: '<= 1.05', 1_000_000: '<= 1.04' };

function loadOf(length: number, qber: number): Load {
  const is_campaign = length === CAMPAIGN.length && qber === CAMPAIGN.qber;
  const frames = Math.max(3, Math.min(FRAMES_MAX, Math.round(BITS / length)));
  return { length, qber, frames: FULL && is_campaign ? CAMPAIGN.frames : frames };
}

/** The code is a hundred times slower: fewer rates, and a fraction of the frames. */
const CODE_QBERS = FULL ? [0.02, 0.045, 0.08] : [0.045];
const CODE_BITS = FULL ? 300_000 : 60_000;

function codeLoad(length: number, qber: number): Load {
  return { length, qber, frames: Math.max(1, Math.min(FULL ? 300 : 20, Math.round(CODE_BITS / length))) };
}

function rowsOf({ name }: Scheme, { length, qber }: Load, found: Measured): BenchRow[] {
  const cell = `${name} n=${length} at ${(100 * qber).toFixed(1)} %`;
  const bounded = name === 'cascade' && qber === CAMPAIGN.qber;
  return [
    { name: `${cell}: f`, value: found.f, unit: '',
      ...(bounded && F_MAX[length] !== undefined ? { target: F_MAX[length] } : {}) },
    { name: `${cell}: frame errors`, value: found.failures, unit: `of ${found.frames}` },
    { name: `${cell}: frame error rate, 95 % below`, value: found.failure_rate_max, unit: '',
      ...(bounded && length === CAMPAIGN.length ? { target: '<= 1e-3' } : {}) },
    { name: `${cell}: speed, both roles`, value: found.mbit_per_s, unit: 'Mbit/s',
      ...(name === 'cascade' ? { target: '>= 10' } : {}) },
  ];
}

const line = ({ name }: Scheme, { length, qber }: Load, { f, failures, frames, failure_rate_max, mbit_per_s }: Measured) =>
  `| ${name} | ${length} | ${(100 * qber).toFixed(1)} | ${f.toFixed(3)} | ${failures} of ${frames} | ` +
  `${failure_rate_max.toExponential(1)} | ${mbit_per_s.toFixed(1)} |\n`;

export default function benchReconciliation(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const scheme of [cascade, hamming, ldpc]) {
    for (const length of LENGTHS) {
      for (const qber of scheme === ldpc ? CODE_QBERS : QBERS) {
        const load = scheme === ldpc ? codeLoad(length, qber) : loadOf(length, qber);
        const found = measureReconciliation(scheme, load);
        if (MARKDOWN) process.stderr.write(line(scheme, load, found));
        rows.push(...rowsOf(scheme, load, found));
      }
    }
  }
  return Promise.resolve(rows);
}

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

/** The code's decoder is slower by fifty: fewer bits a cell. */
const CODE_SHARE = 1 / 6;

function loadOf({ name }: Scheme, length: number, qber: number): Load {
  const is_campaign = length === CAMPAIGN.length && qber === CAMPAIGN.qber;
  if (FULL && is_campaign) return { length, qber, frames: CAMPAIGN.frames };
  const bits = name === 'ldpc' ? BITS * CODE_SHARE : BITS;
  return { length, qber, frames: Math.max(name === 'ldpc' ? 1 : 3, Math.min(FRAMES_MAX, Math.round(bits / length))) };
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
    { name: `${cell}: exchanges`, value: found.rounds, unit: 'a block' },
    { name: `${cell}: speed, both roles`, value: found.mbit_per_s, unit: 'Mbit/s',
      ...(name === 'cascade' ? { target: '>= 10' } : {}) },
  ];
}

const cellText = ({ f, failures, frames, failure_rate_max, rounds, mbit_per_s }: Measured) =>
  `${f.toFixed(3)}, ${failures}/${frames} (< ${Number(failure_rate_max.toPrecision(1))}), ${rounds.toPrecision(3)}, ` +
  mbit_per_s.toFixed(mbit_per_s < 2 ? 2 : 1);

const tableRow = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;

export default function benchReconciliation(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const say = (text: string) => MARKDOWN && process.stderr.write(text);
  for (const scheme of [cascade, hamming, ldpc]) {
    say(`\n${scheme.name}\n\n` + tableRow(['n', ...QBERS.map((qber) => `${Number((100 * qber).toFixed(1))} %`)]) +
      tableRow(Array<string>(QBERS.length + 1).fill('---')));
    for (const length of LENGTHS) {
      const cells = QBERS.map((qber) => {
        const load = loadOf(scheme, length, qber);
        const found = measureReconciliation(scheme, load);
        rows.push(...rowsOf(scheme, load, found));
        return cellText(found);
      });
      say(tableRow([length, ...cells]));
    }
  }
  return Promise.resolve(rows);
}

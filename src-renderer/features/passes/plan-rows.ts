import type { PassDetail, ProcessVerdict } from '../../../src-contract/pass.ts';
import { fixed, NONE, percent, plusMinus, signed } from '../../shared/numbers.ts';
import type { Status } from '../../shared/status.ts';
import { timeOfDay } from '../../shared/times.ts';

export interface PlanRow {
  readonly label: string;
  readonly planned: string;
  readonly achieved: string;
  /** Null where there is nothing to compare. */
  readonly status: Status | null;
  readonly word: string;
}

type Planned = NonNullable<PassDetail['planned']>;

/** Standard errors of the plan beyond which a difference is worth a look. */
const WORTH_A_LOOK = 2;

function compared(label: string, plan: { value: number; sigma: number }, achieved: number | null): PlanRow {
  const off = achieved === null ? null : Math.abs(achieved - plan.value) / Math.max(plan.sigma, 1e-9);
  return {
    label,
    planned: `${fixed(plan.value)} ${plusMinus(plan.sigma, 0)}`,
    achieved: fixed(achieved),
    status: off === null ? null : off <= WORTH_A_LOOK ? 'normal' : 'caution',
    word: off === null ? '' : off <= WORTH_A_LOOK ? 'as planned' : 'off plan',
  };
}

const plain = (label: string, planned: string, achieved: string): PlanRow =>
  ({ label, planned, achieved, status: null, word: '' });

/** What was expected beside what came. */
export function planRows(planned: Planned, pass: PassDetail['summary'],
  result: ProcessVerdict | null): readonly PlanRow[] {
  const sifted = result === null ? null : result.sifted.Z.n + result.sifted.X.n;
  const qkd = pass.mode === 'qkd';
  return [
    plain('Recorded', timeOfDay(planned.start_utc_ms, 1),
      `${signed((pass.start_utc_ms - planned.start_utc_ms) / 1000, 2)} s`),
    plain('Locked, s', fixed((planned.end_utc_ms - planned.start_utc_ms) / 1000, 1), fixed(result?.seconds ?? null, 1)),
    compared('Coincidences', { value: planned.coincidences, sigma: planned.coincidences_sigma }, result?.coincidences
      ?? null),
    ...(qkd ? [
      compared('Sifted, bit', { value: planned.sifted_bits, sigma: planned.sifted_bits_sigma }, sifted),
      plain('QBER, %', percent(planned.qber), percent(result?.qber)),
    ] : [plain('S', NONE, result?.bell === null || result === null ? NONE : fixed(result.bell.s, 2))]),
  ];
}

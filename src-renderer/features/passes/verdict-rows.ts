import type { KeyLengthView, ProcessVerdict, Verdict } from '../../../src-contract/pass.ts';
import { fixed, NONE, percent, plusMinus, scientific, signed } from '../../shared/numbers.ts';
import { fullStamp } from '../../shared/times.ts';

/** One cell: what counts, and in small type what belongs to it. */
export interface Cell { readonly value: string; readonly note?: string; readonly strong?: boolean }

export interface VerdictRow { readonly label: string; readonly definition?: KeyLengthView['definition']; readonly cells: readonly Cell[] }

type Definition = KeyLengthView['definition'];
type Share = ProcessVerdict['qber_z'];

/** Whole bits one may take, and the formula's own value, which says how far from a key the counts are. */
export function lengthCell(key: KeyLengthView | undefined): Cell {
  if (key === undefined) return { value: NONE };
  const bits = Math.max(0, Math.floor(key.length_bits));
  return { value: `${fixed(bits)} bit`, note: `formula ${fixed(key.length_bits, 1)}`, strong: true };
}

/** A length is never without its ε and f. */
export function termsCell(key: KeyLengthView | undefined): Cell {
  if (key === undefined) return { value: NONE };
  const epsilon = key.eps_sec === key.eps_cor ? `ε_sec = ε_cor = ${scientific(key.eps_sec)}`
    : `ε_sec ${scientific(key.eps_sec)}, ε_cor ${scientific(key.eps_cor)}`;
  return { value: `${epsilon}, f = ${fixed(key.f, 2)}`, note: `δ ${percent(key.delta, 2)} %` };
}

function shareCell(count: { n: number; e: number }, share: Share): Cell {
  if (share === null) return { value: `${fixed(count.n)} bit` };
  return { value: `${fixed(count.n)} bit, ${percent(share.value)} %`, note: `${percent(share.low)}–${percent(share.high)}` };
}

function bellCell(bell: ProcessVerdict['bell']): Cell {
  if (bell === null) return { value: NONE };
  return { value: `S = ${fixed(bell.s, 2)} ${plusMinus(bell.s_sigma, 2)}`, note: `p ≤ ${scientific(bell.p_value)}`, strong: true };
}

function lockCell({ method, offset_ns, sigma_ns }: ProcessVerdict['lock']): Cell {
  return { value: `${method}, ${signed(offset_ns, 2)} ns`, note: `σ ${fixed(sigma_ns, 2)} ns` };
}

function countRows(verdicts: readonly Verdict[]): VerdictRow[] {
  const row = (label: string, cell: (result: ProcessVerdict) => Cell): VerdictRow =>
    ({ label, cells: verdicts.map(({ result }) => cell(result)) });
  return [
    row('Gate', ({ lock }) => ({ value: `${fixed(lock.gate_ns, 1)} ns` })),
    row('Clock lock', ({ lock }) => lockCell(lock)),
    row('False alarm', ({ lock }) => ({ value: `p ≤ ${scientific(lock.false_alarm_probability)}` })),
    row('Coincidences', ({ coincidences }) => ({ value: fixed(coincidences), strong: true })),
    row('Accidentals', ({ accidentals, accidentals_sigma, snr }) =>
      ({ value: `${fixed(accidentals, 1)} ${plusMinus(accidentals_sigma, 1)}`, note: `SNR ${fixed(snr, 1)}:1` })),
  ];
}

const isKeyed = ({ result }: Verdict) => result.mode === 'qkd';

function keyRows(verdicts: readonly Verdict[]): VerdictRow[] {
  const definitions = [...new Set(verdicts.flatMap(({ result }) => result.key.map(({ definition }) => definition)))];
  const of = (verdict: Verdict, definition: Definition) => verdict.result.key.find((key) => key.definition === definition);
  return [
    { label: 'Sifted, QBER Z', cells: verdicts.map(({ result }) => shareCell(result.sifted.Z, result.qber_z)) },
    { label: 'Sifted, QBER X', cells: verdicts.map(({ result }) => shareCell(result.sifted.X, result.qber_x)) },
    ...definitions.flatMap((definition): VerdictRow[] => [
      { label: `Key, ${definition}`, definition, cells: verdicts.map((verdict) => lengthCell(of(verdict, definition))) },
      { label: 'Security', cells: verdicts.map((verdict) => termsCell(of(verdict, definition))) },
    ]),
  ];
}

/** The verdicts of a pass side by side, a row a quantity. */
export function verdictRows(verdicts: readonly Verdict[]): readonly VerdictRow[] {
  return [
    ...countRows(verdicts),
    ...(verdicts.some(isKeyed) ? keyRows(verdicts) : []),
    ...(verdicts.some(({ result }) => result.bell !== null)
      ? [{ label: 'Bell test', cells: verdicts.map(({ result }) => bellCell(result.bell)) }] : []),
    { label: 'Made', cells: verdicts.map(({ made_at_utc_ms, code_version }) =>
      ({ value: fullStamp(made_at_utc_ms), note: `v${code_version}` })) },
  ];
}

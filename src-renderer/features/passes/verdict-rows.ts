import type { KeyLengthView, ProcessVerdict, Verdict } from '../../../src-contract/pass.ts';
import { fixed, NONE, percent, plusMinus, scientific, signed } from '../../shared/numbers.ts';
import { fullStamp } from '../../shared/times.ts';

/** One cell: what counts, and in small type what belongs to it. */
export interface Cell { readonly value: string; readonly note?: string; readonly strong?: boolean }

export interface VerdictRow { readonly label: string; readonly definition?: KeyLengthView['definition'];
  readonly cells: readonly Cell[] }

type Definition = KeyLengthView['definition'];
type Share = ProcessVerdict['qber_z'];

/** Whole bits one may take, and the formula's own value, which says how far from a key the counts are. */
export function lengthCell(key: KeyLengthView | undefined): Cell {
  if (key === undefined) return { value: NONE };
  const bits = Math.max(0, Math.floor(key.length_bits));
  return { value: `${fixed(bits)} bit`, note: `formula ${fixed(key.length_bits, 1)}`, strong: true };
}

function epsilonText({ epsilon, eps_sec, eps_cor }: KeyLengthView): string {
  if (epsilon !== undefined) return `ε ${scientific(epsilon)} in all`;
  return eps_sec === eps_cor ? `both ε ${scientific(eps_sec)}`
    : `ε secrecy ${scientific(eps_sec)}, correctness ${scientific(eps_cor)}`;
}

const HASHING: Readonly<Record<NonNullable<KeyLengthView['hashing']>, string>> = {
  'two-key': 'two keys', 'z-only': 'Z alone', 'x-only': 'X alone', joint: 'one hash',
};

function hashingText({ hashing, proved }: KeyLengthView): readonly string[] {
  return [...(hashing === undefined ? [] : [HASHING[hashing]]), ...(proved === false ? ['no proof covers it'] : [])];
}

/** A length is never without its ε and f. */
export function termsCell(key: KeyLengthView | undefined): Cell {
  if (key === undefined) return { value: NONE };
  const parts = [epsilonText(key), ...hashingText(key), `f ${fixed(key.f, 2)}`];
  return { value: parts.join(', ') };
}

function shareCell(count: { n: number; e: number }, share: Share): Cell {
  if (share === null) return { value: `${fixed(count.n)} bit` };
  return { value: `${fixed(count.n)} bit, ${percent(share.value)} %`,
    note: `${percent(share.low)}–${percent(share.high)}` };
}

function bellCell(bell: ProcessVerdict['bell']): Cell {
  if (bell === null) return { value: NONE };
  return { value: `S = ${fixed(bell.s, 2)} ${plusMinus(bell.s_sigma, 2)}`, note: `p ≤ ${scientific(bell.p_value)}`,
    strong: true };
}

/** Below the smallest double there is only a bound. */
function falseLock(probability: number): string {
  return probability === 0 ? 'p < 10⁻³⁰⁰' : `p ≤ ${scientific(probability)}`;
}

/** A gate that the data chose is told to the hundredth it can be given again with. */
export const gateText = ({ gate_ns, gate_choice }: ProcessVerdict['lock']): string =>
  `gate ${fixed(gate_ns, gate_choice === undefined ? 1 : 2)} ns${gate_choice === undefined ? '' : ', chosen'}`;

function lockCell({ method, offset_ns, sigma_ns }: ProcessVerdict['lock']): Cell {
  return { value: `${method}, ${signed(offset_ns, 2)} ns`,
    note: `σ ${fixed(sigma_ns, 2)} ns` };
}

function countRows(verdicts: readonly Verdict[]): VerdictRow[] {
  const row = (label: string, cell: (result: ProcessVerdict) => Cell): VerdictRow =>
    ({ label, cells: verdicts.map(({ result }) => cell(result)) });
  return [
    row('Coincidences', ({ coincidences }) => ({ value: fixed(coincidences), strong: true })),
    row('Accidentals', ({ accidentals, accidentals_sigma, snr }) =>
      ({ value: `${fixed(accidentals, 1)} ${plusMinus(accidentals_sigma, 1)}`, note: `SNR ${fixed(snr, 1)}:1` })),
    row('Clock lock', ({ lock }) => lockCell(lock)),
    row('False lock', ({ lock }) => ({ value: falseLock(lock.false_alarm_probability) })),
  ];
}

const isKeyed = ({ result }: Verdict) => result.mode === 'qkd';

function keyRows(verdicts: readonly Verdict[]): VerdictRow[] {
  const definitions = [...new Set(verdicts.flatMap(({ result }) => result.key.map(({ definition }) => definition)))];
  const of = (verdict: Verdict, definition: Definition) =>
    verdict.result.key.find((key) => key.definition === definition);
  return [
    ...definitions.flatMap((definition): VerdictRow[] => [
      { label: `Key, ${definition}`, definition,
        cells: verdicts.map((verdict) => lengthCell(of(verdict, definition))) },
      { label: 'Security', cells: verdicts.map((verdict) => termsCell(of(verdict, definition))) },
    ]),
    { label: 'Sifted, QBER Z', cells: verdicts.map(({ result }) => shareCell(result.sifted.Z, result.qber_z)) },
    { label: 'Sifted, QBER X', cells: verdicts.map(({ result }) => shareCell(result.sifted.X, result.qber_x)) },
  ];
}

/** The verdicts of a pass side by side, a row a quantity. */
export function verdictRows(verdicts: readonly Verdict[]): readonly VerdictRow[] {
  return [
    ...(verdicts.some(isKeyed) ? keyRows(verdicts) : []),
    ...(verdicts.some(({ result }) => result.bell !== null)
      ? [{ label: 'Bell test', cells: verdicts.map(({ result }) => bellCell(result.bell)) }] : []),
    ...countRows(verdicts),
    { label: 'Made', cells: verdicts.map(({ made_at_utc_ms, code_version }) =>
      ({ value: fullStamp(made_at_utc_ms), note: `v${code_version}` })) },
  ];
}

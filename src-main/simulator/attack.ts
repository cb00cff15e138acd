import { err, ok, type Result } from '../../src-core/result.ts';
import type { SimulatorError } from './simulator-error.ts';
import type { StationIndex } from './pair.ts';

/**
 * The attacks of the paper's Extended Data Table 3 that leave a trace in time-tags, each as strong as a test of
 * its indicator needs. `effect` says what the recording shows.
 */
export const ATTACKS = {
  'time-shift': { effect: 'the clicks of one detector come 1 ns late' },
  'efficiency-mismatch': { effect: 'one detector sees half of its photons' },
  'blinding': { effect: 'detectors are blind to single photons; each photon makes the same detector click' },
  'dead-time': { effect: 'flashes make all detectors but one click at once, 20,000 times a second' },
  'wavelength': { effect: 'the beam splitter sends half of the X photons to Z' },
  'spatial-mode': { effect: 'one detector loses up to all photons as the spot moves, with a period of 8 s' },
} as const satisfies Record<string, { readonly effect: string }>;

export type AttackName = keyof typeof ATTACKS;

/** One attack on one station, from and to seconds after the start of the window. */
export interface Attack {
  readonly name: AttackName;
  readonly from_s: number;
  readonly to_s: number;
  /** Default: the first station. */
  readonly station?: StationIndex;
  /** The detector that is favoured or harmed, by its place in the list; default: the second (bit 1 of Z). */
  readonly detector?: number;
}

const isAttackName = (name: string): name is AttackName => Object.hasOwn(ATTACKS, name);

/** Reads `NAME=T0,T1` as the command line has it. */
export function parseAttack(text: string): Result<Attack, SimulatorError> {
  const [name = '', times, ...rest] = text.split('=');
  if (!isAttackName(name)) return err({ type: 'UnknownAttack', name, known: Object.keys(ATTACKS) });
  const numbers = times?.split(',') ?? [];
  if (rest.length > 0 || numbers.length !== 2) return err({ type: 'BadAttack', text, reason: 'two times are needed' });
  if (numbers.some((part) => !/^\d+(\.\d+)?$/.test(part.trim()))) {
    return err({ type: 'BadAttack', text, reason: 'a time is not a plain number of seconds' });
  }
  const [from_s, to_s] = numbers.map(Number) as [number, number];
  if (!(from_s < to_s)) return err({ type: 'BadAttack', text, reason: 'it ends before it begins' });
  return ok({ name, from_s, to_s });
}

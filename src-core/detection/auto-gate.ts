import { binaryEntropy, normalCdf, normalQuantile } from '../statistics.ts';
import type { PairOutcome } from './pair-outcome.ts';

/** A coincidence peak on its background. */
export interface MeasuredPeak {
  readonly sigma_ns: number;
  /** Pairs in the whole peak, in the gate and beside it. */
  readonly pairs: number;
  readonly density_per_ns: number;
}

/** What a coincidence is worth. */
export interface GateWorth {
  /** Leak of the error correction over its bound. */
  readonly f: number;
  /** Contrast of the pairs themselves, accidentals apart. */
  readonly visibility: number;
}

export interface GateChoice {
  readonly gate_ns: number;
  /** What is largest with it: the expected key, or, where no gate gives key, true pairs over their noise; or a given share. */
  readonly by: 'key' | 'significance' | 'share';
  /** Share of the peak that the gate holds, by its fitted width. */
  readonly share: number;
}

/** Gates are named to a hundredth of a nanosecond, so that the one chosen can be given again. */
const STEPS_PER_NS = 100;
const GATE_NS_MIN = 0.1;
/** Beyond four sigma to either side there is nothing left to gain. */
const WIDEST_SIGMAS = 8;
const GATE_NS_MAX = 100;

/**
 * Share of a normal peak inside a gate about its centre.
 *
 *   erf(gate / (2 sqrt(2) sigma))
 *
 * @units nanoseconds
 * @shape one gate; `gate_ns` is its full width
 * @errors none
 * @validity sigma above zero
 * @source NIST DLMF 7.2.1
 * @golden tests/core/detection/auto-gate.test.ts
 */
export function gateShare(gate_ns: number, sigma_ns: number): number {
  return 2 * normalCdf(gate_ns / (2 * sigma_ns)) - 1;
}

/**
 * The gate width that makes the most of a peak: first by the expected key, else by the contrast to the background.
 *
 *   n = s + b,  s = pairs erf(g / (2 sqrt(2) sigma)),  b = density g,  e = ((1 - V) s + b) / (2 n)
 *   by key: max n (1 - (1 + f) h(e));  by significance: max s / sqrt(n)
 *
 * @units nanoseconds; density in counts a nanosecond
 * @shape one gate for the whole pass, a whole number of hundredths of a nanosecond
 * @errors none
 * @validity normal peak, even background, long keys (no finite-size terms: they narrow no gate)
 * @source Shor and Preskill, Phys. Rev. Lett. 85, 441 (2000), doi:10.1103/PhysRevLett.85.441, with the leak f h(e)
 * @golden tests/core/detection/auto-gate.test.ts, against a finer search and limits of weak and strong background
 */
export function chooseGate(peak: MeasuredPeak, worth: GateWorth | null): GateChoice {
  const widest = Math.min(GATE_NS_MAX, WIDEST_SIGMAS * peak.sigma_ns);
  const first = GATE_NS_MIN * STEPS_PER_NS;
  const gates = Array.from({ length: Math.max(1, Math.ceil(widest * STEPS_PER_NS - first)) }, (_, i) => (first + i) / STEPS_PER_NS);
  const [key_gate, key] = best(gates, (gate) => (worth === null ? 0 : expectedKey(inGate(peak, gate), worth)));
  const by = key > 0 ? 'key' : 'significance';
  const gate_ns = by === 'key' ? key_gate : best(gates, (gate) => significance(inGate(peak, gate)))[0];
  return { gate_ns, by, share: gateShare(gate_ns, peak.sigma_ns) };
}

/**
 * The narrowest gate, to a hundredth of a nanosecond, that holds at least a share of a normal peak.
 *
 *   gate = 2 sigma z((1 + share) / 2)
 *
 * @units nanoseconds
 * @shape one gate
 * @errors none
 * @validity share below 1; gates from 0.1 to 100 ns
 * @source inverse of gateShare
 * @golden tests/core/detection/auto-gate.test.ts
 */
export function gateHolding(share: number, sigma_ns: number): GateChoice {
  const exact = 2 * sigma_ns * normalQuantile((1 + share) / 2);
  const gate_ns = Math.min(GATE_NS_MAX, Math.max(GATE_NS_MIN, Math.ceil(exact * STEPS_PER_NS) / STEPS_PER_NS));
  return { gate_ns, by: 'share', share: gateShare(gate_ns, sigma_ns) };
}

interface Counts { readonly pairs: number; readonly background: number }

const inGate = ({ sigma_ns, pairs, density_per_ns }: MeasuredPeak, gate_ns: number): Counts =>
  ({ pairs: pairs * gateShare(gate_ns, sigma_ns), background: density_per_ns * gate_ns });

/** Half of the coincidences have one basis, whatever the gate. */
function expectedKey({ pairs, background }: Counts, { f, visibility }: GateWorth): number {
  const all = pairs + background;
  if (!(all > 0)) return 0;
  const error = ((1 - visibility) * pairs + background) / (2 * all);
  return (all / 2) * (1 - (1 + f) * binaryEntropy(error));
}

const significance = ({ pairs, background }: Counts) => (pairs > 0 ? pairs / Math.sqrt(pairs + background) : 0);

function best(gates: readonly number[], worthOf: (gate_ns: number) => number): readonly [number, number] {
  let found: readonly [number, number] = [gates[0]!, worthOf(gates[0]!)];
  for (const gate of gates) {
    const value = worthOf(gate);
    if (value > found[1]) found = [gate, value];
  }
  return found;
}

/**
 * The peak of a pass that was counted with some gate, for the choice of a better one.
 *
 *   pairs = (coincidences - accidentals) / share of the gate
 *
 * @units nanoseconds; density in counts a nanosecond
 * @shape one outcome
 * @errors none: fewer coincidences than accidentals are no pairs
 * @validity the width was fitted beyond the gate, as pair-account does
 * @source definition
 * @golden tests/core/detection/auto-gate.test.ts
 */
export function peakOf({ lock, coincidences, accidentals, accidentals_modelled }: PairOutcome): MeasuredPeak {
  const { sigma_ns, gate_ns } = lock;
  const background = accidentals > 0 ? accidentals : accidentals_modelled;
  const pairs = Math.max(0, coincidences.time_s.length - background) / gateShare(gate_ns, sigma_ns);
  return { sigma_ns, pairs, density_per_ns: background / gate_ns };
}

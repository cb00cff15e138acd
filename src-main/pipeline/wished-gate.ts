import type { GateWish } from '../../src-contract/quantities.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { chooseGate, gateHolding, peakOf, type GateChoice } from '../../src-core/detection/auto-gate.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import { pairSteps, type PairSteps, type SurveyedPair } from '../../src-core/detection/process-pair.ts';
import type { Result } from '../../src-core/result.ts';

/** What is counted, and how wide the gate should be. */
export interface GateOrder {
  readonly mission: Pick<MissionFile, 'gate' | 'key' | 'source'>;
  readonly mode: 'qkd' | 'bell';
  readonly gate_ns: GateWish;
}

/**
 * Counts with the gate that was given; with `auto` or a share, first with the mission's own, then with the width that the
 * peak and its background ask for. The outcome is that of the chosen width, as if it had been given.
 */
export function withGate<E extends { readonly type: string }>(
  order: GateOrder,
  count: (gate_ns: number) => Result<PairOutcome, E>,
): Result<PairOutcome, E> {
  const first = count(firstGate(order));
  if (typeof order.gate_ns === 'number' || !first.ok) return first;
  const choice = chosen(order, first.value);
  const again = count(choice.gate_ns);
  return again.ok ? { ok: true, value: noted(again.value, choice) } : again;
}

/** `withGate` for recordings that are not held in memory: as many ways through them again. */
export function* gateSteps(order: GateOrder, surveyed: SurveyedPair): PairSteps {
  const first = yield* pairSteps(surveyed, { gate_ns: firstGate(order) });
  if (typeof order.gate_ns === 'number' || !first.ok) return first;
  const choice = chosen(order, first.value);
  const again = yield* pairSteps(surveyed, { gate_ns: choice.gate_ns });
  return again.ok ? { ok: true, value: noted(again.value, choice) } : again;
}

const firstGate = ({ mission, gate_ns }: GateOrder) => (typeof gate_ns === 'number' ? gate_ns : mission.gate.width_ns);

function chosen({ mission, mode, gate_ns }: GateOrder, outcome: PairOutcome): GateChoice {
  const peak = peakOf(outcome);
  if (typeof gate_ns === 'string' && gate_ns !== 'auto') return gateHolding(Number.parseFloat(gate_ns) / 100, peak.sigma_ns);
  const { f } = mission.key;
  return chooseGate(peak, mode === 'qkd' ? { f, visibility: mission.source.visibility } : null);
}

const noted = (outcome: PairOutcome, { by, share }: GateChoice): PairOutcome =>
  ({ ...outcome, lock: { ...outcome.lock, gate_choice: { by, share } } });

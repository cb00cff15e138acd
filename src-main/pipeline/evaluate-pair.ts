import type { OperationError } from '../../src-contract/errors.ts';
import { encodeFrame } from '../../src-contract/frames.ts';
import { linkOf, type MissionFile } from '../../src-contract/mission.ts';
import type { ProcessVerdict } from '../../src-contract/pass.ts';
import type { GateWish } from '../../src-contract/quantities.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import { processPairByPhotons } from '../../src-core/detection/photon-lock.ts';
import { processPair } from '../../src-core/detection/process-pair.ts';
import { describeDetectionError, type DetectionError } from '../../src-core/detection/station-input.ts';
import { siftCoincidences, type BasisCount, type RandomBit, type Sifted } from '../../src-core/distillation/sift.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { clopperPearson } from '../../src-core/statistics.ts';
import { photonInputs } from './along-track.ts';
import { judgeBell } from './judge-bell.ts';
import { forKey } from './keyless.ts';
import { bothKeyLengths } from './key-lengths.ts';
import type { PlannedPair, PreparedPair } from './pass-recordings.ts';
import { viewQuality } from './quality-view.ts';
import { verdictFrame } from './verdict-series.ts';
import { withGate, type GateOrder } from './wished-gate.ts';

export interface EvaluateOptions {
  readonly gate_ns: GateWish;
  readonly beacon: boolean;
  readonly randomBit: RandomBit;
}

/** A verdict with the series that its plots are drawn from. Neither holds an outcome. */
export interface Evaluation {
  readonly verdict: ProcessVerdict;
  readonly series: Uint8Array<ArrayBuffer>;
  readonly start_utc_ms: number;
}

const QBER_CONFIDENCE = 0.95;

/** Lock, coincidences, then key statistics or Bell test: one pass, from tags to verdict. */
export function evaluatePair(
  mission: MissionFile,
  pair: PreparedPair,
  options: EvaluateOptions,
): Result<Evaluation, OperationError> {
  const { mode } = pair.stations[0].manifest;
  const order = { mission, mode, gate_ns: options.gate_ns };
  const outcome = options.beacon ? lockedByBeacon(pair, order) : lockedByPhotons(mission, pair, order);
  return outcome.ok ? judgeOutcome({ mission, pair, outcome: outcome.value }, options.randomBit) : outcome;
}

export interface FoundOutcome {
  readonly mission: MissionFile;
  readonly pair: PlannedPair;
  readonly outcome: PairOutcome;
}

/** From coincidences to the verdict: sifted counts and key lengths, or the Bell test, and the operator's figures. */
export function judgeOutcome(
  { mission, pair, outcome }: FoundOutcome,
  randomBit: RandomBit,
): Result<Evaluation, OperationError> {
  const [a, b] = pair.stations.map(({ manifest }) => manifest.detectors) as [Roles, Roles];
  const { mode, state } = pair.stations[0].manifest;
  const { coincidences, excluded } = forKey(outcome, pair.keyless ?? []);
  const sifted = siftCoincidences({ coincidences, roles_a: a, roles_b: b, state, randomBit });
  const bell = judgeBell({ pair, outcome, link: linkOf(mission) }, randomBit);
  if (!bell.ok) return bell;
  const is_key = mode === 'qkd';
  const content = { sifted: is_key ? sifted : null, bell: bell.value?.verdict ?? null, mode, state };
  const quality = viewQuality(outcome, [a, b]);
  const keyless = excluded === null || !is_key ? {} : { keyless: excluded };
  const verdict = { ...assemble(mission, outcome, content), quality, ...keyless };
  return ok({
    verdict,
    start_utc_ms: outcome.start_utc_ms,
    series: encodeFrame(
      verdictFrame({ mission, pair, outcome, sifted: content.sifted, convergence: bell.value?.convergence ?? null }),
    ),
  });
}

function lockedByBeacon({ inputs: [a, b] }: PreparedPair, order: GateOrder): Result<PairOutcome, OperationError> {
  const outcome = withGate(order, (gate_ns) => processPair(a, b, { gate_ns }));
  return outcome.ok ? outcome : err(detectionFailure(outcome.error));
}

function lockedByPhotons(
  mission: MissionFile,
  pair: PreparedPair,
  order: GateOrder,
): Result<PairOutcome, OperationError> {
  const inputs = photonInputs(mission, pair);
  if (!inputs.ok) return inputs;
  const [a, b] = inputs.value;
  const outcome = withGate(order, (gate_ns) => processPairByPhotons(a, b, { gate_ns }));
  return outcome.ok ? outcome : err(detectionFailure(outcome.error));
}

type Roles = PlannedPair['stations'][number]['manifest']['detectors'];

/** Damaged input names its file's content; what nature withholds is not possible. */
export function detectionFailure(error: DetectionError): OperationError {
  return { type: 'NotPossible', reason: error.type, message: describeDetectionError(error) };
}

interface Content {
  readonly sifted: Sifted | null;
  readonly bell: ProcessVerdict['bell'];
  readonly mode: ProcessVerdict['mode'];
  readonly state: ProcessVerdict['state'];
}

function assemble(mission: MissionFile, outcome: PairOutcome, { sifted, bell, mode, state }: Content): ProcessVerdict {
  const { lock } = outcome;
  const counts = sifted?.counts ?? { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } };
  const [n, e] = [counts.Z.n + counts.X.n, counts.Z.e + counts.X.e];
  return {
    mode,
    state,
    custody: mission.custody,
    lock: {
      method: lock.method,
      offset_ns: lock.offset_ns,
      sigma_ns: lock.sigma_ns,
      gate_ns: lock.gate_ns,
      false_alarm_probability: lock.false_alarm_probability,
      residual_ns_rms: lock.residual_ns_rms,
      ...(lock.gate_choice === undefined ? {} : { gate_choice: { ...lock.gate_choice } }),
    },
    stations: outcome.stations.map(({ id, events, used, dropped }) => ({ id, events, used, dropped: { ...dropped } })),
    coincidences: outcome.coincidences.time_s.length,
    accidentals: outcome.accidentals,
    accidentals_sigma: outcome.accidentals_sigma,
    snr: outcome.snr,
    sifted: counts,
    qber: n === 0 ? null : e / n,
    qber_z: intervalOf(counts.Z),
    qber_x: intervalOf(counts.X),
    seconds: outcome.seconds,
    key: sifted === null ? [] : bothKeyLengths(mission.key, counts, outcome.seconds),
    bell,
  };
}

function intervalOf({ n, e }: BasisCount) {
  if (n === 0) return null;
  const { low, high } = clopperPearson(e, n, QBER_CONFIDENCE);
  return { value: e / n, low, high };
}

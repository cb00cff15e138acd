import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { readElementText } from '../pipeline/element-text.ts';
import { parseAttack, type Attack } from '../simulator/attack.ts';
import { describeSimulatorError, type SimulatorError } from '../simulator/simulator-error.ts';
import { simulatePass } from '../simulator/simulate-pass.ts';
import type { Truth } from '../simulator/truth.ts';
import type { TaskContext } from './task.ts';

export interface SimulationRequest {
  readonly mission: MissionFile;
  readonly elements_text: string;
  readonly elements_name: string;
  readonly start_utc_ms: number;
  readonly seconds: number;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  /** As written on a command line, NAME=T0,T1. */
  readonly attacks: readonly string[];
  readonly out_directory: string;
}

export interface SimulatedRecordings {
  readonly manifest_paths: readonly [string, string];
  readonly truth_path: string;
  readonly truth: Truth;
}

interface Watch {
  readonly signal?: { readonly aborted: boolean };
  readonly onProgress?: (stage: string, fraction: number) => void;
}

/** Two recordings made of physics, in this thread. */
export async function runSimulation(
  request: SimulationRequest,
  watch: Watch,
): Promise<Result<SimulatedRecordings, OperationError>> {
  const chosen = readElementText(
    request.elements_text,
    request.elements_name,
    request.mission.satellite.catalog_number,
  );
  if (!chosen.ok) return chosen;
  const attacks: Attack[] = [];
  for (const text of request.attacks) {
    const attack = parseAttack(text);
    if (!attack.ok) return err(simulatorFailure(attack.error));
    attacks.push(attack.value);
  }
  const { mission, start_utc_ms, seconds, seed, brightness, mode, out_directory } = request;
  const made = await simulatePass({
    mission,
    elements: chosen.value.elements,
    start_utc_ms,
    seconds,
    seed,
    brightness,
    mode,
    attacks,
    out_directory,
    ...(watch.signal === undefined ? {} : { signal: watch.signal }),
    ...(watch.onProgress === undefined ? {} : { on_progress: watch.onProgress }),
  });
  return made.ok ? ok(made.value) : err(simulatorFailure(made.error));
}

export function simulatorFailure(error: SimulatorError): OperationError {
  const message = describeSimulatorError(error);
  switch (error.type) {
    case 'Cancelled':
      return { type: 'Cancelled' };
    case 'BadOption':
    case 'UnknownAttack':
    case 'BadAttack':
      return { type: 'InvalidInput', issues: [message.replace(/\.$/, '')] };
    case 'NotWritable':
    case 'Occupied':
      return { type: 'Refused', message };
    case 'NoState':
    case 'NotVisible':
      return { type: 'NotPossible', reason: error.type, message };
  }
}

/** The same in a thread of its own. The simulator asks every second of the pass whether it is still wanted. */
export function simulateRecordings(
  request: SimulationRequest,
  context: TaskContext,
): Promise<Reply<SimulatedRecordings>> {
  const signal = {
    get aborted() {
      return context.cancelled();
    },
  };
  return runSimulation(request, { signal, onProgress: context.report });
}

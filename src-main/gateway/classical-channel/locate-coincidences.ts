import type { MissionFile } from '../../../src-contract/mission.ts';
import type { Coincidences } from '../../../src-core/coincidences.ts';
import { processPair } from '../../../src-core/detection/process-pair.ts';
import { describeDetectionError } from '../../../src-core/detection/station-input.ts';
import { err, type Result } from '../../../src-core/result.ts';
import { preparePair, type RecordedStation } from '../../pipeline/pass-recordings.ts';

/** The recordings gave no list of coincidences. */
export interface NoCoincidences { readonly type: 'NoCoincidences'; readonly reason: string; readonly message: string }

/** Coincidences and what follows from times alone: both consoles find the same. */
export interface Located {
  readonly coincidences: Coincidences;
  readonly accidentals: number;
  readonly seconds: number;
}

/** Station A's and B's rows to coincidences; one of them has no detectors, and its patterns mean nothing. */
export type LocateCoincidences =
  (a: RecordedStation, b: RecordedStation) => Result<Located, NoCoincidences>;

/** Lock and coincidences with the code of the analysis path; only times enter, so both consoles get the same rows. */
export function createLocator(mission: MissionFile, gate_ns: number): LocateCoincidences {
  return (a, b) => {
    const pair = preparePair(mission, [a, b], null);
    if (!pair.ok) {
      const message = 'message' in pair.error ? pair.error.message : pair.error.type;
      return err({ type: 'NoCoincidences', reason: pair.error.type, message });
    }
    const outcome = processPair(pair.value.inputs[0], pair.value.inputs[1], { gate_ns });
    if (outcome.ok) return outcome;
    return err({ type: 'NoCoincidences', reason: outcome.error.type, message: describeDetectionError(outcome.error) });
  };
}

import type { Command } from 'commander';
import type { GateWish } from '../../../src-contract/quantities.ts';
import type { Evaluation } from '../../pipeline/evaluate-pair.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { processRecordings } from '../../workers/process-recordings.ts';
import { elementText, expectOk, type CommandContext } from '../context.ts';
import { anyText, gateOption, onceOption } from '../flags.ts';

/** What `process` and `bell` share: two manifests and how to read them. */
export interface RecordingFlags {
  readonly partial?: boolean;
  readonly gate: GateWish;
  readonly elements?: string;
  readonly missionFile?: string;
  readonly json?: boolean;
}

export function recordingFlags(command: Command): Command {
  return command
    .option('--partial', 'use a tag file whose last record is cut off, up to there')
    .addOption(gateOption())
    .addOption(onceOption('--elements <file>', 'element set for manifests that carry none', anyText))
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--json', 'one JSON document on stdout');
}

/** The verdict on two recordings and its series, in this process, with progress on the terminal. */
export async function judgeRecordings(
  manifest_paths: readonly [string, string],
  flags: RecordingFlags & { readonly beacon: boolean },
  { signal, output }: CommandContext,
): Promise<Evaluation> {
  const run = expectOk(
    await processRecordings(
      {
        mission: expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION)),
        elements: await elementText(flags.elements),
        manifest_paths,
        partial: flags.partial === true,
        beacon: flags.beacon,
        gate_ns: flags.gate,
      },
      { signal, onProgress: output.progress },
    ),
  );
  output.endProgress();
  return run;
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { ProcessVerdict } from '../../../src-contract/pass.ts';
import { openVault } from '../../compose-vault.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { processPassAt } from '../../workers/process-pass-at.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { usageError } from '../exit.ts';
import { judgeRecordings, recordingFlags, type RecordingFlags } from './recording-pair.ts';
import { processPage } from './verdict-page.ts';

const EXAMPLE = `
Example:
  twinpass process delingha.json nanshan.json --json
  twinpass process delingha.json nanshan.json --gate auto
  twinpass process 2018-09-14-1814-qkd.tpass

A pass file is read with the key of its mission on this machine, and not changed: \`archive process\` keeps a verdict.`;

type Flags = RecordingFlags & { readonly beacon: boolean };

export function registerProcess(program: Command, context: CommandContext): void {
  recordingFlags(
    program
      .command('process')
      .argument('<a.json>', 'manifest of the first station, or a pass file (.tpass) alone')
      .argument('[b.json]', 'manifest of the second station'),
  )
    .description('Two recordings of one pass, or a pass file: clock lock, coincidences, sifted counts.')
    .option('--no-beacon', 'ignore the beacon and lock on the photons alone')
    .addHelpText('after', EXAMPLE)
    .action(async (a: string, b: string | undefined, flags: Flags) => {
      const verdict = await judge([a, b], flags, context);
      present(context, flags.json, { value: verdict, page: () => processPage(verdict) });
    });
}

const isPassFile = (path: string) => path.endsWith('.tpass');

async function judge(
  [a, b]: readonly [string, string | undefined],
  flags: Flags,
  context: CommandContext,
): Promise<ProcessVerdict> {
  if (b === undefined && isPassFile(a)) return judgePassFile(a, flags, context);
  if (b === undefined) throw usageError("missing required argument 'b.json': a pass file (.tpass) alone, or two manifests");
  if (isPassFile(a) || isPassFile(b)) throw usageError('a pass file stands alone: it holds both recordings');
  return (await judgeRecordings([a, b], flags, context)).verdict;
}

async function judgePassFile(path: string, flags: Flags, { signal, output }: CommandContext): Promise<ProcessVerdict> {
  if (flags.elements !== undefined || flags.partial === true) {
    throw usageError('--elements and --partial belong to two recordings: a pass file holds what it was imported with');
  }
  const mission = expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION));
  // The demo keeps its key in the folder above its passes.
  const above = join(dirname(path), '..');
  const demo = existsSync(join(above, 'demo.key'));
  const vault = expectOk(await openVault({ mission_directory: above, demo }, mission.id));
  const { gate: gate_ns, beacon } = flags;
  const order = { path, mission, gate_ns, beacon, vault };
  const { verdict } = expectOk(await processPassAt(order, { signal, onProgress: output.progress }));
  output.endProgress();
  return verdict;
}

import type { Command } from 'commander';
import { processRecordings } from '../../workers/process-recordings.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { elementText, expectOk, present, type CommandContext } from '../context.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { anyText, numberIn, onceOption } from '../flags.ts';
import { bellPage } from './verdict-page.ts';

interface Flags {
  readonly partial?: boolean;
  readonly gate: number;
  readonly elements?: string;
  readonly missionFile?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  twinpass bell delingha.json nanshan.json --json`;

export function registerBell(program: Command, context: CommandContext): void {
  program
    .command('bell')
    .description('CHSH test from two recordings made in Bell mode.')
    .argument('<a.json>', 'manifest of the first station')
    .argument('<b.json>', 'manifest of the second station')
    .option('--partial', 'use a tag file whose last record is cut off, up to there')
    .addOption(onceOption('--gate <ns>', 'full width of the coincidence gate', numberIn(0.1, 100, 'ns')).default(2.5))
    .addOption(onceOption('--elements <file>', 'element set for manifests that carry none', anyText))
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLE)
    .action(async (a: string, b: string, flags: Flags) => {
      const run = expectOk(
        await processRecordings(
          {
            mission: expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION)),
            elements: await elementText(flags.elements),
            manifest_paths: [a, b],
            partial: flags.partial === true,
            beacon: true,
            gate_ns: flags.gate,
          },
          { signal: context.signal, onProgress: context.output.progress },
        ),
      );
      context.output.endProgress();
      const { bell } = run.verdict;
      if (bell === null) {
        throw new CommandFailure(
          `${a}: mode is ${run.verdict.mode}; a CHSH test needs recordings made in mode bell`,
          EXIT.invalid,
        );
      }
      present(context, flags.json, { value: bell, page: () => bellPage(bell) });
    });
}

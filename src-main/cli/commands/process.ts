import type { Command } from 'commander';
import { processRecordings } from '../../workers/process-recordings.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { elementText, expectOk, present, type CommandContext } from '../context.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { anyText, numberIn, onceOption } from '../flags.ts';
import { processPage } from './verdict-page.ts';

interface Flags {
  readonly beacon: boolean;
  readonly partial?: boolean;
  readonly gate: number;
  readonly elements?: string;
  readonly missionFile?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  twinpass process delingha.json nanshan.json --json`;

export function registerProcess(program: Command, context: CommandContext): void {
  program
    .command('process')
    .description('Two recordings of one pass: clock lock, coincidences, sifted counts.')
    .argument('<a.json>', 'manifest of the first station')
    .argument('<b.json>', 'manifest of the second station')
    .option('--no-beacon', 'ignore the beacon and lock on the photons alone')
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
            beacon: flags.beacon,
            gate_ns: flags.gate,
          },
          { signal: context.signal, onProgress: context.output.progress },
        ),
      );
      context.output.endProgress();
      present(context, flags.json, { value: run.verdict, page: () => processPage(run.verdict) });
    });
}

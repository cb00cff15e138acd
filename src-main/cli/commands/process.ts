import type { Command } from 'commander';
import { present, type CommandContext } from '../context.ts';
import { judgeRecordings, takeRecordings, type RecordingFlags } from './recording-pair.ts';
import { processPage } from './verdict-page.ts';

const EXAMPLE = `
Example:
  twinpass process delingha.json nanshan.json --json
  twinpass process delingha.json nanshan.json --gate auto`;

export function registerProcess(program: Command, context: CommandContext): void {
  takeRecordings(program.command('process'))
    .description('Two recordings of one pass: clock lock, coincidences, sifted counts.')
    .option('--no-beacon', 'ignore the beacon and lock on the photons alone')
    .addHelpText('after', EXAMPLE)
    .action(async (a: string, b: string, flags: RecordingFlags & { readonly beacon: boolean }) => {
      const { verdict } = await judgeRecordings([a, b], flags, context);
      present(context, flags.json, { value: verdict, page: () => processPage(verdict) });
    });
}

import type { Command } from 'commander';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { judgeRecordings, takeRecordings, type RecordingFlags } from './recording-pair.ts';
import { bellPage } from './verdict-page.ts';

const EXAMPLE = `
Example:
  twinpass bell delingha.json nanshan.json --json`;

export function registerBell(program: Command, context: CommandContext): void {
  takeRecordings(program.command('bell'))
    .description('CHSH test from two recordings made in Bell mode.')
    .addHelpText('after', EXAMPLE)
    .action(async (a: string, b: string, flags: RecordingFlags) => {
      const { bell, mode } = await judgeRecordings([a, b], { ...flags, beacon: true }, context);
      if (bell === null) {
        throw new CommandFailure(`${a}: mode is ${mode}; a CHSH test needs recordings made in mode bell`, EXIT.invalid);
      }
      present(context, flags.json, { value: bell, page: () => bellPage(bell) });
    });
}

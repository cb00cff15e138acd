import type { Command } from 'commander';
import { startWebConsole } from '../../shell-web/start.ts';
import { readMissionFile } from '../../services/mission-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { anyText, onceOption, wholeNumberIn } from '../flags.ts';
import { ownDirectory } from '../host-session.ts';

interface Flags {
  readonly port: number;
  readonly mission?: string;
  readonly missionFile?: string;
  readonly demo?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  twinpass serve --demo --port 7310`;

export function registerServe(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description('The console in a browser on this machine; the URL holds the key to it.')
    .addOption(onceOption('--port <n>', 'loopback port; 0 takes a free one', wholeNumberIn(0, 65_535)).default(0))
    .addOption(
      onceOption('--mission <dir>', "mission directory; default: under TWINPASS_HOME or the user's data", anyText),
    )
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--demo', 'the demo mission: elements of September 2018, its clock set to the golden night')
    .option('--json', 'prints {"url": …} on stdout once the console is ready')
    .addHelpText('after', EXAMPLE)
    .action((flags: Flags) => serve(flags, context));
}

async function serve(flags: Flags, context: CommandContext): Promise<void> {
  const mission_file = flags.missionFile ?? SHIPPED_MISSION;
  const mission = expectOk(await readMissionFile(mission_file));
  const name = flags.demo === true ? `${mission.id}-demo` : mission.id;
  const started = expectOk(
    await startWebConsole({
      mission_file,
      mission_directory: flags.mission ?? ownDirectory(name),
      port: flags.port,
      demo: flags.demo === true,
    }),
  );
  present(context, flags.json, {
    value: { url: started.url },
    page: () => `Twinpass console: ${started.url}\nOpen it in a browser on this machine. Ctrl+C stops it.`,
  });
  if (!context.signal.aborted) {
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await started.close();
}

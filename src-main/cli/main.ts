import { Command, CommanderError } from 'commander';
import { CODE_VERSION } from '../version.ts';
import { registerArchive } from './commands/archive.ts';
import { registerConstellation } from './commands/constellation.ts';
import { registerBell } from './commands/bell.ts';
import { registerChannel } from './commands/channel.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDistill } from './commands/distill.ts';
import { registerKey } from './commands/key.ts';
import { registerKeyrate } from './commands/keyrate.ts';
import { registerProcess } from './commands/process.ts';
import { registerElements } from './commands/elements.ts';
import { registerSchedule } from './commands/schedule.ts';
import { registerServe } from './commands/serve.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerStation } from './commands/station.ts';
import { registerWeather } from './commands/weather.ts';
import { registerWindows } from './commands/windows.ts';
import type { CommandContext } from './context.ts';
import { CommandFailure, EXIT } from './exit.ts';
import { createOutput, type OutputStream } from './output.ts';

const REGISTRATIONS = [
  registerWindows,
  registerConstellation,
  registerElements,
  registerSchedule,
  registerWeather,
  registerKeyrate,
  registerProcess,
  registerBell,
  registerDistill,
  registerChannel,
  registerKey,
  registerSimulate,
  registerStation,
  registerArchive,
  registerServe,
  registerDemo,
];

/** Where a command line writes; the process's own, unless a test listens. */
export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Runs one command line; the answer is the exit code of FORMATS section 1. */
export async function main(argv: readonly string[], { stdout, stderr }: Streams = process): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const output = createOutput(stdout, stderr);
  const program = createProgram({ output, signal: interrupt.signal });
  configure(program, { stdout, stderr });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT.done;
  } catch (cause) {
    output.endProgress();
    return explain(cause, output.note);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function createProgram(context: CommandContext): Command {
  const program = new Command('twinpass')
    .description('Mission operations for satellite entanglement-based quantum key distribution.')
    .version(CODE_VERSION)
    .showHelpAfterError('(--help shows the flags and an example)')
    .addHelpText(
      'after',
      '\nExample:\n  twinpass windows --from 2018-09-14T10:00:00Z --days 14\n' +
        '\nExit codes: 0 done, 1 internal error, 2 usage, 3 invalid input, 4 not possible, 5 refused.',
    );
  for (const register of REGISTRATIONS) register(program, context);
  return program;
}

/** Every command reports a usage fault as an exception, so that one place decides the exit code. */
function configure(command: Command, { stdout, stderr }: Streams): void {
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  for (const child of command.commands) configure(child, { stdout, stderr });
}

function explain(cause: unknown, note: (text: string) => void): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (cause instanceof CommandFailure) {
    note(`twinpass: ${cause.message}`);
    return cause.exit_code;
  }
  note(`twinpass: internal error: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  return EXIT.internal;
}

import { Command, CommanderError } from 'commander';
import { CODE_VERSION } from '../version.ts';
import { registerArchive } from './commands/archive.ts';
import { registerBell } from './commands/bell.ts';
import { registerDemo } from './commands/demo.ts';
import { registerKeyrate } from './commands/keyrate.ts';
import { registerProcess } from './commands/process.ts';
import { registerServe } from './commands/serve.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerWindows } from './commands/windows.ts';
import type { CommandContext } from './context.ts';
import { CommandFailure, EXIT } from './exit.ts';
import { createOutput } from './output.ts';

const REGISTRATIONS = [
  registerWindows,
  registerKeyrate,
  registerProcess,
  registerBell,
  registerSimulate,
  registerArchive,
  registerServe,
  registerDemo,
];

/** Runs one command line; the answer is the exit code of FORMATS section 1. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  // A reader that stops early (`| head`) is no fault of ours and no reason for a stack trace.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
  const output = createOutput(process.stdout, process.stderr);
  try {
    await createProgram({ output, signal: interrupt.signal }).parseAsync([...argv], { from: 'user' });
    return EXIT.done;
  } catch (cause) {
    output.endProgress();
    return explain(cause, output.note);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

export function createProgram(context: CommandContext): Command {
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
  settle(program);
  return program;
}

/** Every command reports a usage fault as an exception, so that one place decides the exit code. */
function settle(command: Command): void {
  command.exitOverride().allowExcessArguments(false);
  for (const child of command.commands) settle(child);
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

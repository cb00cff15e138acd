import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { anyText, onceOption } from '../flags.ts';
import { ownDirectory, withHost, type HostFlags, type HostSession } from '../host-session.ts';

export interface ScheduleFlags extends HostFlags {
  readonly json?: boolean;
}

export const SCHEDULE_EXAMPLE = `
Examples:
  twinpass schedule propose 2018-09-14T18:14:03Z --who anna --why "first night" --demo
  twinpass schedule approve 2018-09-14-1814 --who bo --why "clear at both stations" --demo
  twinpass schedule list --json --demo
  twinpass schedule export ics --out plan.ics --demo`;

export const scheduleSettings = (command: Command) => placeSettings(command, SCHEDULE_EXAMPLE);

/** Whose plan and elements, and how the answer is shown. */
export function placeSettings(command: Command, examples: string): Command {
  return command
    .addOption(
      onceOption('--mission <dir>', "mission directory; default: under TWINPASS_HOME or the user's data", anyText),
    )
    .addOption(onceOption('--mission-file <file>', 'default: Micius', anyText))
    .option('--demo', 'the golden evening of 2018-09-14 with its elements, in a directory of its own')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', examples);
}

/** The demo keeps its plan from one command to the next, and apart from every mission's. */
export function withSchedule<T>(
  context: CommandContext,
  flags: HostFlags,
  work: (session: HostSession) => Promise<T>,
): Promise<T> {
  const placed = flags.demo === true && flags.mission === undefined;
  return withHost(context, placed ? { ...flags, mission: ownDirectory('demo') } : flags, work);
}

/** The same for a command that only reads. */
export const readSchedule: typeof withSchedule = (context, flags, work) =>
  withSchedule(context, { ...flags, reads: true }, work);

import type { Command } from 'commander';
import type { PassChange, PlannedPassView } from '../../../src-contract/schedule.ts';
import { present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { anyText, instant, onceOption } from '../flags.ts';
import type { HostSession } from '../host-session.ts';
import { registerScheduleChoose } from './schedule-choose.ts';
import { registerScheduleExport } from './schedule-export.ts';
import { registerScheduleSend } from './schedule-send.ts';
import {
  readSchedule,
  SCHEDULE_EXAMPLE,
  scheduleSettings,
  withSchedule,
  type ScheduleFlags,
} from './schedule-flags.ts';
import { historyPage, passPage, planPage, replannedPage } from './schedule-page.ts';

interface ChangeFlags extends ScheduleFlags {
  readonly who?: string;
  readonly why?: string;
  readonly overrideAge?: string;
}

export function registerSchedule(program: Command, context: CommandContext): void {
  const schedule = program
    .command('schedule')
    .description('The plan: passes proposed, approved, moved and called off, and what the stations are sent.')
    .addHelpText('after', SCHEDULE_EXAMPLE);
  scheduleSettings(schedule.command('list'))
    .description('Every pass of the plan, earliest first.')
    .action((flags: ScheduleFlags) =>
      readSchedule(context, flags, async ({ call }) => {
        const plan = await call('schedule.listPasses', {});
        present(context, flags.json, { value: plan, page: () => planPage(plan.passes) });
      }),
    );
  reasoned(scheduleSettings(schedule.command('propose')), true)
    .description('Puts a window on the plan.')
    .argument('<start>', 'a moment in the window, or within a minute of it, UTC', instant)
    .action((start_utc_ms: number, flags: ChangeFlags) =>
      withSchedule(context, flags, async ({ call }) => {
        const pass = await call('schedule.proposePass', { start_utc_ms, ...authorityOf(flags) });
        present(context, flags.json, { value: pass, page: () => passPage(pass) });
      }),
    );
  registerChange(schedule, context, { action: 'approve', does: 'Approves a proposed pass: it holds its stations.' });
  for (const change of CHANGES) registerChange(schedule, context, change);
  scheduleSettings(schedule.command('history'))
    .description('Who changed a pass, when and why.')
    .argument('<pass>', 'pass id from `schedule list`')
    .action((pass_id: string, flags: ScheduleFlags) =>
      readSchedule(context, flags, async ({ call }) => {
        const history = await call('schedule.readHistory', { pass_id });
        present(context, flags.json, { value: history, page: () => historyPage(history) });
      }),
    );
  reasoned(scheduleSettings(schedule.command('replan')), false)
    .description('Moves the passes ahead onto the newest elements, and says what moved.')
    .action((flags: ChangeFlags) => replan(flags, context));
  registerScheduleChoose(schedule, context);
  registerScheduleExport(schedule, context);
  registerScheduleSend(schedule, context);
}

interface Change {
  readonly action: PassChange['action'];
  readonly does: string;
}

const CHANGES: readonly Change[] = [
  { action: 'arm', does: 'Arms an approved pass: both stations are told, the recorder waits for it.' },
  { action: 'start', does: 'Takes an armed pass live, half an hour before it at the earliest.' },
  { action: 'abort', does: 'Breaks off a pass that is armed or live.' },
  { action: 'archive', does: 'Closes a pass whose recordings are kept; `archive verify` does it for an intact one.' },
  { action: 'cancel', does: 'Calls a pass off; its history stays.' },
];

function registerChange(schedule: Command, context: CommandContext, { action, does }: Change): void {
  reasoned(scheduleSettings(schedule.command(action)), action === 'approve')
    .description(does)
    .argument('<pass>', 'pass id from `schedule list`')
    .action((pass_id: string, flags: ChangeFlags) =>
      withSchedule(context, flags, async (session) => {
        const { version } = await findPass(session, pass_id);
        const pass = await session.call('schedule.changePass', { pass_id, version, action, ...authorityOf(flags) });
        present(context, flags.json, { value: pass, page: () => passPage(pass) });
      }),
    );
}

function reasoned(command: Command, with_age: boolean): Command {
  command
    .addOption(onceOption('--who <name>', 'who decides', anyText))
    .addOption(onceOption('--why <reason>', 'the reason, kept in the history', anyText));
  if (!with_age) return command;
  return command.addOption(
    onceOption('--override-age <reason>', 'why elements older than the mission allows will do', anyText),
  );
}

/** What is missing is refused by the schedule itself, in its own words. */
const authorityOf = ({ who, why, overrideAge }: ChangeFlags) => ({
  who: who ?? '',
  why: why ?? '',
  override_why: overrideAge ?? null,
});

async function findPass({ call }: HostSession, pass_id: string): Promise<PlannedPassView> {
  const { passes } = await call('schedule.listPasses', {});
  const pass = passes.find((candidate) => candidate.pass_id === pass_id);
  if (pass !== undefined) return pass;
  const known = passes.length === 0 ? 'the plan is empty' : 'see `twinpass schedule list`';
  throw new CommandFailure(`no planned pass ${pass_id}: ${known}`, EXIT.invalid);
}

function replan(flags: ChangeFlags, context: CommandContext): Promise<void> {
  return withSchedule(context, flags, async ({ call }) => {
    const { who, why } = authorityOf(flags);
    const replanned = await call('schedule.replanPasses', { who, why });
    present(context, flags.json, { value: replanned, page: () => replannedPage(replanned) });
    const { length } = replanned.vanished;
    if (length > 0) {
      context.output.note(
        `twinpass: ${length} of the passes have no window on the new elements: cancel them, or wait.`,
      );
    }
  });
}

import type { Command } from 'commander';
import type { ElementsCompared, ElementSetSummary } from '../../../src-contract/orbit.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { readTextFile } from '../../services/text-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { instant, numberIn, onceOption } from '../flags.ts';
import type { HostSession } from '../host-session.ts';
import { alignRows } from '../output.ts';
import { registerElementSources } from './element-sources.ts';
import { placeSettings, readSchedule, withSchedule, type ScheduleFlags } from './schedule-flags.ts';

interface CompareFlags extends ScheduleFlags {
  readonly from: number;
  readonly days: number;
}

const EXAMPLE = `
Examples:
  twinpass elements import newest.tle
  twinpass elements list --json
  twinpass elements compare 1f3a90c2 77b0e4d1 --from 2018-09-14 --days 14`;

export function registerElements(program: Command, context: CommandContext): void {
  const elements = program
    .command('elements')
    .description("The satellite's orbit elements that the mission knows.")
    .addHelpText('after', EXAMPLE);
  placeSettings(elements.command('import'), EXAMPLE)
    .description('Takes in every set of the mission’s satellite from a file: OMM (JSON, CSV, KVN, XML), TLE or 3LE.')
    .argument('<file>', 'the file')
    .action((path: string, flags: ScheduleFlags) =>
      withSchedule(context, flags, async ({ call }) => {
        const text = expectOk(await readTextFile(path));
        const done = await call('orbit.importElements', { text, source_name: path.slice(-200) });
        const page = () =>
          `${done.imported} imported, ${done.already_known} known already, ${done.ignored_other_satellites} of other satellites`;
        present(context, flags.json, { value: done, page });
        for (const warning of done.warnings) context.output.note(`twinpass: ${warning}`);
      }),
    );
  placeSettings(elements.command('list'), EXAMPLE)
    .description('Every set, newest epoch first.')
    .action((flags: ScheduleFlags) =>
      readSchedule(context, flags, async ({ call }) => {
        const list = await call('orbit.listElements', {});
        present(context, flags.json, { value: list, page: () => listPage(list.sets) });
      }),
    );
  placeSettings(elements.command('compare'), EXAMPLE)
    .description('How far each window moves from one set to another.')
    .argument('<before>', 'set id, or its first digits')
    .argument('<after>', 'set id, or its first digits')
    .addOption(onceOption('--from <iso>', 'first moment, UTC', instant).makeOptionMandatory())
    .addOption(onceOption('--days <n>', 'length', numberIn(0.001, 366, 'days')).default(14))
    .action((before: string, after: string, flags: CompareFlags) => compare([before, after], flags, context));
  registerElementSources(elements, context);
}

function compare(named: readonly [string, string], flags: CompareFlags, context: CommandContext): Promise<void> {
  return readSchedule(context, flags, async (session) => {
    const before_set_id = await setId(session, named[0]);
    const after_set_id = await setId(session, named[1]);
    const query = { before_set_id, after_set_id, from_utc_ms: flags.from, days: flags.days };
    const compared = await session.call('orbit.compareElements', query);
    present(context, flags.json, { value: { ...query, ...compared }, page: () => comparedPage(compared) });
  });
}

async function setId({ call }: HostSession, digits: string): Promise<string> {
  const { sets } = await call('orbit.listElements', {});
  const matching = sets.filter(({ element_set_id }) => element_set_id.startsWith(digits));
  if (matching.length === 1) return matching[0]!.element_set_id;
  const found = matching.length === 0 ? 'no element set begins' : `${matching.length} element sets begin`;
  throw new CommandFailure(`${found} with ${digits}: see \`twinpass elements list\``, EXIT.invalid);
}

const ID_DIGITS = 12;

function listPage(sets: readonly ElementSetSummary[]): string {
  if (sets.length === 0) return 'No elements yet: `twinpass elements import` takes in a file.';
  return alignRows(
    sets.map(({ element_set_id, epoch_utc_ms, age_days, format, source_name, current }) => [
      element_set_id.slice(0, ID_DIGITS),
      [
        formatUtc(epoch_utc_ms),
        `${age_days.toFixed(1)} d old`,
        format,
        source_name,
        ...(current ? ['(current)'] : []),
      ].join('  '),
    ]),
  );
}

const signed = (seconds: number | null) =>
  seconds === null ? '' : `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(3)} s`;

function comparedPage({ windows, start_moved_s_max, end_moved_s_max }: ElementsCompared): string {
  const rows = windows.map(({ before, after, start_moved_s, end_moved_s }): [string, string] => {
    const name = `${formatUtc((before ?? after)!.start_utc_ms)} ${(before ?? after)!.dark ? 'dark' : 'day '}`;
    if (before === null) return [name, 'only on the second set'];
    if (after === null) return [name, 'only on the first set'];
    return [name, `start ${signed(start_moved_s)}, end ${signed(end_moved_s)}`];
  });
  const moves = `starts move by ${start_moved_s_max.toFixed(3)} s at most, ends by ${end_moved_s_max.toFixed(3)} s`;
  const sum = `${windows.length} windows; ${moves}`;
  return rows.length === 0 ? sum : `${alignRows(rows)}\n${sum}`;
}

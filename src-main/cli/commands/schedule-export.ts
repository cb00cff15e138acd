import type { Command } from 'commander';
import type { PlanExport } from '../../../src-contract/schedule.ts';
import { writeTextFile } from '../../services/text-file.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { usageError } from '../exit.ts';
import { anyText, numberIn, onceOption, oneOf } from '../flags.ts';
import { readSchedule, scheduleSettings, type ScheduleFlags } from './schedule-flags.ts';

interface Flags extends ScheduleFlags {
  readonly station?: string;
  readonly step?: number;
  readonly reference?: 'orbit_normal' | 'flight_direction';
  readonly offset?: number;
  readonly out?: string;
  readonly force?: boolean;
}

const FORMATS = ['ics', 'csv', 'ccsds-schedule', 'oem', 'oem-xml', 'cpf', 'pointing', 'hwp'] as const;

const EXPORTS = `
The whole plan: ics, csv, ccsds-schedule. The passes ahead, or the one named: oem, oem-xml. One pass: cpf. One pass
and --station: pointing, hwp. Examples:
  twinpass schedule export pointing 2018-09-14-1814 --station nanshan --step 0.5 --out nanshan.csv --demo
  twinpass schedule export hwp 2018-09-14-1814 --station nanshan --reference orbit_normal --offset 12.5 --demo`;

export function registerScheduleExport(schedule: Command, context: CommandContext): void {
  scheduleSettings(schedule.command('export'))
    .description('The plan or one pass in a format that stations and other programs read.')
    .argument('<format>', FORMATS.join(', '), oneOf(...FORMATS))
    .argument('[pass]', 'pass id from `schedule list`')
    .addOption(onceOption('--station <id>', 'whose pointing or half-wave plate', anyText))
    .addOption(onceOption('--step <s>', 'seconds between rows; default 1, cpf 10', numberIn(0.1, 60, 's')))
    .addOption(
      onceOption(
        '--reference <axis>',
        "what the transmitter's H follows; default: orbit_normal",
        oneOf('orbit_normal', 'flight_direction'),
      ),
    )
    .addOption(
      onceOption('--offset <deg>', "of the station's half-wave plate; default 0", numberIn(-180, 180, 'degrees')),
    )
    .addOption(onceOption('--out <file>', 'write there instead of stdout', anyText))
    .option('--force', 'with --out: replace a file that is there')
    .addHelpText('after', EXPORTS)
    .action((format: PlanExport['format'], pass_id: string | undefined, flags: Flags) =>
      exportPlan(orderOf(format, pass_id ?? null, flags), flags, context),
    );
}

type Given = Pick<Flags, 'station' | 'step' | 'reference' | 'offset'>;

function orderOf(format: PlanExport['format'], pass_id: string | null, flags: Flags): PlanExport {
  switch (format) {
    case 'ics':
    case 'csv':
    case 'ccsds-schedule':
      refuseUnused(format, flags, ['station', 'step', 'reference', 'offset']);
      if (pass_id !== null) throw usageError(`${format} is of the whole plan: leave out the pass`);
      return { format };
    case 'oem':
    case 'oem-xml':
      refuseUnused(format, flags, ['station', 'reference', 'offset']);
      return { format, pass_id, step_s: flags.step ?? 1 };
    case 'cpf':
      refuseUnused(format, flags, ['station', 'reference', 'offset']);
      return { format, pass_id: needed(pass_id, format, '<pass>'), step_s: flags.step ?? 10 };
    case 'pointing':
    case 'hwp':
      return stationOrder(format, pass_id, flags);
  }
}

function stationOrder(format: 'pointing' | 'hwp', pass_id: string | null, flags: Given): PlanExport {
  const station = {
    pass_id: needed(pass_id, format, '<pass>'),
    station_id: needed(flags.station ?? null, format, '--station'),
    step_s: flags.step ?? 1,
  };
  if (format === 'hwp') {
    const transmitter_reference = flags.reference ?? 'orbit_normal';
    return { format, ...station, transmitter_reference, offset_deg: flags.offset ?? 0 };
  }
  refuseUnused(format, flags, ['reference', 'offset']);
  return { format, ...station };
}

function needed(value: string | null, format: string, name: string): string {
  if (value === null) throw usageError(`${format} needs ${name}`);
  return value;
}

/** A flag that changes nothing is a misunderstanding, better cleared up now than on the mountain. */
function refuseUnused(format: string, flags: Given, names: readonly (keyof Given)[]): void {
  const idle = names.find((name) => flags[name] !== undefined);
  if (idle !== undefined) throw usageError(`--${idle} means nothing for ${format}: leave it out`);
}

function exportPlan(order: PlanExport, flags: Flags, context: CommandContext): Promise<void> {
  if (flags.force === true && flags.out === undefined) throw usageError('--force goes with --out');
  return readSchedule(context, flags, async ({ call }) => {
    const { file_name, media_type, text } = await call('schedule.exportPlan', order);
    if (flags.out === undefined) {
      present(context, flags.json, { value: { file_name, media_type, text }, page: () => text });
      return;
    }
    const bytes = expectOk(await writeTextFile(flags.out, text, flags.force === true));
    const value = { file: flags.out, media_type, bytes };
    present(context, flags.json, { value, page: () => `${flags.out!}: ${bytes} bytes` });
  });
}

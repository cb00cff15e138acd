import type { Command } from 'commander';
import { describeError, type Reply } from '../../../src-contract/errors.ts';
import type { ExportedText } from '../../../src-contract/schedule.ts';
import {
  DIGESTS_FILE,
  ordersToSend,
  passesToSend,
  writeSendFolder,
  type TableWish,
} from '../../services/send-folder.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { numberIn, onceOption, oneOf } from '../flags.ts';
import { placeSettings, readSchedule, type ScheduleFlags } from './schedule-flags.ts';

interface Flags extends ScheduleFlags {
  readonly step: number;
  readonly reference: TableWish['transmitter_reference'];
  readonly offset: number;
}

const EXAMPLE = `
The calendar, the table and the CCSDS schedule of the plan; for every approved pass ahead its OEM (KVN and XML), CPF, and
each station's pointing and half-wave plate; ${DIGESTS_FILE} beside them, for \`sha256sum -c\`.
Example:
  twinpass schedule send to-stations/2018-09-14 --step 0.5 --demo`;

export function registerScheduleSend(schedule: Command, context: CommandContext): void {
  placeSettings(schedule.command('send'), EXAMPLE)
    .description('Everything the stations need of the approved passes, with digests, in a new folder.')
    .argument('<folder>', 'a folder that is not there yet, or is empty')
    .addOption(onceOption('--step <s>', 'seconds between rows', numberIn(0.1, 60, 's')).default(1))
    .addOption(
      onceOption(
        '--reference <axis>',
        "what the transmitter's H follows",
        oneOf('orbit_normal', 'flight_direction'),
      ).default('orbit_normal'),
    )
    .addOption(
      onceOption('--offset <deg>', "of the stations' half-wave plates", numberIn(-180, 180, 'degrees')).default(0),
    )
    .action((folder: string, flags: Flags) => send(folder, flags, context));
}

function send(folder: string, { step, reference, offset, ...flags }: Flags, context: CommandContext): Promise<void> {
  return readSchedule(context, flags, async ({ host, call }) => {
    const { utc_ms } = await call('mission.readClock', {});
    const passes = passesToSend((await call('schedule.listPasses', {})).passes, utc_ms);
    if (passes.length === 0) {
      const message = 'No approved pass lies ahead: approve one first, then send it.';
      expectOk({ ok: false, error: { type: 'NotPossible', reason: 'EmptyPlan', message } });
    }
    const { stations } = await call('mission.describeMission', {});
    const wish = { step_s: step, transmitter_reference: reference, offset_deg: offset };
    const orders = ordersToSend(
      passes,
      stations.map(({ id }) => id),
      wish,
    );
    const files: ExportedText[] = [];
    const left_out: string[] = [];
    for (const order of orders) {
      const reply = (await host.dispatch('schedule.exportPlan', order)) as Reply<ExportedText>;
      if (!reply.ok && order.format === 'cpf') left_out.push(`cpf of ${order.pass_id}: ${describeError(reply.error)}`);
      else files.push(expectOk(reply)); // The format has no room for every satellite; the other files have.
    }
    const sent = expectOk(await writeSendFolder(folder, files));
    const pass_ids = passes.map(({ pass_id }) => pass_id);
    present(context, flags.json, {
      value: { folder, digests: DIGESTS_FILE, passes: pass_ids, files: sent, left_out },
      page: () =>
        [
          `${folder}: ${sent.length} files of ${pass_ids.length === 1 ? 'pass' : 'passes'} ${pass_ids.join(', ')}`,
          ...sent.map(({ file, bytes, sha256 }) => `  ${sha256.slice(0, 12)}  ${String(bytes).padStart(8)}  ${file}`),
          ...left_out.map((what) => `  left out: ${what}`),
          `Check them with: sha256sum -c ${DIGESTS_FILE}`,
        ].join('\n'),
    });
  });
}

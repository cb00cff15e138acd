import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readMissionFile } from '../../services/mission-file.ts';
import { SHIPPED_MISSION } from '../../services/shipped-files.ts';
import { copyArchive, exportPass, exportPassTimes } from '../../workers/copy-archive.ts';
import { expectOk, present, type CommandContext } from '../context.ts';
import { missionFlags, ownDirectory, type HostFlags } from '../host-session.ts';

interface Flags extends HostFlags {
  readonly json?: boolean;
}

const KEY_NOTE = 'The key file is not part of it: keep a copy of that apart.';

/** Copies of what the archive holds: one pass, or all of it, and back. */
export function registerArchiveCopies(archive: Command, context: CommandContext): void {
  settings(archive.command('export'), 'twinpass archive export 2018-09-14-1814-qkd golden.tpass')
    .description('One pass as a file of its own; its outcomes stay sealed.')
    .argument('<pass>', 'pass id from `archive list`')
    .argument('<file>', 'new file to write; nothing is overwritten')
    .option('--parquet', 'the times alone, as Parquet for other programs: station, stream, time_ticks')
    .action(async (pass_id: string, file: string, flags: Flags & { readonly parquet?: boolean }) => {
      if (flags.parquet === true) {
        const times = expectOk(exportPassTimes(await directoryOf(flags), pass_id, resolve(file)));
        const value = { pass_id, file: resolve(file), ...times };
        present(context, flags.json, { value, page: () => `Written ${value.file}: ${times.rows} rows.` });
        return;
      }
      const written = expectOk(exportPass(await directoryOf(flags), pass_id, resolve(file)));
      present(context, flags.json, { value: { pass_id, file: written }, page: () => `Written ${written}.` });
    });
  settings(archive.command('backup'), 'twinpass archive backup backups/2018-09-15')
    .description('mission.db and every pass file into a new folder, while the console may run.')
    .argument('<dir>', 'folder that holds no mission yet')
    .action(async (dir: string, flags: Flags) =>
      copy({ from_directory: await directoryOf(flags), to_directory: resolve(dir) }, flags, context),
    );
  settings(archive.command('restore'), 'twinpass archive restore backups/2018-09-15 --mission restored')
    .description('A backup into a mission folder that holds no mission yet.')
    .argument('<dir>', 'folder of the backup')
    .action(async (dir: string, flags: Flags) =>
      copy({ from_directory: resolve(dir), to_directory: await directoryOf(flags) }, flags, context),
    );
}

function settings(command: Command, example: string): Command {
  return missionFlags(command).addHelpText('after', `\nExample:\n  ${example}`);
}

async function directoryOf(flags: Flags): Promise<string> {
  if (flags.mission !== undefined) return resolve(flags.mission);
  return ownDirectory(expectOk(await readMissionFile(flags.missionFile ?? SHIPPED_MISSION)).id);
}

async function copy(
  paths: { readonly from_directory: string; readonly to_directory: string },
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  const copied = expectOk(await copyArchive(paths, { signal: context.signal, onProgress: context.output.progress }));
  context.output.endProgress();
  present(context, flags.json, {
    value: { ...paths, files: copied.files },
    page: () => `${copied.files.length} files in ${paths.to_directory}. ${KEY_NOTE}`,
  });
}

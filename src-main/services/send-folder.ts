import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { OperationError } from '../../src-contract/errors.ts';
import type { PlanExport, PlannedPassView } from '../../src-contract/schedule.ts';
import { err, ok, type Result } from '../../src-core/result.ts';

export interface TableWish {
  readonly step_s: number;
  readonly transmitter_reference: 'orbit_normal' | 'flight_direction';
  readonly offset_deg: number;
}

/** What somebody has agreed to, and what is not over: only that binds a station. */
export function passesToSend(passes: readonly PlannedPassView[], now_utc_ms: number): readonly PlannedPassView[] {
  return passes.filter(
    ({ state, end_utc_ms }) => ['approved', 'armed', 'live'].includes(state) && end_utc_ms > now_utc_ms,
  );
}

const CPF_STEP_S = 10;

/** Every file that the two stations and their networks need of these passes. */
export function ordersToSend(
  passes: readonly PlannedPassView[],
  station_ids: readonly string[],
  { step_s, ...plate }: TableWish,
): PlanExport[] {
  const whole: PlanExport[] = [{ format: 'ics' }, { format: 'csv' }, { format: 'ccsds-schedule' }];
  const each = passes.flatMap(({ pass_id }): PlanExport[] => [
    { format: 'oem', pass_id, step_s },
    { format: 'oem-xml', pass_id, step_s },
    { format: 'cpf', pass_id, step_s: CPF_STEP_S },
    ...station_ids.flatMap((station_id): PlanExport[] => [
      { format: 'pointing', pass_id, station_id, step_s },
      { format: 'hwp', pass_id, station_id, step_s, ...plate },
    ]),
  ]);
  return [...whole, ...each];
}

export interface SentFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Beside the files, in the form that `sha256sum -c` reads. */
export const DIGESTS_FILE = 'SHA256SUMS';

const invalid = (where: string, cause: unknown) => {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  return err({ type: 'InvalidFile', where, message: `cannot be written (${code}); check the path` } as const);
};

/** Writes all files and their digests into a folder of their own: all of them, or none. What was sent before stays. */
export async function writeSendFolder(
  directory: string,
  files: readonly { readonly file_name: string; readonly text: string }[],
): Promise<Result<SentFile[], OperationError>> {
  const target = resolve(directory);
  const present = await readdir(target).catch(() => null);
  if (present !== null && present.length > 0) {
    const message = `${directory} holds ${present.length} files already: take another folder, so that what was sent stays.`;
    return err({ type: 'Refused', message });
  }
  let making: string | null = null;
  try {
    await mkdir(dirname(target), { recursive: true });
    making = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
    const sent: SentFile[] = [];
    for (const { file_name, text } of files) sent.push(await writeOne(making, file_name, text));
    const digests = sent.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join('');
    await writeFile(join(making, DIGESTS_FILE), digests, { flag: 'wx' });
    if (present !== null) await rmdir(target);
    await rename(making, target);
    return ok(sent);
  } catch (cause) {
    if (making !== null) await rm(making, { recursive: true, force: true });
    return invalid(directory, cause);
  }
}

async function writeOne(folder: string, file: string, text: string): Promise<SentFile> {
  const bytes = Buffer.from(text, 'utf8');
  await writeFile(join(folder, file), bytes, { flag: 'wx' });
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

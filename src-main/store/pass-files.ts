import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../src-core/result.ts';
import { adoptPassFile, type AdoptedPass } from './adopt-pass.ts';
import type { KeyVault } from './outcome-keys.ts';
import { openPassReader, type PassFileReader } from './pass-file-reader.ts';
import { appendVerdict } from './pass-file-verdicts.ts';
import {
  createPassFileWriter, findStrayPasses, partialPassName, publishPass, removeAbandoned, sweepPartialPasses, type PassFileWriter,
} from './pass-file-writer.ts';
import type { ArchiveReader, ArchiveWriter } from './pass-store.ts';
import type { NewVerdict, PassMeta, VerdictRow } from './pass-types.ts';
import { attemptValue, type StoreError } from './store-error.ts';
import { verifyPassFile, type PassVerification, type VerifyOptions } from './verify-pass-file.ts';

export interface PassFilesOptions {
  readonly directory: string;
  readonly vault: KeyVault;
  readonly archive: ArchiveReader & ArchiveWriter;
  readonly migrations?: string;
}

/** The mission's folder of pass files, as services see it: by pass, never by path. */
export interface PassFiles {
  readonly directory: string;
  readonly pathOf: (file_name: string) => string;
  readonly create: (meta: PassMeta) => Result<PassFileWriter, StoreError>;
  readonly open: (file_name: string) => Result<PassFileReader, StoreError>;
  /** Appends to the pass file, then indexes whatever mission.db lacks. */
  readonly appendVerdict: (file_name: string, verdict: NewVerdict) => Result<VerdictRow, StoreError>;
  readonly verify: (
    file_name: string, options?: Pick<VerifyOptions, 'onProgress' | 'signal'>,
  ) => Promise<Result<PassVerification, StoreError>>;
  /** Gives a pass that another thread wrote and sealed its name. */
  readonly publish: (pass_id: string) => Result<string, StoreError>;
  /** Removes a pass that is not to be published, sealed or not; false while somebody still writes it. */
  readonly abandon: (pass_id: string) => boolean;
  /** Clears what a crash left; answers with the names that are gone. */
  readonly sweep: () => Result<readonly string[], StoreError>;
  /** Pass files here that the archive does not know. */
  readonly strays: () => Result<readonly string[], StoreError>;
  /**
   * Takes in a pass file from elsewhere: a new pass with its verdicts, or new verdicts on a known one. Without a time
   * it counts as imported when it was made.
   */
  readonly adopt: (path: string, imported_at_utc_ms?: number) => Promise<Result<AdoptedPass, StoreError>>;
  readonly remove: (file_name: string) => Result<void, StoreError>;
}

/** Brings the index up to the file: also a verdict that a crash kept out of it. */
function indexAll(archive: ArchiveReader & ArchiveWriter, opened: Result<PassFileReader, StoreError>): void {
  if (!opened.ok) return;
  const { pass: { meta: { pass_id } }, listVerdicts, close } = opened.value;
  const verdicts = listVerdicts();
  close();
  if (verdicts.ok && archive.find(pass_id) !== null) archive.indexVerdicts(pass_id, verdicts.value);
}

export function createPassFiles({ directory, vault, archive, migrations }: PassFilesOptions): PassFiles {
  const pathOf = (file_name: string) => join(directory, file_name);
  const schema = migrations === undefined ? {} : { migrations };
  return {
    directory,
    pathOf,
    create: (meta) => createPassFileWriter({ directory, meta, vault, ...schema }),
    open: (file_name) => openPassReader(pathOf(file_name), schema),
    appendVerdict: (file_name, verdict) => {
      const appended = appendVerdict(pathOf(file_name), verdict, schema);
      if (appended.ok) indexAll(archive, openPassReader(pathOf(file_name), schema));
      return appended;
    },
    verify: (file_name, options = {}) => {
      const known = archive.list().find((pass) => pass.file_name === file_name);
      const expected = known === undefined ? null
        : { content_sha256: known.content_sha256, verdicts: archive.verdicts(known.pass_id) };
      return verifyPassFile(pathOf(file_name), vault, { ...options, expected, ...schema });
    },
    publish: (pass_id) => publishPass(directory, pass_id),
    abandon: (pass_id) => removeAbandoned(pathOf(partialPassName(pass_id))),
    sweep: () => sweepPartialPasses(directory),
    strays: () => findStrayPasses(directory, archive.fileNames()),
    adopt: (path, imported_at_utc_ms) =>
      adoptPassFile(path, { directory, vault, archive, imported_at_utc_ms: imported_at_utc_ms ?? null, ...schema }),
    remove: (file_name) => attemptValue(pathOf(file_name), () => rmSync(pathOf(file_name), { force: true })),
  };
}

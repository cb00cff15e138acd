import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Plain } from '../../src-core/archive/canonical-json.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { exportPassFile } from './archive-copy.ts';
import type { KeyVault } from './outcome-keys.ts';
import { openPassReader, type PassFileReader } from './pass-file-reader.ts';
import { appendVerdict } from './pass-file-verdicts.ts';
import { passFileName } from './pass-file-writer.ts';
import type { ArchiveReader, ArchiveWriter } from './pass-store.ts';
import type { StoredVerdict } from './pass-types.ts';
import { invalidFile, type StoreError } from './store-error.ts';
import { verifyPassFile } from './verify-pass-file.ts';

export interface AdoptOptions {
  readonly directory: string;
  readonly vault: KeyVault;
  readonly archive: ArchiveReader & ArchiveWriter;
  /** Null: when the file was made. */
  readonly imported_at_utc_ms: number | null;
  readonly migrations?: string;
}

export interface AdoptedPass {
  readonly pass_id: string;
  /** The pass was in the archive already; only verdicts can be new. */
  readonly known: boolean;
  readonly verdicts_added: number;
}

/** Takes a pass file, as another workstation or a batch job left it, into the archive: checked first, whole or not. */
export async function adoptPassFile(path: string, options: AdoptOptions): Promise<Result<AdoptedPass, StoreError>> {
  const verified = await verifyPassFile(path, options.vault, { expected: null });
  if (!verified.ok) return verified;
  const { intact, findings } = verified.value;
  if (!intact) return invalidFile(path, `not taken in: ${findings.slice(0, 3).join('; ')}`);
  const opened = openPassReader(path);
  if (!opened.ok) return opened;
  try {
    return adopt(path, opened.value, options);
  } finally {
    opened.value.close();
  }
}

function adopt(path: string, reader: PassFileReader, options: AdoptOptions): Result<AdoptedPass, StoreError> {
  const { archive, directory } = options;
  const imported_at_utc_ms = options.imported_at_utc_ms ?? reader.pass.meta.created_at_utc_ms;
  const verdicts = reader.listVerdicts();
  if (!verdicts.ok) return verdicts;
  const file_name = passFileName(reader.pass.meta.pass_id);
  const to = join(directory, file_name);
  const in_place = existsSync(to) && realpathSync(to) === realpathSync(path);
  const inserted = archive.insert({ sealed: reader.pass, file_name, imported_at_utc_ms },
    () => (in_place ? ok(to) : exportPassFile(path, to)));
  if (!inserted.ok) return inserted;
  const { pass_id, known } = inserted.value;
  if (known) return addVerdicts(pass_id, { reader, verdicts: verdicts.value }, options);
  archive.indexVerdicts(pass_id, verdicts.value);
  return ok({ pass_id, known, verdicts_added: verdicts.value.length });
}

const sameAs = (one: StoredVerdict) => (other: StoredVerdict) =>
  one.made_at_utc_ms === other.made_at_utc_ms && one.code_version === other.code_version
  && one.parameters_json === other.parameters_json && one.result_json === other.result_json
  && one.coincidences === other.coincidences && one.sifted_bits === other.sifted_bits
  && one.qber === other.qber && one.s === other.s;

interface Incoming { readonly reader: PassFileReader; readonly verdicts: readonly StoredVerdict[] }

/** Appends what the archived file lacks; on an unforked chain the digests come out the same. */
function addVerdicts(
  pass_id: string, { reader, verdicts }: Incoming, { archive, directory, migrations }: AdoptOptions,
): Result<AdoptedPass, StoreError> {
  const path = join(directory, archive.find(pass_id)!.file_name);
  const schema = migrations === undefined ? {} : { migrations };
  const own = openPassReader(path, schema);
  if (!own.ok) return own;
  const held = own.value.listVerdicts();
  own.value.close();
  if (!held.ok) return held;
  archive.indexVerdicts(pass_id, held.value); // What a crash between file and index left out.
  const missing = verdicts.filter((verdict) => !held.value.some(sameAs(verdict)));
  for (const verdict of missing) {
    const series = reader.readSeries(verdict.verdict_id);
    if (!series.ok) return series;
    const parameters = JSON.parse(verdict.parameters_json) as Readonly<Record<string, Plain>>;
    const { made_at_utc_ms, code_version, result_json, coincidences, sifted_bits, qber, s } = verdict;
    const appended = appendVerdict(path, {
      made_at_utc_ms, code_version, parameters, result_json, coincidences, sifted_bits, qber, s, series: series.value,
    }, schema);
    if (!appended.ok) return appended;
    archive.indexVerdicts(pass_id, [appended.value]);
  }
  return ok({ pass_id, known: true, verdicts_added: missing.length });
}

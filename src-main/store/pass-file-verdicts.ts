import { canonicalJson } from '../../src-core/archive/canonical-json.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { openPassFile, type OpenOptions } from './open.ts';
import { verdictSha256 } from './pass-digest.ts';
import { readSealed } from './pass-file-reader.ts';
import type { NewVerdict, VerdictRow } from './pass-types.ts';
import { attemptPass, type StoreError } from './store-error.ts';

interface Tail { readonly verdict_id: number; readonly sha256: string }

/** Appends one verdict to a pass file, in one transaction; answers with the row that mission.db indexes. */
export function appendVerdict(
  path: string, verdict: NewVerdict, options: Omit<OpenOptions, 'readonly'> = {},
): Result<VerdictRow, StoreError> {
  const opened = openPassFile(path, options);
  if (!opened.ok) return opened;
  const db = opened.value;
  try {
    return attemptPass(path, () => {
      const sealed = readSealed(db);
      if (!sealed.ok) return sealed;
      const newest = db.prepare<[], Tail>('SELECT verdict_id, sha256 FROM verdict ORDER BY verdict_id DESC LIMIT 1');
      const insert = db.prepare(`INSERT INTO verdict (verdict_id, made_at_utc_ms, code_version, parameters_json,
        result_json, coincidences, sifted_bits, qber, s, series, prev_sha256, sha256)
        VALUES (:verdict_id, :made_at_utc_ms, :code_version, :parameters_json, :result_json,
        :coincidences, :sifted_bits, :qber, :s, :series, :prev_sha256, :sha256)`);
      return db.transaction(() => {
        const tail = newest.get();
        const { parameters, series, ...told } = verdict;
        const row = {
          ...told, verdict_id: (tail?.verdict_id ?? 0) + 1, parameters_json: canonicalJson(parameters),
          prev_sha256: tail?.sha256 ?? sealed.value.content_sha256,
        };
        const sha256 = verdictSha256(row, series);
        insert.run({ ...row, series, sha256 });
        const { verdict_id, made_at_utc_ms, code_version, coincidences, sifted_bits, qber, s } = row;
        return ok({ verdict_id, made_at_utc_ms, code_version, sha256, coincidences, sifted_bits, qber, s });
      }).immediate();
    });
  } finally {
    db.close();
  }
}

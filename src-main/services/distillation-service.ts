import type { KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { InputOf } from '../../src-contract/operations.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { describeDistillationError, type DistillationAccount, type DistilOrder } from '../pipeline/distil-block.ts';
import type { BlockKeys } from '../store/key-cipher.ts';
import type { KeyWriter } from '../store/key-store.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { MissionVault } from '../store/outcome-keys.ts';
import type { PassFiles } from '../store/pass-files.ts';
import type { ArchiveReader, ListedPass } from '../store/pass-store.ts';
import type { Sealed } from '../store/sealing.ts';
import type { Job, ReportProgress } from './job-service.ts';
import type { DistillationPort } from './ports.ts';

export interface DistilRequest extends DistilOrder {
  readonly mission: MissionFile;
  readonly gate_ns: number;
  readonly passes: readonly { readonly path: string; readonly key: KeyObject }[];
  readonly vault_key_id: string;
  readonly block_keys: BlockKeys;
}

export interface Distilled {
  readonly account: DistillationAccount;
  readonly record: { readonly key_id: string; readonly digest: string; readonly sealed: Sealed } | null;
}

export interface DistillationServiceDeps {
  readonly mission: MissionFile;
  readonly code_version: string;
  readonly archive: ArchiveReader;
  readonly files: PassFiles;
  readonly vault: MissionVault;
  readonly keys: KeyWriter;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly runDistillation: (
    request: DistilRequest,
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<Distilled>>;
}

type Order = InputOf<'distillation.distilPasses'>;

/** Keys out of archived passes, Alice and Bob in one process: whatever comes of it is of analysis custody. */
export function createDistillationService(deps: DistillationServiceDeps): DistillationPort {
  return {
    distilPasses: (order) => {
      const passes = choosePasses(deps, order);
      if (!passes.ok) return passes;
      return ok({
        job_id: deps.startJob({
          title: `Distil ${order.pass_ids.join(', ')}`,
          run: (signal, report) => distil(deps, { order, passes: passes.value }, { signal, report }),
        }),
      });
    },
  };
}

/** Both stations' outcomes in one place would make an operational key worthless: refused before a bit is read. */
export const operationalRefusal = (what: string): OperationError => ({
  type: 'Refused',
  message:
    `${what} is of operational custody: each console holds its own outcomes only. ` +
    'Distil it between the two consoles, not from both recordings in one place.',
});

function choosePasses(deps: DistillationServiceDeps, { pass_ids }: Order): Result<ListedPass[], OperationError> {
  if (deps.mission.custody !== 'analysis') return err(operationalRefusal(`Mission ${deps.mission.id}`));
  const passes: ListedPass[] = [];
  for (const pass_id of pass_ids) {
    const pass = deps.archive.find(pass_id);
    if (pass === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
    if (pass.custody !== 'analysis') return err(operationalRefusal(`Pass ${pass_id}`));
    if (pass.mode !== 'qkd') {
      const message = `Pass ${pass_id} was flown for a Bell test: only passes in qkd mode hold key bits.`;
      return err({ type: 'NotPossible', reason: 'NotForKey', message });
    }
    passes.push(pass);
  }
  return ok(passes);
}

async function distil(
  deps: DistillationServiceDeps,
  { order, passes }: { readonly order: Order; readonly passes: readonly ListedPass[] },
  { signal, report }: { readonly signal: AbortSignal; readonly report: ReportProgress },
): Promise<Reply<{ key_id: string }>> {
  const { algorithm, definition, gate_ns } = order;
  const run = await deps.runDistillation(
    {
      mission: deps.mission,
      algorithm,
      definition,
      gate_ns,
      epsilon: order.epsilon ?? deps.mission.key.eps_sec,
      passes: passes.map(({ pass_id, file_name }) => ({
        path: deps.files.pathOf(file_name),
        key: deps.vault.keyFor(pass_id),
      })),
      vault_key_id: deps.vault.key_id,
      block_keys: deps.vault.blockKeys(),
    },
    signal,
    report,
  );
  if (!run.ok) return run;
  return keep(deps, passes, run.value);
}

function keep(
  deps: DistillationServiceDeps,
  passes: readonly ListedPass[],
  { account, record }: Distilled,
): Reply<{ key_id: string }> {
  const { definition, epsilon, length_bits, formula_bits, sifted } = account;
  const at_utc_ms = Math.round(deps.now_utc_ms());
  const pass_ids = passes.map(({ pass_id }) => pass_id).join(' ');
  const note = (subject: string, details: Readonly<Record<string, string | number>>) =>
    deps.log.append({ at_utc_ms, who: deps.who, action: 'distillation.distilPasses', subject, details });
  if (record === null) {
    note(passes[0]!.pass_id, { passes: pass_ids, definition, epsilon, length_bits: 0, formula_bits });
    const error = { type: 'NoKey', length_bits: formula_bits, epsilon } as const;
    return err({ type: 'NotPossible', reason: 'NoKey', message: describeDistillationError(error) });
  }
  const { key_id, digest, sealed } = record;
  const { algorithm, leaked_bits, f } = account.reconciliation;
  const kept = deps.keys.insert(
    {
      record: {
        key_id,
        digest,
        definition,
        epsilon,
        length_bits,
        formula_bits,
        algorithm,
        leaked_bits,
        f,
        custody: 'analysis',
        created_at_utc_ms: at_utc_ms,
        code_version: deps.code_version,
        efficiency_mismatch: account.efficiency_mismatch,
        n_z: sifted.Z.n,
        e_z: sifted.Z.e,
        n_x: sifted.X.n,
        e_x: sifted.X.e,
        master_key_id: deps.vault.key_id,
      },
      passes: passes.map(({ pass_id, content_sha256 }) => ({ pass_id, content_sha256 })),
      sealed,
    },
    { who: deps.who, why: `distilled from ${pass_ids}`, at_utc_ms },
  );
  if (!kept.ok) return kept;
  note(key_id, { passes: pass_ids, definition, epsilon, length_bits, digest, custody: 'analysis' });
  deps.publish({ type: 'keys.changed', key_id });
  return ok({ key_id });
}

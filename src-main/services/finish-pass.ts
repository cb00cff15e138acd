import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { Result } from '../../src-core/result.ts';
import type { SealedPass } from '../store/pass-types.ts';
import type { ArchiveService } from './archive-service.ts';
import type { DetectionService } from './detection-service.ts';
import type { Job, ReportProgress } from './job-service.ts';

export interface FinishPassDeps {
  readonly gate_ns: number;
  readonly archive: Pick<ArchiveService, 'admitRecorded'>;
  readonly detection: Pick<DetectionService, 'processArchived'>;
  readonly startJob: (job: Job) => string;
  readonly sealPass: (pass_id: string, signal: AbortSignal, report: ReportProgress) => Promise<Reply<SealedPass>>;
  /** The live file, once the sealed one is in the archive. */
  readonly removeLive: (pass_id: string) => Result<null, OperationError>;
}

/** What was recorded live becomes an archived pass with its first verdict; a crash on the way starts it again. */
export function createPassFinishing(deps: FinishPassDeps): (pass_id: string) => void {
  return (pass_id) => void deps.startJob({
    title: `Seal and process ${pass_id}`,
    run: (signal, report) => finish(deps, pass_id, { signal, report }),
  });
}

interface Watch { readonly signal: AbortSignal; readonly report: ReportProgress }

async function finish(deps: FinishPassDeps, pass_id: string, { signal, report }: Watch): Promise<Reply<{ pass_id: string }>> {
  const sealed = await deps.sealPass(pass_id, signal, (stage, fraction) => report(stage, fraction / 2));
  if (!sealed.ok) return sealed;
  const admitted = deps.archive.admitRecorded(sealed.value);
  if (!admitted.ok) return admitted;
  const removed = deps.removeLive(pass_id);
  if (!removed.ok) return removed;
  return deps.detection.processArchived(pass_id, { gate_ns: deps.gate_ns, beacon: true }, {
    signal, report: (stage, fraction) => report(stage, 0.5 + fraction / 2),
  });
}

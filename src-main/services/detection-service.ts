import type { KeyObject } from 'node:crypto';
import { describeError, type Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { ProcessVerdict } from '../../src-contract/pass.ts';
import type { GateWish } from '../../src-contract/quantities.ts';
import { err, ok } from '../../src-core/result.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { KeyVault } from '../store/outcome-keys.ts';
import type { PassFiles } from '../store/pass-files.ts';
import type { ArchiveReader, ArchiveWriter } from '../store/pass-store.ts';
import type { Job, ReportProgress } from './job-service.ts';
import type { DetectionPort } from './ports.ts';

export interface ProcessRequest {
  readonly path: string;
  readonly mission: MissionFile;
  readonly gate_ns: GateWish;
  readonly beacon: boolean;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

export type ProcessWishes = Pick<ProcessRequest, 'gate_ns' | 'beacon'>;

export interface DetectionServiceDeps {
  readonly mission: MissionFile;
  readonly code_version: string;
  readonly archive: ArchiveReader & ArchiveWriter;
  readonly files: PassFiles;
  readonly vault: KeyVault;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly runProcess: (
    request: ProcessRequest,
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<{ readonly verdict: ProcessVerdict; readonly series: Uint8Array }>>;
}

export interface DetectionService extends DetectionPort {
  readonly processArchived: (
    pass_id: string,
    wishes: ProcessWishes,
    watch: { readonly signal: AbortSignal; readonly report: ReportProgress },
  ) => Promise<Reply<{ pass_id: string }>>;
}

/** Verdicts on archived passes: each run appends one, none is ever changed. */
export function createDetectionService(deps: DetectionServiceDeps): DetectionService {
  const processArchived = createProcessing(deps);
  return {
    processArchived,
    processPass: ({ pass_id, gate_ns, beacon }) => {
      if (deps.archive.find(pass_id) === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
      if (deps.archive.recordings(pass_id).length < 2) return notBothHere(pass_id);
      return ok({
        job_id: deps.startJob({
          title: `Process ${pass_id}`,
          run: (signal, report) => processArchived(pass_id, { gate_ns, beacon }, { signal, report }),
        }),
      });
    },
    readVerdictSeries: ({ pass_id, verdict_id }) => {
      const pass = deps.archive.find(pass_id);
      if (pass === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
      const opened = deps.files.open(pass.file_name);
      if (!opened.ok) return opened;
      try {
        const series = opened.value.readSeries(verdict_id);
        return series.ok ? ok(new Uint8Array(series.value)) : series;
      } finally {
        opened.value.close();
      }
    },
  };
}

const notBothHere = (pass_id: string) =>
  err({
    type: 'NotPossible',
    reason: 'OneRecording',
    message:
      `Pass ${pass_id} is of operational custody: the other recording is at the other console, so its coincidences ` +
      'are found together. Distil it with the other console.',
  });

function createProcessing(deps: DetectionServiceDeps): DetectionService['processArchived'] {
  return async (pass_id, { gate_ns, beacon }, { signal, report }) => {
    const pass = deps.archive.find(pass_id);
    if (pass === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
    const run = await deps.runProcess(
      {
        path: deps.files.pathOf(pass.file_name),
        mission: deps.mission,
        gate_ns,
        beacon,
        vault: { key_id: deps.vault.key_id, key: deps.vault.keyFor(pass_id) },
      },
      signal,
      report,
    );
    const made_at_utc_ms = Math.round(deps.now_utc_ms());
    if (!run.ok) {
      // What nature withheld is a finding about the pass; a cancel or a broken disk is none.
      if (run.error.type === 'NotPossible' && pass.verdicts === 0) {
        deps.archive.markFailed(pass_id, describeError(run.error));
        deps.publish({ type: 'archive.changed', pass_id });
      }
      return run;
    }
    const { verdict, series } = run.value;
    const appended = deps.files.appendVerdict(pass.file_name, {
      made_at_utc_ms,
      code_version: deps.code_version,
      series,
      ...numbersOf(verdict),
      parameters: {
        gate_ns: verdict.lock.gate_ns,
        gate: typeof gate_ns === 'string' ? gate_ns : 'given',
        beacon,
        f: deps.mission.key.f,
        eps_sec: deps.mission.key.eps_sec,
        eps_cor: deps.mission.key.eps_cor,
      },
      result_json: JSON.stringify(verdict),
    });
    if (!appended.ok) return appended;
    deps.archive.indexVerdicts(pass_id, [appended.value]);
    deps.log.append({
      at_utc_ms: made_at_utc_ms,
      who: deps.who,
      action: 'detection.processPass',
      subject: pass_id,
      details: { verdict_id: appended.value.verdict_id, gate_ns: verdict.lock.gate_ns, beacon, sha256: appended.value.sha256 },
    });
    deps.publish({ type: 'archive.changed', pass_id });
    return ok({ pass_id });
  };
}

function numbersOf(verdict: ProcessVerdict) {
  const is_key = verdict.mode === 'qkd';
  return {
    coincidences: verdict.coincidences,
    sifted_bits: is_key ? verdict.sifted.Z.n + verdict.sifted.X.n : null,
    qber: verdict.qber,
    s: verdict.bell?.s ?? null,
  };
}

import { basename } from 'node:path';
import type { KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { PassDetail, PassSummary, Verdict } from '../../src-contract/pass.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc, parseUtc } from '../../src-core/utc.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { KeyVault } from '../store/outcome-keys.ts';
import type { PassFiles } from '../store/pass-files.ts';
import type { ArchiveReader, ArchiveWriter, ListedPass } from '../store/pass-store.ts';
import type { SealedPass, StoredVerdict } from '../store/pass-types.ts';
import type { ManifestFile } from '../store/recording-files.ts';
import type { Job, ReportProgress } from './job-service.ts';
import { plannedOf, type PlannedWindow } from './planned-window.ts';
import type { ArchivePort } from './ports.ts';

export type ManifestPaths = readonly [string] | readonly [string, string];

/** What the import worker is asked for. */
export interface ImportRequest {
  /** Two, or in operational custody this console's own. */
  readonly manifest_paths: ManifestPaths;
  readonly custody: MissionFile['custody'];
  readonly partial: boolean;
  readonly elements: { readonly text: string; readonly name: string } | null;
  readonly mission: MissionFile;
  readonly directory: string;
  readonly pass_id: string;
  readonly night: string;
  readonly mission_json: string;
  readonly code_version: string;
  readonly created_at_utc_ms: number;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

export interface ArchiveServiceDeps {
  readonly mission: MissionFile;
  readonly mission_json: string;
  readonly code_version: string;
  readonly archive: ArchiveReader & ArchiveWriter;
  readonly files: PassFiles;
  readonly vault: KeyVault;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly readManifest: (path: string) => Promise<Result<ManifestFile, OperationError>>;
  readonly runImport: (
    request: ImportRequest,
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<SealedPass>>;
  /** Text of the elements in use, for manifests that carry none; null where there are none either. */
  readonly elementsText: () => string | null;
  /** The window in which a moment lies, as the current elements predict it; null outside every window. */
  readonly windowAt: (utc_ms: number) => PlannedWindow | null;
}

interface ImportOptions {
  readonly partial: boolean;
  /** The mission's own when absent. */
  readonly custody?: MissionFile['custody'] | undefined;
}

export interface ArchiveService extends ArchivePort {
  readonly importFiles: (
    paths: ManifestPaths,
    options: ImportOptions,
    watch: { readonly signal: AbortSignal; readonly report: ReportProgress },
  ) => Promise<Reply<{ pass_id: string }>>;
  /** Takes in what was recorded live, once it is sealed. */
  readonly admitRecorded: (sealed: SealedPass) => Reply<{ pass_id: string }>;
}

/** The mission's passes: what was imported, what was found, and whether it is still intact. */
export function createArchiveService(deps: ArchiveServiceDeps): ArchiveService {
  const importFiles = createImport(deps);
  return {
    importFiles,
    admitRecorded: (sealed) => admit(deps, sealed, 'archive.recordPass'),
    listPasses: () => ok({ passes: deps.archive.list().map(summaryOf) }),
    readPass: ({ pass_id }) => readPass(deps, pass_id),
    importPass: ({ manifest_paths, partial, custody }) =>
      ok({
        job_id: deps.startJob({
          title: `Import ${manifest_paths.map((path) => basename(path)).join(' and ')}`,
          run: (signal, report) => importFiles(manifest_paths, { partial, custody }, { signal, report }),
        }),
      }),
    verifyPass: async ({ pass_id }) => {
      const pass = deps.archive.find(pass_id);
      if (pass === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
      const checked = await deps.files.verify(pass.file_name);
      if (!checked.ok) return checked;
      const { intact, findings, checked_bytes } = checked.value;
      return ok({ pass_id, intact, findings: [...findings], checked_bytes });
    },
  };
}

function createImport(deps: ArchiveServiceDeps): ArchiveService['importFiles'] {
  return async (paths, { partial, custody = deps.mission.custody }, { signal, report }) => {
    const allowed = checkCustody(deps.mission, custody, paths.length);
    if (!allowed.ok) return allowed;
    const manifests: ManifestFile[] = [];
    for (const path of paths) {
      const manifest = await deps.readManifest(path);
      if (!manifest.ok) return manifest;
      manifests.push(manifest.value);
    }
    const known = deps.archive.findByRecordings(manifests.map(({ manifest }) => manifest.tags.sha256));
    if (known !== null) {
      return err({
        type: 'Refused',
        message:
          (paths.length === 1 ? 'This recording is' : 'These two recordings are') +
          ` pass ${known} already: open it, or process it again.`,
      });
    }
    const named = namePass(deps, manifests);
    if (!named.ok) return named;
    const { pass_id, night } = named.value;
    const sealed = await deps.runImport(
      {
        manifest_paths: paths,
        custody,
        partial,
        elements: spareElements(deps),
        mission: deps.mission,
        directory: deps.files.directory,
        pass_id,
        night,
        mission_json: deps.mission_json,
        code_version: deps.code_version,
        created_at_utc_ms: Math.round(deps.now_utc_ms()),
        vault: { key_id: deps.vault.key_id, key: deps.vault.keyFor(pass_id) },
      },
      signal,
      report,
    );
    if (sealed.ok) return admit(deps, sealed.value);
    // A thread that was ended before it could clean up leaves its file behind; another's is not touched.
    deps.files.abandon(pass_id);
    return sealed;
  };
}

/** Both stations' outcomes in one place are the key: whoever holds the one recording may never be given the other. */
function checkCustody(
  mission: MissionFile,
  custody: MissionFile['custody'],
  recordings: number,
): Result<null, OperationError> {
  if (mission.custody === 'operational' && custody === 'analysis') {
    const message = `Mission ${mission.id} is of operational custody: no pass of it may be brought together for analysis.`;
    return err({ type: 'Refused', message });
  }
  if (custody === 'operational' && recordings !== 1) {
    const message =
      "In operational custody a console takes its own station's recording alone: give one manifest, and the other to " +
      'the other console.';
    return err({ type: 'Refused', message });
  }
  if (custody === 'analysis' && recordings !== 2) {
    const message = 'In analysis custody a pass needs both recordings: give two manifests, or say custody operational';
    return err({ type: 'InvalidInput', issues: [message] });
  }
  return ok(null);
}

function spareElements({ elementsText }: ArchiveServiceDeps): ImportRequest['elements'] {
  const text = elementsText();
  return text === null ? null : { text, name: 'current elements' };
}

/** File and row appear together, or neither does. */
function admit(deps: ArchiveServiceDeps, sealed: SealedPass, action = 'archive.importPass'): Reply<{ pass_id: string }> {
  const { pass_id } = sealed.meta;
  const imported_at_utc_ms = Math.round(deps.now_utc_ms());
  const inserted = deps.archive.insert(
    { sealed, file_name: basename(deps.files.pathOf(`${pass_id}.tpass`)), imported_at_utc_ms },
    () => deps.files.publish(pass_id),
  );
  if (!inserted.ok || inserted.value.known) deps.files.abandon(pass_id);
  if (!inserted.ok) return inserted;
  if (!inserted.value.known) {
    deps.log.append({
      at_utc_ms: imported_at_utc_ms,
      who: deps.who,
      action,
      subject: pass_id,
      details: {
        content_sha256: sealed.content_sha256,
        recordings: sealed.stations.map(({ sha256 }) => sha256).join(' '),
      },
    });
    deps.publish({ type: 'archive.changed', pass_id });
  }
  return ok({ pass_id: inserted.value.pass_id });
}

/** A pass is named by its night and the minute it begins; the mode, and a number, keep two of one minute apart. */
function namePass(
  deps: ArchiveServiceDeps,
  manifests: readonly ManifestFile[],
): Result<{ pass_id: string; night: string }, OperationError> {
  const [first] = manifests;
  const { pps, mode } = first!.manifest;
  const edge = pps === undefined ? null : parseUtc(pps.first_edge_utc);
  if (edge?.ok !== true) {
    const message = `${first!.path}: the manifest names no pps, so nobody knows when it was recorded`;
    return err({ type: 'NotPossible', reason: 'NoPps', message });
  }
  const night = nightOf(edge.value, deps.mission.local_time.utc_offset_h);
  const base = `${night}-${formatUtc(edge.value).slice(11, 16).replace(':', '')}-${mode}`;
  for (let number = 1; ; number += 1) {
    const pass_id = number === 1 ? base : `${base}-${number}`;
    if (deps.archive.find(pass_id) === null) return ok({ pass_id, night });
  }
}

const HALF_DAY_MS = 43_200_000;

/** A night is named by its evening, in the mission's local time: what lies before noon belongs to the day before. */
function nightOf(utc_ms: number, utc_offset_h: number): string {
  return formatUtc(utc_ms + utc_offset_h * 3_600_000 - HALF_DAY_MS).slice(0, 10);
}

function summaryOf(pass: ListedPass): PassSummary {
  const { pass_id, night, state, mode, custody, start_utc_ms, seconds, imported_at_utc_ms } = pass;
  const { verdicts, coincidences, sifted_bits, qber, s, failure } = pass;
  return {
    pass_id,
    night,
    state,
    mode,
    custody,
    start_utc_ms,
    seconds,
    imported_at_utc_ms,
    verdicts,
    coincidences,
    sifted_bits,
    qber,
    s,
    failure,
  };
}

function readPass(deps: ArchiveServiceDeps, pass_id: string): Reply<PassDetail> {
  const pass = deps.archive.find(pass_id);
  if (pass === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
  const opened = deps.files.open(pass.file_name);
  if (!opened.ok) return opened;
  const reader = opened.value;
  try {
    const verdicts = reader.listVerdicts();
    if (!verdicts.ok) return verdicts;
    return ok({
      summary: summaryOf(pass),
      entangled_state: pass.entangled_state,
      recordings: [...deps.archive.recordings(pass_id)],
      file_name: pass.file_name,
      file_bytes: reader.file_bytes,
      verdicts: verdicts.value.map(viewVerdict),
      planned: plannedOf(deps.windowAt(pass.start_utc_ms + pass.seconds * 500)),
    });
  } finally {
    reader.close();
  }
}

/** Stored as text by this program, and checked against the contract before it leaves the host. */
function viewVerdict({
  verdict_id,
  made_at_utc_ms,
  code_version,
  parameters_json,
  result_json,
}: StoredVerdict): Verdict {
  return {
    verdict_id,
    made_at_utc_ms,
    code_version,
    parameters: JSON.parse(parameters_json) as Verdict['parameters'],
    result: JSON.parse(result_json) as Verdict['result'],
  };
}

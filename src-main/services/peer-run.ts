import type { KeyObject } from 'node:crypto';
import type { ChannelSetting, PeerOrderInput } from '../../src-contract/channel.ts';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import type { DistilOrder } from '../pipeline/distil-block.ts';
import type { ChannelRunReader } from '../store/channel-runs.ts';
import type { Lane } from '../store/channel-secret.ts';
import type { BlockKeys } from '../store/key-cipher.ts';
import type { KeyReader } from '../store/key-store.ts';
import type { MissionVault } from '../store/outcome-keys.ts';
import type { PassFiles } from '../store/pass-files.ts';
import type { ArchiveReader, ListedPass } from '../store/pass-store.ts';
import type { ReportProgress } from './job-service.ts';

/** What the worker that meets the other console is asked for. */
export interface PeerRunRequest extends DistilOrder {
  readonly mission: MissionFile;
  readonly gate_ns: number;
  readonly role: Lane;
  readonly state: 'psi+' | 'phi+';
  readonly passes: readonly {
    readonly pass_id: string;
    readonly content_sha256: string;
    readonly path: string;
    readonly key: KeyObject;
  }[];
  readonly subject: string;
  readonly route: Omit<ChannelSetting, 'role'>;
  readonly database_path: string;
  readonly run_id: number;
  readonly master_key_id: string;
  readonly block_keys: BlockKeys;
  readonly code_version: string;
  readonly who: string;
  readonly started_at_utc_ms: number;
}

export interface PeerRunEnd {
  readonly key_id: string | null;
  readonly error: OperationError | null;
  readonly turned_away: readonly string[];
}

export interface PeerRunDeps {
  readonly mission: MissionFile;
  readonly code_version: string;
  readonly archive: ArchiveReader;
  readonly files: PassFiles;
  readonly vault: MissionVault;
  readonly keys: KeyReader;
  readonly runs: ChannelRunReader;
  readonly who: string;
  readonly database_path: string;
  readonly runSession: (
    request: PeerRunRequest,
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<PeerRunEnd>>;
}

export interface PreparedRun {
  readonly role: Lane;
  readonly run: (
    start: Pick<PeerRunRequest, 'run_id' | 'started_at_utc_ms'>,
    signal: AbortSignal,
    report: ReportProgress,
  ) => Promise<Reply<PeerRunEnd>>;
}

interface Wanted {
  readonly order: PeerOrderInput;
  readonly setting: ChannelSetting | null;
}

const refuse = (message: string) => err({ type: 'Refused', message });

/** Checks all that can be checked before the other console is spoken to. */
export function preparePeerRun(deps: PeerRunDeps, { order, setting }: Wanted): Result<PreparedRun, OperationError> {
  if (setting === null) {
    return refuse('This console does not know the other one yet: set it up with `twinpass channel set`.');
  }
  const route = routeOf(order, setting);
  if (!route.ok) return route;
  const passes = choosePasses(deps, order.pass_ids);
  if (!passes.ok) return passes;
  const role = roleOf(deps, { order, setting }, passes.value);
  if (!role.ok) return role;
  const { mission, vault, files } = deps;
  const nights = passes.value.map(({ night }) => night).join(' ');
  return ok({
    role: role.value,
    run: (start, signal, report) =>
      deps.runSession(
        {
          ...start,
          mission,
          gate_ns: order.gate_ns,
          role: role.value,
          algorithm: order.algorithm,
          definition: order.definition,
          epsilon: order.epsilon ?? mission.key.eps_sec,
          state: passes.value[0]!.entangled_state,
          passes: passes.value.map(({ pass_id, content_sha256, file_name }) => ({
            pass_id,
            content_sha256,
            path: files.pathOf(file_name),
            key: vault.keyFor(pass_id),
          })),
          subject: `${mission.id}; nights ${nights}; gate ${order.gate_ns} ns`,
          route: route.value,
          database_path: deps.database_path,
          master_key_id: vault.key_id,
          block_keys: vault.blockKeys(),
          code_version: deps.code_version,
          who: deps.who,
        },
        signal,
        report,
      ),
  });
}

function routeOf(order: PeerOrderInput, setting: ChannelSetting): Result<Omit<ChannelSetting, 'role'>, OperationError> {
  if (order.listen !== null && order.peer !== null) {
    return err({ type: 'InvalidInput', issues: ['Either this console waits (listen) or it calls (peer), not both.'] });
  }
  const given = order.listen !== null || order.peer !== null;
  const { certificate_path, private_key_path, peer_certificate_path } = setting;
  return ok({
    certificate_path,
    private_key_path,
    peer_certificate_path,
    listen: given ? order.listen : setting.listen,
    peer: given ? order.peer : setting.peer,
  });
}

/** In order of time, which both consoles have alike. */
function choosePasses(deps: PeerRunDeps, ids: readonly string[]): Result<readonly ListedPass[], OperationError> {
  const passes: ListedPass[] = [];
  for (const pass_id of ids) {
    const pass = deps.archive.find(pass_id);
    if (pass === null) return err({ type: 'NotFound', what: 'pass', id: pass_id });
    const unfit = whyUnfit(deps, pass);
    if (unfit !== null) return err(unfit);
    passes.push(pass);
  }
  const [first] = passes as [ListedPass];
  if (passes.some(({ entangled_state }) => entangled_state !== first.entangled_state)) {
    const message = 'These passes were flown with different entangled states: distil psi+ and phi+ apart.';
    return err({ type: 'NotPossible', reason: 'StatesDiffer', message });
  }
  return ok(passes.toSorted((a, b) => a.start_utc_ms - b.start_utc_ms));
}

function whyUnfit({ keys, runs }: PeerRunDeps, pass: ListedPass): OperationError | null {
  const { pass_id } = pass;
  if (pass.custody !== 'operational') {
    const message =
      `Pass ${pass_id} is of analysis custody: both recordings are here, so no key of it is a secret of two. ` +
      'Distil it without the other console.';
    return { type: 'Refused', message };
  }
  if (pass.mode !== 'qkd') {
    const message = `Pass ${pass_id} was flown for a Bell test: only passes in qkd mode hold key bits.`;
    return { type: 'NotPossible', reason: 'NotForKey', message };
  }
  const made = keys.list().find((key) => key.custody === 'operational' && key.passes.includes(pass_id));
  if (made !== undefined) {
    return { type: 'Refused', message: `Pass ${pass_id} is in key ${made.key_id} already: one pass gives one key.` };
  }
  const spent = runs.spentBy(pass_id);
  if (spent === null) return null;
  const when = formatUtc(spent.started_at_utc_ms);
  const message =
    `Pass ${pass_id} was spoken of in the exchange of ${when}, which ended without a key (${spent.reason ?? 'cut off'}): ` +
    'parities of its bits are known, so they may not be tried again.';
  return { type: 'Refused', message };
}

/** The mission's first station is Alice, unless order or setting say otherwise. */
function roleOf(
  { archive, mission }: PeerRunDeps,
  { order, setting }: Wanted,
  passes: readonly ListedPass[],
): Result<Lane, OperationError> {
  const stations = new Set(
    passes.flatMap(({ pass_id }) => archive.recordings(pass_id).map(({ station }) => station)),
  );
  if (stations.size !== 1) return refuse('These passes are of different stations: a console speaks for one.');
  const [station] = stations;
  const first = mission.stations[0].id === station;
  return ok(order.role ?? setting?.role ?? (first ? 'alice' : 'bob'));
}

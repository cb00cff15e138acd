import { statSync, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { channelSetting, type ChannelSetting, type ChannelView, type PeerOrderInput } from '../../src-contract/channel.ts';
import { describeError, type OperationError, type Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { ChannelRunReader, ChannelRunWriter } from '../store/channel-runs.ts';
import type { ChannelSecret, Pads, SecretStatus } from '../store/channel-secret.ts';
import type { KeySettings } from '../store/key-settings.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { Job } from './job-service.ts';
import { preparePeerRun, type PeerRunDeps, type PeerRunEnd, type PreparedRun } from './peer-run.ts';
import type { SessionPort } from './ports.ts';

export interface SessionServiceDeps extends PeerRunDeps {
  readonly settings: KeySettings;
  readonly secret: Pick<ChannelSecret, 'status' | 'replace'>;
  readonly pendingKeyIds: () => readonly string[];
  readonly runs: ChannelRunReader & ChannelRunWriter;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  /** A pre-shared secret in its parts, as the channel uses it. */
  readonly splitSecret: (secret: Uint8Array) => { readonly hash_key: Uint8Array } & Pads;
}

const RUNS_SHOWN = 20;
const SECRET_BYTES = { min: 1024, max: 16 * 1024 * 1024 };
/** Random bytes of the least length show nearly all values; text and zeros do not. */
const DISTINCT_BYTES_MIN = 200;
/** Bits of pads that one exchange takes at most: Alice seals three times, Bob once. */
const SEAL_BITS = 64;
const SEALS = { alice: 3, bob: 1 };

/** The meeting with the other console: whom, with what secret, and every exchange with how it ended. */
export function createSessionService(deps: SessionServiceDeps): SessionPort {
  let running = false;
  const note = (action: string, subject: string, details: Readonly<Record<string, string | number | boolean>>) =>
    deps.log.append({ at_utc_ms: Math.round(deps.now_utc_ms()), who: deps.who, action, subject, details });
  const describe = (): Reply<ChannelView> => ok(viewChannel(deps, running));
  return {
    describeChannel: describe,
    configureChannel: (setting) => {
      if ((setting.listen === null) === (setting.peer === null)) {
        const message = 'Name either where this console waits (listen) or where it calls the other (peer), not both.';
        return err({ type: 'InvalidInput', issues: [message] });
      }
      deps.settings.write('channel', JSON.stringify(setting), Math.round(deps.now_utc_ms()));
      note('session.configureChannel', 'channel', flat(setting));
      deps.publish({ type: 'channel.changed' });
      return describe();
    },
    importSecret: ({ path }) => {
      if (running) return err({ type: 'Refused', message: 'An exchange is running: wait for its end, or cancel it.' });
      const imported = importSecret(deps, path);
      if (!imported.ok) return imported;
      const { secret_id, end } = imported.value;
      note('session.importSecret', secret_id, { alice_bytes: end.alice, bob_bytes: end.bob });
      deps.publish({ type: 'channel.changed' });
      return describe();
    },
    distilWithPeer: (order) => {
      if (running) return err({ type: 'Refused', message: 'An exchange is running already: two at once would share pads.' });
      const setting = readSetting(deps.settings);
      const prepared = preparePeerRun(deps, { order, setting });
      if (!prepared.ok) return prepared;
      if (deps.secret.status() === null) return err(NO_SECRET);
      running = true;
      return ok({ job_id: deps.startJob(jobOf(deps, { order, prepared: prepared.value, note, done: () => (running = false) })) });
    },
  };
}

const NO_SECRET: OperationError = {
  type: 'Refused',
  message:
    'This console has no pre-shared secret: make one (`openssl rand -out FILE 65536`), carry it to both consoles, and ' +
    'import it with `twinpass channel secret FILE`.',
};

interface Running {
  readonly order: PeerOrderInput;
  readonly prepared: PreparedRun;
  readonly note: (action: string, subject: string, details: Readonly<Record<string, string | number>>) => unknown;
  readonly done: () => void;
}

function jobOf(deps: SessionServiceDeps, { order, prepared, note, done }: Running): Job {
  return {
    title: `Distil ${order.pass_ids.join(', ')} with the other console`,
    run: async (signal, report) => {
      const at_utc_ms = Math.round(deps.now_utc_ms());
      const run_id = deps.runs.begin({ role: prepared.role, passes: order.pass_ids, at_utc_ms });
      deps.publish({ type: 'channel.changed' });
      try {
        const ended = await prepared.run({ run_id, started_at_utc_ms: at_utc_ms }, signal, report);
        return keepEnd(deps, { order, prepared, note, run_id }, ended);
      } finally {
        done();
        deps.publish({ type: 'channel.changed' });
      }
    },
  };
}

/** The end of an exchange on record, in the list of exchanges and in the log: a key's name, or why there is none. */
function keepEnd(
  deps: SessionServiceDeps,
  { order, prepared, note, run_id }: Omit<Running, 'done'> & { readonly run_id: number },
  ended: Reply<PeerRunEnd>,
): Reply<{ key_id: string }> {
  const key_id = ended.ok ? ended.value.key_id : null;
  const error = (ended.ok ? ended.value.error : ended.error) ?? { type: 'Cancelled' };
  const reason = describeError(error);
  deps.runs.end(run_id, key_id === null ? { reason } : { key_id }, Math.round(deps.now_utc_ms()));
  const strangers = ended.ok ? ended.value.turned_away : [];
  note('session.distilWithPeer', key_id ?? order.pass_ids[0]!, {
    role: prepared.role,
    passes: order.pass_ids.join(' '),
    ...(key_id === null ? { no_key: reason } : { custody: 'operational' }),
    ...(strangers.length === 0 ? {} : { turned_away: strangers.join(' ') }),
  });
  if (key_id === null) return err(error);
  deps.publish({ type: 'keys.changed', key_id });
  return ok({ key_id });
}

/** A stored setting is this console's own: one that no longer parses is as good as none. */
function readSetting(settings: KeySettings): ChannelSetting | null {
  const text = settings.read('channel');
  if (text === null) return null;
  const parsed = channelSetting.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

function viewChannel(deps: SessionServiceDeps, running: boolean): ChannelView {
  const setting = readSetting(deps.settings);
  const own = setting === null ? null : readCertificate(setting.certificate_path);
  const peer = setting === null ? null : readCertificate(setting.peer_certificate_path);
  const key = setting === null ? null : readableFile(setting.private_key_path);
  const problems = [own, peer, key].flatMap((read) => (read === null || read.ok ? [] : [describeError(read.error)]));
  return {
    setting,
    running,
    certificate: own?.ok === true ? own.value : null,
    peer_certificate: peer?.ok === true ? peer.value : null,
    problem: problems.length === 0 ? null : problems.join(' '),
    secret: viewSecret(deps.secret.status()),
    pending_key_ids: [...deps.pendingKeyIds()],
    runs: deps.runs.list(RUNS_SHOWN).map((run) => ({ ...run, passes: [...run.passes] })),
  };
}

function viewSecret(status: SecretStatus | null): ChannelView['secret'] {
  if (status === null) return null;
  const { secret_id, imported_at_utc_ms, next, end } = status;
  const left = { alice: 8 * (end.alice - next.alice), bob: 8 * (end.bob - next.bob) };
  const carries = (lane: 'alice' | 'bob') => Math.floor(left[lane] / (SEALS[lane] * SEAL_BITS));
  return {
    secret_id,
    imported_at_utc_ms,
    used_bits: { alice: 8 * next.alice, bob: 8 * next.bob },
    left_bits: left,
    exchanges_left: Math.min(carries('alice'), carries('bob')),
  };
}

function readableFile(path: string): Result<Buffer, OperationError> {
  try {
    return ok(readFileSync(path));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    return err({ type: 'InvalidFile', where: path, message: `the file cannot be read (${code}); check the path.` });
  }
}

function readCertificate(path: string): Result<NonNullable<ChannelView['certificate']>, OperationError> {
  const text = readableFile(path);
  if (!text.ok) return text;
  try {
    const { subject, fingerprint256, validTo } = new X509Certificate(text.value);
    const valid_to_utc_ms = Math.min(Date.parse(validTo), 4_102_444_800_000);
    return ok({ subject: subject.replaceAll('\n', ', '), fingerprint_sha256: fingerprint256, valid_to_utc_ms });
  } catch {
    return err({ type: 'InvalidFile', where: path, message: 'this is no certificate in PEM form.' });
  }
}

function importSecret(deps: SessionServiceDeps, path: string): Result<SecretStatus, OperationError> {
  const read = readableFile(path);
  if (!read.ok) return read;
  const bytes = read.value;
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      return err({ type: 'Refused', message: `Others may read the secret at ${path}. Run: chmod 600 ${path}` });
    }
    if (bytes.length < SECRET_BYTES.min || bytes.length > SECRET_BYTES.max) {
      const message = `${bytes.length} bytes are no secret: bring ${SECRET_BYTES.min} to ${SECRET_BYTES.max} random ones`;
      return err({ type: 'InvalidFile', where: path, message });
    }
    if (new Set(bytes).size < DISTINCT_BYTES_MIN) {
      return err({ type: 'InvalidFile', where: path, message: 'these bytes are not random; make it with `openssl rand`' });
    }
    const { hash_key, alice, bob } = deps.splitSecret(bytes);
    const replaced = deps.secret.replace({ hash_key, pads: { alice, bob } }, Math.round(deps.now_utc_ms()));
    for (const part of [hash_key, alice, bob]) part.fill(0);
    return replaced;
  } finally {
    bytes.fill(0);
  }
}

const flat = ({ role, listen, peer, ...paths }: ChannelSetting) => ({
  ...paths,
  role: role ?? 'by station',
  ...(listen === null ? {} : { listen: `${listen.host}:${listen.port}` }),
  ...(peer === null ? {} : { peer: `${peer.host}:${peer.port}` }),
});

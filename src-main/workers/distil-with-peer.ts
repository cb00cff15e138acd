import { randomBytes, type KeyObject } from 'node:crypto';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { EntangledState } from '../../src-core/coincidences.ts';
import type { PartySettings } from '../../src-core/distillation/party-settings.ts';
import { ok, type Result } from '../../src-core/result.ts';
import { agreeOnCoincidences, type AgreedRows } from '../gateway/classical-channel/agree-on-coincidences.ts';
import { createFrameLink } from '../gateway/classical-channel/frame-link.ts';
import { createLocator } from '../gateway/classical-channel/locate-coincidences.ts';
import { runOperationalSession, type AgreedSession } from '../gateway/classical-channel/operational-session.ts';
import { createSecretPool, type PoolPositions } from '../gateway/classical-channel/secret-pool.ts';
import { describeSessionError, type SessionError } from '../gateway/classical-channel/session-error.ts';
import { partySettings, type DistilOrder } from '../pipeline/distil-block.ts';
import type { RecordedStation } from '../pipeline/pass-recordings.ts';
import { createChannelLedger } from '../store/channel-ledger.ts';
import { createChannelRuns } from '../store/channel-runs.ts';
import { createChannelSecret, type ChannelSecret, type Lane, type OpenSecret } from '../store/channel-secret.ts';
import type { BlockKeys } from '../store/key-cipher.ts';
import { createKeyStore } from '../store/key-store.ts';
import { openMissionDb } from '../store/open.ts';
import { createPeerLedger } from './peer-ledger.ts';
import { meetPeer, readCredentials, type PeerRoute } from './peer-link.ts';
import { readOwnStation } from './process-pass-file.ts';
import { systemRandomBit } from './random-bit.ts';
import { CANCELLED, type TaskContext } from './task.ts';

export interface PeerOrder extends DistilOrder {
  readonly mission: MissionFile;
  readonly gate_ns: number;
  readonly role: Lane;
  readonly state: EntangledState;
  /** This console's recordings, in the order in which both consoles pool them. */
  readonly passes: readonly {
    readonly pass_id: string;
    readonly content_sha256: string;
    readonly path: string;
    readonly key: KeyObject;
  }[];
  /** What both consoles must have alike. */
  readonly subject: string;
  readonly route: PeerRoute;
  readonly database_path: string;
  readonly run_id: number;
  readonly master_key_id: string;
  readonly block_keys: BlockKeys;
  readonly code_version: string;
  readonly who: string;
  readonly started_at_utc_ms: number;
}

/** How an exchange ended, in public numbers: the key itself is in the store. */
export interface PeerEnd {
  readonly key_id: string | null;
  readonly error: OperationError | null;
  readonly seals: Readonly<Record<Lane, number>>;
  /** Why callers were turned away before the other console came. */
  readonly turned_away: readonly string[];
}

/** One exchange with the other console, in a thread whose memory ends with it. */
export async function distilWithPeer(order: PeerOrder, context: TaskContext): Promise<Reply<PeerEnd>> {
  const credentials = readCredentials(order.route);
  if (!credentials.ok) return credentials;
  const db = openMissionDb(order.database_path);
  if (!db.ok) return db;
  const sealer = { sealing: order.block_keys.sealing, master_key_id: order.master_key_id };
  const secret = createChannelSecret(db.value, sealer);
  try {
    const opened = secret.open();
    if (!opened.ok) return opened;
    const stations = readStations(order, context);
    if (!stations.ok) return stations;
    const met = await meetPeer(credentials.value, {
      route: order.route,
      cancelled: context.cancelled,
      onWaiting: ({ host, port }) =>
        context.report(`${order.route.listen === null ? 'calling' : 'waiting at'} ${host}:${port}`, 0.2),
    });
    if (met === null || context.cancelled()) return CANCELLED;
    if (!met.ok) return ok(withoutKey(met.error));
    const { socket, turned_away } = met.value;
    const runs = createChannelRuns(db.value);
    const keys = createKeyStore(db.value);
    const ledger = createChannelLedger(db.value, { keys, secret, sealer, ...opened.value });
    const session = { order, context, stations: stations.value, opened: opened.value, secret, ledger, runs };
    const ended = await converse(session, createFrameLink(socket));
    if (context.cancelled() && ended.key_id === null) return CANCELLED;
    return ok({ ...ended, turned_away: turned_away.map(({ type }) => type) });
  } finally {
    db.value.close();
  }
}

function readStations(order: PeerOrder, context: TaskContext): Reply<readonly RecordedStation[]> {
  const stations: RecordedStation[] = [];
  for (const [index, { path, key }] of order.passes.entries()) {
    if (context.cancelled()) return CANCELLED;
    context.report('reading the pass file', (0.2 * index) / order.passes.length);
    const vault = { key_id: order.master_key_id, key };
    const station = readOwnStation({ path, mission: order.mission, vault });
    if (!station.ok) return station;
    stations.push(station.value);
  }
  return ok(stations);
}

interface Session {
  readonly order: PeerOrder;
  readonly context: TaskContext;
  readonly stations: readonly RecordedStation[];
  readonly opened: OpenSecret;
  readonly secret: ChannelSecret;
  readonly ledger: ReturnType<typeof createChannelLedger>;
  readonly runs: ReturnType<typeof createChannelRuns>;
}

const CANCEL_POLL_MS = 100;

async function converse(session: Session, link: ReturnType<typeof createFrameLink>): Promise<PeerEnd> {
  const { order, context, opened } = session;
  const pool = poolOf(session);
  const learnt: { block: AgreedRows | null; settings: PartySettings | null } = { block: null, settings: null };
  const started_ms = performance.now();
  const ledger = createPeerLedger({
    ...order,
    ledger: session.ledger,
    hash_key: opened.hash_key,
    passes: order.passes.map(({ pass_id, content_sha256 }) => ({ pass_id, content_sha256 })),
    actor: { who: order.who, why: `distilled with the other console as ${order.role}` },
    now_utc_ms: () => order.started_at_utc_ms + performance.now() - started_ms,
    settings: () => learnt.settings!,
  });
  const poll = setInterval(() => {
    if (context.cancelled()) link.close('Cancelled');
  }, CANCEL_POLL_MS);
  try {
    context.report('telling times, locking clocks', 0.3);
    const ended = await runOperationalSession({
      role: order.role,
      link,
      pool,
      ledger,
      subject: order.subject,
      randomBytes,
      before_telling: () => session.runs.spoke(order.run_id),
      readOutcomes: async (channel) => {
        const block = await readBlock(session, channel);
        if (block.ok) learnt.block = block.value;
        context.report('reconciling and amplifying', 0.8);
        return block;
      },
      settings: (seed) => {
        const { basis, accidentals } = learnt.block!;
        const block = { state: order.state, coincidences: basis.length, accidentals };
        learnt.settings = partySettings(block, { order, mission: order.mission }, seed);
        return learnt.settings;
      },
    });
    return ended.ok ? withKey(ended.value) : withoutKey(ended.error);
  } catch (cause) {
    if (cause instanceof SecretMoved) return { ...NOTHING, error: { type: 'Refused', message: cause.message } };
    throw cause;
  } finally {
    clearInterval(poll);
    learnt.block?.bit.fill(0);
    ledger.wipe();
    pool.destroy();
    opened.hash_key.fill(0);
  }
}

/** Raised inside a session, where nothing but ending it helps. */
class SecretMoved extends Error {
  constructor() {
    super("Another program uses this console's secret at the same time: let one exchange end, then start the other.");
    this.name = 'SecretMoved';
  }
}

function poolOf({ opened, secret }: Session) {
  const { hash_key, pads, next } = opened;
  let at: PoolPositions = next;
  const pool = createSecretPool(
    { hash_key, ...pads },
    {
      positions: next,
      on_spend: (to) => {
        if (secret.spend(at, to) === null) throw new SecretMoved();
        at = to;
      },
    },
  );
  for (const lane of [pads.alice, pads.bob]) lane.fill(0); // The pool has its own.
  return pool;
}

/** The outcomes of all passes as one block, each pass agreed on for itself, in the order both consoles have. */
async function readBlock(
  { order, stations, context }: Session,
  channel: Parameters<typeof agreeOnCoincidences>[0]['channel'],
): Promise<Result<AgreedRows, SessionError>> {
  const locate = createLocator(order.mission, order.gate_ns);
  const blocks: AgreedRows[] = [];
  for (const [index, recording] of stations.entries()) {
    context.report('telling times, locking clocks', 0.3 + (0.5 * index) / stations.length);
    const block = await agreeOnCoincidences({ channel, recording, locate, randomBit: systemRandomBit() });
    recording.tags.channel.fill(0);
    if (!block.ok) return block;
    blocks.push(block.value);
  }
  const sum = (of: (block: AgreedRows) => number) => blocks.reduce((total, block) => total + of(block), 0);
  const column = (of: (block: AgreedRows) => Uint8Array) => new Uint8Array(Buffer.concat(blocks.map(of)));
  const pooled = {
    basis: column(({ basis }) => basis),
    bit: column(({ bit }) => bit),
    accidentals: sum(({ accidentals }) => accidentals),
    seconds: sum(({ seconds }) => seconds),
  };
  for (const { bit } of blocks) bit.fill(0);
  return ok(pooled);
}

const NOTHING = { key_id: null, seals: { alice: 0, bob: 0 }, turned_away: [] } as const;

function withKey({ key, seals }: AgreedSession): PeerEnd {
  key.key.bytes.fill(0);
  return { key_id: key.key_id, error: null, seals, turned_away: [] };
}

const withoutKey = (error: SessionError): PeerEnd => ({ ...NOTHING, error: failureOf(error) });

/** What a person must mend is a refusal; what the night or the line withheld may be tried again. */
const MUST_BE_MENDED: ReadonlySet<SessionError['type']> = new Set<SessionError['type']>([
  'PeerUntrusted',
  'SealRefused',
  'SealMissing',
  'PadReused',
  'PoolExhausted',
  'SetupDiffers',
  'SettingsDiffer',
]);

function failureOf(error: SessionError): OperationError {
  const message = describeSessionError(error);
  return MUST_BE_MENDED.has(error.type)
    ? { type: 'Refused', message }
    : { type: 'NotPossible', reason: error.type, message };
}

// One console as a process of its own: reads one recording, meets the other over TLS, reports what it has and read.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import { missionFile } from '../../src-contract/mission.ts';
import type { PartySettings } from '../../src-core/distillation/party-settings.ts';
import { agreeOnCoincidences } from '../../src-main/gateway/classical-channel/agree-on-coincidences.ts';
import type { Role } from '../../src-main/gateway/classical-channel/channel-error.ts';
import { createFrameLink, LINK_LIMITS } from '../../src-main/gateway/classical-channel/frame-link.ts';
import { createLocator } from '../../src-main/gateway/classical-channel/locate-coincidences.ts';
import { runOperationalSession } from '../../src-main/gateway/classical-channel/operational-session.ts';
import { createSecretPool, splitSecret } from '../../src-main/gateway/classical-channel/secret-pool.ts';
import { describeSessionError } from '../../src-main/gateway/classical-channel/session-error.ts';
import { connectToPeer, listenForPeer } from '../../src-main/gateway/classical-channel/tls-transport.ts';
import { readRecording } from '../../src-main/store/recording-files.ts';
import { systemRandomBit } from '../../src-main/workers/random-bit.ts';
import { memoryLedger } from './consoles.ts';

export interface ConsoleTask {
  readonly role: Role;
  readonly mission: string;
  readonly manifest: string;
  /** A file of the other station, to show that this process cannot open it. */
  readonly foreign: string;
  readonly certificate: string;
  readonly private_key: string;
  readonly peer_certificate: string;
  readonly secret: string;
  /** 0 to listen on a free one. */
  readonly port: number;
  readonly report: string;
  readonly settings: PartySettings;
}

export interface ConsoleReport {
  readonly ok: boolean;
  readonly error: string;
  readonly key_id: string;
  readonly digest: string;
  readonly length_bits: number;
  readonly leaked_bits: number;
  readonly transcript_sha256: string;
  readonly stations_read: readonly string[];
  readonly foreign_code: string;
  /** Detectors a click of the other station can be told from: one means none. */
  readonly foreign_detectors: number;
  readonly foreign_channels: number;
  readonly seals: Readonly<Record<Role, number>>;
}

const text = (path: string) => readFileSync(path, 'utf8');

function codeOfReading(path: string): string {
  try {
    readFileSync(path);
    return 'readable';
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

async function meet(task: ConsoleTask): Promise<TLSSocket> {
  const credentials = { certificate: text(task.certificate), private_key: text(task.private_key),
    peer_certificate: text(task.peer_certificate) };
  if (task.role === 'alice') {
    const socket = await connectToPeer({ host: '127.0.0.1', port: task.port, credentials });
    if (!socket.ok) throw new Error(socket.error.type);
    return socket.value;
  }
  const listener = await listenForPeer({ host: '127.0.0.1', port: task.port, credentials });
  if (!listener.ok) throw new Error(listener.error.type);
  process.send?.({ port: listener.value.port });
  const socket = await listener.value.accept();
  listener.value.close();
  if (!socket.ok) throw new Error(socket.error.type);
  return socket.value;
}

async function run(task: ConsoleTask): Promise<ConsoleReport> {
  const mission = missionFile.parse(JSON.parse(text(task.mission)));
  const read = await readRecording(task.manifest);
  if (!read.ok) throw new Error(read.error.type);
  const { manifest, manifest_path, tags } = read.value;
  const locate = createLocator(mission, mission.gate.width_ns);
  const foreign = { detectors: -1, channels: -1 };
  const memory = memoryLedger();
  const session = await runOperationalSession({
    role: task.role, link: createFrameLink(await meet(task), LINK_LIMITS),
    pool: createSecretPool(splitSecret(readFileSync(task.secret))), ledger: memory.ledger,
    subject: `${mission.id} ${mission.gate.width_ns} ns`, settings: task.settings, randomBytes,
    readOutcomes: (channel) => agreeOnCoincidences({
      channel, recording: { manifest, where: manifest_path, tags }, randomBit: systemRandomBit(),
      locate: (a, b) => {
        const theirs = task.role === 'alice' ? b : a;
        foreign.detectors = theirs.manifest.detectors.length;
        foreign.channels = new Set(theirs.tags.channel).size;
        return locate(a, b);
      },
    }),
  });
  const facts = { stations_read: [manifest.station], foreign_code: codeOfReading(task.foreign),
    foreign_detectors: foreign.detectors, foreign_channels: foreign.channels };
  const none = { key_id: '', digest: '', length_bits: 0, leaked_bits: 0, transcript_sha256: '',
    seals: { alice: 0, bob: 0 } };
  if (!session.ok) return { ...facts, ...none, ok: false, error: describeSessionError(session.error) };
  const { key, transcript, seals } = session.value;
  const hash = createHash('sha256');
  for (const bytes of transcript) hash.update(bytes);
  return { ...facts, ok: memory.held.has(key.key_id), error: '', key_id: key.key_id, digest: key.digest, seals,
    length_bits: key.key.length, leaked_bits: key.report.leaked_bits, transcript_sha256: hash.digest('hex') };
}

const task = JSON.parse(text(process.argv[2]!)) as ConsoleTask;
writeFileSync(task.report, JSON.stringify(await run(task)));
process.disconnect();

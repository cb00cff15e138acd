import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deliverySetting, type DeliverySetting, type DeliveryView } from '../../src-contract/delivery.ts';
import { describeError, type OperationError, type Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { KeyPieces } from '../store/key-pieces.ts';
import type { KeySettings } from '../store/key-settings.ts';
import type { LogWriter } from '../store/log-store.ts';
import type { PieceList } from '../store/piece-list.ts';
import { closeLeftOpen, createKeyDesk, type KeyDesk } from './key-desk.ts';
import type { DeliveryPort } from './ports.ts';

/** PEM, all three. */
export interface DeliveryCredentials {
  readonly certificate: string;
  readonly private_key: string;
  readonly client_ca: string;
}

interface RunningServer { readonly port: number; readonly close: () => Promise<void> }

export interface DeliveryServiceDeps {
  readonly settings: KeySettings;
  readonly pieces: KeyPieces;
  readonly given: PieceList;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startServer: (
    desk: KeyDesk, setting: DeliverySetting, credentials: DeliveryCredentials,
  ) => Promise<Result<RunningServer, OperationError>>;
}

export interface DeliveryService extends DeliveryPort {
  /** Where the setting asks for it; what went wrong stands in the account. */
  readonly startWithConsole: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type Service = NonNullable<DeliveryView['service']>;
interface Standing { server: RunningServer | null; service: Service | null; starting: boolean; failure: string | null }

const PIECES_SHOWN = 200;
const SHOWN_KEY_BYTES = 32;
const LATEST_UTC_MS = 4_102_444_800_000;

/** Keys on their way to applications: whom this console serves, and what was given to whom. */
export function createDeliveryService(deps: DeliveryServiceDeps): DeliveryService {
  const standing: Standing = { server: null, service: null, starting: false, failure: null };
  const changed = () => deps.publish({ type: 'delivery.changed' });
  const note = (action: string, subject: string, details: Readonly<Record<string, string | number | boolean>>) =>
    deps.log.append({ at_utc_ms: Math.round(deps.now_utc_ms()), who: deps.who, action, subject, details });
  const describe = (key_id: string | null = null): Reply<DeliveryView> => ok(viewOf(deps, standing, key_id));
  const start = async (): Promise<Reply<DeliveryView>> => {
    if (standing.service !== null || standing.starting) return refuse('Keys are served already: stop that first.');
    standing.starting = true;
    const started = await startService(deps, changed);
    standing.starting = false;
    standing.failure = started.ok ? null : describeError(started.error);
    if (!started.ok) return started;
    Object.assign(standing, started.value);
    note('delivery.startDelivery', placeOf(started.value.service), {});
    changed();
    return describe();
  };
  const stop = async (): Promise<void> => {
    const { server, service } = standing;
    Object.assign(standing, { server: null, service: null });
    await server?.close();
    if (service === null) return;
    note('delivery.stopDelivery', placeOf(service), {});
    changed();
  };
  return {
    describeDelivery: ({ key_id }) => describe(key_id),
    configureDelivery: (setting) => {
      deps.settings.write('delivery', JSON.stringify(setting), Math.round(deps.now_utc_ms()));
      const { listen, sae_ids, ...flat } = setting;
      note('delivery.configureDelivery', 'delivery', { ...flat, listen: placeOf(listen), sae_ids: sae_ids.join(' ') });
      standing.failure = null;
      changed();
      return describe();
    },
    startDelivery: start,
    stopDelivery: async () => {
      await stop();
      return describe();
    },
    startWithConsole: async () => {
      if (readSetting(deps.settings)?.with_console === true) await start();
    },
    close: stop,
  };
}

const refuse = (message: string) => err<OperationError>({ type: 'Refused', message });
const placeOf = ({ host, port }: { readonly host: string; readonly port: number }) => `${host}:${port}`;

async function startService(
  deps: DeliveryServiceDeps, onChange: () => void,
): Promise<Result<{ readonly server: RunningServer; readonly service: Service }, OperationError>> {
  const setting = readSetting(deps.settings);
  if (setting === null) return refuse('Delivery is not set up: name certificate and authority, see `twinpass key serve --help`.');
  const credentials = readCredentials(setting);
  if (!credentials.ok) return credentials;
  closeLeftOpen(deps);
  const started = await deps.startServer(createKeyDesk({ ...deps, onChange }), setting, credentials.value);
  if (!started.ok) return started;
  const { host } = setting.listen;
  const service = { host, port: started.value.port, started_at_utc_ms: deps.now_utc_ms() };
  return ok({ server: started.value, service });
}

/** A stored setting is this console's own: one that no longer parses is as good as none. */
function readSetting(settings: KeySettings): DeliverySetting | null {
  const text = settings.read('delivery');
  if (text === null) return null;
  const parsed = deliverySetting.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

function readCredentials(setting: DeliverySetting): Result<DeliveryCredentials, OperationError> {
  const [certificate, private_key, client_ca] = [setting.certificate_path, setting.private_key_path, setting.client_ca_path]
    .map(readPem);
  if (!certificate!.ok) return certificate!;
  if (!private_key!.ok) return private_key!;
  if (!client_ca!.ok) return client_ca!;
  return ok({ certificate: certificate!.value, private_key: private_key!.value, client_ca: client_ca!.value });
}

function readPem(path: string): Result<string, OperationError> {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN ') ? ok(text) : err({ type: 'InvalidFile', where: path, message: 'this is not in PEM form.' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    return err({ type: 'InvalidFile', where: path, message: `the file cannot be read (${code}); check the path.` });
  }
}

function viewOf(deps: DeliveryServiceDeps, { service, failure }: Standing, key_id: string | null): DeliveryView {
  const setting = readSetting(deps.settings);
  const credentials = setting === null ? null : readCredentials(setting);
  const certificate = credentials?.ok === true ? certificateOf(credentials.value.certificate) : null;
  const unreadable = credentials?.ok === false ? describeError(credentials.error) : null;
  const no_certificate = credentials?.ok === true && certificate === null
    ? `${setting!.certificate_path}: this is no certificate in PEM form.` : null;
  return {
    setting,
    certificate,
    problem: failure ?? unreadable ?? no_certificate,
    service,
    keys_left: deps.pieces.stock(SHOWN_KEY_BYTES),
    pieces: deps.given.list(key_id, PIECES_SHOWN).map((piece) => ({ ...piece })),
  };
}

function certificateOf(pem: string): DeliveryView['certificate'] {
  try {
    const { subject, validTo } = new X509Certificate(pem);
    return { subject: subject.replaceAll('\n', ', '), valid_to_utc_ms: Math.min(Date.parse(validTo), LATEST_UTC_MS) };
  } catch {
    return null;
  }
}

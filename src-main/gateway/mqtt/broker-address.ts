import type { IClientOptions } from 'mqtt';
import { err, ok, type Result } from '../../../src-core/result.ts';

/** How somebody proves to a broker who he is, and by whose word he trusts the broker; PEM where it is a certificate. */
export interface BrokerCredentials {
  readonly user?: string;
  readonly password?: string;
  readonly certificate?: string;
  readonly private_key?: string;
  /** Whose signature on the broker's certificate is good; default: the authorities Node knows. */
  readonly authority?: string;
}

export interface BrokerAddressError { readonly type: 'BadBrokerUrl'; readonly url: string; readonly reason: string }

const PORTS: Readonly<Record<string, string>> = { 'mqtt:': '1883', 'mqtts:': '8883' };

/** Reads the address of a broker: `mqtt://host[:1883]`, or `mqtts://host[:8883]` over TLS. */
export function readBrokerUrl(text: string): Result<string, BrokerAddressError> {
  const url = URL.parse(text);
  const bad = (reason: string) => err({ type: 'BadBrokerUrl', url: text.slice(0, 200), reason } as const);
  if (url === null) return bad('it is no address; write mqtt://HOST:PORT or mqtts://HOST:PORT');
  const port = PORTS[url.protocol];
  if (port === undefined) return bad(`${url.protocol} is no protocol of a broker; write mqtt: or mqtts:`);
  if (url.hostname === '') return bad('it names no host');
  if (url.username !== '' || url.password !== '') return bad('user and password do not belong into an address');
  if (url.pathname.length > 1 || url.search !== '') return bad('nothing may follow the port');
  return ok(`${url.protocol}//${url.hostname}:${url.port === '' ? port : url.port}`);
}

/** Longest silence before a connection is taken for dead is one and a half times this. @units seconds */
const KEEPALIVE_S = 5;
export const RECONNECT_MS = 500;
const CONNECT_TIMEOUT_MS = 5000;

/** What stations and consoles have in common on the wire: MQTT 5, quick to notice a cut and quick to return. */
export function clientOptions(client_id: string, credentials: BrokerCredentials): IClientOptions {
  const { user, password, certificate, private_key, authority } = credentials;
  return {
    protocolVersion: 5, clientId: client_id, keepalive: KEEPALIVE_S, reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS, reconnectOnConnackError: true, resubscribe: false,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(private_key === undefined ? {} : { key: private_key }),
    ...(authority === undefined ? {} : { ca: authority }),
  };
}

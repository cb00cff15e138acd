import { openBroker, type BrokerError } from '../../gateway/mqtt/embedded-broker.ts';
import { createStationLink, type StationLink } from '../../gateway/mqtt/station-link.ts';
import { err } from '../../../src-core/result.ts';
import type { LineEnds } from './recorder-desk.ts';
import type { RecorderThreadSetup } from './recorder-messages.ts';
import type { StationLine } from './station-message.ts';

const REOPEN_MS = 5000;

/** The way to the stations: over the broker that is named, or over one of its own. */
export function createBrokerLine({ broker, mission_id, stations }: RecorderThreadSetup, ends: LineEnds): StationLine {
  let link: StationLink | null = null;
  const embedded = broker.kind === 'embedded';
  const connect = (url: string, credentials: Parameters<typeof createStationLink>[0]['credentials']) => {
    link = createStationLink({
      url, credentials, mission_id, stations, client_id: broker.client_id,
      onMessage: ends.onMessage,
      onRefused: ({ type }) => ends.onRefused(type),
      onState: ({ state, why }) => ends.onState({ url, embedded, state, why }),
    });
  };
  async function openOwn(host: string, port: number): Promise<void> {
    const url = `mqtt://${host}:${port}`;
    ends.onState({ url, embedded, state: 'connecting', why: null });
    const opened = await openBroker({ host, port, mission_id, stations, access: { type: 'loopback' }, tls: null });
    if (opened.ok) {
      connect(opened.value.url, { user: 'console' });
      return;
    }
    ends.onState({ url, embedded, state: 'down', why: describeBrokerError(opened.error) });
    setTimeout(() => void openOwn(host, port), REOPEN_MS);
  }
  if (broker.kind === 'url') connect(broker.url, broker.credentials);
  else void openOwn(broker.host, broker.port);
  return {
    command: async (station, command) => link === null ? err({ type: 'NotConnected' }) : link.command(station, command),
  };
}

function describeBrokerError(error: BrokerError): string {
  switch (error.type) {
    case 'PortTaken': return `port ${error.port} is taken by another program: end it, or name another port`;
    case 'NotLoopback': return `${error.host} can be reached from outside: a broker there needs accounts`;
    case 'CannotListen': return `the broker cannot listen (${error.code})`;
    case 'BadCertificate': return `the broker's certificate is not good: ${error.reason}`;
  }
}

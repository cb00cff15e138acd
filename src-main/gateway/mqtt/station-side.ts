import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'mqtt';
import { stationCommand, type StationCommand, type StationReply, type StationStatus } from '../../../src-contract/wire/messages.ts';
import { topicOf, type TopicKind } from '../../../src-contract/wire/topics.ts';
import { clientOptions, RECONNECT_MS, type BrokerCredentials } from './broker-address.ts';
import { readJson } from './read-message.ts';

export interface StationSideOptions {
  readonly url: string;
  readonly credentials: BrokerCredentials;
  readonly mission_id: string;
  readonly station: string;
  /** The last will is made of this. */
  readonly offline: StationStatus;
  readonly onConnected: () => void;
  readonly onCut: () => void;
  readonly onCommand: (command: StationCommand) => StationReply | Promise<StationReply>;
  readonly now_utc_ns: () => string;
}

/** The station's end of the wire. What is published while it is cut is not kept here: the station keeps it. */
export interface StationSide {
  readonly connected: () => boolean;
  /** Resolves with whether the broker took it. */
  readonly publish: (kind: TopicKind, payload: Uint8Array | string) => Promise<boolean>;
  /** Cuts the line without a word, as a broken cable does, and keeps it cut until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** A broker that does not take what is under way is left without a goodbye. */
const GOODBYE_MS = 2000;

export function createStationSide(options: StationSideOptions): StationSide {
  const { mission_id: mission, station } = options;
  const topic = (kind: TopicKind) => topicOf({ mission, station, kind });
  const client = connect(options.url, {
    ...clientOptions(`station-${mission}-${station}`, options.credentials), clean: true,
    will: { topic: topic('status'), payload: Buffer.from(JSON.stringify(options.offline)), qos: 1, retain: true },
  });
  client.on('connect', () => {
    client.subscribe(topic('command'), { qos: 1 }, (cause) => { if (!cause) options.onConnected(); });
  });
  const under_way = new Set<(taken: boolean) => void>();
  client.on('close', () => {
    // What was under way may have come or not: the station sends it again, and the console drops what it has.
    for (const settle of under_way) settle(false);
    under_way.clear();
    options.onCut();
  });
  // Each is followed by `close`, which the caller hears.
  client.on('error', () => undefined);
  client.on('message', (_topic, payload, packet) => {
    const { responseTopic, correlationData } = packet.properties ?? {};
    const answer = (reply: StationReply) => {
      if (responseTopic === undefined) return;
      client.publish(responseTopic, JSON.stringify(reply), {
        qos: 1, properties: correlationData === undefined ? {} : { correlationData },
      });
    };
    const order = readJson(stationCommand, payload, 'command');
    if (order.ok) void Promise.resolve(options.onCommand(order.value)).then(answer);
    else answer({ reply: 'refused', t_utc_ns: options.now_utc_ns(), why: order.error.detail });
  });
  return {
    connected: () => client.connected,
    publish: (kind, payload) => new Promise((settle) => {
      if (!client.connected) return settle(false);
      under_way.add(settle);
      const bytes = typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length);
      client.publish(topic(kind), bytes, { qos: 1, retain: kind === 'status' }, (cause) => {
        under_way.delete(settle);
        settle(!cause);
      });
    }),
    cut: () => {
      client.options.reconnectPeriod = 0;
      client.stream.destroy();
    },
    mend: () => {
      client.options.reconnectPeriod = RECONNECT_MS;
      client.reconnect();
    },
    close: async () => {
      client.removeAllListeners('close');
      const goodbye = client.connected ? client.endAsync().then(() => true) : Promise.resolve(false);
      const waited = await Promise.race([goodbye, pause(GOODBYE_MS, false)]);
      if (!waited) await client.endAsync(true);
    },
  };
}

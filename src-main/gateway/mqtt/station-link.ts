import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import type { StationCommand } from '../../../src-contract/wire/messages.ts';
import { missionFilterOf, replyTopicOf, topicOf } from '../../../src-contract/wire/topics.ts';
import { clientOptions, type BrokerCredentials } from './broker-address.ts';
import { createOpenOrders, type CommandError, type CommandResult, type OpenOrders } from './open-orders.ts';
import { readMessage, type Refused, type StationMessage } from './read-message.ts';

/** How the broker is reached; `why` says what is wrong, for the operator. */
export interface LinkState {
  readonly state: 'connecting' | 'connected' | 'down';
  readonly why: string | null;
}

export interface StationLinkOptions {
  /** As `readBrokerUrl` gives it. */
  readonly url: string;
  readonly credentials: BrokerCredentials;
  readonly mission_id: string;
  readonly stations: readonly string[];
  /** Names the persistent session: the same after a restart, another for each console. */
  readonly client_id: string;
  /** `done` is called once the message's memory is free again: until then it counts as under way. */
  readonly onMessage: (message: StationMessage, done: () => void) => void;
  readonly onRefused: (refused: Refused) => void;
  readonly onState: (state: LinkState) => void;
}

export interface StationLink {
  readonly command: (station: string, command: StationCommand, timeout_ms?: number) => Promise<CommandResult>;
  readonly close: () => Promise<void>;
}

/** The broker keeps a console's session this long. */
const SESSION_EXPIRY_S = 3600;
/** With more than this under way the link takes nothing more from the broker until some is done. @units bytes */
const UNDER_WAY_BYTES_MAX = 64 * 1024 * 1024;
/** Messages the broker may send before the first is acknowledged. */
const RECEIVE_MAX = 256;
const REPLY_MS = 5000;

/**
 * A console's line to its stations: hears everything of the mission, checks it, and sends orders.
 *
 * The broker is told of receipt at once, in order, as MQTT.js reads one message at a time; what is on disk is told to
 * the station itself (`stored`), which keeps all else and sends it again when asked.
 */
export function createStationLink(options: StationLinkOptions): StationLink {
  const { mission_id, client_id, onState } = options;
  const client = connect(options.url, {
    ...clientOptions(client_id, options.credentials), clean: false,
    properties: { sessionExpiryInterval: SESSION_EXPIRY_S, receiveMaximum: RECEIVE_MAX },
  });
  const orders = createOpenOrders();
  client.handleMessage = createIntake(options, orders);
  onState({ state: 'connecting', why: null });
  let trouble: string | null = null;
  client.on('connect', () => void subscribe(client, mission_id).then((why) => {
    trouble = why;
    onState(why === null ? { state: 'connected', why } : { state: 'down', why });
  }));
  client.on('error', (cause) => {
    trouble = describeCause(cause);
  });
  client.on('disconnect', ({ reasonCode }) => {
    trouble = `the broker ended the connection (reason ${reasonCode ?? 0})`;
  });
  client.on('close', () => {
    orders.failAll({ type: 'NotConnected' });
    onState({ state: 'down', why: trouble ?? 'the connection was cut' });
    trouble = null;
  });
  return {
    command: (station, command, timeout_ms = REPLY_MS) => {
      const topic = topicOf({ mission: mission_id, station, kind: 'command' });
      const { correlation, answer } = orders.open(station, timeout_ms);
      const fail = (error: CommandError) => orders.fail(correlation, error);
      if (!client.connected) fail({ type: 'NotConnected' });
      else {
        client.publish(topic, JSON.stringify(command), {
          qos: 1,
          properties: {
            responseTopic: replyTopicOf(mission_id, station, client_id), correlationData: correlation,
            // An order that nobody waits for any more must not be carried out later.
            messageExpiryInterval: Math.max(1, Math.ceil(timeout_ms / 1000)),
          },
        }, (cause) => {
          if (cause) fail({ type: 'BrokerRefused', why: describeCause(cause) });
        });
      }
      return answer;
    },
    close: async () => {
      client.removeAllListeners('close');
      orders.failAll({ type: 'LinkClosed' });
      await client.endAsync(true);
    },
  };
}

/** Hears everything of the mission, with each connection anew: a broker that was restarted knows nothing of it. */
async function subscribe(client: MqttClient, mission_id: string): Promise<string | null> {
  try {
    // Not no-local, though its own orders come back: aedes then takes a wrong message out of a persistent session.
    await client.subscribeAsync(missionFilterOf(mission_id), { qos: 1 });
    return null;
  } catch (cause) {
    return `the broker refuses the subscription (${describeCause(cause)})`;
  }
}

type Intake = (packet: IPublishPacket, callback: (error?: Error) => void) => void;

function createIntake(options: StationLinkOptions, orders: OpenOrders): Intake {
  const { mission_id, client_id, onMessage, onRefused } = options;
  const stations = new Set(options.stations);
  const replies = new Map(options.stations.map((station) => [replyTopicOf(mission_id, station, client_id), station]));
  const ofOthers = new RegExp(`^${replyTopicOf(mission_id, '[^/]+', '[^/]+')}$`);
  let under_way_bytes = 0;
  let held: (() => void) | null = null;
  return (packet, callback) => {
    const topic = packet.topic;
    const bytes = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    if (replies.has(topic)) {
      const refused = orders.take({ topic, bytes }, packet.properties?.correlationData);
      if (refused !== null) onRefused(refused);
      return callback();
    }
    if (ofOthers.test(topic)) return callback();
    const message = readMessage({ topic, bytes }, stations);
    if (!message.ok) onRefused(message.error);
    if (!message.ok || message.value === null) return callback();
    let pending = true;
    under_way_bytes += bytes.length;
    onMessage(message.value, () => {
      if (!pending) return;
      pending = false;
      under_way_bytes -= bytes.length;
      const next = held;
      if (next === null || under_way_bytes > UNDER_WAY_BYTES_MAX) return;
      held = null;
      next();
    });
    if (under_way_bytes > UNDER_WAY_BYTES_MAX) held = callback;
    else callback();
  };
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string') return cause.message.includes(code) ? cause.message : `${code}: ${cause.message}`;
  return cause.message || cause.name;
}

import { z } from 'zod';
import { stationId } from '../quantities.ts';

/** What a station says and hears, one topic each: `twinpass/v1/<mission>/<station>/<kind>`. */
export const TOPIC_KINDS = ['status', 'telemetry', 'tags', 'event', 'command'] as const;
export type TopicKind = (typeof TOPIC_KINDS)[number];

/** Topics a station publishes on and numbers: each counts from 1 without a gap, per pass. */
export const SEQUENCED_KINDS = ['telemetry', 'tags', 'event'] as const;

export const WIRE_VERSION = 'v1';
const ROOT = 'twinpass';
const missionId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);

export interface StationTopic {
  readonly mission: string;
  readonly station: string;
  readonly kind: TopicKind;
}

export function topicOf({ mission, station, kind }: StationTopic): string {
  return `${ROOT}/${WIRE_VERSION}/${mission}/${station}/${kind}`;
}

/** Where a station answers the orders of one console; the order names it as its response topic. */
export function replyTopicOf(mission: string, station: string, client_id: string): string {
  return `${ROOT}/${WIRE_VERSION}/${mission}/${station}/reply/${client_id}`;
}

/** Every topic of a mission, of other versions too: what is not understood can only be counted if it is heard. */
export function missionFilterOf(mission: string): string {
  return `${ROOT}/+/${mission}/#`;
}

/** One kind of message of all stations of a mission. */
export function topicFilterOf(mission: string, kind: TopicKind): string {
  return `${ROOT}/${WIRE_VERSION}/${mission}/+/${kind}`;
}

export type TopicError =
  | { readonly type: 'ForeignTopic'; readonly topic: string }
  | { readonly type: 'UnknownVersion'; readonly version: string }
  | { readonly type: 'UnknownKind'; readonly kind: string };

/** Reads a topic; a stranger's is an answer, not an exception: the recorder counts it and goes on. */
export function parseTopic(topic: string):
  | { readonly ok: true; readonly value: StationTopic } | { readonly ok: false; readonly error: TopicError } {
  const [root, version, mission, station, kind, ...rest] = topic.split('/');
  const foreign = { ok: false, error: { type: 'ForeignTopic', topic: topic.slice(0, 200) } } as const;
  if (root !== ROOT || rest.length > 0 || mission === undefined || station === undefined || kind === undefined) return foreign;
  if (version !== WIRE_VERSION) return { ok: false, error: { type: 'UnknownVersion', version: String(version).slice(0, 32) } };
  if (!missionId.safeParse(mission).success || !stationId.safeParse(station).success) return foreign;
  const known = TOPIC_KINDS.find((candidate) => candidate === kind);
  if (known === undefined) return { ok: false, error: { type: 'UnknownKind', kind: kind.slice(0, 32) } };
  return { ok: true, value: { mission, station, kind: known } };
}

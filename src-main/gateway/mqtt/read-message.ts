import type { z } from 'zod';
import {
  JSON_BYTES_MAX, stationEvent, stationStatus, stationTelemetry, TAG_BATCH_BYTES_MAX,
  type StationEvent, type StationStatus, type StationTelemetry,
} from '../../../src-contract/wire/messages.ts';
import { parseTopic, type TopicError } from '../../../src-contract/wire/topics.ts';
import { decodeTagBatch, describeTagBatchError, type TagBatch } from '../../../src-core/formats/tag-batch.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';

interface Arrived {
  readonly station: string;
  /** As it came over the wire. */
  readonly bytes: Uint8Array;
}

/** What a station said, checked. */
export type StationMessage = Arrived & (
  | { readonly kind: 'telemetry'; readonly payload: StationTelemetry }
  | { readonly kind: 'event'; readonly payload: StationEvent }
  | { readonly kind: 'status'; readonly payload: StationStatus }
  | { readonly kind: 'tags'; readonly payload: TagBatch });

/** Why something on the wire was not taken: counted by `type`, one example of each is worth a line in the log. */
export interface Refused {
  readonly type: 'ForeignTopic' | 'UnknownVersion' | 'UnknownKind' | 'UnknownStation' | 'TooLarge' | 'NotJson' | 'BadMessage'
    | 'DamagedBatch' | 'UnaskedReply';
  readonly detail: string;
}

export interface Heard {
  readonly topic: string;
  readonly bytes: Uint8Array;
}

const refuse = (type: Refused['type'], detail: string) => err({ type, detail: printable(detail) });
/** What a stranger sent may stand in a log: short, without control characters. */
const printable = (text: string) => text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');

/** Reads what came; null for orders of consoles, which pass by. */
export function readMessage({ topic, bytes }: Heard, stations: ReadonlySet<string>): Result<StationMessage | null, Refused> {
  const parsed = parseTopic(topic);
  if (!parsed.ok) return refuse(parsed.error.type, describeTopic(parsed.error));
  const { station, kind } = parsed.value;
  if (!stations.has(station)) return refuse('UnknownStation', station);
  if (kind === 'command') return ok(null);
  const bytes_max = kind === 'tags' ? TAG_BATCH_BYTES_MAX : JSON_BYTES_MAX;
  if (bytes.length > bytes_max) return refuse('TooLarge', `${kind} of ${bytes.length} bytes, more than ${bytes_max}`);
  const arrived = { station, bytes };
  switch (kind) {
    case 'tags': {
      const batch = decodeTagBatch(bytes);
      return batch.ok ? ok({ ...arrived, kind, payload: batch.value })
        : refuse('DamagedBatch', `${station}: ${describeTagBatchError(batch.error)}`);
    }
    case 'telemetry': return mapOk(readJson(stationTelemetry, bytes, topic), (payload) => ({ ...arrived, kind, payload }));
    case 'event': return mapOk(readJson(stationEvent, bytes, topic), (payload) => ({ ...arrived, kind, payload }));
    case 'status': return mapOk(readJson(stationStatus, bytes, topic), (payload) => ({ ...arrived, kind, payload }));
  }
}

function mapOk<A, B>(result: Result<A, Refused>, then: (value: A) => B): Result<B, Refused> {
  return result.ok ? ok(then(result.value)) : result;
}

function describeTopic(error: TopicError): string {
  switch (error.type) {
    case 'ForeignTopic': return error.topic;
    case 'UnknownVersion': return `version ${error.version}`;
    case 'UnknownKind': return error.kind;
  }
}

/** A JSON message held to its schema, with the field that is wrong. */
export function readJson<S extends z.ZodType>(schema: S, bytes: Uint8Array, topic: string): Result<z.output<S>, Refused> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('NotJson', topic);
  }
  const read = schema.safeParse(value);
  if (read.success) return ok(read.data);
  const { path, message } = read.error.issues[0]!;
  return refuse('BadMessage', `${topic}: ${path.join('.') || 'message'}: ${message}`);
}

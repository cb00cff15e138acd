import { err, ok, type Result } from '../../../src-core/result.ts';
import type { AuthenticatedChannel } from './authenticated-channel.ts';
import type { ChannelError } from './channel-error.ts';

/** What a message of the channel is about: its first byte. */
const TOPICS = ['opening', 'settled', 'times', 'coincidences', 'distillation', 'confirmed'] as const;
export type Topic = (typeof TOPICS)[number];

export interface Speech { readonly topic: Topic; readonly bytes: Uint8Array; readonly sealed?: boolean }

/** Says one thing. */
export function say(channel: AuthenticatedChannel, { topic, bytes, sealed = false }: Speech) {
  const message = new Uint8Array(1 + bytes.length);
  message[0] = TOPICS.indexOf(topic);
  message.set(bytes, 1);
  return channel.send(message, sealed);
}

/** Hears one thing, which must be of the topic due, and sealed where a step depends on it. */
export async function hear(
  channel: AuthenticatedChannel, topic: Topic, needs_seal: (bytes: Uint8Array) => boolean = () => false,
): Promise<Result<Uint8Array, ChannelError>> {
  const heard = await channel.receive();
  if (!heard.ok) return heard;
  const [code, ...rest] = [heard.value.bytes[0], heard.value.bytes.subarray(1)] as const;
  const said = TOPICS[code ?? -1];
  if (said !== topic) return err({ type: 'MalformedMessage', why: `${said ?? 'nothing'} where ${topic} was due` });
  return needs_seal(rest[0]) && !heard.value.sealed ? err({ type: 'SealMissing', on: topic }) : ok(rest[0]);
}

/** Says a small object. */
export const sayObject = (channel: AuthenticatedChannel, speech: Omit<Speech, 'bytes'> & { readonly value: object }) =>
  say(channel, { ...speech, bytes: Buffer.from(JSON.stringify(speech.value), 'utf8') });

/** Parses what was heard as an object; its fields are for the caller to check. */
export function parseObject(bytes: Uint8Array): Result<Readonly<Record<string, unknown>>, ChannelError> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null) return ok(value as Readonly<Record<string, unknown>>);
  } catch {
    return err({ type: 'MalformedMessage', why: 'not JSON' });
  }
  return err({ type: 'MalformedMessage', why: 'not an object' });
}

import type { ConnectionState } from '../../src-contract/carrier.ts';
import { describeError, type OperationError } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { decodeFrame, type Frame } from '../../src-contract/frames.ts';
import type { InputOf, OperationName, Operations, OutputOf } from '../../src-contract/operations.ts';

/** An error of the host, or that no answer came: the page cannot know whether a command was carried out. */
export type CallError = OperationError | { readonly type: 'Unreachable'; readonly message: string };

export type CallReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: CallError };

/** What a shell supplies: the port to the host process, HTTP to the loopback server, or a test's own. Never rejects. */
export interface Transport {
  readonly request: (name: string, payload: unknown, signal?: AbortSignal) => Promise<CallReply<unknown>>;
  readonly subscribe: (listener: (event: HostEvent) => void) => () => void;
  /** Tells the present state at once, then each change. `connected` may come twice: read again what is shown. */
  readonly watchConnection: (listener: (state: ConnectionState) => void) => () => void;
  readonly close: () => void;
}

type SeriesName = { [K in OperationName]: Operations[K]['kind'] extends 'series' ? K : never }[OperationName];
type CallName = Exclude<OperationName, SeriesName>;

export interface Client extends Omit<Transport, 'request'> {
  readonly call: <K extends CallName>(name: K, input: InputOf<K>, signal?: AbortSignal) =>
    Promise<CallReply<OutputOf<K>>>;
  readonly series: <K extends SeriesName>(name: K, input: InputOf<K>, signal?: AbortSignal) =>
    Promise<CallReply<Frame>>;
}

export function createClient(transport: Transport): Client {
  return {
    // The host validated the reply against the same table, so this cast is the only one.
    call: async <K extends CallName>(name: K, input: InputOf<K>, signal?: AbortSignal) =>
      (await transport.request(name, input, signal)) as CallReply<OutputOf<K>>,
    series: async (name, input, signal) => {
      const reply = await transport.request(name, input, signal);
      return reply.ok ? decoded(reply.value) : reply;
    },
    subscribe: transport.subscribe,
    watchConnection: transport.watchConnection,
    close: transport.close,
  };
}

/** One sentence for a person, like the contract's `describeError`. */
export function describeCallError(error: CallError): string {
  return error.type === 'Unreachable' ? error.message : describeError(error);
}

export function unreachable(message: string): CallReply<never> {
  return { ok: false, error: { type: 'Unreachable', message } };
}

export const NO_ANSWER = 'The mission host does not answer. This window keeps trying; recording does not depend on it.';
export const CANCELLED: CallReply<never> = { ok: false, error: { type: 'Cancelled' } };

function decoded(bytes: unknown): CallReply<Frame> {
  try {
    if (bytes instanceof Uint8Array) return { ok: true, value: decodeFrame(bytes) };
  } catch {
    // Said below: whatever was wrong with it, the remedy is the same.
  }
  return unreachable('The series arrived damaged. Ask for it again; if that repeats, restart the console.');
}

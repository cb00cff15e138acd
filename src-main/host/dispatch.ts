import { z } from 'zod';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import { operations, type Handlers, type OperationName } from '../../src-contract/operations.ts';
import { operationError } from './operation-error.ts';

export type Dispatch = (name: string, payload: unknown) => Promise<Reply<unknown>>;
export type ReportIncident = (cause: unknown) => string;

const ISSUES_MAX = 10;
const NAME_LENGTH_MAX = 100;

type AnyHandler = (input: unknown) => unknown;

/** The one door: untrusted in, validated out, and no exception ever reaches a shell. */
export function createDispatch(handlers: Handlers, reportIncident: ReportIncident): Dispatch {
  const internal = (cause: unknown): Reply<never> =>
    ({ ok: false, error: { type: 'Internal', incident_id: reportIncident(cause) } });

  return async (name, payload) => {
    if (!isOperation(name)) return { ok: false, error: unknownOperation(name) };
    const input = operations[name].input.safeParse(payload);
    if (!input.success) return { ok: false, error: { type: 'InvalidInput', issues: issuesOf(input.error) } };
    try {
      // The table ties name, input and handler together; the compiler cannot follow a name it learns at run time.
      const reply = await (handlers[name] as AnyHandler)(input.data);
      return checkedReply(name, reply) ?? internal(new TypeError(`${name} answered outside its contract`));
    } catch (cause) {
      return internal(cause);
    }
  };
}

/** Own names only: `toString` and `__proto__` are no operations. */
function isOperation(name: unknown): name is OperationName {
  return typeof name === 'string' && Object.hasOwn(operations, name);
}

function unknownOperation(name: unknown): OperationError {
  return { type: 'UnknownOperation', name: String(name).slice(0, NAME_LENGTH_MAX) };
}

const replyShape = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: operationError }),
]);

/** Null when the reply, its error or its value is not what the contract says. */
function checkedReply(name: OperationName, reply: unknown): Reply<unknown> | null {
  const shape = replyShape.safeParse(reply);
  if (!shape.success) return null;
  if (!shape.data.ok) return shape.data;
  const output = operations[name].output.safeParse(shape.data.value);
  if (!output.success) return null;
  return { ok: true, value: output.data instanceof Uint8Array ? ownBytes(output.data) : output.data };
}

/** A view into a larger buffer would drag its neighbours along when it is cloned into a message. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const whole = bytes.constructor === Uint8Array && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? bytes : new Uint8Array(bytes);
}

function issuesOf(error: z.ZodError): readonly string[] {
  const issues = error.issues.slice(0, ISSUES_MAX).map(({ path, message }) =>
    (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  const more = error.issues.length - issues.length;
  return more > 0 ? [...issues, `and ${more} more`] : issues;
}

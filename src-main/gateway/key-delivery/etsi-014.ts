// ETSI GS QKD 014 V1.1.1, clauses 5 and 6: paths, data formats and errors. No socket, no store.
import { z } from 'zod';
import { saeId } from '../../../src-contract/delivery.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';

/** Where pieces of keys come from. */
export interface KeyDesk {
  readonly stock: (bytes: number) => number;
  readonly cut: (order: Pair & { readonly count: number; readonly bytes: number }) => Answered;
  readonly claim: (order: Pair & { readonly piece_ids: readonly string[] }) => Answered;
  readonly settle: (piece_ids: readonly string[], state: 'delivered' | 'lost') => void;
}
interface Pair { readonly master_sae_id: string; readonly slave_sae_id: string }
interface Piece { readonly piece_id: string; readonly key: Uint8Array }
type Answered = Result<readonly Piece[], DeskRefusal>;

/** `fault` is the console's own; what else is refused is the request's. */
export interface DeskRefusal {
  readonly type: 'Unknown' | 'NotTheirs' | 'Short' | 'Fault';
  /** The key that is refused, or what to do. */
  readonly detail: string;
}

export interface Kme { readonly source_KME_ID: string; readonly target_KME_ID: string }

export interface KeyRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly body: string;
  /** The application that asks, by its certificate. */
  readonly sae_id: string;
}

export interface KeyReply {
  readonly status: 200 | 400 | 401 | 404 | 405 | 503;
  readonly body: object;
  /** Pieces in `body`: settled when it has left, or not. */
  readonly piece_ids: readonly string[];
}

export interface KeyCounter {
  readonly desk: KeyDesk;
  readonly kme: Kme;
  /** Who may ask; empty: everybody with a good certificate. */
  readonly sae_ids: readonly string[];
}

const KEY_BITS = { default: 256, min: 64, max: 4096 };
const KEYS_PER_REQUEST_MAX = 128;
const STORED_KEYS_MAX = 1_000_000;

/** The standard's own sentences, where it has one. */
const SAYS = {
  malformed: 'bad request format',
  unauthorized: 'unauthorized',
  server: 'error on server side',
  size: 'size shall be a multiple of 8',
  mandatory: 'not all extension_mandatory parameters are supported',
  not_found: 'one or more keys specified are not found on KME',
};

const extensions = z.array(z.record(z.string(), z.unknown()));
const keyOrder = z.object({
  number: z.int().min(1).max(KEYS_PER_REQUEST_MAX).default(1),
  size: z.int().min(KEY_BITS.min).max(KEY_BITS.max).multipleOf(8, SAYS.size).default(KEY_BITS.default),
  additional_slave_SAE_IDs: z.array(saeId).max(0, 'keys for more than one slave SAE are not supported').optional(),
  extension_mandatory: extensions.max(0, SAYS.mandatory).optional(),
  extension_optional: extensions.optional(),
});
const keyIds = z.object({
  key_IDs: z.array(z.object({ key_ID: z.uuid() })).min(1).max(KEYS_PER_REQUEST_MAX)
    .refine((ids) => new Set(ids.map(({ key_ID }) => key_ID.toLowerCase())).size === ids.length, 'a key is named twice'),
});

const says = (status: KeyReply['status'], message: string, details: readonly object[] = []): KeyReply =>
  ({ status, body: { message, ...(details.length === 0 ? {} : { details }) }, piece_ids: [] });
const says200 = (body: object): KeyReply => ({ status: 200, body, piece_ids: [] });

/** What is said where no request could be read. */
export const REPLIES = {
  fault: says(503, SAYS.server),
  nobody: says(401, SAYS.unauthorized, [{ certificate: 'its common name is no SAE ID that may ask here' }]),
  too_long: says(400, SAYS.malformed, [{ body: 'too long' }]),
};

const RESOURCE = /^\/api\/v1\/keys\/([^/]+)\/(status|enc_keys|dec_keys)$/;

/** Answers one request of an application that the transport has authenticated. */
export function answerKeyRequest(request: KeyRequest, counter: KeyCounter): KeyReply {
  const url = URL.parse(request.target, 'https://kme');
  const [, named, method] = RESOURCE.exec(url?.pathname ?? '') ?? [];
  if (url === null || named === undefined) return says(404, 'no such resource');
  const ways: readonly string[] = method === 'status' ? ['GET'] : ['GET', 'POST'];
  if (!ways.includes(request.method)) return says(405, 'method not allowed');
  if (!mayAsk(request.sae_id, counter)) return REPLIES.nobody;
  const other = saeId.safeParse(decoded(named));
  if (!other.success) return malformed(other.error);
  const pair = { own: request.sae_id, other: other.data };
  if (method === 'status') return says200(statusOf(pair, counter));
  const input = inputOf(request, url.searchParams);
  return input.ok ? HANDS_OUT[method as 'enc_keys' | 'dec_keys'](input.value, pair, counter.desk)
    : says(400, SAYS.malformed, [{ body: input.error.message }]);
}

const HANDS_OUT = { enc_keys: encKeys, dec_keys: decKeys };

const mayAsk = (sae_id: string, { sae_ids }: KeyCounter) =>
  saeId.safeParse(sae_id).success && (sae_ids.length === 0 || sae_ids.includes(sae_id));

const inputOf = ({ method, body }: KeyRequest, query: URLSearchParams) =>
  (method === 'GET' ? ok(fromQuery(query)) : fromBody(body));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

interface Parties { readonly own: string; readonly other: string }

const statusOf = ({ own, other }: Parties, { desk, kme }: KeyCounter) => ({
  ...kme, master_SAE_ID: own, slave_SAE_ID: other, key_size: KEY_BITS.default,
  stored_key_count: Math.min(desk.stock(KEY_BITS.default / 8), STORED_KEYS_MAX), max_key_count: STORED_KEYS_MAX,
  max_key_per_request: KEYS_PER_REQUEST_MAX, max_key_size: KEY_BITS.max, min_key_size: KEY_BITS.min, max_SAE_ID_count: 0,
});

function encKeys(input: object, { own, other }: Parties, desk: KeyDesk): KeyReply {
  const order = keyOrder.safeParse(input);
  if (!order.success) return malformed(order.error);
  const { number: count, size } = order.data;
  return handOut(desk.cut({ count, bytes: size / 8, master_sae_id: own, slave_sae_id: other }));
}

function decKeys(input: object, { own, other }: Parties, desk: KeyDesk): KeyReply {
  const asked = keyIds.safeParse(input);
  if (!asked.success) return malformed(asked.error);
  const piece_ids = asked.data.key_IDs.map(({ key_ID }) => key_ID.toLowerCase());
  return handOut(desk.claim({ piece_ids, master_sae_id: other, slave_sae_id: own }));
}

/** A fault that the standard has a sentence for is said in it, else where it lies. */
function malformed({ issues }: z.ZodError): KeyReply {
  const own = issues.find(({ message }) => message === SAYS.size || message === SAYS.mandatory);
  const details = issues.map(({ path, message }) => ({ [path.join('.') || 'SAE_ID']: message }));
  return says(400, own?.message ?? SAYS.malformed, details);
}

function refusal({ type, detail }: DeskRefusal): KeyReply {
  switch (type) {
    case 'Unknown': return says(400, SAYS.not_found, [{ key_ID: detail }]);
    case 'NotTheirs': return says(401, SAYS.unauthorized, [{ key_ID: detail }]);
    case 'Short': return says(503, SAYS.server, [{ keys: detail }]);
    case 'Fault': return REPLIES.fault;
  }
}

function handOut(answered: Answered): KeyReply {
  if (!answered.ok) return refusal(answered.error);
  const pieces = answered.value;
  const keys = pieces.map(({ piece_id, key }) => ({ key_ID: piece_id, key: Buffer.from(key).toString('base64') }));
  for (const { key } of pieces) key.fill(0);
  return { status: 200, body: { keys }, piece_ids: pieces.map(({ piece_id }) => piece_id) };
}

interface NotRead { readonly type: 'NotRead'; readonly message: string }
const notRead = (message: string) => err<NotRead>({ type: 'NotRead', message });

function fromBody(body: string): Result<object, NotRead> {
  try {
    const value: unknown = body.trim() === '' ? {} : JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? ok(value) : notRead('a JSON object is expected');
  } catch {
    return notRead('this is not JSON');
  }
}

/** The short form of clauses 5.2 and 5.3: `?number=3&size=1024`, `?key_ID=…`. */
function fromQuery(query: URLSearchParams): object {
  const number = (name: string) => (query.has(name) ? { [name]: Number(query.get(name) || NaN) } : {});
  const ids = query.getAll('key_ID');
  return { ...number('number'), ...number('size'), ...(ids.length === 0 ? {} : { key_IDs: ids.map((key_ID) => ({ key_ID })) }) };
}

import type { Reply } from '../../../src-contract/errors.ts';

/** What is asked for, and what the asker has already: a server need not send it again. */
export interface TextQuestion {
  readonly address: string;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly signal: AbortSignal;
}

export type FetchedText =
  | { readonly type: 'unchanged'; readonly etag: string | null; readonly last_modified: string | null }
  | { readonly type: 'text'; readonly text: string; readonly etag: string | null; readonly last_modified: string | null }
  /** The server asks to be left alone for a while. */
  | { readonly type: 'later'; readonly message: string; readonly after_s: number };

export interface FetchLimits {
  readonly seconds_max: number;
  readonly bytes_max: number;
  readonly redirects_max: number;
}

const LIMITS: FetchLimits = { seconds_max: 20, bytes_max: 2_000_000, redirects_max: 3 };
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const BUSY: ReadonlySet<number> = new Set([429, 503]);
const RETRY_AFTER_S = 3600;

/** A text over http or https: one question with its redirects, within a time and a size, nothing sent that tells of us. */
export async function fetchText(question: TextQuestion, limits: Partial<FetchLimits> = {}): Promise<Reply<FetchedText>> {
  const bounds = { ...LIMITS, ...limits };
  const timeout = AbortSignal.timeout(bounds.seconds_max * 1000);
  const signal = AbortSignal.any([question.signal, timeout]);
  try {
    return await follow({ ...question, signal }, bounds);
  } catch (cause) {
    if (question.signal.aborted) return { ok: false, error: { type: 'Cancelled' } };
    if (timeout.aborted) return failed('TooSlow', `${hostOf(question.address)} gave no whole answer in ${bounds.seconds_max} s`);
    return failed('Unreachable', `${hostOf(question.address)} cannot be reached (${reasonOf(cause)})`);
  }
}

const failed = (reason: string, message: string): Reply<never> =>
  ({ ok: false, error: { type: 'NotPossible', reason, message } });

const hostOf = (address: string) => URL.parse(address)?.host ?? address;

/** The operating system's word for it: ECONNREFUSED, ENOTFOUND, a certificate that is not good. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  if (!(inner instanceof Error)) return String(inner);
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}

async function follow(question: TextQuestion, limits: FetchLimits): Promise<Reply<FetchedText>> {
  let url = new URL(question.address);
  for (let hops = 0; ; hops += 1) {
    const answer = await fetch(url, { redirect: 'manual', signal: question.signal, headers: headersOf(question) });
    if (!REDIRECTS.has(answer.status)) return take(answer, url, limits);
    await answer.body?.cancel();
    const next = URL.parse(answer.headers.get('location') ?? '', url);
    if (hops >= limits.redirects_max) {
      return failed('TooManyRedirects', `${url.host} redirects more than ${limits.redirects_max} times`);
    }
    if (next === null || !mayFollow(url, next)) {
      return failed('BadRedirect', `${url.host} redirects to an address that is not followed: ${next?.href ?? 'none'}`);
    }
    url = next;
  }
}

/** Never from a protected to an open line, and to no other protocol. */
function mayFollow(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
}

function headersOf({ etag, last_modified }: TextQuestion): Record<string, string> {
  return {
    accept: 'application/json, application/xml, text/*;q=0.9',
    'user-agent': 'twinpass (element sets, four questions a day at most)',
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(last_modified === null ? {} : { 'if-modified-since': last_modified }),
  };
}

async function take(answer: Response, url: URL, limits: FetchLimits): Promise<Reply<FetchedText>> {
  const [etag, last_modified] = [answer.headers.get('etag'), answer.headers.get('last-modified')];
  if (answer.status === 304) return { ok: true, value: { type: 'unchanged', etag, last_modified } };
  if (answer.status !== 200) {
    await answer.body?.cancel();
    const message = `${url.host} answers ${answer.status} ${answer.statusText}`.trim();
    if (!BUSY.has(answer.status)) return failed('HttpStatus', message);
    return { ok: true, value: { type: 'later', message, after_s: retryAfterS(answer.headers.get('retry-after')) } };
  }
  const bytes = await readBounded(answer, limits.bytes_max);
  if (bytes === null) return failed('TooLarge', `${url.host} sends more than ${limits.bytes_max / 1e6} MB`);
  const text = new TextDecoder().decode(bytes);
  if (text.includes('\0')) return failed('NotText', `${url.host} sends something that is no text`);
  return { ok: true, value: { type: 'text', text, etag, last_modified } };
}

/** Seconds, or a date of HTTP, or nothing said. */
function retryAfterS(header: string | null): number {
  const text = header?.trim() ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : RETRY_AFTER_S;
}

/** Counted after unpacking, so that a small packet cannot become a large text; null when it is too large. */
async function readBounded(answer: Response, bytes_max: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += (piece as Uint8Array).length;
    if (bytes > bytes_max) return null; // Leaving the loop cancels the stream.
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

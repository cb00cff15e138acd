import { createHash } from 'node:crypto';
import { describeError, type Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import { err } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import type { ElementFetch, FetchEnd, SourceReader, SourceWriter } from '../store/source-store.ts';
import { allowedAt, DAY_MS, dueAt, FETCHES_PER_DAY_MAX, type FetchPast } from './fetch-policy.ts';

/** What an address answers, as the gateway tells it. */
type Answer =
  | { readonly type: 'unchanged'; readonly etag: string | null; readonly last_modified: string | null }
  | {
      readonly type: 'text';
      readonly text: string;
      readonly etag: string | null;
      readonly last_modified: string | null;
    }
  | { readonly type: 'later'; readonly message: string; readonly after_s: number };

export interface AskAddress {
  readonly sources: SourceReader & SourceWriter;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly fetchText: (question: {
    readonly address: string;
    readonly etag: string | null;
    readonly last_modified: string | null;
    readonly signal: AbortSignal;
  }) => Promise<Reply<Answer>>;
  readonly take: (text: string, source_name: string) => Promise<Reply<{ readonly imported: number }>>;
}

/** What is known of an address's past, for the policy. */
export function pastOf(sources: SourceReader, address: string): FetchPast {
  const fetches = sources.fetches(address);
  return {
    asked_at_utc_ms: fetches.map(({ asked_at_utc_ms }) => asked_at_utc_ms),
    not_before_utc_ms: fetches[0]?.not_before_utc_ms ?? null,
  };
}

/** Asks one address, if it may be asked now, and keeps what came of it; the sets of before stay whatever comes. */
export function createAddressAsking(deps: AskAddress) {
  return async (address: string, signal: AbortSignal): Promise<Reply<unknown>> => {
    const { sources, publish } = deps;
    const now = Math.round(deps.now_utc_ms());
    const allowed = allowedAt(pastOf(sources, address), now);
    const fetch_id =
      allowed > now
        ? null
        : sources.begin({
            address,
            asked_at_utc_ms: now,
            asked_max: FETCHES_PER_DAY_MAX,
            since_utc_ms: now - DAY_MS,
            until_utc_ms: now + DAY_MS,
          });
    if (fetch_id === null)
      return err({ type: 'Refused', message: tooOften(address, allowedAt(pastOf(sources, address), now)) });
    publish({ type: 'sources.changed' });
    const good = sources.lastGood(address);
    const [etag, last_modified] = [good?.etag ?? null, good?.last_modified ?? null];
    const answer = await deps.fetchText({ address, etag, last_modified, signal });
    const ended = await endOf(deps, { address, answer, good });
    sources.end(fetch_id, withNextTry(deps, address, ended.end));
    publish({ type: 'sources.changed' });
    return ended.reply;
  };
}

const clock = (utc_ms: number) => `${formatUtc(utc_ms).slice(0, 16).replace('T', ' ')} Z`;

const tooOften = (address: string, allowed_utc_ms: number) =>
  `${address} was asked ${FETCHES_PER_DAY_MAX} times in 24 hours, or wants to rest: again at ${clock(allowed_utc_ms)}. ` +
  'The sets that are here stay in use.';

/** A failure says when it is tried again. */
function withNextTry({ sources, now_utc_ms }: AskAddress, address: string, end: FetchEnd): FetchEnd {
  if (end.outcome !== 'failed') return end;
  const past = { ...pastOf(sources, address), not_before_utc_ms: end.not_before_utc_ms };
  const next = clock(dueAt(past, now_utc_ms()));
  return { ...end, message: `${end.message} The sets of before stay in use; tried again at ${next}.` };
}

interface Heard {
  readonly address: string;
  readonly answer: Reply<Answer>;
  readonly good: ElementFetch | null;
}

const NOTHING = { imported: 0, sha256: null, etag: null, last_modified: null, not_before_utc_ms: null };

interface Ended {
  readonly end: FetchEnd;
  readonly reply: Reply<unknown>;
}

const fail = (message: string, not_before_utc_ms: number | null = null): FetchEnd => ({
  ...NOTHING,
  outcome: 'failed',
  message: sentence(message),
  not_before_utc_ms,
});

async function endOf(deps: AskAddress, { address, answer, good }: Heard): Promise<Ended> {
  if (!answer.ok) return { end: fail(describeError(answer.error)), reply: answer };
  const { value } = answer;
  switch (value.type) {
    case 'later': {
      const end = fail(value.message, Math.round(deps.now_utc_ms() + value.after_s * 1000));
      return { end, reply: err({ type: 'NotPossible', reason: 'Busy', message: end.message }) };
    }
    case 'unchanged':
      return { end: unchangedEnd(value, good), reply: { ok: true, value: {} } };
    case 'text':
      return takeText(deps, address, value);
  }
}

/** An answer without a text need not repeat its validators. */
function unchangedEnd(answer: Answer & { readonly type: 'unchanged' }, good: ElementFetch | null): FetchEnd {
  const [etag, last_modified] = [answer.etag ?? good?.etag, answer.last_modified ?? good?.last_modified];
  const kept = { etag: short(etag), last_modified: short(last_modified), sha256: good?.sha256 ?? null };
  return { ...NOTHING, ...kept, outcome: 'unchanged', message: 'Nothing new.' };
}

async function takeText(deps: AskAddress, address: string, answer: Answer & { readonly type: 'text' }): Promise<Ended> {
  const taken = await deps.take(answer.text, address.slice(0, 200));
  if (!taken.ok) return { end: fail(describeError(taken.error)), reply: taken };
  const { imported } = taken.value;
  const kept = {
    sha256: createHash('sha256').update(answer.text).digest('hex'),
    etag: short(answer.etag),
    last_modified: short(answer.last_modified),
  };
  const told =
    imported > 0
      ? ({ outcome: 'new', message: `${imported} new ${imported === 1 ? 'set' : 'sets'}.` } as const)
      : ({ outcome: 'unchanged', message: 'Nothing new.' } as const);
  return { end: { ...NOTHING, ...kept, imported, ...told }, reply: taken };
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A header longer than any honest one is not sent back. */
function short(header: string | null | undefined): string | null {
  return header === undefined || header === null || header === '' || header.length > 100 ? null : header;
}

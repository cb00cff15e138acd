import { createHash, timingSafeEqual } from 'node:crypto';

/** What of a request decides whether it may come in. */
export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetch_site: string | undefined;
  readonly navigates: boolean;
}

/**
 * Null when the caller may come in, else why not. A page of another site can reach 127.0.0.1 too, also under
 * its own name by rebinding that name's address, so the address alone proves nothing.
 */
export function refusal(caller: Caller, port: number): string | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (caller.host === undefined || !hosts.includes(caller.host)) return 'Foreign Host header.';
  if (caller.origin !== undefined && caller.origin !== `http://${caller.host}`) return 'Foreign Origin.';
  // Browsers say where a request comes from even where they send no Origin; following a link is no harm.
  const foreign_site = caller.fetch_site === 'cross-site' || caller.fetch_site === 'same-site';
  return foreign_site && !caller.navigates ? 'Request from another site.' : null;
}

/** Compares digests, so that the time taken tells neither content nor length. */
export function tokenMatches(offered: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return offered !== undefined && timingSafeEqual(digest(offered), digest(token));
}

export function bearerOf(authorization: string | undefined): string | undefined {
  return authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length) : undefined;
}

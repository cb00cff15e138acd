import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { Reply } from '../../src-contract/errors.ts';
import { err, ok } from '../../src-core/result.ts';

export interface SourceAddress {
  readonly kind: 'url' | 'folder';
  readonly address: string;
}

const refuse = (message: string) => err({ type: 'InvalidInput', issues: [`address: ${message}`] } as const);

/** An address of http or https, or a folder of this machine that is there. */
export async function readSourceAddress(text: string): Promise<Reply<SourceAddress>> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return readUrl(text);
  if (!isAbsolute(text)) return refuse('expected http://…, https://…, or the whole path of a folder');
  const found = await stat(text).catch(() => null);
  if (found?.isDirectory() !== true) return refuse(`${text} is no folder of the machine that the host runs on`);
  return ok({ kind: 'folder', address: resolve(text) });
}

function readUrl(text: string): Reply<SourceAddress> {
  const url = URL.parse(text);
  if (url === null) return refuse(`${text} is no address`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refuse(`${url.protocol} is not fetched; http and https are`);
  if (url.username !== '' || url.password !== '') {
    return refuse('a name or password in an address would stand in the log; leave it out');
  }
  url.hash = '';
  return ok({ kind: 'url', address: url.href });
}

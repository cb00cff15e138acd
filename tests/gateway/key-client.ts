// Applications that get keys: node's own HTTPS, and the curl program where it is installed.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { CertificateFiles } from './certificates.ts';

export interface Asked {
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: unknown;
}
export interface Answered { readonly status: number; readonly body: Record<string, unknown>; readonly type: string }

export interface Application extends CertificateFiles { readonly ca: string; readonly port: number }

/** One request by node; `body` goes as JSON unless it is text already. */
export function ask({ certificate, private_key, ca, port }: Application, { path, method = 'GET', body }: Asked): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const sent = request({
    host: '127.0.0.1', port, path, method, agent: false, ca: readFileSync(ca), cert: readFileSync(certificate),
    key: readFileSync(private_key), headers: { 'content-type': 'application/json' },
  }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => { text += part; });
    response.on('end', () => resolve({
      status: response.statusCode!, body: JSON.parse(text) as Record<string, unknown>,
      type: response.headers['content-type'] ?? '' }));
  });
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  return promise;
}

function runs(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
export const hasCurl = runs();

/** The same by curl, as an operator would try it. */
export async function curl({ certificate, private_key, ca, port }: Application, path: string, ...more: readonly string[]) {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--cacert', ca, '--cert', certificate, '--key', private_key,
    '-w', '\n%{http_code}', ...more, `https://127.0.0.1:${port}${path}`]);
  const [text, status] = [stdout.slice(0, stdout.lastIndexOf('\n')), stdout.slice(stdout.lastIndexOf('\n') + 1)];
  return { status: Number(status), body: JSON.parse(text) as Record<string, unknown> };
}

type Format = Readonly<Record<string, string>>;
const formats = JSON.parse(readFileSync('tests/golden/etsi-gs-qkd-014/formats.json', 'utf8')) as Record<string, Format>;
const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string' && value !== '',
  integer: (value) => Number.isInteger(value) && (value as number) >= 0,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  base64: (value) => typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value,
};

/** Field by field: all that must be there, nothing that the standard does not know, each of its type. */
export function expectFormat(name: string, value: Readonly<Record<string, unknown>>): void {
  const format = formats[name]!;
  const known = new Set(Object.keys(format).map((field) => field.replace('?', '')));
  expect(Object.keys(value).filter((field) => !known.has(field)), `${name}: not of the standard`).toEqual([]);
  for (const [field, type] of Object.entries(format)) {
    const found = value[field.replace('?', '')];
    if (found === undefined) expect(field, `${name} lacks it`).toMatch(/\?$/);
    else if (!type.startsWith('array of ')) expect(IS[type]!(found), `${name}.${field} is no ${type}`).toBe(true);
    else for (const each of found as Record<string, unknown>[]) {
      if (type === 'array of object') expect(IS['object']!(each)).toBe(true);
      else expectFormat(type.slice('array of '.length), each);
    }
  }
}

export const keysOf = ({ body }: Pick<Answered, 'body'>) =>
  body['keys'] as readonly { readonly key_ID: string; readonly key: string }[];

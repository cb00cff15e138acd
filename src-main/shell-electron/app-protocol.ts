import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { pageHeaders } from '../host/page-headers.ts';
import { isOwnUrl } from './ipc.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon',
  '.woff2': 'font/woff2', '.wasm': 'application/wasm',
};

/** Serves the built page under `app://console/`: files of one folder, known types, GET only. */
export function createAppProtocol(renderer_directory: string) {
  return async ({ url, method }: { readonly url: string; readonly method: string }): Promise<Response> => {
    const file = method === 'GET' ? fileOf(renderer_directory, url) : null;
    const type = file === null ? undefined : TYPES[extname(file)];
    const headers = pageHeaders([]);
    if (file === null || type === undefined) return new Response('Not found', { status: 404, headers });
    try {
      return new Response(await readFile(file), { headers: { ...headers, 'content-type': type } });
    } catch {
      return new Response('Not found', { status: 404, headers });
    }
  };
}

/** The file a URL names inside the folder, or null: another host, a bad escape, a way out. */
function fileOf(directory: string, url: string): string | null {
  if (!isOwnUrl(url)) return null;
  const path = decoded(new URL(url).pathname);
  if (path === null || path.includes('\0') || path.includes('\\')) return null;
  const root = normalize(directory);
  const file = normalize(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : null;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

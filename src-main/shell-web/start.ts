import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reply } from '../../src-contract/errors.ts';
import { composeHost, type HostOptions } from '../compose.ts';
import { createIncidentReporter } from '../host/incidents.ts';
import { startWebShell } from './server.ts';

export interface WebConsoleOptions extends HostOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** `out/renderer` of this checkout when absent. */
  readonly renderer_directory?: string;
  /** A fresh random one when absent. */
  readonly token?: string;
}

export interface WebConsole {
  /** Opens the console; its fragment is the key to it. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const BUILT_PAGES = fileURLToPath(new URL('../../out/renderer', import.meta.url));

/** Composes a host and puts the web shell before it. */
export async function startWebConsole(options: WebConsoleOptions): Promise<Reply<WebConsole>> {
  const { port, renderer_directory = BUILT_PAGES, token, ...host_options } = options;
  if (!existsSync(join(renderer_directory, 'index.html'))) {
    return refused(`The console's pages are not built (${renderer_directory}). Run: npm run build:renderer`);
  }
  const composed = await composeHost({ ...host_options, stays: true });
  if (!composed.ok) return composed;
  const host = composed.value;
  const reportIncident = createIncidentReporter({
    nextId: randomUUID, write: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const shell = await startWebShell({
      dispatch: host.dispatch, events: host.events, reportIncident, renderer_directory, port,
      ...(token === undefined ? {} : { token }),
    });
    const close = async () => {
      await shell.close();
      await host.close();
    };
    return { ok: true, value: { url: shell.opening_url, close } };
  } catch (cause) {
    await host.close();
    const remedy = remedyOf(cause, port);
    if (remedy === null) throw cause;
    return refused(remedy);
  }
}

const refused = (message: string): Reply<never> => ({ ok: false, error: { type: 'Refused', message } });

/** What the reader can do about a server that does not listen; null when only its author can. */
function remedyOf(cause: unknown, port: number): string | null {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken, perhaps by a console already running. `
      + 'Open that one, or choose another port with --port (0 takes any free one).';
  }
  return code === 'EACCES' ? `Port ${port} is not allowed to this user. Choose one above 1023 with --port.` : null;
}

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeHost, type HostOptions } from '../compose.ts';
import { createIncidentReporter } from '../host/incidents.ts';
import { startWebShell } from './server.ts';

export interface WebConsoleOptions {
  readonly mission_dir: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly demo: boolean;
  /** The shipped Micius mission when absent. */
  readonly mission_file?: string;
  /** `out/renderer` of this checkout when absent. */
  readonly renderer_directory?: string;
  readonly token?: string;
  readonly now_utc_ms?: () => number;
}

export interface WebConsole {
  /** Opens the console; its fragment is the key to it. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A start that failed for a reason its reader can mend: the message says how. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartRefused';
  }
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Composes a host and puts the web shell before it. Rejects with `StartRefused` where the reader can mend it. */
export async function startWebConsole(options: WebConsoleOptions): Promise<WebConsole> {
  const renderer_directory = options.renderer_directory ?? fromRoot('out/renderer');
  if (!existsSync(join(renderer_directory, 'index.html'))) {
    throw new StartRefused(`The console's pages are not built (${renderer_directory}). Run: npm run build:renderer`);
  }
  mkdirSync(options.mission_dir, { recursive: true });
  const host = await composeHost(hostOptions(options));
  try {
    const shell = await startWebShell({
      dispatch: host.dispatch,
      events: host.events,
      reportIncident: createIncidentReporter({
        nextId: randomUUID, write: (line) => process.stderr.write(`${line}\n`),
      }),
      renderer_directory,
      port: options.port,
      ...(options.token === undefined ? {} : { token: options.token }),
    });
    return {
      url: shell.opening_url,
      close: async () => {
        await shell.close();
        await host.close();
      },
    };
  } catch (cause) {
    await host.close();
    throw explained(cause, options.port);
  }
}

function hostOptions(options: WebConsoleOptions): HostOptions {
  return {
    mission_file: options.mission_file ?? fromRoot('missions/micius.json'),
    mission_directory: options.mission_dir,
    demo: options.demo,
    ...(options.now_utc_ms === undefined ? {} : { now_utc_ms: options.now_utc_ms }),
  };
}

function explained(cause: unknown, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartRefused(`Port ${port} is taken, perhaps by a console already running. `
      + 'Open that one, or choose another port with --port (0 takes any free one).');
  }
  if (code === 'EACCES') {
    return new StartRefused(`Port ${port} is not allowed to this user. Choose one above 1023 with --port.`);
  }
  return cause;
}

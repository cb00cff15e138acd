import { fileURLToPath } from 'node:url';
import { createEventHub } from '../../src-main/host/events.ts';
import { startWebShell, type WebShell } from '../../src-main/shell-web/server.ts';
import type { Reply } from '../../src-contract/errors.ts';
import { createFixtureHost, type FixtureHost, type FixtureOptions } from '../renderer/fixture-host.ts';

export interface FixtureConsole { readonly shell: WebShell; readonly host: FixtureHost }

/**
 * The built page behind the real web shell, its answers from the fixture: for states a real host takes long to reach.
 */
export async function startFixtureConsole(options: FixtureOptions = {}): Promise<FixtureConsole> {
  const host = createFixtureHost(options);
  const reportIncident = (cause: unknown) => { throw cause; };
  const hub = createEventHub(reportIncident);
  host.transport.subscribe(hub.publish);
  const shell = await startWebShell({
    dispatch: async (name, payload) => await host.transport.request(name, payload) as Reply<unknown>,
    events: hub, reportIncident, port: 0,
    renderer_directory: fileURLToPath(new URL('../../out/renderer', import.meta.url)),
  });
  return { shell, host };
}

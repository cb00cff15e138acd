import { describeError, type Reply } from '../../src-contract/errors.ts';
import type { HostEvent } from '../../src-contract/events.ts';
import type { Host, HostOptions, KeyVault } from '../compose.ts';
import { createRemoteVault } from './key-vault.ts';
import { servePort, type CarrierPort } from './port-carrier.ts';
import type { ToHostProcess, ToShell } from './process-messages.ts';

export interface HostServiceDeps {
  readonly compose: (options: HostOptions) => Promise<Reply<Host>>;
  readonly options: Omit<HostOptions, 'vault'>;
  readonly send: (message: ToShell) => void;
  /** Called once everything is closed. */
  readonly exit: (code: number) => void;
}

export interface HostService {
  readonly receive: (message: ToHostProcess, ports: readonly CarrierPort[]) => void;
}

/** What the host process does: composes a host, serves each page's port, and ends when told to. */
export function startHostService(deps: HostServiceDeps): HostService {
  const { vault, receive: receiveVault } = createRemoteVault(deps.send);
  const composed = composeAndTell(deps, vault);

  async function close(): Promise<void> {
    await (await composed)?.close();
    deps.exit(0);
  }

  return {
    receive: (message, ports) => {
      switch (message.kind) {
        case 'connect':
          void composed.then((host) => {
            if (host !== null) for (const port of ports) servePort(port, host);
          });
          return;
        case 'vault-reply':
          receiveVault(message); // At once: composing may be waiting for it.
          return;
        case 'close':
          void close();
      }
    },
  };
}

async function composeAndTell({ compose, options, send }: HostServiceDeps, vault: KeyVault): Promise<Host | null> {
  const composed = await compose({ ...options, vault });
  if (!composed.ok) {
    send({ kind: 'refused', message: describeError(composed.error) });
    return null;
  }
  composed.value.events.subscribe(createBusyWatch((busy) => send({ kind: 'busy', busy })));
  composed.value.events.subscribe((event) => {
    if (event.type !== 'notices.passNear') return;
    const { title, body } = event.notice;
    send({ kind: 'notice', title, body });
  });
  send({ kind: 'serving' });
  return composed.value;
}

/** Tells when the first job starts and when the last one has ended. */
export function createBusyWatch(tell: (busy: boolean) => void): (event: HostEvent) => void {
  const running = new Set<string>();
  return (event) => {
    if (event.type !== 'job.changed') return;
    const was_busy = running.size > 0;
    if (event.job.state === 'running') running.add(event.job.job_id);
    else running.delete(event.job.job_id);
    if (was_busy !== running.size > 0) tell(running.size > 0);
  };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createPortBridge } from '../../src-main/shell-electron/port-bridge.ts';
import { servePort, type CarrierPort } from '../../src-main/shell-electron/port-carrier.ts';
import { startWebShell } from '../../src-main/shell-web/server.ts';
import type { Transport } from '../../src-renderer/transport/client.ts';
import { createElectronTransport } from '../../src-renderer/transport/electron.ts';
import { createWebTransport } from '../../src-renderer/transport/web.ts';
import type { SampleHost } from './sample-host.ts';

export interface Line {
  readonly transport: Transport;
  /** The host goes away and comes back: the page must notice both. */
  readonly interrupt: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export type Carrier = (host: SampleHost) => Promise<Line>;

/** Threads clone messages as Electron does: a class instance, a function, a shared view would not survive. */
export function threadPort(port: MessagePort): CarrierPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}

export const portCarrier: Carrier = (host) => {
  const { bridge, attach } = createPortBridge();
  let host_end: MessagePort | undefined;
  const connect = () => {
    const { port1, port2 } = new MessageChannel();
    host_end = port1;
    servePort(threadPort(port1), host);
    attach(threadPort(port2));
  };
  const transport = createElectronTransport(bridge);
  connect();
  return Promise.resolve({
    transport,
    interrupt: async () => {
      const closed = new Promise((resolve) => host_end!.on('close', resolve));
      host_end!.close();
      await closed;
      setImmediate(connect);
    },
    close: () => {
      transport.close();
      host_end!.close();
      return Promise.resolve();
    },
  });
};

export const TOKEN = 'a-token-of-the-test';

export const webCarrier: Carrier = async (host) => {
  const renderer_directory = mkdtempSync(join(tmpdir(), 'twinpass-pages-'));
  writeFileSync(join(renderer_directory, 'index.html'), '<!doctype html><title>Twinpass</title>');
  const open = (port: number) => startWebShell({
    dispatch: host.dispatch, events: host.events, renderer_directory, port, token: TOKEN,
    reportIncident: (cause) => `incident-${host.incidents.push(cause)}`,
  });
  let shell = await open(0);
  const transport = createWebTransport({
    origin: shell.origin, token: TOKEN, retry_ms: { first: 10, longest: 50 },
  });
  return {
    transport,
    interrupt: async () => {
      await shell.close();
      shell = await open(Number(new URL(shell.origin).port));
    },
    close: async () => {
      transport.close();
      await shell.close();
      rmSync(renderer_directory, { recursive: true, force: true });
    },
  };
};

// Goal: the page finds its host by itself and keeps the token out of the address bar and the history.
import { afterEach, expect, test, vi } from 'vitest';
import type { Bridge, ConnectionState } from '../../src-contract/carrier.ts';
import type { Client } from '../../src-renderer/transport/client.ts';
import { connectToHost, type Page } from '../../src-renderer/transport/connect.ts';
import { webCarrier, TOKEN, type Line } from '../contract/carriers.ts';
import { setupSampleHost } from '../contract/sample-host.ts';

const clients: Client[] = [];
const lines: Line[] = [];
afterEach(async () => {
  clients.splice(0).forEach((client) => client.close());
  await Promise.all(lines.splice(0).map((line) => line.close()));
  vi.unstubAllGlobals();
});

function setupPage(origin: string, hash = '', bridge?: Bridge) {
  const kept = new Map<string, string>();
  const addresses: string[] = [];
  const page: Page = {
    location: { hash, origin, pathname: '/' },
    history: { replaceState: (_state, _unused, url) => addresses.push(url) },
    sessionStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
    ...(bridge === undefined ? {} : { twinpass: bridge }),
  };
  return { page, kept, addresses };
}

function connect(page: Page): Client {
  const client = connectToHost(page);
  clients.push(client);
  return client;
}

const reaches = (client: Client, wanted: ConnectionState) => new Promise<void>((resolve) => {
  client.watchConnection((state) => { if (state === wanted) resolve(); });
});

async function servedOrigin(): Promise<string> {
  let origin = '';
  vi.stubGlobal('WebSocket', class extends WebSocket {
    constructor(url: string) {
      super(url);
      origin ||= `http://${new URL(url).host}`;
    }
  });
  lines.push(await webCarrier(setupSampleHost()));
  vi.unstubAllGlobals();
  return origin;
}

test('from its opening address it takes the token, hides it, and after a reload remembers it', async () => {
  const origin = await servedOrigin();
  const { page, addresses, kept } = setupPage(origin, `#token=${TOKEN}`);
  const client = connect(page);
  expect(addresses).toEqual(['/']);
  await reaches(client, 'connected');
  expect(await client.call('mission.readClock', {})).toMatchObject({ ok: true });
  const reloaded = setupPage(origin);
  for (const [key, value] of kept) reloaded.page.sessionStorage.setItem(key, value);
  expect(await connect(reloaded.page).call('mission.readClock', {})).toMatchObject({ ok: true });
  expect(reloaded.addresses).toEqual([]);
});

test('without a token, or with an old one, it is refused for good and says how to come back', async () => {
  const origin = await servedOrigin();
  for (const hash of ['', '#token=old', '#/passes']) {
    const client = connect(setupPage(origin, hash).page);
    await reaches(client, 'refused');
    const reply = await client.call('mission.readClock', {});
    expect(reply).toMatchObject({ ok: false, error: { type: 'Refused' } });
    expect(JSON.stringify(reply)).toContain('Open the address');
  }
});

test('where the preload left its bridge, nothing goes over the network', async () => {
  const network = vi.fn();
  vi.stubGlobal('fetch', network);
  vi.stubGlobal('WebSocket', network);
  const asked: unknown[] = [];
  const bridge: Bridge = {
    request: (id, name, payload) => {
      asked.push([id, name, payload]);
      return Promise.resolve({ ok: true, value: {} });
    },
    abandon: () => undefined,
    listen: (listener) => listener({ kind: 'ready' }),
  };
  const client = connect(setupPage('app://console', '', bridge).page);
  await reaches(client, 'connected');
  expect(await client.call('jobs.cancelJob', { job_id: 'job-0001' })).toEqual({ ok: true, value: {} });
  expect(asked).toEqual([[1, 'jobs.cancelJob', { job_id: 'job-0001' }]]);
  expect(network).not.toHaveBeenCalled();
});

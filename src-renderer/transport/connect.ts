import { BRIDGE_NAME, type Bridge } from '../../src-contract/carrier.ts';
import { createClient, type Client } from './client.ts';
import { createElectronTransport } from './electron.ts';
import { createWebTransport } from './web.ts';

/** The parts of `window` that decide how to reach the host. */
export interface Page {
  readonly location: { readonly hash: string; readonly origin: string; readonly pathname: string };
  readonly history: { readonly replaceState: (state: unknown, unused: string, url: string) => void };
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly [BRIDGE_NAME]?: Bridge;
}

const TOKEN_KEY = 'twinpass.token';

/** The one place that knows which shell this page runs in. */
export function connectToHost(page: Page): Client {
  const bridge = page[BRIDGE_NAME];
  if (bridge !== undefined) return createClient(createElectronTransport(bridge));
  return createClient(createWebTransport({ origin: page.location.origin, token: takeToken(page) }));
}

/** From the opening address into this tab's memory; the address bar and the history forget it. */
function takeToken({ location, history, sessionStorage }: Page): string {
  const offered = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (offered === undefined) return sessionStorage.getItem(TOKEN_KEY) ?? '';
  sessionStorage.setItem(TOKEN_KEY, offered);
  history.replaceState(null, '', location.pathname);
  return offered;
}

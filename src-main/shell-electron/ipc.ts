/** The page's address under Electron; a scheme of our own, so that no file:// page has our rights. */
export const PAGE_URL = 'app://console/index.html';
export const PAGE_SCHEME = 'app';

/** Preload → main: connect me to the host. Main → preload: here is the port. */
export const CONNECT_CHANNEL = 'twinpass:connect';
export const PORT_CHANNEL = 'twinpass:port';

/** The part of Electron's WebFrameMain that says who is speaking. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** Only the main frame of our own page. Node calls every custom scheme's origin "null": compare the parts. */
export function isOwnPage(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url);
}

export function isOwnUrl(url: string): boolean {
  const own = new URL(PAGE_URL);
  const candidate = URL.parse(url);
  return candidate !== null && candidate.protocol === own.protocol && candidate.host === own.host;
}

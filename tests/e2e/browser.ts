import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** A real Chromium: Debian's if installed, else the one the packages bring; null where neither starts. */
export async function openBrowser(): Promise<Browser | null> {
  return await launch(() => Promise.resolve({ executablePath: DEBIAN_CHROMIUM, args: FLAGS }),
    existsSync(DEBIAN_CHROMIUM))
    ?? await launch(bundled, process.platform === 'linux' && process.arch === 'x64');
}

interface Found { readonly executablePath: string; readonly args: string[] }

async function bundled(): Promise<Found> {
  const { default: packed } = await import('@sparticuz/chromium');
  return { executablePath: await packed.executablePath(), args: [...packed.args, ...FLAGS] };
}

async function launch(find: () => Promise<Found>, present: boolean): Promise<Browser | null> {
  if (!present) return null;
  try {
    return await chromium.launch({ ...await find(), headless: true });
  } catch {
    return null; // Missing libraries or a forbidden sandbox: the next candidate, then the one-line skip.
  }
}

/** Browser tests are skipped with one line where no Chromium starts, unless they are demanded. */
export const BROWSER_REQUIRED = process.env['TWINPASS_REQUIRE_BROWSER'] === '1';
export const NO_BROWSER = 'no Chromium starts here (apt-get install chromium, or npm ci on Linux x64)';

// Takes the pictures of docs/images from the demo mission in a real Chromium: `npm run docs:screenshots`.
// The console is started fresh, the golden pass is flown twice, and every view is taken in every theme.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { SHIPPED_MISSION } from '../src-main/services/shipped-files.ts';
import { startWebConsole } from '../src-main/shell-web/start.ts';

const IMAGES = 'docs/images';
const THEMES = ['dark', 'light', 'night'];
const THEME_KEY = 'twinpass.theme';
const SETTLE_MS = 2500;
const FLIGHT_MS_MAX = 120_000;
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function fly(page: Page, mode: 'QKD' | 'Bell', passes: number): Promise<void> {
  await page.getByRole('radio', { name: mode }).check();
  await page.getByRole('button', { name: 'Fly this pass' }).click();
  await page.getByRole('button', { name: 'Cancel flight' }).waitFor({ state: 'visible' });
  if (passes === 1) await page.screenshot({ path: `${IMAGES}/flying-dark.png` });
  await page.getByRole('button', { name: 'Cancel flight' }).waitFor({ state: 'hidden', timeout: FLIGHT_MS_MAX });
}

/** The page remembers its theme, so a reload draws every plot in it. */
async function take(page: Page, view: string, hash: string): Promise<void> {
  for (const theme of THEMES) {
    await page.evaluate(([key, name]) => localStorage.setItem(key, name), [THEME_KEY, theme] as const);
    await page.evaluate((place) => {
      location.hash = place;
    }, hash);
    await page.reload();
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: `${IMAGES}/${view}-${theme}.png` });
  }
}

interface Listed {
  readonly passes: readonly { readonly pass_id: string; readonly mode: string }[];
}

/** The archive as the page itself would ask for it. */
async function listPasses(page: Page, url: string): Promise<Listed> {
  const token = new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
  const reply = await page.request.post(new URL('/operations/archive.listPasses', url).href, {
    data: {},
    headers: { authorization: `Bearer ${token}`, origin: new URL(url).origin },
  });
  return ((await reply.json()) as { readonly value: Listed }).value;
}

const directory = await mkdtemp(join(tmpdir(), 'twinpass-screens-'));
const started = await startWebConsole({
  mission_file: SHIPPED_MISSION,
  mission_directory: directory,
  demo: true,
  port: 0,
});
if (!started.ok) throw new Error(JSON.stringify(started.error));
await mkdir(IMAGES, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.goto(started.value.url);
  await page.getByRole('button', { name: 'Fly this pass' }).waitFor();
  await page.waitForTimeout(1000);
  await fly(page, 'QKD', 1);
  await fly(page, 'Bell', 2);
  await take(page, 'plan', '#/plan');
  const { passes } = await listPasses(page, started.value.url);
  for (const { pass_id, mode } of passes) await take(page, `pass-${mode}`, `#/passes/${pass_id}`);
} finally {
  await browser.close();
  await started.value.close();
  await rm(directory, { recursive: true, force: true });
}

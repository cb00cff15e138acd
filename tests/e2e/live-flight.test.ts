// Goal: a pass is flown at 60x in a real browser, from planned to processed: on the console's own broker by one order, and on a
// broker of somebody else with the stations as a process of their own. Nobody touches the console while it flies.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { startWebConsole } from '../../src-main/shell-web/start.ts';
import { BROKERS, PASSWORD } from '../gateway/mqtt/brokers.ts';
import { BROWSER_REQUIRED, NO_BROWSER, openBrowser } from './browser.ts';
import { axeFindings, watchedPage, type Watched } from './page.ts';

const PATIENCE_MS = 240_000;
const browser: Browser | null = await openBrowser();
if (browser === null && BROWSER_REQUIRED) throw new Error(`TWINPASS_REQUIRE_BROWSER=1, but ${NO_BROWSER}`);
const mosquitto = BROKERS.find(({ name }) => name === 'mosquitto');

describe.skipIf(browser === null)(browser === null ? `a live flight: skipped, ${NO_BROWSER}` : 'a live flight', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => browser?.close());

  async function demo(): Promise<Watched> {
    const folder = mkdtempSync(join(tmpdir(), 'twinpass-live-'));
    closing.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
    const started = await startWebConsole({ mission_file: 'missions/micius.json', mission_directory: folder, demo: true, port: 0 });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    closing.push(started.value.close);
    const watched = await watchedPage(browser!, started.value.url);
    closing.push(() => watched.page.context().close());
    return watched;
  }

  /** Proposes and approves the golden pass by keyboard, as the planner does by day. */
  async function plan(page: Page): Promise<void> {
    await page.locator('[data-night="2018-09-14"]').waitFor();
    await page.keyboard.press('p');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Anna');
    await dialog.getByRole('button', { name: 'Propose' }).click();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await dialog.getByLabel('Reason').fill('weather is good');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.locator('[data-night="2018-09-14"]').getByText('approved').waitFor();
  }

  async function untilProcessed({ page, faults }: Watched): Promise<void> {
    await page.getByTestId('t-clock').getByText('T+00:0').waitFor({ timeout: PATIENCE_MS });
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('2');
    await page.getByText('processed').first().waitFor({ timeout: PATIENCE_MS });
    await page.getByText(/^QBER/).first().waitFor({ timeout: PATIENCE_MS });
    expect(faults).toEqual([]);
  }

  test('over the broker inside, by one order', { timeout: 2 * PATIENCE_MS }, async () => {
    const watched = await demo();
    const { page } = watched;
    await plan(page);
    await page.keyboard.press('3');
    await page.getByRole('button', { name: 'Fly a pass' }).click();
    const dialog = page.getByRole('dialog');
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByLabel('Name').fill('Bo');
    await dialog.getByLabel('Scenario').selectOption('clean');
    await dialog.getByLabel('Speed').selectOption('60×');
    await dialog.getByRole('button', { name: 'Fly live' }).click();
    await dialog.waitFor({ state: 'detached' });
    await untilProcessed(watched);
  });

  const OWN_PROCESS = 'over mosquitto, from stations that are a process of their own';
  test.skipIf(mosquitto === undefined)(OWN_PROCESS, { timeout: 2 * PATIENCE_MS }, async () => {
    const broker = await mosquitto!.start();
    closing.push(broker.stop);
    vi.stubEnv('TWINPASS_DEMO_BROKER', broker.url);
    vi.stubEnv('TWINPASS_BROKER_USER', 'console');
    vi.stubEnv('TWINPASS_BROKER_PASSWORD', PASSWORD);
    closing.push(() => Promise.resolve(vi.unstubAllEnvs()));
    const watched = await demo();
    const { page } = watched;
    await plan(page);
    const password_file = join(mkdtempSync(join(tmpdir(), 'twinpass-secret-')), 'password');
    writeFileSync(password_file, `${PASSWORD}\n`, { mode: 0o600 });
    const stations = spawn(process.execPath, ['bin/twinpass.js', 'station', 'run', broker.url, '--wait', '--speed', '60', '--seed', '3',
      '--password-file', password_file, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    stations.stdout.on('data', (bytes: Buffer) => { said += bytes.toString(); });
    const ended = once(stations, 'exit');
    closing.push(() => Promise.resolve(stations.kill()));
    await page.keyboard.press('3');
    await page.getByRole('button', { name: 'now…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Bo');
    await dialog.getByRole('button', { name: 'Record' }).click();
    await dialog.waitFor({ state: 'detached' });
    await untilProcessed(watched);
    expect(await ended).toEqual([0, null]);
    const flown = JSON.parse(said) as { ended: string; stations: { unstored: number }[] };
    expect(flown).toMatchObject({ ended: 'flown', stations: [{ unstored: 0 }, { unstored: 0 }] });
  });
});

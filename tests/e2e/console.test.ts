// Goal: the console in a real browser against the real host of the demo: plan, fly, cancel, archive, read, by keyboard.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWebConsole, type WebConsole } from '../../src-main/shell-web/start.ts';
import { BROWSER_REQUIRED, NO_BROWSER, openBrowser } from './browser.ts';
import { axeFindings, canvasColours, watchedPage, type Watched } from './page.ts';

/** A flight makes, archives and processes two recordings of some four minutes. */
const FLIGHT_MS = 180_000;
const browser: Browser | null = await openBrowser();
if (browser === null && BROWSER_REQUIRED) throw new Error(`TWINPASS_REQUIRE_BROWSER=1, but ${NO_BROWSER}`);

describe.skipIf(browser === null)(browser === null ? `console: skipped, ${NO_BROWSER}` : 'console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-console-'));
  let web: WebConsole;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    const started = await startWebConsole({
      mission_file: 'missions/micius.json', mission_directory: folder, demo: true, port: 0,
    });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    web = started.value;
    watched = await watchedPage(browser!, web.url);
    page = watched.page;
  });
  afterAll(async () => {
    await page.context().close();
    await web.close();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (night: string) => page.locator(`[data-night="${night}"]`);

  test('opens on the golden night, under a clock that says it is simulated', async () => {
    await row('2018-09-14').waitFor();
    expect(await row('2018-09-14').getAttribute('aria-selected')).toBe('true');
    expect(await row('2018-09-14').textContent()).toContain('18:14:01.8');
    await page.getByText('demo clock').waitFor();
    expect(await page.getByTestId('countdown').textContent()).toMatch(/^T[−+]\d\d:\d\d:\d\d$/);
    expect(page.url()).not.toContain('token');
  });

  test('draws its three curves, and the arrows choose another night and move the readout', async () => {
    await page.locator('canvas').nth(2).waitFor();
    await expect.poll(() => canvasColours(page)).toSatisfy((all: number[]) => all.length === 3
      && all.every((n) => n > 20));
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => row('2018-09-15').getAttribute('aria-selected')).toBe('true');
    await page.getByText('Pass of Sat 15 Sep').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByText('Pass of Fri 14 Sep').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('At T+0:00').waitFor();
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('At T+0:10').waitFor();
  });

  test('the golden night is proposed, approved with a name and a reason, and exported as a calendar', async () => {
    await page.keyboard.press('p');
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Name').evaluate((field) => field === document.activeElement)).toBe(true);
    await dialog.getByRole('button', { name: 'Propose' }).click();
    await dialog.getByText('Refused; nothing was changed').waitFor();
    await dialog.getByLabel('Name').fill('Anna');
    await dialog.getByRole('button', { name: 'Propose' }).click();
    await row('2018-09-14').getByText('proposed').waitFor();
    await page.getByRole('button', { name: 'Approve…' }).click();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Anna');
    await dialog.getByLabel('Name').fill('Bo');
    await dialog.getByLabel('Reason').fill('best of the week');
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await row('2018-09-14').getByText('approved').waitFor();
    await page.getByRole('group', { name: 'On the plan' }).getByText('best of the week').waitFor();
    await page.keyboard.press('e');
    const [file] = await Promise.all([
      page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()]);
    expect(file.suggestedFilename()).toBe('micius-plan.ics');
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/^BEGIN:VCALENDAR\r\n/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('a flight shows its progress and can be cancelled', async () => {
    await page.keyboard.press('f');
    const job = page.getByTestId('job');
    await job.getByRole('button', { name: 'Cancel' }).waitFor();
    expect(await job.getByRole('progressbar').count()).toBe(1);
    await job.getByRole('button', { name: 'Cancel' }).click();
    await job.getByText(/cancelled/).waitFor({ timeout: 30_000 });
    await page.keyboard.press('2');
    await page.getByText('No pass in the archive').waitFor();
    await page.keyboard.press('1');
  });

  test('a whole flight is archived, opens with its verdict, and its file verifies', async () => {
    await page.getByRole('button', { name: 'Fly this pass' }).click();
    await page.getByTestId('job').getByRole('link', { name: 'Open' }).click({ timeout: FLIGHT_MS });
    await page.getByRole('heading', { level: 1, name: '14 Sep 2018' }).waitFor();
    await page.getByText('custody: analysis', { exact: true }).waitFor();
    await page.getByRole('rowheader', { name: 'Key, paper' }).waitFor();
    await page.getByText(/formula −?\d/).first().waitFor();
    await expect.poll(() => canvasColours(page)).toSatisfy((all: number[]) => all.length === 13
      && all.every((n) => n > 8));
    await page.getByRole('button', { name: 'Verify file' }).click();
    await page.getByText('intact').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  }, FLIGHT_MS + 60_000);

  test('the list opens a pass, search narrows it, and back returns', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('no such pass');
    await page.getByText('Nothing matches').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').fill('sep qkd');
    await page.getByRole('link', { name: /257/ }).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.keyboard.press('Escape');
  });

  test('themes change, and the palette and the keys overlay open and close by keyboard', async () => {
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('dark');
    await page.keyboard.press('n');
    expect(await theme()).toBe('night');
    await page.keyboard.press('n');
    expect(await theme()).toBe('dark');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to plan');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Plan' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('in all of this nothing was logged as wrong, and nothing left the origin', () => {
    expect(watched.faults).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });
});

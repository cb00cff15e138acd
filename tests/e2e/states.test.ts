// Goal: every state of the page is fit to be seen: each theme and size, empty, failed, lost; accessible in all.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { FixtureOptions } from '../renderer/fixture-host.ts';
import { BROWSER_REQUIRED, NO_BROWSER, openBrowser } from './browser.ts';
import { startFixtureConsole, type FixtureConsole } from './fixture-console.ts';
import { axeFindings, canvasColours, watchedPage, type Watched } from './page.ts';

const browser: Browser | null = await openBrowser();
if (browser === null && BROWSER_REQUIRED) throw new Error(`TWINPASS_REQUIRE_BROWSER=1, but ${NO_BROWSER}`);
const name = browser === null ? `states of the page: skipped, ${NO_BROWSER}` : 'states of the page';

describe.skipIf(browser === null)(name, () => {
  const opened: (Watched & FixtureConsole)[] = [];
  afterEach(async () => {
    for (const { page, shell } of opened.splice(0)) {
      await page.context().close();
      await shell.close();
    }
  });
  afterAll(() => browser?.close());

  async function open(options: FixtureOptions = {}, size?: { width: number; height: number }) {
    const console_of = await startFixtureConsole(options);
    const watched = await watchedPage(browser!, console_of.shell.opening_url, size);
    const both = { ...watched, ...console_of };
    opened.push(both);
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    return both;
  }

  test.each(['dark', 'light', 'night'])('theme %s: Plan and a pass have no serious finding of axe', async (theme) => {
    const { page, faults } = await open();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`theme: ${theme}`);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    await page.locator('canvas').nth(2).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('2');
    await page.locator('canvas').nth(11).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    expect(faults).toEqual([]);
  });

  const sizes = [[1280, 800], [1600, 1000], [1920, 1080], [3840, 2160]] as const;
  test.each(sizes)('at %i by %i nothing of Plan or a pass is out of sight',
    async (width, height) => {
    const { page, host } = await open({}, { width, height });
    host.schedule.propose({ start_utc_ms: Date.UTC(2018, 8, 14, 18, 14, 2), who: 'Anna', why: '', override_why: null });
    host.tell({ type: 'schedule.changed' });
    await page.locator('[data-night="2018-09-14"]').getByText('proposed').waitFor();
    for (const view of ['1', '2']) {
      await page.keyboard.press(view);
      await page.locator('canvas').nth(2).waitFor();
      const outside = await page.evaluate(() => [...document.querySelectorAll('main section, main button, main h1')]
        .filter((element) => element.closest('.scroll') === null)
        .filter((element) => {
          const { right, bottom, width, height } = element.getBoundingClientRect();
          return width === 0 || height === 0 || right > innerWidth || bottom > innerHeight;
        }).map((element) => element.textContent.trim().slice(0, 40)));
      expect(outside).toEqual([]);
      // Verdicts may run on to the right; nothing else scrolls sideways.
      const sideways = await page.evaluate(() => [...document.querySelectorAll('main .scroll:not([role=region])')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1).map(({ className }) => className));
      expect(sideways).toEqual([]);
      const cut = await page.evaluate(() => [...document.querySelectorAll('main .scroll:not([role=region]), footer')]
        .filter(({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
          scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1).map(({ className }) => className));
      if (view === '1') expect(cut).toEqual([]);
    }
  });

  test.each(['dark', 'light', 'night'])('theme %s: a pass that is near is announced, opened and dismissed by keyboard', async (theme) => {
    const start_utc_ms = Date.UTC(2018, 8, 14, 18, 14, 2);
    const { page, host, faults } = await open({ now_utc_ms: start_utc_ms - 540_000 }, { width: 1280, height: 800 });
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`theme: ${theme}`);
    await page.keyboard.press('Enter');
    host.schedule.propose({ start_utc_ms, who: 'Anna', why: '', override_why: null });
    host.tell({ type: 'schedule.changed' });
    const banner = page.getByRole('group', { name: 'A pass is near' });
    await banner.getByText(/^T−00:0[89]:\d\d$/).waitFor();
    await banner.getByText('nobody has approved it').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('2');
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByText('Pass of Fri 14 Sep').first().waitFor();
    const cut = await page.evaluate(() => [...document.querySelectorAll('main section, main button')].filter((element) =>
      element.closest('.scroll') === null && element.getBoundingClientRect().bottom > innerHeight).length);
    expect(cut).toBe(0);
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await banner.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  test('a window beyond the elements\' age says so in its row, and its dialog asks why they will do', async () => {
    const { page, host } = await open();
    const row = page.getByRole('row').filter({ hasText: 'old elements' }).first();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    await row.click();
    await page.keyboard.press('p');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/The elements are \d\d\.\d d from this pass; the mission allows 15 d\./).waitFor();
    await dialog.getByLabel('Name').fill('Anna');
    await dialog.getByLabel('Why elements this old will do').fill('fetched today, nothing newer');
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const proposed = host.asked.find(([name]) => name === 'schedule.proposePass');
    expect(proposed?.[1]).toMatchObject({ who: 'Anna', override_why: 'fetched today, nothing newer' });
  });

  test('an empty console says how to fill it', async () => {
    const { page } = await open({ empty: true });
    await page.getByText('No element set of 41731 yet.').first().waitFor();
    await page.getByText('No element set yet').waitFor();
    await page.keyboard.press('2');
    await page.getByText('No pass in the archive').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('a refused import says file and line, and leaves the text to be mended', async () => {
    const { page, faults } = await open();
    await page.keyboard.press('i');
    await page.getByRole('textbox', { name: 'Elements' }).fill('1 99999U nonsense');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('pasted, line 2: checksum 7, expected 4.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Elements' }).inputValue()).toBe('1 99999U nonsense');
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  test('a pass that gave no verdict shows why, and its empty axes', async () => {
    const { page } = await open();
    await page.keyboard.press('2');
    await page.getByRole('link', { name: /255/ }).click();
    await page.getByText('No clock lock: the beacon is missing at Nanshan').waitFor();
    await page.locator('canvas').nth(11).waitFor();
    expect((await canvasColours(page)).every((colours) => colours > 1)).toBe(true);
  });

  test('a second verdict stands beside the first, and the keys choose which is drawn', async () => {
    const { page, host } = await open();
    await page.keyboard.press('2');
    await page.getByText('gate 2.5 ns, drawn').waitFor();
    await page.keyboard.press('r');
    await page.getByLabel('Full width').fill('2');
    await page.getByRole('button', { name: 'Process', exact: true }).click();
    await page.getByTestId('job').getByText('Process 2018-09-14-qkd-1, gate 2 ns').waitFor();
    const { verdictOf } = await import('../renderer/fixture-pass.ts');
    host.verdicts.push(verdictOf(2, 2));
    host.tell({ type: 'archive.changed', pass_id: '2018-09-14-qkd-1' });
    await page.getByText('gate 2.0 ns, drawn').waitFor();
    await page.keyboard.press('[');
    await page.getByText('gate 2.5 ns, drawn').waitFor();
    await page.getByText('formula −234.7').first().waitFor();
  });

  test('work that fails says so in a whole sentence until it is dismissed', async () => {
    const { page, host } = await open();
    host.fail('simulator.flyPass', { type: 'NotPossible', reason: 'no-window', message: 'No window starts then.' });
    await page.getByText('Pass of Fri 14 Sep').waitFor();
    await page.keyboard.press('f');
    await page.getByRole('alert').getByText('No window starts then.').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await page.getByRole('alert').count()).toBe(0);
    host.job({ job_id: 'job-0077', state: 'failed', failure: 'No clock lock. Import the recording again.' });
    await page.getByRole('alert').getByText('No clock lock. Import the recording again.').waitFor();
  });

  test('when the host goes away the bar says so, and the page keeps what it knew', async () => {
    const { page, shell } = await open();
    await shell.close();
    await page.getByText('Host lost, retrying').waitFor();
    await page.getByText(/silent since 16:02:\d\d Z/).waitFor();
    await page.getByText('18:14:01.8').first().waitFor();
  });

  test('an address without its token is told what to do', async () => {
    const { shell } = await open();
    const { page } = await watchedPage(browser!, shell.origin);
    await page.getByText('This window is not let in').waitFor();
    await page.context().close();
  });
});

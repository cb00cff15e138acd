// Goal: Live shows a pass at a glance in every theme and size, takes what an operator says, and nothing scrolls.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { LiveView } from '../../src-contract/live.ts';
import { LIVE_START_UTC_MS, alarmSample, liveSample } from '../support/live-sample.ts';
import { BROWSER_REQUIRED, NO_BROWSER, openBrowser } from './browser.ts';
import { startFixtureConsole, type FixtureConsole } from './fixture-console.ts';
import { axeFindings, canvasColours, watchedPage, type Watched } from './page.ts';

const browser: Browser | null = await openBrowser();
if (browser === null && BROWSER_REQUIRED) throw new Error(`TWINPASS_REQUIRE_BROWSER=1, but ${NO_BROWSER}`);
const name = browser === null ? `Live: skipped, ${NO_BROWSER}` : 'Live';
const pass = liveSample.pass!;
const bell: LiveView = { ...liveSample, pass: { ...pass, mode: 'bell', pair: { ...pass.pair,
  bell: { s: 2.56, s_sigma: 0.09, n: [90, 88, 92, 85], e: [0.64, -0.63, 0.65, 0.64] } } } };
const unheard: LiveView = { ...liveSample, pass: { ...pass, phase: 'polling', now_utc_ms: LIVE_START_UTC_MS - 600_000,
  stations: pass.stations.map((station) => ({ ...station, link: 'never-heard' as const, telemetry: null })), events: [] } };

describe.skipIf(browser === null)(name, () => {
  const opened: (Watched & FixtureConsole)[] = [];
  afterEach(async () => {
    for (const { page, shell } of opened.splice(0)) {
      await page.context().close();
      await shell.close();
    }
  });
  afterAll(() => browser?.close());

  async function open(live: LiveView | undefined, size = { width: 1600, height: 1000 }) {
    const console_of = await startFixtureConsole(live === undefined ? {} : { live });
    const watched = await watchedPage(browser!, console_of.shell.opening_url, size);
    opened.push({ ...watched, ...console_of });
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    await watched.page.keyboard.press('g');
    await watched.page.keyboard.press('l');
    return { ...watched, ...console_of };
  }

  test.each(['dark', 'light', 'night'])('theme %s: a pass at T+2:11 has every plot drawn and no serious finding of axe', async (theme) => {
    const { page, faults } = await open(liveSample);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`theme: ${theme}`);
    await page.keyboard.press('Enter');
    await page.getByTestId('t-clock').getByText('T+00:02:1').waitFor();
    await expect.poll(async () => (await canvasColours(page)).filter((n) => n > 8).length).toBe(9);
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test.each([[1280, 800], [1600, 1000], [1920, 1080], [2560, 1440], [3840, 2160]] as const)(
    'at %i by %i nothing is out of sight and the page does not scroll', async (width, height) => {
      const { page } = await open(liveSample, { width, height });
      await page.getByTestId('t-clock').waitFor();
      const outside = await page.evaluate(() => [...document.querySelectorAll('main section')]
        .filter((element) => getComputedStyle(element).display !== 'none')
        .filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width === 0 || box.height === 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
        }).map((element) => element.textContent.trim().slice(0, 40)));
      expect(outside).toEqual([]);
    });

  test('in Bell mode S and its settings stand where QBER stood', async () => {
    const { page } = await open(bell);
    await page.getByText('CHSH S so far, ± 1σ').waitFor();
    await page.getByText('+0.640').first().waitFor();
    expect(await page.getByText('QBER by basis').count()).toBe(0);
  });

  test('stations that were never heard say what to do; without a pass the view says what comes next', async () => {
    const { page } = await open(unheard);
    await page.getByText('No telemetry from Delingha yet.').waitFor();
    await page.getByTestId('t-clock').getByText('T−00:0').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const idle = await open(undefined);
    await idle.page.getByText('No pass is on').first().waitFor();
    expect(await axeFindings(idle.page)).toEqual([]);
  });

  test('a silent station turns grey, keeps its values and says since when', async () => {
    const silent: LiveView = { ...liveSample, pass: { ...pass, stations: pass.stations.map((station, i) => (i === 0 ? station
      : { ...station, link: 'silent' as const, telemetry: { ...station.telemetry!, stale: true } })) } };
    const { page } = await open(silent);
    await page.getByText(/silent since 18:16:12 Z/).waitFor();
  });

  test('an alarm fills the bar, is acknowledged by key with a name, and the order carries it', async () => {
    const { page, host } = await open(liveSample);
    host.tell({ type: 'alarms.changed', alarms: { ...alarmSample, sounding: false, alarms: [{ ...alarmSample.alarms[0]!,
      state: 'unacknowledged', acknowledged: null, priority: 'critical', text: 'Delingha B5213 anode 1.31 V, limit 1.20 V' }] } });
    await page.getByTestId('alarm-field').getByText('anode 1.31 V').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('a');
    await page.getByLabel('Name').fill('Anna');
    await page.keyboard.press('Enter');
    await expect.poll(() => host.asked.filter(([operation]) => operation === 'alarms.handleAlarm').map(([, input]) => input))
      .toEqual([{ action: 'acknowledge', alarm_ids: ['delingha:dark:b4973'], who: 'Anna' }]);
  });

  test('ten passes in one window leave its heap as the second left it', async () => {
    const { page, host } = await open(liveSample);
    await page.getByTestId('t-clock').waitFor();
    const session = await page.context().newCDPSession(page);
    const fly = async (number: number) => {
      for (const t_s of [0, 60, 120, 180, 240, 281]) {
        const moment = { pass_id: `2018-09-14-${1000 + number}`, now_utc_ms: pass.start_utc_ms + t_s * 1000 };
        host.tellLive({ ...liveSample, pass: { ...pass, ...moment } });
        await page.waitForTimeout(150);
      }
      await expect.poll(() => page.getByTestId('t-clock').textContent()).toContain('T+00:04:4');
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const heaps_bytes: number[] = [];
    for (let number = 1; number <= 10; number += 1) heaps_bytes.push(await fly(number));
    // A pass held by mistake would be some 150 kB of series each: eight of them are more than this.
    expect(heaps_bytes.at(-1)! - heaps_bytes[1]!).toBeLessThan(500_000);
    expect(heaps_bytes.at(-1)).toBeLessThan(60e6);
    process.stdout.write(`heap after passes 1 to 10, MB: ${heaps_bytes.map((n) => (n / 1e6).toFixed(2)).join(' ')}\n`);
  });

  test('the list is answered, a note is taken, and the plots can be held', async () => {
    const { page, host } = await open(liveSample);
    await page.getByRole('button', { name: 'Dome Delingha' }).click();
    await page.getByLabel('Name').fill('Bo');
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('e');
    await page.getByRole('textbox', { name: 'Note' }).fill('thin cirrus in the west');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(host.asked.filter(([operation]) => operation === 'live.directPass').map(([, input]) => input)).toEqual([
      { action: 'answer', pass_id: pass.pass_id, item_id: 'dome-delingha', answer: 'go', note: '', who: 'Bo' },
      { action: 'note', pass_id: pass.pass_id, who: 'Bo', text: 'thin cirrus in the west' },
    ]);
    await page.keyboard.press(' ');
    await page.getByText('plots held').waitFor();
  });
});

// Goal: Keys says what there is to be used and what it rests on, in every theme and size, and never shows a bit.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { FixtureOptions } from '../renderer/fixture-host.ts';
import { keyOf } from '../renderer/fixture-keys.ts';
import { BROWSER_REQUIRED, NO_BROWSER, openBrowser } from './browser.ts';
import { startFixtureConsole, type FixtureConsole } from './fixture-console.ts';
import { axeFindings, watchedPage, type Watched } from './page.ts';

const browser: Browser | null = await openBrowser();
if (browser === null && BROWSER_REQUIRED) throw new Error(`TWINPASS_REQUIRE_BROWSER=1, but ${NO_BROWSER}`);
const name = browser === null ? `Keys: skipped, ${NO_BROWSER}` : 'Keys';

describe.skipIf(browser === null)(name, () => {
  const opened: (Watched & FixtureConsole)[] = [];
  afterEach(async () => {
    for (const { page, shell } of opened.splice(0)) {
      await page.context().close();
      await shell.close();
    }
  });
  afterAll(() => browser?.close());

  async function open(options: FixtureOptions = {}, size = { width: 1600, height: 1000 }) {
    const console_of = await startFixtureConsole(options);
    const watched = await watchedPage(browser!, console_of.shell.opening_url, size);
    opened.push({ ...watched, ...console_of });
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    await watched.page.keyboard.press('g');
    await watched.page.keyboard.press('k');
    await watched.page.getByRole('heading', { level: 2, name: 'The other console' }).waitFor();
    return { ...watched, ...console_of };
  }

  test.each(['dark', 'light', 'night'])('theme %s: list, key and dialogs have no serious finding of axe', async (theme) => {
    const { page, faults } = await open();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`theme: ${theme}`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Key 3f2c9b…4e5f' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('m');
    await page.getByRole('checkbox').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await page.getByLabel('Reason').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test.each([[1280, 800], [1600, 1000], [1920, 1080], [3840, 2160]] as const)(
    'at %i by %i nothing is out of sight and nothing scrolls sideways', async (width, height) => {
      const { page } = await open({}, { width, height });
      await page.getByText('12\u2009480').first().waitFor();
      const outside = await page.evaluate(() => [...document.querySelectorAll('main section, main section > header button')]
        .filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width === 0 || box.height === 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
        }).map((element) => element.textContent.trim().slice(0, 40)));
      expect(outside).toEqual([]);
      const sideways = await page.evaluate(() => [...document.querySelectorAll('main .scroll, footer')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1).map(({ textContent }) => textContent.slice(0, 60)));
      expect(sideways).toEqual([]);
    });

  test('the newest key opens; the arrows walk; custody, state and history are told in words', async () => {
    const { page } = await open();
    await page.getByText('is for analysis and is never delivered').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByText('custody: operational').waitFor();
    await page.getByText('for the link of the bank').waitFor();
    expect(await page.getByRole('button', { name: 'Destroy…' }).count()).toBe(0);
    expect(page.url()).toContain('#/keys/c4ad51f0-9b3e-8d17-a2c5-6e7f8091a2b3');
    await page.keyboard.press('ArrowDown');
    await page.getByText('its pass was flown for practice').waitFor();
    await page.getByText('burned', { exact: true }).waitFor();
  });

  test('a key is made of chosen passes, by keyboard, under the definition and ε that were given', async () => {
    const { page, host } = await open();
    await page.keyboard.press('m');
    const first = page.getByRole('checkbox').first();
    await first.waitFor();
    expect(await page.getByRole('button', { name: 'Distil', exact: true }).isDisabled()).toBe(true);
    await first.check();
    await page.getByText('in a key already').waitFor();
    await page.getByLabel('Definition').selectOption('paper');
    await page.getByText('not a bound to rely on').waitFor();
    await page.getByLabel('Total ε').fill('2');
    await page.getByText('write it as 1e-10').waitFor();
    expect(await page.getByRole('button', { name: 'Distil', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Total ε').fill('1e-9');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(host.asked.findLast(([operation]) => operation === 'distillation.distilPasses')?.[1]).toEqual({
      pass_ids: ['2018-09-14-qkd-1'], algorithm: 'auto', definition: 'paper', epsilon: 1e-9, gate_ns: 2.5 });
    await page.getByTestId('job').getByText('Distil 2018-09-14-qkd-1').waitFor();
  });

  test('what the host refuses is said in the dialog, and what was chosen stays', async () => {
    const { page, host } = await open();
    host.fail('distillation.distilPasses', { type: 'Refused', message: 'The mission is of operational custody.' });
    await page.keyboard.press('m');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Distil', exact: true }).click();
    await page.getByRole('dialog').getByText('The mission is of operational custody.').waitFor();
    expect(await page.getByRole('checkbox').first().isChecked()).toBe(true);
  });

  test('an operational pass is distilled with the other console, and the dialog says what a broken line costs', async () => {
    const { page, host } = await open();
    host.passes.splice(0, 1, { ...host.passes[0]!, custody: 'operational' });
    await page.keyboard.press('m');
    await page.getByRole('checkbox').first().check();
    await page.getByText('cannot be tried again').last().waitFor();
    await page.getByRole('checkbox').nth(1).check();
    await page.getByText('cannot be pooled').waitFor();
    await page.getByRole('checkbox').nth(1).uncheck();
    await page.getByRole('button', { name: 'Distil with the other console' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(host.asked.some(([operation]) => operation === 'session.distilWithPeer')).toBe(true);
  });

  test('destroying needs a reason; the account and the reason stay', async () => {
    const { page } = await open();
    await page.getByRole('heading', { name: 'Key 3f2c9b…4e5f' }).waitFor();
    await page.keyboard.press('x');
    const destroy = page.getByRole('button', { name: 'Destroy 378 bit' });
    expect(await destroy.isDisabled()).toBe(true);
    await page.keyboard.type('superseded by a pooled key');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('superseded by a pooled key').waitFor();
    expect(await page.getByRole('button', { name: 'Destroy…' }).count()).toBe(0);
  });

  test('what was given to whom is listed without a bit of it; the service is stopped and started by key and by button', async () => {
    const { page, host } = await open();
    await page.getByText('served at 127.0.0.1:7443').waitFor();
    const rows = page.getByRole('row').filter({ hasText: 'bank-delingha' });
    expect(await rows.count()).toBe(3);
    await rows.filter({ hasText: 'lost' }).getByText('for bank-nanshan').waitFor();
    await page.getByText('from bank-nanshan').waitFor();
    await page.keyboard.press('v');
    await page.getByText('not served by this console').waitFor();
    host.fail('delivery.startDelivery', { type: 'Refused', message: 'Another program listens at 127.0.0.1:7443.' });
    await page.getByRole('button', { name: 'Serve keys' }).click();
    await page.getByText('Another program listens at 127.0.0.1:7443.').waitFor();
    host.fail('delivery.startDelivery', null);
    await page.getByRole('button', { name: 'Serve keys' }).click();
    await page.getByText('served at 127.0.0.1:7443').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('an empty store says how to fill it; an unreadable one what happened', async () => {
    const { page, host } = await open({ empty: true });
    await page.getByText('No key yet').waitFor();
    await page.getByText('Not set up').waitFor();
    await page.getByText('Nobody to serve yet').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make a key…' }).last().click();
    await page.getByText('No pass to make a key of').waitFor();
    await page.keyboard.press('Escape');
    host.fail('keys.listKeys', { type: 'Refused', message: 'The key store is sealed under another master key.' });
    host.tell({ type: 'keys.changed', key_id: keyOf().key_id });
    await page.getByText('The key store is sealed under another master key.').waitFor();
  });
});

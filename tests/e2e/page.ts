import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/** A page under watch: what it logged, what it asked for, what broke. */
export interface Watched {
  readonly page: Page;
  readonly faults: string[];
  /** Addresses asked for that are not of the origin. */
  readonly strangers: string[];
}

export async function watchedPage(browser: Browser, url: string, size =
  { width: 1600, height: 1000 }): Promise<Watched> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  const strangers: string[] = [];
  const { host } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && asked.protocol !== 'data:') strangers.push(request.url());
  });
  await page.goto(url);
  return { page, faults, strangers };
}

/** Serious and critical findings of axe, one line each. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

/** Number of distinct colours on each canvas of the page: an empty plot has its ground, its grid and its axis only. */
export async function canvasColours(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => [...document.querySelectorAll('canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }));
}

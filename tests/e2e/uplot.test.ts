// Goal: pin what we lean on in uPlot, which has no tests of its own: gaps, NaN, a million points, teardown.
import { existsSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BROWSER_REQUIRED, NO_BROWSER, openBrowser } from './browser.ts';

const LIBRARY = 'node_modules/uplot/dist/uPlot.iife.min.js';

/** The parts of uPlot these tests use, as the page's script sees them. */
interface Made { readonly ctx: CanvasRenderingContext2D;
  readonly bbox: { left: number; top: number; width: number; height: number };
  readonly cursor: { idx?: number | null }; setCursor: (at: { left: number; top: number }) => void;
  valToPos: (value: number, scale: string, canvas?: boolean) => number; destroy: () => void }
declare global {
  interface Window { uPlot: new (options: object, columns: unknown, target: HTMLElement) => Made; drawn: Made }
}

const browser: Browser | null = await openBrowser();
if (browser === null && BROWSER_REQUIRED) throw new Error(`TWINPASS_REQUIRE_BROWSER=1, but ${NO_BROWSER}`);
describe.skipIf(browser === null)(browser === null ? `uPlot: skipped, ${NO_BROWSER}` : 'uPlot', () => {
  let page: Page;
  beforeAll(async () => {
    expect(existsSync(LIBRARY)).toBe(true);
    page = await browser!.newPage({ viewport: { width: 800, height: 400 } });
    await page.setContent('<div id="plot"></div>');
    await page.evaluate(`${readFileSync(LIBRARY, 'utf8')}\nwindow.uPlot = uPlot;`);
  });
  afterAll(() => browser?.close());

  /** Draws one line over x = 0, 1, 2, … and says, for each x asked, whether ink stands in that column of pixels. */
  async function inkAt(values: readonly (number | null)[], asked: readonly number[]): Promise<readonly boolean[]> {
    return page.evaluate(async ({ values, asked }) => {
      document.getElementById('plot')!.replaceChildren();
      const made = new window.uPlot({
        width: 700, height: 300, legend: { show: false }, axes: [{ show: false }, { show: false }],
        scales: { x: { time: false }, y: { range: [0, 10] } },
        series: [{}, { stroke: '#f00', width: 3, spanGaps: false, points: { show: false } }],
      }, [values.map((_, i) => i), values.map((value) => (value === -1 ? NaN : value))],
        document.getElementById('plot')!);
      window.drawn = made;
      await new Promise(requestAnimationFrame);
      return asked.map((x) => {
        const left = Math.round(made.valToPos(x, 'x', true));
        const { data } = made.ctx.getImageData(left - 1, made.bbox.top, 3, made.bbox.height);
        return data.some((byte, i) => i % 4 === 3 && byte > 0);
      });
    }, { values, asked });
  }

  test('null cuts the line, and only there', async () => {
    expect(await inkAt([5, 5, 5, null, null, 5, 5, 5], [1, 3.5, 6])).toEqual([true, false, true]);
  });

  test('NaN does not cut the line: whoever means a gap must give null', async () => {
    const [before, between, after] = await inkAt([5, 5, 5, -1, -1, 5, 5, 5], [1, 3.5, 6]);
    expect([before, after]).toEqual([true, true]);
    expect(between).toBe(true);
  });

  test('nothing at all is an empty plot, not an error', async () => {
    expect(await inkAt([], [])).toEqual([]);
    expect(await inkAt([null, null, null], [1])).toEqual([false]);
  });

  test('a million points are drawn within two seconds, and the cursor finds its sample', async () => {
    const { ms, index } = await page.evaluate(async () => {
      document.getElementById('plot')!.replaceChildren();
      const x = Float64Array.from({ length: 1_000_000 }, (_, i) => i);
      const began = performance.now();
      const made = new window.uPlot({
        width: 700, height: 300, legend: { show: false }, scales: { x: { time: false } },
        series: [{}, { stroke: '#f00', points: { show: false } }],
      }, [x, x.map((at) => Math.sin(at / 1e4))], document.getElementById('plot')!);
      await new Promise(requestAnimationFrame);
      const ms = performance.now() - began;
      made.setCursor({ left: made.valToPos(500_000, 'x'), top: 10 });
      return { ms, index: made.cursor.idx };
    });
    expect(ms).toBeLessThan(2000);
    expect(Math.abs((index ?? 0) - 500_000)).toBeLessThan(1000);
  });

  test('destroy leaves nothing on the page', async () => {
    await inkAt([1, 2, 3], []);
    expect(await page.evaluate(() => {
      window.drawn.destroy();
      return document.querySelectorAll('.uplot, canvas').length;
    })).toBe(0);
  });
});

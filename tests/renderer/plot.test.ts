// Goal: axes are round, gaps stay gaps, and the readout finds its sample; without a browser.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plotColumns } from '../../src-renderer/shared/plot/options.ts';
import { extremeIndex, nearestIndex, niceAxis, passTicks, steps } from '../../src-renderer/shared/plot/ticks.ts';
import { freeAzimuth } from '../../src-renderer/shared/sky/track.ts';
import { angleBetween, createGroundMap } from '../../src-renderer/shared/map/ground.ts';

test('property: a nice axis holds its values, has at most the lines asked for, and ends on them', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(values, fc.integer({ min: 2, max: 8 }), (list, lines) => {
    const { min, max, ticks } = niceAxis(list, { lines });
    const slack = (max - min) * 1e-6;
    expect(Math.min(...list)).toBeGreaterThanOrEqual(min - slack);
    expect(Math.max(...list)).toBeLessThanOrEqual(max + slack);
    expect(ticks.length).toBeLessThanOrEqual(lines + 1);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
  }));
});

test('an axis of nothing, of NaN or of one value is still an axis', () => {
  for (const list of [[], [NaN], [Infinity, NaN]]) expect(niceAxis(list,
    { floor: 0, least: 4 })).toMatchObject({ min: 0, max: 4 });
  expect(niceAxis([56], { least: 1 }).max).toBeGreaterThan(56);
  expect(new Set(niceAxis([14_717.447_265_625], { lines: 2 }).ticks).size).toBeGreaterThan(1);
  expect(niceAxis([0.1, 0.3], { lines: 3 }).ticks.map(String)).toEqual(['0.1', '0.2', '0.3']);
});

test('a pass is marked by the minute, a long one more widely', () => {
  expect(passTicks(-100, 381)).toEqual([-60, 0, 60, 120, 180, 240, 300, 360]);
  expect(passTicks(0, 3100)).toEqual(steps(0, 3000, 600));
});

test('gaps: NaN becomes null, the one thing uPlot leaves out', () => {
  const columns = plotColumns({
    title: '', summary: '', x: { min: 0, max: 2, ticks: [] }, y: { min: 0, max: 1, ticks: [] },
    x_values: Float64Array.of(0, 1, 2), bands: [{ low: [0, NaN, 0], high: [1, 1, NaN], colour: '--plan-fill' }],
    series: [{ name: 'a', kind: 'line', colour: '--pair', values: Float64Array.of(1, NaN, Infinity) }],
  });
  expect(columns).toEqual([[0, 1, 2], [1, 1, null], [0, null, 0], [1, null, null]]);
});

test('property: the nearest sample is nearest', () => {
  const samples = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 50 })
    .map((list) => list.sort((a, b) => a - b));
  fc.assert(fc.property(samples, fc.double({ min: -1200, max: 1200, noNaN: true }), (list, x) => {
    const found = Math.abs(list[nearestIndex(list, x)]! - x);
    for (const sample of list) expect(found).toBeLessThanOrEqual(Math.abs(sample - x));
  }));
});

test('extremes pass over gaps; of nothing there is none', () => {
  expect(extremeIndex([NaN, 3, 9, NaN, 5], 'largest')).toBe(2);
  expect(extremeIndex([NaN, 3, 9], 'smallest')).toBe(1);
  expect(extremeIndex([NaN, NaN], 'largest')).toBe(-1);
});

test('words of the sky go where the track is not', () => {
  expect(freeAzimuth([340, 300, 250], [20, 30, 20])).toBe(135);
  expect(freeAzimuth([100, 130, 160], [20, 30, 20])).toBe(315);
});

test('the map: both circles inside the frame, north up, a point without a place left out', () => {
  const centre = { latitude_deg: 40, longitude_deg: 92 };
  const through = { latitude_deg: 50, longitude_deg: 92 };
  expect(angleBetween(centre, through)).toBeCloseTo(10, 9);
  const map = createGroundMap([{ centre, through }], centre, { width: 300, height: 200, margin: 10 });
  const [north, middle] = [map.place(through)!, map.place(centre)!];
  expect(middle[0]).toBeCloseTo(150, 0);
  expect(north[1]).toBeCloseTo(10, 0);
  expect(map.borders.length).toBeGreaterThan(100);
  expect(map.line([centre, { latitude_deg: NaN, longitude_deg: 0 }, through])).not.toContain('NaN');
});

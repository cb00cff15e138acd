// Goal: the archive's controller finds, opens, verifies and reprocesses; its tables say what the numbers are worth.
import { expect, test } from 'vitest';
import { JobBoard } from '../../src-renderer/shared/job-board.svelte.ts';
import { searchPasses, sortPasses } from '../../src-renderer/features/passes/listing.ts';
import { arrivalPlots, coincidencePlot, efficiencyPlot, qberPlot,
  ratePlot } from '../../src-renderer/features/passes/pass-plots.ts';
import { Passes } from '../../src-renderer/features/passes/passes.svelte.ts';
import { planRows } from '../../src-renderer/features/passes/plan-rows.ts';
import { lengthCell, termsCell, verdictRows } from '../../src-renderer/features/passes/verdict-rows.ts';
import { createFixtureHost, type FixtureOptions } from './fixture-host.ts';
import { detailOf, summaryOf, verdictOf } from './fixture-pass.ts';

async function openPasses(options: FixtureOptions = {}) {
  const host = createFixtureHost(options);
  const jobs = new JobBoard(host.client);
  const passes = new Passes(host.client, jobs);
  await passes.refresh();
  return { host, jobs, passes };
}

const GOLDEN = '2018-09-14-qkd-1';

test('opens a pass with its latest verdict drawn', async () => {
  const { host, passes } = await openPasses();
  host.verdicts.push(verdictOf(2, 2));
  await passes.open(GOLDEN);
  expect(passes.detail.value?.verdicts.map(({ verdict_id }) => verdict_id)).toEqual([1, 2]);
  expect(passes.verdict_id).toBe(2);
  expect(host.asked.at(-1)).toEqual(['detection.readVerdictSeries', { pass_id: GOLDEN, verdict_id: 2 }]);
  await passes.stepVerdict(-1);
  expect(passes.verdict?.verdict_id).toBe(1);
  await passes.stepVerdict(-1);
  expect(passes.verdict?.verdict_id).toBe(1);
});

test('a new verdict arrives beside the old and is drawn', async () => {
  const { host, passes } = await openPasses();
  await passes.open(GOLDEN);
  expect(await passes.reprocess(2, false)).toBe(true);
  expect(host.asked.at(-1)).toEqual(['detection.processPass', { pass_id: GOLDEN, gate_ns: 2, beacon: false }]);
  host.verdicts.push(verdictOf(2, 2));
  await passes.changed(GOLDEN);
  expect([passes.detail.value?.verdicts.length, passes.verdict_id]).toEqual([2, 2]);
});

test('a pass that is gone says so, and the list stays', async () => {
  const { passes } = await openPasses();
  await passes.open('2018-01-01-gone');
  expect(passes.detail.problem).toContain('2018-01-01-gone');
  expect(passes.shown).toHaveLength(4);
  await passes.open(GOLDEN);
  expect(passes.detail.problem).toBeNull();
});

test('a job that is refused is said where it was asked for', async () => {
  const { host, jobs, passes } = await openPasses();
  host.fail('archive.importPass', { type: 'InvalidFile', where: 'a.json', message: 'no such file. Check the path.' });
  expect(await passes.importRecordings([' a.json ', 'b.json'], false)).toBe(false);
  expect(jobs.problem).toBe('a.json: no such file. Check the path.');
  expect(host.asked.at(-1)).toEqual(['archive.importPass', { manifest_paths: ['a.json', 'b.json'], partial: false }]);
});

test('verifies the open file; a damaged one lists what was found', async () => {
  const { passes } = await openPasses();
  await passes.verify();
  expect(passes.verification.value).toBeNull();
  await passes.open(GOLDEN);
  await passes.verify();
  expect(passes.verification.value?.intact).toBe(true);
  await passes.open('2018-09-11-qkd-1');
  expect(passes.verification.value).toBeNull();
});

test('search holds every word; sorting puts what has no number last', async () => {
  const { host, passes } = await openPasses();
  const ids = (list: readonly { pass_id: string }[]) => list.map(({ pass_id }) => pass_id.slice(8, 10));
  expect(ids(searchPasses(host.passes, 'sep bell'))).toEqual(['13']);
  expect(ids(searchPasses(host.passes, 'BEACON missing'))).toEqual(['12']);
  expect(ids(searchPasses(host.passes, '257'))).toEqual(['14']);
  expect(ids(searchPasses(host.passes, 'nothing like it'))).toEqual([]);
  for (const descending of [true, false]) {
    expect(ids(sortPasses(host.passes, { column: 'sifted', descending }))[0]).toBe('14');
  }
  passes.sortBy('start');
  expect(ids(passes.shown)).toEqual(['11', '12', '13', '14']);
  await passes.open('2018-09-12-qkd-1');
  expect(passes.neighbour(1)).toBe('2018-09-13-bell-1');
});

test('a negative formula value gives no bit and is shown as it is', () => {
  const [paper, composable] = verdictOf(1, 2.5).result.key;
  expect(lengthCell(paper)).toEqual({ value: '0 bit', note: 'formula −234.7', strong: true });
  expect(lengthCell({ ...paper!, length_bits: 378.7 })).toMatchObject({ value: '378 bit', note: 'formula 378.7' });
  expect(lengthCell({ ...paper!, length_bits: -0.2 }).value).toBe('0 bit');
  expect(termsCell(paper).value).toBe('both ε 10⁻¹⁰, f 1.19');
  expect(termsCell(composable).value).toBe('ε 10⁻¹⁰ in all, two keys, f 1.19');
  expect(termsCell({ ...composable!, proved: false }).value).toContain('no proof covers it');
});

test('verdicts stand side by side; a Bell pass has S and no key', () => {
  const rows = verdictRows([verdictOf(1, 2.5), verdictOf(2, 2)]);
  expect(rows.every(({ cells }) => cells.length === 2)).toBe(true);
  expect(rows.map(({ label }) => label)).toContain('Key, composable');
  const bell = verdictRows([verdictOf(1, 2.5, 'bell')]);
  expect(bell.map(({ label }) => label)).not.toContain('Key, paper');
  expect(bell[0]?.cells[0]).toMatchObject({ value: 'S = 2.57 ±\u20090.07', note: 'p ≤ 2.4×10⁻⁹' });
});

test('plan against result: within two sigma is as planned, beyond is off', () => {
  const detail = detailOf(summaryOf(), [verdictOf(1, 2.5)]);
  const judged = (coincidences: number) => planRows(detail.planned!, detail.summary,
    { ...detail.verdicts[0]!.result, coincidences }).find(({ label }) => label === 'Coincidences')?.word;
  expect(judged(618)).toBe('as planned');
  expect(judged(618 + 255)).toBe('as planned');
  expect(judged(618 + 257)).toBe('off plan');
  expect(planRows(detail.planned!, detail.summary, null).every(({ status }) => status === null)).toBe(true);
});

test('plots stand with their axes before the series has come, and with all of it after', async () => {
  const { passes } = await openPasses();
  const { mission } = await import('./fixture-orbit.ts');
  const stations = mission.stations.map((station) => ({ ...station, utc_offset_h: 8, elevation: 'geometric' as const, horizon: [] }));
  const drawn = () => [
    ratePlot(passes.series.value, 281), coincidencePlot(passes.series.value, passes.verdict?.result ?? null),
    qberPlot(passes.series.value, passes.verdict?.result ?? null, { edge: 0.0604, seconds: 281 }),
    efficiencyPlot(passes.series.value, stations),
      ...arrivalPlots(passes.series.value, stations).map(({ spec }) => spec),
  ];
  const before = drawn();
  await passes.open(GOLDEN);
  const after = drawn();
  expect([before.length, after.length]).toEqual([12, 12]);
  for (const [i, spec] of before.entries()) {
    expect(spec.x.max).toBeGreaterThan(spec.x.min);
    expect(spec.y.max).toBeGreaterThan(spec.y.min);
    expect(spec.x_values).toHaveLength(0);
    expect(after[i]!.x_values.length).toBeGreaterThan(5);
    for (const { values } of after[i]!.series) expect(values).toHaveLength(after[i]!.x_values.length);
  }
});

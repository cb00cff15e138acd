// Goal: a Bell test from archived passes, alone and pooled, says from which verdicts, and what it takes for granted.
import { beforeAll, expect, test } from 'vitest';
import { bellReport } from '../../src-contract/bell.ts';
import type { PassDetail } from '../../src-contract/pass.ts';
import { fly, liveIn, ownFolder, twinpass, twinpassJson } from './stranger.ts';

liveIn(ownFolder());
const passes: string[] = [];
let qkd_pass = '';

beforeAll(async () => {
  const flights = [
    await fly({ mode: 'bell', seed: 3 }), await fly({ mode: 'bell', seed: 4, start: '2018-09-14T18:17:10Z' }),
    await fly({ seed: 5, start: '2018-09-14T18:15:10Z' }),
  ];
  for (const { a, b } of flights) {
    const { summary } = await twinpassJson<PassDetail>(['archive', 'import', a, b, '--no-process']);
    passes.push(summary.pass_id);
  }
  qkd_pass = passes.pop()!;
}, 120_000);

const bell = async (...ids: readonly string[]) =>
  bellReport.parse(await twinpassJson(['bell', '--pass', ...ids]));

test('the first question processes the pass and keeps the verdict; the second reads it', async () => {
  const first = await bell(passes[0]!);
  expect(first.passes).toMatchObject([{ pass_id: passes[0], verdict_id: 1, s: first.s, s_so_far: first.s }]);
  expect(first.convergence.n.at(-1)).toBe(first.n.reduce((a, b) => a + b));
  expect(first.convergence.s.at(-1)).toBeCloseTo(first.s, 12);
  expect(await bell(passes[0]!)).toEqual(first);
  const { verdicts } = await twinpassJson<PassDetail>(['archive', 'show', passes[0]!]);
  expect(verdicts).toHaveLength(1);
  expect(verdicts[0]!.result.bell?.s).toBe(first.s);
});

test('several passes are one run: tables add, and S narrows', async () => {
  const [one, other] = [await bell(passes[0]!), await bell(passes[1]!)];
  const both = await bell(passes[1]!, passes[0]!, passes[0]!);
  expect(both.passes.map(({ pass_id }) => pass_id)).toEqual(passes);
  both.account.settings.forEach(({ counts }, i) => expect(counts).toEqual(counts.map((_, k) =>
    one.account.settings[i]!.counts[k]! + other.account.settings[i]!.counts[k]!)));
  expect(both.s_sigma).toBeLessThan(Math.min(one.s_sigma, other.s_sigma));
  expect(both.convergence.n).toEqual([]);
});

test('the page shows tables, games, checks and assumptions', async () => {
  const { stdout, exit_code } = await twinpass(['bell', '--pass', ...passes]);
  expect(exit_code).toBe(0);
  for (const words of ['++', 'E(a′,b′)', 'with fair settings', 'with settings 0.02 off one half', 'fair sample', passes[1]!,
    'settings independent of each other']) expect(stdout).toContain(words);
});

test('failure: a pass for key, an unknown pass, both kinds of input, and a mission without passes', async () => {
  expect(await twinpass(['bell', '--pass', qkd_pass])).toMatchObject({ exit_code: 3, stdout: '' });
  const unknown = await twinpass(['bell', '--pass', '2018-09-14-0000-bell']);
  expect(unknown.exit_code).toBe(3);
  expect(unknown.stderr).toContain('2018-09-14-0000-bell');
  expect((await twinpass(['bell', 'a.json', 'b.json', '--pass', passes[0]!])).exit_code).toBe(2);
  expect((await twinpass(['bell'])).exit_code).toBe(2);
  expect((await twinpass(['bell', '--pass', passes[0]!, '--partial'])).exit_code).toBe(2);
});

// Goal: keyrate gives the published length under its named definition, and says so when there is no key.
import { expect, test } from 'vitest';
import { spawnTwinpass, twinpass, twinpassJson } from './stranger.ts';

interface Length {
  readonly definition: string;
  readonly length_bits: number;
  readonly length_z_bits: number;
  readonly length_x_bits: number;
  readonly rate_bps?: number;
  readonly epsilon?: number;
}

const at = (ez: number, ex: number, f = 1.19) => [
  'keyrate',
  '--nz',
  '1685',
  '--ez',
  String(ez),
  '--nx',
  '1415',
  '--ex',
  String(ex),
  '--f',
  String(f),
  '--eps-sec',
  '1e-10',
  '--eps-cor',
  '1e-10',
  '--delta',
  '0.0147',
];
const GOLDEN = at(78, 62);

test('a process of its own: 378.7 bit for the published counts, one document and nothing else on stdout', async () => {
  const { exit_code, stdout, stderr } = await spawnTwinpass([...GOLDEN, '--seconds', '3100', '--json']).ended;
  expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
  const length = JSON.parse(stdout) as Length;
  expect(length.definition).toBe('paper');
  expect(length.length_bits).toBeCloseTo(378.7, 1);
  expect(length.length_z_bits + length.length_x_bits).toBeCloseTo(length.length_bits, 9);
  expect(length.rate_bps).toBeCloseTo(0.12, 2); // As printed in the paper.
});

test('f = 1.198 gives the printed 372', async () => {
  const { length_bits } = await twinpassJson<Length>(at(78, 62, 1.198));
  expect(Math.floor(length_bits)).toBe(372);
});

test('the composable length of the same counts is about 19 bit at a total of 1e-10', async () => {
  const length = await twinpassJson<Length>([...GOLDEN, '--definition', 'composable']);
  expect(length).toMatchObject({ definition: 'composable', epsilon: 1e-10 });
  expect(Math.abs(length.length_bits - 19)).toBeLessThan(3); // An optimised split may find a bit or two more.
});

test('the page never shows a length without its definition, f and epsilon', async () => {
  const { stdout } = await twinpass(GOLDEN);
  expect(stdout).toMatch(/Definition +paper, f = 1\.19, ε_sec = 1\.00e-10, ε_cor = 1\.00e-10/);
  expect(stdout).toMatch(/Key length +378\.7 bit/);
});

test('beyond the edge there is no key: exit 4, the unrounded value for who asked, and advice', async () => {
  const { exit_code, stdout, stderr } = await twinpass([...at(120, 100), '--json']);
  expect(exit_code).toBe(4);
  expect((JSON.parse(stdout) as Length).length_bits).toBeLessThan(0);
  expect(stderr).toMatch(/no key: more bits, fewer errors, or a larger ε/);
});

test('no bits at all are no key, and no NaN', async () => {
  const argv = GOLDEN.map((part, i) => (/^--[ne][zx]$/.test(GOLDEN[i - 1] ?? '') ? '0' : part));
  for (const definition of ['paper', 'composable']) {
    const { exit_code, stdout } = await twinpass([...argv, '--definition', definition, '--json']);
    expect(exit_code).toBe(4);
    expect(Number.isFinite((JSON.parse(stdout) as Length).length_bits)).toBe(true);
  }
});

interface Budgeted extends Length {
  readonly budget: {
    readonly epsilons: readonly { readonly epsilon: number; readonly theorem: string }[];
    readonly bits: readonly { readonly bits: number }[];
  };
  readonly next?: { readonly gain_bits: { readonly value: number; readonly low: number; readonly high: number } };
}

test('term by term: shares of epsilon add to the total, bits to the length, and the page names every theorem', async () => {
  const argv = [...GOLDEN, '--definition', 'composable'];
  const { budget, length_bits } = await twinpassJson<Budgeted>(argv);
  expect(budget.epsilons.reduce((sum, { epsilon }) => sum + epsilon, 0)).toBeCloseTo(1e-10, 20);
  expect(budget.bits.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(length_bits, 6);
  const { stdout } = await twinpass(argv);
  for (const { theorem } of budget.epsilons) expect(stdout).toContain(theorem);
  expect(stdout).toMatch(/bits, sum +20\.\d/);
});

test('what the next pass would add, with an interval; asked wrongly it says what is missing', async () => {
  const argv = [...GOLDEN, '--next', '310', '--next-sigma', '64'];
  for (const definition of ['paper', 'composable']) {
    const { next } = await twinpassJson<Budgeted>([...argv, '--definition', definition]);
    const { value, low, high } = next!.gain_bits;
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(310);
  }
  const joint = await twinpass([...argv, '--definition', 'composable', '--hashing', 'joint']);
  expect(joint).toMatchObject({ exit_code: 2, stdout: '' });
  const uneven = await twinpass(argv.map((part, i) => (argv[i - 1] === '--eps-cor' ? '1e-12' : part)));
  expect(uneven.stderr).toContain('--eps-sec and --eps-cor alike');
});

test('counts beyond the exact bound are refused with the bound, and a block within it has its length', async () => {
  const of = (bits: string) => ['keyrate', '--nz', bits, '--ez', '1000000', '--nx', bits, '--ex', '1000000', '--f', '1.19',
    '--eps-sec', '1e-10', '--eps-cor', '1e-10', '--delta', '0.0147', '--definition', 'composable'];
  const refused = await twinpass(of('200000000'));
  expect(refused).toMatchObject({ exit_code: 2, stdout: '' });
  expect(refused.stderr).toContain('90000000 sifted bits');
  expect((await twinpassJson<Budgeted>(of('40000000'))).length_bits).toBeGreaterThan(1e7);
});

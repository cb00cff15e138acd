// Goal: a lock is a number with its gate, or an error with exit code 4, by beacon and by photons alike; never a guess.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PassDetail, ProcessVerdict } from '../../src-contract/pass.ts';
import { filesBelow, fly, liveIn, ownFolder, twinpass, twinpassJson, type Recordings } from './stranger.ts';

liveIn(ownFolder());
let one: Recordings;
let other: Recordings;
beforeAll(async () => {
  one = await fly({ seed: 7 });
  other = await fly({ seed: 8 });
});

describe('two recordings of the same seconds that share no pair', () => {
  test.each([
    ['with the beacon', ['--json']],
    ['on the photons alone', ['--no-beacon', '--json']],
    ['with a gate that the data should choose', ['--gate', 'auto', '--json']],
  ])('%s: no lock, exit code 4, nothing on stdout', async (_, flags) => {
    const { exit_code, stdout, stderr } = await twinpass(['process', one.a, other.b, ...flags]);
    expect({ exit_code, stdout }).toEqual({ exit_code: 4, stdout: '' });
    // What was found instead, how likely chance finds as much, and what to do next.
    expect(stderr).toMatch(/No coincidence peak: the best of \d+ would arise by chance with probability [\d.e-]+\./);
    expect(stderr).toMatch(/Nothing is guessed; check elements and first_edge_utc\.\n$/);
  });

  test('for a Bell test just as well', async () => {
    const [bell, strange] = [await fly({ mode: 'bell', seed: 7 }), await fly({ mode: 'bell', seed: 8 })];
    const { exit_code, stdout, stderr } = await twinpass(['bell', bell.a, strange.b, '--json']);
    expect({ exit_code, stdout }).toEqual({ exit_code: 4, stdout: '' });
    expect(stderr).toMatch(/No coincidence peak/);
  });
});

describe('a gate chosen from the data', () => {
  const both = ['process'] as const;
  const judged = (gate: string, ...flags: string[]) =>
    twinpassJson<ProcessVerdict>([...both, one.a, one.b, '--gate', gate, ...flags]);

  test.each([['by beacon', []], ['by photons', ['--no-beacon']]])('is the verdict of that width given, %s', async (_, flags) => {
    const auto = await judged('auto', ...flags);
    // Twenty times as bright, accidentals leave no key: the width then is that of the clearest peak.
    expect(auto.lock.gate_choice?.by).toBe('significance');
    const given = await judged(String(auto.lock.gate_ns), ...flags);
    expect(given.lock).toEqual({ ...auto.lock, gate_choice: undefined });
    expect([given.coincidences, given.accidentals]).toEqual([auto.coincidences, auto.accidentals]);
    expect(given.lock).not.toHaveProperty('gate_choice');
  });

  test('by the share of the peak that it should hold', async () => {
    const [most, half] = [await judged('98.8%'), await judged('50%')];
    expect(most.lock.gate_choice).toMatchObject({ by: 'share' });
    expect(most.lock.gate_choice!.share).toBeGreaterThanOrEqual(0.988);
    // 2 z(0.994) = 5.02 sigma and 2 z(0.75) = 1.349 sigma.
    expect(most.lock.gate_ns / most.lock.sigma_ns).toBeCloseTo(5.02, 0);
    expect(half.lock.gate_ns / half.lock.sigma_ns).toBeCloseTo(1.35, 0);
    const found = (verdict: ProcessVerdict) => verdict.coincidences - verdict.accidentals;
    expect(Math.abs(found(half) / found(most) - 0.5 / 0.988)).toBeLessThan(4 * (0.5 / Math.sqrt(found(most))));
  });

  test('is said on the page, with what it was chosen for', async () => {
    const { stdout } = await twinpass([...both, one.a, one.b, '--gate', 'auto']);
    expect(stdout).toMatch(/gate \d\.\d+ ns \(chosen for true pairs over their noise: holds \d\d\.\d\d % of the peak\)/);
  });

  test.each(['wide', '150%', '5%', '0.05', '%'])('%s is no gate', async (gate) => {
    const { exit_code, stderr } = await twinpass([...both, one.a, one.b, '--gate', gate]);
    expect(exit_code).toBe(2);
    expect(stderr).toMatch(/0\.1 to 100 ns|share from 10% to 99\.999%/);
  });
});

describe('a pass file alone', () => {
  let file = '';
  let imported: ProcessVerdict;
  beforeAll(async () => {
    const mission = ownFolder();
    const detail = await twinpassJson<PassDetail>(['archive', 'import', one.a, one.b, '--mission', mission]);
    imported = detail.verdicts[0]!.result;
    file = join(mission, filesBelow(mission).find((name) => name.endsWith('.tpass'))!);
  });
  const withoutRandom = ({ sifted, qber, qber_z, qber_x, key, ...rest }: ProcessVerdict) => {
    expect([sifted, qber, qber_z, qber_x, key]).toHaveLength(5); // Random bits of double clicks move these.
    return rest;
  };

  test('gives the verdict that the archive keeps, and stays as it is', async () => {
    const before = createHash('sha256').update(readFileSync(file)).digest('hex');
    const verdict = await twinpassJson<ProcessVerdict>(['process', file]);
    expect(withoutRandom(verdict)).toEqual(withoutRandom(imported));
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(before);
  });

  test('takes a gate and the photons alone like two recordings', async () => {
    const ours = await twinpassJson<ProcessVerdict>(['process', file, '--gate', '99%', '--no-beacon']);
    const theirs = await twinpassJson<ProcessVerdict>(['process', one.a, one.b, '--gate', '99%', '--no-beacon']);
    expect(ours.lock).toEqual(theirs.lock);
    expect([ours.coincidences, ours.accidentals]).toEqual([theirs.coincidences, theirs.accidentals]);
  });

  test.each<[string, () => string[], { readonly code: number; readonly message: RegExp }]>([
    ['beside a manifest', () => [file, one.b], { code: 2, message: /a pass file stands alone/ }],
    ['with elements', () => [file, '--elements', 'x.tle'], { code: 2, message: /belong to two recordings/ }],
    ['that is none', () => [`${one.folder}/nothing.tpass`], { code: 3, message: /nothing\.tpass.*no such file/ }],
  ])('%s is refused by name', async (_, args, { code, message }) => {
    const { exit_code, stdout, stderr } = await twinpass(['process', ...args(), '--json']);
    expect({ exit_code, stdout }).toEqual({ exit_code: code, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('without the key of its mission is refused, and told where the key should be', async () => {
    const config = process.env['XDG_CONFIG_HOME']!;
    process.env['XDG_CONFIG_HOME'] = ownFolder();
    try {
      const { exit_code, stderr } = await twinpass(['process', file]);
      expect(exit_code).toBe(5);
      expect(stderr).toMatch(/The key of mission micius is not at .*micius\.key/);
    } finally {
      process.env['XDG_CONFIG_HOME'] = config;
    }
  });
});

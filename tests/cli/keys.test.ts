// Goal: from two recordings to a stored key and its end, as a stranger does it; the key itself is seen in one file only.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { filesBelow, liveIn, ownFolder, spawnTwinpass, twinpass, twinpassJson } from './stranger.ts';

interface Distilled {
  readonly sifted: Readonly<Record<'Z' | 'X', { readonly n: number; readonly e: number }>>;
  readonly reconciliation: { readonly leaked_bits: number; readonly f: number; readonly verified: boolean };
  readonly key: {
    readonly definition: string; readonly epsilon: number; readonly length_bits: number; readonly formula_bits: number;
    readonly key_id: string | null; readonly custody: string; readonly state: string | null; readonly digest: string | null;
  };
  readonly budget: { readonly bits: readonly { readonly bits: number }[] };
  readonly passes: readonly string[];
  readonly shares_passes_with: readonly string[];
}
interface Listed { readonly keys: readonly { readonly key_id: string; readonly state: string; readonly digest: string }[] }

const folder = ownFolder();
liveIn(folder);
const mission_file = join(folder, 'bright.json');
const MISSION = ['--mission-file', mission_file];
/** Everything that was said in this file, for the search at its end. */
let heard = '';
const say = async (argv: readonly string[]) => {
  const told = await twinpass([...argv, ...MISSION]);
  heard += told.stdout + told.stderr;
  return told;
};
const sayJson = async <T>(argv: readonly string[]): Promise<T> => {
  const { exit_code, stdout, stderr } = await say([...argv, '--json']);
  if (exit_code !== 0) throw new Error(`exit ${exit_code}: ${stderr}`);
  return JSON.parse(stdout) as T;
};

/** Ten times less loss a link than the mission's, and four times its pairs: a key within eight seconds. */
const BRIGHTNESS = '4';
const recordings: (readonly [string, string])[] = [];
const passes: string[] = [];

beforeAll(async () => {
  const mission = JSON.parse(readFileSync('missions/micius.json', 'utf8')) as { link: { optics_db: number } };
  mission.link.optics_db = 0.64;
  writeFileSync(mission_file, JSON.stringify(mission));
  for (const [seed, start] of ['2018-09-14T18:16:10Z', '2018-09-14T18:17:10Z'].entries()) {
    const out = join(folder, `flight-${seed}`);
    const flown = await say(['simulate', '--out', out, '--start', start, '--seconds', '8', '--seed', String(seed + 7),
      '--brightness', BRIGHTNESS]);
    expect(flown.exit_code, flown.stderr).toBe(0);
    const pair = [join(out, 'delingha.json'), join(out, 'nanshan.json')] as const;
    recordings.push(pair);
    const { summary } = await sayJson<{ summary: { pass_id: string } }>(['archive', 'import', ...pair, '--no-process']);
    passes.push(summary.pass_id);
  }
}, 120_000);

const distil = (...extra: readonly string[]) => sayJson<Distilled>(['distill', '--pass', ...extra]);

test('two recordings: counted, named, and not kept', async () => {
  const { sifted, reconciliation, key, budget } = await sayJson<Distilled>(['distill', ...recordings[0]!]);
  expect(budget.bits.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(key.formula_bits, 6);
  const n = sifted.Z.n + sifted.X.n;
  expect(n).toBeGreaterThan(3000);
  expect(reconciliation).toMatchObject({ algorithm: 'cascade', verified: true });
  expect(reconciliation.f).toBeGreaterThan(1);
  expect(reconciliation.f).toBeLessThan(1.2);
  expect(key).toMatchObject({ definition: 'composable', epsilon: 1e-10, custody: 'analysis', state: null, digest: null });
  expect(key.length_bits).toBeGreaterThan(300);
  expect(key.length_bits).toBeLessThan(n - reconciliation.leaked_bits);
  expect(key.key_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await sayJson<Listed>(['key', 'list'])).toEqual({ keys: [] });
});

test('the shorter the promise, the longer the key; hamming leaks more than cascade', async () => {
  const pair = recordings[0]!;
  const strict = await sayJson<Distilled>(['distill', ...pair, '--epsilon', '1e-15']);
  const loose = await sayJson<Distilled>(['distill', ...pair, '--epsilon', '1e-6']);
  expect(loose.key.length_bits).toBeGreaterThan(strict.key.length_bits);
  const paper = await sayJson<Distilled>(['distill', ...pair, '--definition', 'paper']);
  expect(paper.key).toMatchObject({ definition: 'paper' });
  expect(paper.key.length_bits).toBeGreaterThan(loose.key.length_bits);
  const hamming = await sayJson<Distilled>(['distill', ...pair, '--algorithm', 'hamming']);
  expect(hamming.reconciliation).toMatchObject({ algorithm: 'hamming' });
  expect(hamming.reconciliation.leaked_bits).toBeGreaterThan(strict.reconciliation.leaked_bits);
});

test('no key at this epsilon: exit 4, with the value of the formula', async () => {
  const faint = join(folder, 'faint');
  await say(['simulate', '--out', faint, '--start', '2018-09-14T18:16:10Z', '--seconds', '4', '--seed', '3', '--brightness',
    '0.6']);
  const pair = [join(faint, 'delingha.json'), join(faint, 'nanshan.json')];
  const { exit_code, stdout, stderr } = await say(['distill', ...pair, '--json']);
  const { key, reconciliation } = JSON.parse(stdout) as Distilled;
  expect(exit_code).toBe(4);
  expect(key).toMatchObject({ length_bits: 0, key_id: null });
  expect(reconciliation.verified).toBe(false);
  expect(stderr).toContain(`the formula gives ${key.formula_bits.toFixed(1)} bit`);
  const { summary } = await sayJson<{ summary: { pass_id: string } }>(['archive', 'import', ...pair, '--no-process']);
  const archived = await say(['distill', '--pass', summary.pass_id, '--json']);
  expect(archived).toMatchObject({ exit_code: 4, stdout: '' });
  expect(archived.stderr).toMatch(/the formula gives -\d+\.\d bit/);
  expect(await sayJson<Listed>(['key', 'list'])).toEqual({ keys: [] });
});

test('archived passes: kept sealed; again adds a key and changes none; pooled is longer; all say what they share', async () => {
  const first = await distil(passes[0]!);
  expect(first.key).toMatchObject({ state: 'held', custody: 'analysis' });
  expect(first).toMatchObject({ passes: [passes[0]], shares_passes_with: [] });
  const [before] = (await sayJson<Listed>(['key', 'list'])).keys;
  const again = await distil(passes[0]!);
  expect(again.key.key_id).not.toBe(first.key.key_id);
  expect(again.key.digest).not.toBe(first.key.digest);
  expect(again.shares_passes_with).toEqual([first.key.key_id]);
  const pooled = await distil(...passes);
  expect(pooled.passes).toEqual([...passes].sort());
  expect(pooled.sifted.Z.n).toBeGreaterThan(first.sifted.Z.n);
  expect(pooled.key.length_bits).toBeGreaterThan(first.key.length_bits);
  const { keys } = await sayJson<Listed>(['key', 'list']);
  expect(keys).toHaveLength(3);
  expect(keys.find(({ key_id }) => key_id === first.key.key_id)).toMatchObject({ state: 'held', digest: before!.digest });
});

test('export: only said yes, only to a new file, readable by its owner; then no other byte of the run tells the key', async () => {
  const [{ key_id }] = (await sayJson<Listed>(['key', 'list'])).keys as [Listed['keys'][number]];
  const file = join(folder, 'exported.key');
  const unasked = await spawnTwinpass(['key', 'export', key_id, file, ...MISSION]).ended;
  expect(unasked).toMatchObject({ exit_code: 5, stdout: '' });
  expect(existsSync(file)).toBe(false);
  await sayJson(['key', 'export', key_id, file, '--yes']);
  expect(process.platform === 'win32' ? 0o600 : statSync(file).mode & 0o777).toBe(0o600);
  expect(await say(['key', 'export', key_id, file, '--yes'])).toMatchObject({ exit_code: 5 });
  const exported = JSON.parse(readFileSync(file, 'utf8')) as { base64: string; custody: string; key_id: string };
  expect(exported).toMatchObject({ custody: 'analysis', key_id });
  const bits = Buffer.from(exported.base64, 'base64');
  const home = join(folder, 'home');
  const places = [Buffer.from(heard), ...filesBelow(home).map((path) => readFileSync(join(home, path)))];
  expect(places.length).toBeGreaterThan(3);
  const runs = Array.from({ length: bits.length - 7 }, (_, i) => bits.subarray(i, i + 8));
  const forms = runs.flatMap((run) => [run, Buffer.from(run.toString('hex')), Buffer.from(run.toString('base64').slice(0, 10))]);
  expect(forms.filter((form) => places.some((place) => place.includes(form)))).toEqual([]);
});

test('destroy: says who and why, once, and the rest of the store stays', async () => {
  const { keys } = await sayJson<Listed>(['key', 'list']);
  const { key_id } = keys[0]!;
  expect(await say(['key', 'destroy', key_id])).toMatchObject({ exit_code: 2 });
  expect((await spawnTwinpass(['key', 'destroy', key_id, '--why', 'x', ...MISSION]).ended).exit_code).toBe(5);
  const { key } = await sayJson<{ key: { state: string; transitions: { to_state: string; why: string }[] } }>(
    ['key', 'destroy', key_id, '--why', 'flown for practice', '--yes']);
  expect(key.state).toBe('destroyed');
  expect(key.transitions.at(-1)).toMatchObject({ to_state: 'destroyed', why: 'flown for practice' });
  expect(await say(['key', 'destroy', key_id, '--why', 'again', '--yes'])).toMatchObject({ exit_code: 5 });
  const gone = await say(['key', 'export', key_id, join(folder, 'gone.key'), '--yes']);
  expect(gone).toMatchObject({ exit_code: 5 });
  expect(gone.stderr).toContain('its bits are gone');
  const states = (await sayJson<Listed>(['key', 'list'])).keys.map(({ state }) => state);
  expect(states.toSorted()).toEqual(['destroyed', 'held', 'held']);
});

test('without its key file the mission says so and makes no second one', async () => {
  const config = join(folder, 'config');
  process.env['XDG_CONFIG_HOME'] = join(folder, 'elsewhere');
  try {
    const told = await say(['key', 'list']);
    expect(told).toMatchObject({ exit_code: 5, stdout: '' });
    expect(told.stderr).toContain('Copy it back from its backup');
  } finally {
    process.env['XDG_CONFIG_HOME'] = config;
  }
});

test('a mission of operational custody refuses to see both ends', async () => {
  const operational = join(folder, 'operational.json');
  writeFileSync(operational, JSON.stringify({ ...JSON.parse(readFileSync(mission_file, 'utf8')) as object,
    custody: 'operational' }));
  const told = await twinpass(['distill', ...recordings[0]!, '--mission-file', operational]);
  expect(told).toMatchObject({ exit_code: 5, stdout: '' });
  expect(told.stderr).toContain('operational custody');
});

test.each([
  [['distill'], 'two recordings'],
  [['distill', 'a.json'], 'two recordings'],
  [['distill', 'a.json', 'b.json', '--pass', 'p-one'], 'not both'],
  [['distill', 'a.json', 'b.json', '--mission', 'm'], 'archive import'],
  [['distill', '--pass', 'p-one', 'p-one'], 'named twice'],
  [['distill', 'a.json', 'b.json', '--epsilon', '2'], 'from 1e-20 to 0.01'],
  [['distill', 'a.json', 'b.json', '--epsilon', '1e-9', '--epsilon', '1e-10'], 'stands twice'],
  [['distill', 'a.json', 'b.json', '--algorithm', 'turbo'], 'Choose auto or cascade or hamming'],
  [['key', 'export', 'not-a-key', 'f', '--yes'], 'a key id from'],
])('usage: %j', async (argv, message) => {
  const { exit_code, stdout, stderr } = await twinpass(argv);
  expect({ exit_code, stdout }).toEqual({ exit_code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('unknown passes and keys are named', async () => {
  const pass = await say(['distill', '--pass', 'no-such-pass']);
  expect(pass).toMatchObject({ exit_code: 3 });
  expect(pass.stderr).toContain('No pass no-such-pass');
  const key = await say(['key', 'destroy', '00000000-0000-8000-8000-000000000000', '--why', 'x', '--yes']);
  expect(key).toMatchObject({ exit_code: 3 });
  for (const command of [['show'], ['export', join(folder, 'none.key')], ['destroy', '--why', 'x']] as const) {
    const [name, ...rest] = command; // Without --yes: nobody is asked about a key that is not there.
    const unasked = await say(['key', name, '00000000-0000-8000-8000-000000000000', ...rest]);
    expect(unasked).toMatchObject({ exit_code: 3 });
    expect(unasked.stderr).toContain('No key 00000000-0000-8000-8000-000000000000.');
  }
});

test.each([['distill', '--help'], ['key', '--help'], ['key', 'export', '--help']])('%s %s shows an example', async (...argv) => {
  const { exit_code, stdout } = await twinpass(argv);
  expect(exit_code).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}twinpass /);
});

test('help and JSON never hold the bits: the strict contract has no field for them', async () => {
  const listed = await twinpassJson<{ keys: Record<string, unknown>[] }>(['key', 'list', ...MISSION]);
  expect(Object.keys(listed.keys[0]!).sort()).toEqual(['code_version', 'created_at_utc_ms', 'custody', 'definition', 'digest',
    'efficiency_mismatch', 'epsilon', 'formula_bits', 'key_id', 'length_bits', 'passes', 'reconciliation',
    'shares_passes_with', 'sifted', 'state', 'transitions']);
});

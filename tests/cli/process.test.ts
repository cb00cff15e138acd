// Goal: process and bell turn two recordings into numbers, and refuse what they cannot use by file and place.
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { bellReport } from '../../src-contract/bell.ts';
import { processVerdict, type ProcessVerdict } from '../../src-contract/pass.ts';
import {
  copyOf,
  editManifest,
  editTags,
  fly,
  liveIn,
  ownFolder,
  readJson,
  spawnTwinpass,
  twinpass,
  twinpassJson,
  type Recordings,
} from './stranger.ts';

interface Truth {
  readonly true_pairs: number;
  readonly sifted: Readonly<Record<'Z' | 'X', { readonly n: number; readonly e: number }>>;
}

liveIn(ownFolder());
let qkd: Recordings;
let bell: Recordings;
beforeAll(async () => {
  qkd = await fly();
  bell = await fly({ mode: 'bell' });
});

type Json = Record<string, unknown>;
const lacking = (manifest: Json, key: string): Json =>
  Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== key));
const both = ({ a, b }: Recordings) => [a, b] as const;

test('a process of its own: one document on stdout, nothing on stderr, no outcome in it', async () => {
  const { exit_code, stdout, stderr } = await spawnTwinpass(['process', ...both(qkd), '--json']).ended;
  expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
  const verdict = processVerdict.parse(JSON.parse(stdout)); // Strict: a key that the contract lacks would throw.
  const truth = readJson(`${qkd.folder}/truth.json`) as unknown as Truth;
  expect(verdict.stations.map(({ id }) => id)).toEqual(['delingha', 'nanshan']);
  expect(verdict.lock).toMatchObject({ method: 'beacon', gate_ns: 2.5 });
  expect(verdict.lock.false_alarm_probability).toBeLessThan(1e-9);
  // True pairs are the coincidences less accidentals, but for the tails outside the gate and what was not locked.
  const found = verdict.coincidences - verdict.accidentals;
  const sigma = Math.sqrt(verdict.coincidences);
  expect(found).toBeGreaterThan(0.85 * truth.true_pairs - 3 * sigma);
  expect(found).toBeLessThan(truth.true_pairs + 3 * sigma);
  const sifted = verdict.sifted.Z.n + verdict.sifted.X.n;
  expect(Math.abs(sifted - verdict.coincidences / 2)).toBeLessThan(5 * Math.sqrt(verdict.coincidences));
  // The figures that the archive keeps with a verdict are printed with it.
  for (const { detectors, z_x_ratio, dead_time_fraction } of verdict.quality!.stations) {
    expect(detectors.map(({ label }) => label)).toEqual(['H', 'V', '+', '-']);
    expect(detectors.every(({ singles, share_of_basis }) => singles > 1000 && Math.abs(share_of_basis! - 0.5) < 0.1)).toBe(true);
    expect(z_x_ratio).toBeGreaterThan(0.9);
    expect(dead_time_fraction).toBeLessThan(0.05);
  }
  expect(verdict.key.map(({ definition }) => definition)).toEqual(['paper', 'composable']);
});

test('every event is used or dropped for a reason', async () => {
  const { stations } = await twinpassJson<ProcessVerdict>(['process', ...both(qkd)]);
  for (const { events, used, dropped } of stations) {
    expect(used + Object.values(dropped).reduce((sum, n) => sum + n, 0)).toBe(events);
  }
});

test('the other order of stations finds the same pairs at the opposite offset', async () => {
  const ours = await twinpassJson<ProcessVerdict>(['process', ...both(qkd)]);
  const turned = await twinpassJson<ProcessVerdict>(['process', qkd.b, qkd.a]);
  expect(turned.stations.map(({ id }) => id)).toEqual(['nanshan', 'delingha']);
  expect(turned.lock.offset_ns).toBeCloseTo(-ours.lock.offset_ns, 1);
  expect(Math.abs(turned.coincidences - ours.coincidences)).toBeLessThan(0.02 * ours.coincidences);
});

test('bell prints E, N, S with sigma and p in the order of its settings', async () => {
  const { exit_code, stdout, stderr } = await spawnTwinpass(['bell', ...both(bell), '--json']).ended;
  expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
  const { e, s, s_sigma } = bellReport.parse(JSON.parse(stdout));
  const [ab, abp, apb, apbp] = e as [number, number, number, number];
  expect(s).toBeCloseTo(Math.abs(ab - abp + apb + apbp), 12);
  expect(s).toBeGreaterThan(1);
  expect(s_sigma).toBeLessThan(0.5);
});

describe('progress', () => {
  test('shows on a terminal only', async () => {
    let drawn = '';
    await twinpass(['process', ...both(qkd)], {
      onProgress: (stderr) => {
        drawn = stderr;
      },
    });
    expect(drawn).toMatch(/% reading .*delingha\.json/);
    expect(drawn).toMatch(/\r +\r$/); // Wiped before the result.
    expect((await twinpass(['process', ...both(qkd)])).stderr).toBe('');
  });

  test.each(['reading', 'locking clocks'])('an interrupt while %s ends with 130 and no result', async (stage) => {
    let struck = false;
    const { exit_code, stdout, stderr } = await twinpass(['process', ...both(qkd), '--json'], {
      onProgress: (shown) => {
        if (struck || !shown.includes(stage)) return;
        struck = true;
        process.emit('SIGINT');
      },
    });
    expect({ exit_code, stdout }).toEqual({ exit_code: 130, stdout: '' });
    expect(stderr).toMatch(/Cancelled/i);
  });
});

test('a file that ends early gives its whole records with --partial', async () => {
  const cut = copyOf(qkd);
  editTags(cut.a, (bytes) => bytes.subarray(0, bytes.length - 10));
  const whole = await twinpassJson<ProcessVerdict>(['process', ...both(qkd)]);
  const rest = await twinpassJson<ProcessVerdict>(['process', ...both(cut), '--partial']);
  expect(rest.stations[0]!.events).toBeLessThan(whole.stations[0]!.events);
  expect(rest.stations[0]!.events).toBeGreaterThan(whole.stations[0]!.events - 4);
  expect(rest.coincidences).toBe(whole.coincidences);
});

test("a file of several sets gives the one nearest to the recording, of the mission's satellite", async () => {
  const bare = copyOf(qkd);
  const { line1, line2 } = readJson(bare.a)['elements'] as { line1: string; line2: string };
  for (const path of both(bare)) editManifest(path, (manifest) => lacking(manifest, 'elements'));
  const checked = (line: string) => {
    const sum = Array.from(line.slice(0, 68), (c) => (c === '-' ? 1 : Number(c) || 0)).reduce((a, b) => a + b);
    return `${line.slice(0, 68)}${sum % 10}`;
  };
  const later = [checked(line1.replace('18258', '18300')), line2];
  const other = [checked(line1.replace('41731', '41732')), checked(line2.replace('41731', '41732'))];
  const path = `${bare.folder}/sets.tle`;
  writeFileSync(path, [...later, ...other, line1, line2].join('\n'));
  const own = await twinpassJson<ProcessVerdict>(['process', ...both(qkd)]);
  const chosen = await twinpassJson<ProcessVerdict>(['process', ...both(bare), '--elements', path]);
  expect(chosen.coincidences).toBe(own.coincidences);
  writeFileSync(path, [...later, checked(line1.replace('18258', '18259')).replace(/.$/, 'x'), line2].join('\n'));
  const { exit_code, stderr } = await twinpass(['process', ...both(bare), '--elements', path]);
  expect(exit_code).toBe(3);
  expect(stderr).toContain(`${path} line 3`);
});

test('bell on recordings for key is refused in words', async () => {
  const key = await twinpass(['bell', ...both(qkd), '--json']);
  expect(key).toMatchObject({ exit_code: 3, stdout: '' });
  expect(key.stderr).toMatch(/delingha\.json: mode is qkd; a CHSH test needs recordings made in mode bell/);
});

test('without the beacon the photons alone find the same pairs', async () => {
  const beacon = await twinpass(['process', ...both(qkd), '--json']);
  const photons = await twinpass(['process', ...both(qkd), '--no-beacon', '--json']);
  expect(photons.exit_code).toBe(0);
  const [by_beacon, by_photons] = [beacon, photons].map(({ stdout }) => JSON.parse(stdout) as ProcessVerdict);
  expect(by_photons!.lock.method).toBe('photons');
  // Three standard errors of the pairs at the gate's edges, which a wander of the station clocks moves in or out.
  const scatter = 3 * Math.sqrt(by_beacon!.coincidences);
  expect(Math.abs(by_photons!.coincidences - by_beacon!.coincidences)).toBeLessThan(scatter);
});

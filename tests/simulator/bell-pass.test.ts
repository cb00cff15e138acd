// Goal: the golden pass in Bell mode, simulated with the shipped mission, gives the published S.
import { expect, test } from 'vitest';
import type { MissionFile } from '../../src-contract/mission.ts';
import { poolBell, type JudgedPass } from '../../src-main/pipeline/judge-bell.ts';
import { processRecordings } from '../../src-main/workers/process-recordings.ts';
import { GOLDEN_START_UTC_MS, micius, simulated } from './simulated.ts';

/** Nature 582, 501 (2020): S = 2.56 with 0.07 of one standard deviation from 1,021 trials. */
const PUBLISHED = { s: 2.56, s_sigma: 0.07, n: 1021 } as const;
const SECONDS = 281;
/** The first seeds of each state, not chosen: together three times the published number of trials. */
const SEEDS = [1, 2, 3] as const;

async function golden(state: 'psi+' | 'phi+', seed: number): Promise<JudgedPass> {
  const mission: MissionFile = { ...micius, source: { ...micius.source, state } };
  const pass = await simulated({ mission, mode: 'bell', seed, seconds: SECONDS, start_utc_ms: GOLDEN_START_UTC_MS });
  const run = await processRecordings({ mission, elements: null, manifest_paths: pass.manifest_paths, partial: false,
    beacon: true, gate_ns: 2.5 }, {});
  if (!run.ok) throw new Error(JSON.stringify(run.error));
  const bell = run.value.verdict.bell;
  if (bell?.account === undefined) throw new Error('no Bell verdict');
  return { pass_id: `2018-09-14-1814-bell-${seed}`, verdict_id: 1, bell: { ...bell, account: bell.account } };
}

test('S of both states, pooled over seeds, is the published one', async () => {
  const pooled: { s: number; s_sigma: number }[] = [];
  for (const state of ['psi+', 'phi+'] as const) {
    const passes: JudgedPass[] = [];
    for (const seed of SEEDS) passes.push(await golden(state, seed));
    const together = poolBell(passes as [JudgedPass, ...JudgedPass[]]);
    if (!together.ok) throw new Error(JSON.stringify(together.error));
    const { n, s, s_sigma, account } = together.value;
    expect(n.reduce((a, b) => a + b)).toBeGreaterThan(PUBLISHED.n);
    expect(account.s_predicted).toBeCloseTo(2 * Math.SQRT2, 9);
    // Scatter of the seeds as their sigmas say: chi-square of three values about their pool, 0.1 % point 13.8.
    const chi_square = passes.reduce((sum, { bell }) => sum + ((bell.s - s) / bell.s_sigma) ** 2, 0);
    expect(chi_square).toBeLessThan(13.8);
    expect(Math.abs(s - PUBLISHED.s)).toBeLessThan(3 * s_sigma);
    pooled.push({ s, s_sigma });
  }
  // The mean over all seeds, sigma 0.05 of its own: within the published sigma of the published value.
  const mean = pooled.reduce((sum, { s }) => sum + s, 0) / pooled.length;
  const sigma = Math.sqrt(pooled.reduce((sum, { s_sigma }) => sum + s_sigma ** 2, 0)) / pooled.length;
  expect(sigma).toBeLessThan(PUBLISHED.s_sigma);
  expect(Math.abs(mean - PUBLISHED.s)).toBeLessThan(PUBLISHED.s_sigma);
}, 600_000);

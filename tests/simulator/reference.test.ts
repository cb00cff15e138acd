// Goal: over the same seconds the simulator and an independent generator agree within the bounds of ORIGIN.md.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Truth } from '../../src-main/simulator/truth.ts';
import { linkStationOf } from '../../src-contract/mission.ts';
import { CLOSEST_UTC_MS, micius, simulated } from './simulated.ts';

interface ReferenceStation {
  readonly records: number; readonly events: number; readonly singles: number; readonly signal: number;
  readonly sync: number; readonly pps: number;
}
interface Reference {
  readonly seconds: number; readonly brightness: number; readonly start_utc: string; readonly true_pairs: number;
  readonly delingha: ReferenceStation; readonly nanshan: ReferenceStation;
  readonly nZ: number; readonly eZ: number; readonly nX: number; readonly eX: number;
  readonly range_km: Readonly<Record<'delingha' | 'nanshan', readonly [number, number]>>;
  readonly elevation_deg_start_end: Readonly<Record<'delingha' | 'nanshan', readonly [number, number]>>;
}
const NAMES = ['delingha', 'nanshan'] as const;
const reference = JSON.parse(
  readFileSync('tests/golden/reference-recordings/qkd-20s.truth.json', 'utf8')) as Reference;
const bell = JSON.parse(readFileSync('tests/golden/reference-recordings/bell-20s.truth.json', 'utf8')) as
  Readonly<Record<'E00' | 'E01' | 'E10' | 'E11' | 'N00' | 'N01' | 'N10' | 'N11' | 'visibility', number>>;

/** A HydraHarp's time counter wraps so often, and writes a record when it did and an event comes. */
const WRAP_S = 33.554_432e-6;

describe('the reference of 20 s at brightness 4', () => {
  let truth: Truth;
  beforeAll(async () => {
    const { seconds, brightness } = reference;
    ({ truth } = await simulated({ start_utc_ms: CLOSEST_UTC_MS, seconds, brightness, seed: 101 }));
  });

  test('is of the same seconds', () => {
    expect(Date.parse(reference.start_utc)).toBe(CLOSEST_UTC_MS);
  });

  test.each([0, 1] as const)('geometry of station %i', (s) => {
    const [ours, theirs] = [truth.stations[s], reference.elevation_deg_start_end[NAMES[s]]];
    expect(Math.abs(ours.elevation_deg[0] - theirs[0])).toBeLessThan(1e-5);
    expect(Math.abs(ours.elevation_deg[1] - theirs[1])).toBeLessThan(1e-5);
    const tenth_of_a_metre_km = 1e-4;
    const end_km = reference.range_km[NAMES[s]][s === 0 ? 0 : 1];
    expect(Math.abs(ours.range_km[1] - end_km)).toBeLessThan(tenth_of_a_metre_km);
  });

  test.each([0, 1] as const)('edges, pulses and background of station %i', (s) => {
    const [ours, theirs] = [truth.stations[s], reference[NAMES[s]]];
    expect(ours.pps).toBe(theirs.pps);
    expect(Math.abs(ours.sync / theirs.sync - 1)).toBeLessThan(0.025);
    const background = ours.sky + ours.dark;
    expect(Math.abs(background / (theirs.singles - theirs.signal) - 1)).toBeLessThan(0.15);
  });

  test('signal of each station, and pairs, once the detectors are set aside', () => {
    const detectors = micius.stations.map((station) => linkStationOf(station).detector_efficiency);
    for (const s of [0, 1] as const) {
      const off_db = 10 * Math.log10(truth.stations[s].signal / detectors[s]! / reference[NAMES[s]].signal);
      expect(Math.abs(off_db)).toBeLessThan(0.5);
    }
    const pairs = truth.true_pairs / (detectors[0]! * detectors[1]!);
    const sigma = reference.true_pairs * Math.sqrt(1 / truth.true_pairs + 1 / reference.true_pairs);
    expect(Math.abs(pairs - reference.true_pairs)).toBeLessThan(3 * sigma);
  });

  test('as many overflow records as events fill wraps, in both', () => {
    for (const s of [0, 1] as const) {
      for (const { records, events, sync } of [truth.stations[s], reference[NAMES[s]]]) {
        const { seconds } = reference;
        // Clicks are random; pulses come at least three wraps apart.
        const empty = Math.exp(-(events - sync) / seconds * WRAP_S) * (1 - sync / seconds * WRAP_S);
        const filled = (1 - empty) * (seconds / WRAP_S);
        expect(Math.abs((records - events) / filled - 1)).toBeLessThan(0.01);
      }
    }
  });

  test('error rate', () => {
    const rate = ({ n, e }: { n: number; e: number }) => ({ p: e / n, variance: ((e + 1) / n) / n });
    const { Z, X } = truth.sifted;
    const ours = rate({ n: Z.n + X.n, e: Z.e + X.e });
    const theirs = rate({ n: reference.nZ + reference.nX, e: reference.eZ + reference.eX });
    expect(Math.abs(ours.p - theirs.p)).toBeLessThan(4 * Math.sqrt(ours.variance + theirs.variance));
  });

  test('E values of the Bell run, phi+ with its visibility', async () => {
    const source = { ...micius.source, state: 'phi+' as const, visibility: bell.visibility };
    const mission = { ...micius, source };
    const made = await simulated({ mission, mode: 'bell', seconds: 20, brightness: 4, seed: 102 });
    const theirs = [[bell.E00, bell.N00], [bell.E01, bell.N01], [bell.E10, bell.N10], [bell.E11, bell.N11]] as const;
    theirs.forEach(([e, n], i) => {
      const sigma = Math.sqrt((1 - e * e) * (1 / n + 1 / made.truth.n[i]!));
      expect(Math.abs(made.truth.e[i]! - e)).toBeLessThan(4 * sigma);
    });
  });
});

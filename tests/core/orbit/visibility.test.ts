// Goal: the physical bounds that let the search step over empty sky hold on real motion, for any orbit.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARTH_ROTATION_RAD_S } from '../../../src-core/orbit/frames.ts';
import { createStation } from '../../../src-core/orbit/look.ts';
import { createPropagator, type Propagator } from '../../../src-core/orbit/propagate.ts';
import { findVisibility, type MaskedStation } from '../../../src-core/orbit/visibility.ts';
import { DEG, goldenElements } from '../../support/golden-orbit.ts';

const orbit = fc.record({
  mean_motion_rev_day: fc.double({ min: 12, max: 16.2, noNaN: true }),
  eccentricity: fc.double({ min: 0, max: 0.02, noNaN: true }),
  inclination_deg: fc.double({ min: 0.1, max: 179, noNaN: true }),
  raan_deg: fc.double({ min: 0, max: 360, noNaN: true }),
  argument_of_perigee_deg: fc.double({ min: 0, max: 360, noNaN: true }),
  mean_anomaly_deg: fc.double({ min: 0, max: 360, noNaN: true }),
  bstar_per_earth_radius: fc.double({ min: -5e-4, max: 5e-4, noNaN: true }),
});
const site = fc.record({
  latitude_deg: fc.double({ min: -80, max: 80, noNaN: true }),
  longitude_deg: fc.double({ min: -180, max: 180, noNaN: true }), altitude_m: fc.constant(0),
});

function propagatorOf(elements: object): Propagator | null {
  const created = createPropagator({ ...goldenElements(), ...elements });
  return created.ok ? created.value : null;
}

/** Windows by a plain 1 s grid: slow, and blind to what is shorter, but nothing is assumed. */
function byGrid(propagator: Propagator, stations: readonly MaskedStation[], span_s: number): [number, number][] {
  const state = new Float64Array(6);
  const found: [number, number][] = [];
  let start: number | null = null;
  for (let t_s = 0; t_s <= span_s; t_s++) {
    propagator.writePef(t_s, state);
    const seen = stations.every(({ station, min_elevation_rad }) => {
      const d = station.position_pef_km.map((x, axis) => state[axis]! - x) as [number, number, number];
      const height = d[0] * station.up[0] + d[1] * station.up[1] + d[2] * station.up[2];
      return height >= Math.hypot(...d) * Math.sin(min_elevation_rad);
    });
    if (seen && start === null) start = t_s;
    if (!seen && start !== null) {
      found.push([start, t_s - 1]);
      start = null;
    }
  }
  return found;
}

test('property: a 1 s grid over a day finds no window that the march lost, for any orbit, sites and mask', () => {
  const mask = fc.double({ min: 0, max: 60, noNaN: true });
  fc.assert(fc.property(orbit, fc.tuple(site, site), mask, (elements, sites, mask_deg) => {
    const propagator = propagatorOf(elements);
    fc.pre(propagator !== null);
    // The second station stands near the first, or the two would hardly ever see the same satellite.
    const near = { ...sites[1], latitude_deg: sites[0].latitude_deg * 0.95, longitude_deg: sites[0].longitude_deg + 7 };
    const stations = [sites[0], near].map((place) =>
      ({ station: createStation(place), min_elevation_rad: mask_deg * DEG }));
    const { intervals } = findVisibility(propagator, stations, { from_s: 0, to_s: 86_400 });
    for (const [start_s, end_s] of byGrid(propagator, stations, 86_400)) {
      const around = intervals.filter((found) => found.start_s <= start_s + 1e-5 && found.end_s >= end_s - 1e-5);
      expect(around).toHaveLength(1);
      if (start_s > 0) expect(start_s - around[0]!.start_s).toBeLessThanOrEqual(1);
    }
  }), { numRuns: 25 });
});

test('property: acceleration in the turning frame stays below gravity at the ground plus the turning terms', () => {
  fc.assert(fc.property(orbit, fc.double({ min: 0, max: 1e6, noNaN: true }), (elements, t_s) => {
    const propagator = propagatorOf(elements);
    fc.pre(propagator !== null);
    const [before, now, after] = [new Float64Array(6), new Float64Array(6), new Float64Array(6)];
    fc.pre(propagator.writePef(t_s - 0.5, before) && propagator.writePef(t_s, now)
      && propagator.writePef(t_s + 0.5, after));
    const difference = (from: number, over: number) => Math.hypot(...[0, 1, 2].map((axis) =>
      (after[from + axis]! - before[from + axis]!) / over - (over === 1 && from === 0 ? now[3 + axis]! : 0)));
    const radius_km = Math.hypot(now[0]!, now[1]!, now[2]!);
    const turning = 2 * EARTH_ROTATION_RAD_S * 11.2 + 3 * EARTH_ROTATION_RAD_S ** 2 * radius_km;
    const bound = 398_600.8 / 6378.135 ** 2 + turning;
    expect(difference(3, 1)).toBeLessThan(bound * 1.03);
    // And SGP4's velocity is the derivative of its position within the slack that the march allows.
    expect(difference(0, 1)).toBeLessThan(1.5e-4 + 0.02 * elements.eccentricity + propagator.dragSlackKmS(t_s));
  }), { numRuns: 500 });
});

test('a grazing pass: raising the mask to its culmination shrinks the window to nothing, then loses it', () => {
  const propagator = propagatorOf({})!;
  const station = createStation({ latitude_deg: 37.379, longitude_deg: 97.727, altitude_m: 3153 });
  const count = (min_elevation_rad: number) =>
    findVisibility(propagator, [{ station, min_elevation_rad }], { from_s: 0, to_s: 86_400 }).intervals;
  const pass = count(0)[2]!;
  let [low, high] = [0, Math.PI / 2 - 1e-9];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const seen = count(middle).some((found) => found.start_s >= pass.start_s - 1 && found.end_s <= pass.end_s + 1);
    if (seen) low = middle;
    else high = middle;
  }
  const last = count(low).find((found) => found.start_s >= pass.start_s - 1 && found.end_s <= pass.end_s + 1)!;
  // The culmination is bracketed to the last bit, and the window that is left is far below a millisecond.
  expect(high - low).toBeLessThan(1e-15);
  expect(last.end_s - last.start_s).toBeLessThan(0.001);
});

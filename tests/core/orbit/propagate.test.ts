// Goal: our doorway to SGP4 gives what another implementation gives, keeps the epoch's fraction, and reports decay.
import { expect, test } from 'vitest';
import { createPropagator, describePropagationError } from '../../../src-core/orbit/propagate.ts';
import { elementsOf, goldenElements, goldenPropagator, propagatorOf, readGolden } from '../../support/golden-orbit.ts';

interface States {
  readonly sets: readonly {
    readonly name: string; readonly line1: string; readonly line2: string;
    readonly states: readonly {
      readonly minutes: number; readonly position_teme_km: number[]; readonly velocity_teme_km_s: number[];
    }[];
  }[];
}

const { sets } = readGolden('python-sgp4/states.json') as States;
const MILLIMETRE_KM = 1e-6;
/** The double nearest to a time in 2018 is a quarter of a microsecond coarse: 2 mm along the orbit. */
const CLOCK_ROUNDING_KM = 3e-6;

test.each(sets.map((set) => [set.name, set] as const))('python-sgp4: %s', (_name, set) => {
  const propagator = propagatorOf(elementsOf(`${set.line1}\n${set.line2}`));
  for (const { minutes, position_teme_km, velocity_teme_km_s } of set.states) {
    const state = propagator.stateTeme(propagator.elements.epoch_utc_ms + minutes * 60_000);
    if (!state.ok) throw new Error(describePropagationError(state.error));
    for (const axis of [0, 1, 2] as const) {
      const off_km = state.value.position_teme_km[axis] - position_teme_km[axis]!;
      expect(Math.abs(off_km)).toBeLessThan(MILLIMETRE_KM + CLOCK_ROUNDING_KM);
      expect(Math.abs(state.value.velocity_teme_km_s[axis] - velocity_teme_km_s[axis]!)).toBeLessThan(1e-8);
    }
  }
});

test('an epoch moved by half a millisecond moves the satellite by four metres, not by nothing', () => {
  const elements = goldenElements();
  const utc_ms = elements.epoch_utc_ms + 3_600_000;
  const at = (epoch_utc_ms: number) => {
    const state = propagatorOf({ ...elements, epoch_utc_ms }).stateTeme(utc_ms);
    if (!state.ok) throw new Error(state.error.type);
    return state.value.position_teme_km;
  };
  const [a, b] = [at(elements.epoch_utc_ms), at(elements.epoch_utc_ms + 0.5)];
  const moved_m = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) * 1000;
  expect(Math.abs(moved_m - 7.6 * 0.5)).toBeLessThan(0.1); // 7.6 km/s for half a millisecond.
});

test('PEF keeps distances, and its velocity is the derivative of its position', () => {
  const propagator = goldenPropagator();
  const [now, before, after] = [new Float64Array(6), new Float64Array(6), new Float64Array(6)];
  for (const t_s of [0, 1000, 2500, 86_400]) {
    expect(propagator.writePef(t_s, now) && propagator.writePef(t_s - 0.1, before)
      && propagator.writePef(t_s + 0.1, after)).toBe(true);
    const teme = propagator.stateTeme(propagator.elements.epoch_utc_ms + t_s * 1000);
    if (!teme.ok) throw new Error(teme.error.type);
    expect(Math.hypot(now[0]!, now[1]!, now[2]!)).toBeCloseTo(Math.hypot(...teme.value.position_teme_km), 5);
    for (const axis of [0, 1, 2]) {
      const derivative = (after[axis]! - before[axis]!) / 0.2;
      // SGP4's own velocity differs from its derivative by centimetres a second.
      expect(Math.abs(derivative - now[3 + axis]!)).toBeLessThan(1e-4);
    }
  }
});

test('decay is reported, with the satellite and the time', () => {
  const falling = { ...goldenElements(), mean_motion_rev_day: 16.3, bstar_per_earth_radius: 5e-3 };
  const propagator = propagatorOf(falling);
  const utc_ms = falling.epoch_utc_ms + 60 * 86_400_000;
  const state = propagator.stateTeme(utc_ms);
  expect(state).toEqual({ ok: false, error: { type: 'Decayed', catalog_number: '41731', utc_ms } });
  expect(propagator.writePef(60 * 86_400, new Float64Array(6))).toBe(false);
  if (!state.ok) expect(describePropagationError(state.error)).toContain('has decayed');
});

test('elements that give no state at their own epoch are refused', () => {
  const created = createPropagator({ ...goldenElements(), eccentricity: 0.9, mean_anomaly_deg: 0 });
  expect(created).toMatchObject({ ok: false, error: { type: 'Decayed' } });
});

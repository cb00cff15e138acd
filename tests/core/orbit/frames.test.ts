// Goal: pin sidereal time to a textbook value and to the definition of its rate.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARTH_ROTATION_RAD_S, gmst82Rad, J2000_UTC_MS } from '../../../src-core/orbit/frames.ts';

const DEG = Math.PI / 180;

test('Vallado example 3-5: 1992-08-20 12:14 UT1 has 152.578787810 degrees', () => {
  const gmst = gmst82Rad({ base_utc_ms: Date.UTC(1992, 7, 20, 12, 14), offset_s: 0 });
  // The book counts in one double of Julian days, which rounds time to 20 us: 8e-8 degrees.
  expect(Math.abs(gmst / DEG - 152.578_787_810)).toBeLessThan(8e-8);
});

test('analytic: at J2000 it is the constant of the polynomial, 67310.54841 s', () => {
  expect(gmst82Rad({ base_utc_ms: J2000_UTC_MS, offset_s: 0 })).toBeCloseTo(67_310.548_41 / 86_400 * 2 * Math.PI, 12);
});

test('property: base and offset may be split anywhere, and the rate is the Earth turning', () => {
  const day = fc.integer({ min: -3650, max: 20_000 });
  fc.assert(fc.property(day, fc.integer({ min: -86_400, max: 86_400 }), (days, seconds) => {
    const base_utc_ms = J2000_UTC_MS + days * 86_400_000;
    const split = gmst82Rad({ base_utc_ms, offset_s: seconds });
    const whole = gmst82Rad({ base_utc_ms: base_utc_ms + seconds * 1000, offset_s: 0 });
    expect(Math.abs(Math.sin((split - whole) / 2))).toBeLessThan(1e-10);
    const later = gmst82Rad({ base_utc_ms, offset_s: seconds + 10 });
    expect(Math.abs(Math.sin((later - split - 10 * EARTH_ROTATION_RAD_S) / 2))).toBeLessThan(1e-10);
  }));
});

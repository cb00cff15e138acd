// Goal: numbers and times read as the style asks: real minus, thin space, units, day of year, never NaN.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes, fixed, percent, plusMinus, scientific, shortDigest, signed,
  span } from '../../src-renderer/shared/numbers.ts';
import {
  addNights, countdown, dayOfYear, intoPass, localTimeOfDay, nightOf, roughly, shortDate, stamp, timeOfDay,
} from '../../src-renderer/shared/times.ts';

const GOLDEN_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 1, 802);

describe('numbers', () => {
  test('carry a real minus and a thin space in thousands', () => {
    expect(fixed(-234.71, 1)).toBe('−234.7');
    expect(fixed(3412000)).toBe('3\u2009412\u2009000');
    expect(fixed(1120.4)).toBe('1\u2009120');
    expect(fixed(999.9, 1)).toBe('999.9');
    expect(signed(0.04, 2)).toBe('+0.04');
  });

  test('a number that rounds to zero has no sign', () => {
    expect(fixed(-0.04, 1)).toBe('0.0');
    expect(signed(-0.001, 2)).toBe('+0.00');
  });

  test('what is not known is a dash, whatever made it so', () => {
    for (const nothing of [null, undefined, NaN, Infinity]) {
      expect(fixed(nothing)).toBe('–');
      expect(percent(nothing)).toBe('–');
      expect(signed(nothing, 2)).toBe('–');
      expect(scientific(nothing)).toBe('–');
      expect(plusMinus(nothing)).toBe('');
    }
    expect(bytes(null)).toBe('–');
  });

  test('an uncertainty keeps two significant digits below ten', () => {
    expect(plusMinus(0.24)).toBe('±\u20090.24');
    expect(plusMinus(1.38)).toBe('±\u20091.4');
    expect(plusMinus(64.2)).toBe('±\u200964');
    expect(plusMinus(23.04)).toBe('±\u200923');
  });

  test('small probabilities are powers of ten', () => {
    expect(scientific(1e-10)).toBe('10⁻¹⁰');
    expect(scientific(3.2e-7)).toBe('3.2×10⁻⁷');
    expect(scientific(9.99e-5)).toBe('10⁻⁴');
    expect(scientific(0.05)).toBe('0.050');
    expect(scientific(0)).toBe('0');
  });

  test('a span of equal ends is one number', () => {
    expect(span(56.2, 70.7)).toBe('56–71');
    expect(span(56.2, 56.4)).toBe('56');
  });

  test('sizes and digests are short', () => {
    expect(bytes(38_412_800)).toBe('38.4 MB');
    expect(bytes(1.21e12)).toBe('1.21 TB');
    expect(bytes(999_600)).toBe('1.00 MB');
    expect(shortDigest('4be0'.repeat(16))).toBe('4be04b…4be0');
  });

  test('property: a formatted number reads back as itself', () => {
    fc.assert(fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: 0, max: 6 }),
      (value, decimals) => {
      const back = Number(fixed(value, decimals).replaceAll('\u2009', '').replace('−', '-'));
      expect(back).toBeCloseTo(value, decimals > 0 ? decimals - 1 : -0.4);
    }));
  });
});

describe('times', () => {
  test('the golden window', () => {
    expect(timeOfDay(GOLDEN_UTC_MS, 1)).toBe('18:14:01.8');
    expect(timeOfDay(GOLDEN_UTC_MS)).toBe('18:14:01');
    expect(dayOfYear(GOLDEN_UTC_MS)).toBe('257');
    expect(stamp(GOLDEN_UTC_MS)).toBe('257 18:14:01 Z');
    expect(localTimeOfDay(GOLDEN_UTC_MS, 8)).toBe('02:14:01');
    expect(shortDate(GOLDEN_UTC_MS)).toBe('Fri 14 Sep');
    expect(shortDate(GOLDEN_UTC_MS, 8)).toBe('Sat 15 Sep');
  });

  test('rounding carries into the next second, hour and day', () => {
    expect(timeOfDay(Date.UTC(2018, 8, 14, 23, 59, 59, 960), 1)).toBe('00:00:00.0');
  });

  test('a night is named by its evening, from local noon to local noon', () => {
    expect(nightOf(GOLDEN_UTC_MS, 8)).toBe('2018-09-14');
    expect(nightOf(Date.UTC(2018, 8, 15, 3, 59), 8)).toBe('2018-09-14');
    expect(nightOf(Date.UTC(2018, 8, 15, 4, 0), 8)).toBe('2018-09-15');
    expect(addNights('2018-12-31', 1)).toBe('2019-01-01');
    expect(addNights('2020-03-01', -1)).toBe('2020-02-29');
  });

  test('a countdown turns at its event', () => {
    expect(countdown(GOLDEN_UTC_MS - 7_912_000, GOLDEN_UTC_MS)).toBe('T−02:11:52');
    expect(countdown(GOLDEN_UTC_MS - 1, GOLDEN_UTC_MS)).toBe('T−00:00:01');
    expect(countdown(GOLDEN_UTC_MS, GOLDEN_UTC_MS)).toBe('T+00:00:00');
    expect(countdown(GOLDEN_UTC_MS + 131_000, GOLDEN_UTC_MS)).toBe('T+00:02:11');
    expect(countdown(GOLDEN_UTC_MS - 3 * 86_400_000, GOLDEN_UTC_MS)).toBe('T−3 d 00:00:00');
  });

  test('seconds into a pass', () => {
    expect(intoPass(-60)).toBe('−1:00');
    expect(intoPass(-0.2)).toBe('+0:00');
    expect(intoPass(281.3)).toBe('+4:41');
  });

  test('ages are rough', () => {
    expect(roughly(13.4 * 3_600_000)).toBe('13 h');
    expect(roughly(-25.5 * 86_400_000)).toBe('25.5 d');
    expect(roughly(240_000)).toBe('4 min');
  });
});

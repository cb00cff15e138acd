import type { Attack } from './attack.ts';
import { interpolateLinear, largestBetween, type StepSeries } from './light-time.ts';
import type { Span } from './photons.ts';
import { drawIndex, type Random } from './random.ts';
import { receiveLight, targetOf, type Receiver } from './receiver.ts';
import { ORIGIN } from './station-events.ts';

/** Sky light: as the photons a Poisson process, spread over the detectors by their shares. */
export interface SkyInput {
  readonly receiver: Receiver;
  readonly sky_cps: StepSeries;
  readonly factor: number;
  readonly sums: Float64Array;
  readonly random: Random;
}

export function skyCounts(sky: SkyInput, span: Span): void {
  const { receiver, random } = sky;
  const largest = largestBetween(sky.sky_cps, span.from_s, span.to_s);
  const rate_hz = largest * sky.factor;
  const light = { utc_s: 0, detector: 0, origin: ORIGIN.sky, pair: -1 };
  for (let t = span.from_s + random.exponential() / rate_hz; t < span.to_s; t += random.exponential() / rate_hz) {
    if (random.uniform() * largest >= interpolateLinear(sky.sky_cps, t)) continue;
    light.utc_s = t;
    light.detector = drawIndex(random, sky.sums);
    receiveLight(receiver, light, random);
  }
}

export interface DarkInput {
  readonly receiver: Receiver;
  /** Dark counts a second of each detector. */
  readonly dark_cps: readonly number[];
  readonly random: Random;
}

/** Dark counts come day and night, shutter or not. */
export function darkCounts(dark: DarkInput, span: Span): void {
  const { receiver, random } = dark;
  for (const [detector, rate_hz] of dark.dark_cps.entries()) {
    const light = { utc_s: 0, detector, origin: ORIGIN.dark, pair: -1 };
    for (let t = span.from_s + random.exponential() / rate_hz; t < span.to_s; t += random.exponential() / rate_hz) {
      light.utc_s = t;
      receiveLight(receiver, light, random);
    }
  }
}

const FLASHES_HZ = 20_000;

/** The flashes of a dead-time attack: all detectors but the target click at once and are dead for a while. */
export function flashes(receiver: Receiver, attack: Attack, span: Span): void {
  const { attackRandom: random, detectors } = receiver;
  const from_s = Math.max(span.from_s, attack.from_s);
  const to_s = Math.min(span.to_s, attack.to_s);
  const spared = targetOf(attack);
  for (let t = from_s + random.exponential() / FLASHES_HZ; t < to_s; t += random.exponential() / FLASHES_HZ) {
    for (let detector = 0; detector < detectors.length; detector += 1) {
      if (detector !== spared) receiveLight(receiver, { utc_s: t, detector, origin: ORIGIN.attack, pair: -1 }, random);
    }
  }
}

import { MS_PER_DAY } from '../../src-core/constants.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { createPropagator } from '../../src-core/orbit/propagate.ts';
import { formatUtc } from '../../src-core/utc.ts';

/** As far as anyone plans. */
const DECAY_DAYS = 60;
/** A set made for a manoeuvre lies a few days ahead; one farther off is a wrong year. */
const AHEAD_DAYS_MAX = 10;
/**
 * Low orbits change their mean motion by less than 0.003 revolutions a day in a day, at solar maximum and 400 km; more
 * is a manoeuvre, a breakup, or the set of another satellite under this number.
 */
const DRIFT_REV_DAY_PER_DAY = 0.003;
const JUMP_REV_DAY_MIN = 0.005;

interface Surroundings {
  readonly now_utc_ms: number;
  /** The newest set known before; null where there was none. */
  readonly before: { readonly epoch_utc_ms: number; readonly mean_motion_rev_day: number } | null;
}

const day = (utc_ms: number) => formatUtc(utc_ms).slice(0, 10);

/** What a person should know about the newest of some sets, all of them sound. */
export function warnAboutElements(sets: readonly ElementSet[], { now_utc_ms, before }: Surroundings): string[] {
  const newest = sets.reduce((best, set) => (set.epoch_utc_ms > best.epoch_utc_ms ? set : best));
  const warnings: string[] = [];
  const decay_utc_ms = decayAfter(newest);
  if (decay_utc_ms !== null) {
    warnings.push(
      `By the set of ${day(newest.epoch_utc_ms)} the satellite decays about ${day(decay_utc_ms)}: no windows after that.`,
    );
  }
  const ahead_days = (newest.epoch_utc_ms - now_utc_ms) / MS_PER_DAY;
  if (ahead_days > AHEAD_DAYS_MAX) {
    warnings.push(
      `The set of ${day(newest.epoch_utc_ms)} lies ${ahead_days.toFixed(0)} days ahead of now: check its year.`,
    );
  }
  if (before !== null) {
    const apart_days = Math.abs(newest.epoch_utc_ms - before.epoch_utc_ms) / MS_PER_DAY;
    const jump = newest.mean_motion_rev_day - before.mean_motion_rev_day;
    if (Math.abs(jump) > Math.max(JUMP_REV_DAY_MIN, DRIFT_REV_DAY_PER_DAY * apart_days)) {
      warnings.push(
        `The mean motion changes by ${jump.toFixed(4)} revolutions a day against the set of ` +
          `${day(before.epoch_utc_ms)}: a manoeuvre, or another object under this number. Compare the windows.`,
      );
    }
  }
  return warnings;
}

/** The day after which SGP4 finds this orbit used up; null where it lasts. */
function decayAfter(set: ElementSet): number | null {
  const propagator = createPropagator(set);
  if (!propagator.ok) return null;
  for (let days = 1; days <= DECAY_DAYS; days += 1) {
    const utc_ms = set.epoch_utc_ms + days * MS_PER_DAY;
    const state = propagator.value.stateTeme(utc_ms);
    if (!state.ok && state.error.type === 'Decayed') return utc_ms;
  }
  return null;
}

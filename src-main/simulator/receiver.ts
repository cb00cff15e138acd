import type { Attack, AttackName } from './attack.ts';
import type { DetectorOptics } from './outcomes.ts';
import type { StationIndex } from './pair.ts';
import type { Random } from './random.ts';
import { addClick, addPairClick, ORIGIN, type StationEvents } from './station-events.ts';
import type { StationClock } from './station-clock.ts';

/** A click on its way to the recorder; attacks change it in place. */
interface Click {
  utc_s: number;
  detector: number;
  origin: number;
  pair: number;
}

/** A station's detectors and recorder, and whoever sits in its beam. */
export interface Receiver {
  readonly clock: StationClock;
  readonly events: StationEvents;
  readonly detectors: readonly DetectorOptics[];
  /** Delay of each detector against the beacon receiver, seconds. */
  readonly delay_s: readonly number[];
  readonly jitter_sigma_s: number;
  readonly attacks: readonly Attack[];
  readonly attackRandom: Random;
  readonly after_pulse_share: number;
  readonly afterPulseRandom: Random;
  readonly click: Click;
}

/** Light that reaches a detector makes it click, unless an attack has it otherwise. */
export function receiveLight(receiver: Receiver, light: Readonly<Click>, random: Random): void {
  const { click } = receiver;
  click.utc_s = light.utc_s;
  click.detector = light.detector;
  click.origin = light.origin;
  click.pair = light.pair;
  for (const attack of receiver.attacks) {
    if (click.utc_s >= attack.from_s && click.utc_s < attack.to_s && !EFFECTS[attack.name](receiver, attack)) return;
  }
  // A dark count has no light to time: it is as random with jitter as without.
  const jitter_s = click.origin === ORIGIN.dark ? 0 : receiver.jitter_sigma_s * random.normal();
  const tick = receiver.clock.ticksAt(click.utc_s + receiver.delay_s[click.detector]! + jitter_s);
  if (click.origin === ORIGIN.pair) addPairClick(receiver.events, tick, click);
  else addClick(receiver.events, tick, click);
  if (receiver.after_pulse_share > 0) addAfterPulse(receiver, tick);
}

/** Trapped carriers let go within some hundred nanoseconds. Source: Cova et al., IEEE EDL 12, 685 (1991), doi:10.1109/55.116955. */
const AFTER_PULSE_TICKS = 100_000;

function addAfterPulse({ events, click, after_pulse_share, afterPulseRandom: random }: Receiver, tick: number): void {
  if (random.uniform() >= after_pulse_share) return;
  const later = tick + events.dead_ticks + Math.round(AFTER_PULSE_TICKS * random.exponential());
  addClick(events, later, { detector: click.detector, origin: ORIGIN.dark });
}

/** The detector an attack favours or harms; the second unless said otherwise. */
export function targetOf(attack: Attack): number {
  return attack.detector ?? 1;
}

const SHIFT_S = 1e-9;
const MISMATCHED_EFFICIENCY = 0.5;
const MOVED_X_SHARE = 0.5;
const SPOT_PERIOD_S = 8;

const isPhoton = (click: Click) => click.origin === ORIGIN.pair || click.origin === ORIGIN.single;

/** Changes the receiver's click; false where the detector does not click at all. */
type Effect = (receiver: Receiver, attack: Attack) => boolean;

const EFFECTS: Readonly<Record<AttackName, Effect>> = {
  'time-shift': ({ click }, attack) => {
    if (click.detector === targetOf(attack)) click.utc_s += SHIFT_S;
    return true;
  },
  'efficiency-mismatch': ({ click, attackRandom }, attack) =>
    click.origin === ORIGIN.dark || click.detector !== targetOf(attack)
    || attackRandom.uniform() < MISMATCHED_EFFICIENCY,
  'blinding': ({ click }, attack) => {
    click.detector = targetOf(attack);
    return isPhoton(click) || click.origin === ORIGIN.attack;
  },
  // The flashes are light of their own, see `flashes`.
  'dead-time': () => true,
  'wavelength': ({ click, detectors, attackRandom }) => {
    if (!isPhoton(click) || detectors[click.detector]!.basis !== 'X') return true;
    if (attackRandom.uniform() >= MOVED_X_SHARE) return true;
    const z = detectors.flatMap((detector, index) => (detector.basis === 'Z' ? [index] : []));
    if (z.length > 0) click.detector = z[Math.floor(attackRandom.uniform() * z.length)]!;
    return true;
  },
  'spatial-mode': ({ click, attackRandom }, attack) =>
    !isPhoton(click) || click.detector !== targetOf(attack)
    || attackRandom.uniform() < (1 + Math.cos((2 * Math.PI * (click.utc_s - attack.from_s)) / SPOT_PERIOD_S)) / 2,
};

/** Attacks on a station. */
export function attacksOn(attacks: readonly Attack[], station: StationIndex): readonly Attack[] {
  return attacks.filter((attack) => (attack.station ?? 0) === station);
}

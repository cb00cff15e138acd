// What each alarm is called, how it behaves, when it may speak, and what to do about it.
import type { AlarmManner, Verdict } from './alarm-machine.ts';

export type AlarmKind =
  | 'blinding' | 'damage' | 'dark' | 'detector-balance' | 'basis-ratio' | 'all-live' | 'time-shift' | 'spatial-mode'
  | 'tracking' | 'beacon' | 'pps' | 'efficiency' | 'silent' | 'gap' | 'weather'
  | 'disk-low' | 'disk-full' | 'broker' | 'clock-jump' | 'lag' | 'elements' | 'qber';
export type AlarmPhase = 'preparing' | 'polling' | 'hold' | 'acquiring' | 'window' | 'closing' | 'done' | 'aborted';
export type AlarmPriority = 'critical' | 'serious' | 'caution';

export interface AlarmRule {
  readonly priority: AlarmPriority;
  readonly latching: boolean;
  readonly off_delay_ms: number;
  /** Phases of the pass in which it may speak; `always` also without a pass. */
  readonly speaks: 'always' | readonly AlarmPhase[];
  readonly advice: string;
}

const WINDOW: readonly AlarmPhase[] = ['window'];
const FLYING: readonly AlarmPhase[] = ['acquiring', 'window', 'closing'];
const AROUND: readonly AlarmPhase[] = ['polling', 'hold', ...FLYING];
const BEFORE: readonly AlarmPhase[] = ['preparing', 'polling', 'hold'];

const rule = (priority: AlarmPriority, speaks: AlarmRule['speaks'], advice: string): AlarmRule =>
  ({ priority, latching: false, off_delay_ms: 2000, speaks, advice });
const safety = (advice: string): AlarmRule =>
  ({ priority: 'critical', latching: true, off_delay_ms: 0, speaks: 'always', advice });

const ATTACK = 'Ask the station what is in the beam. The seconds count, but judge the pass before its key is used.';

export const ALARM_RULES: Readonly<Record<AlarmKind, AlarmRule>> = {
  blinding: safety('Bright light is on the detector. Close the shutter, tell both stations; these seconds make no key.'),
  damage: safety('The station calls this detector damaged. Close the shutter and take it out of service.'),
  dark: rule('caution', 'always', 'Check the detector’s temperature; accept it on the list or leave the detector out.'),
  'detector-balance': rule('serious', WINDOW, `Detectors count unlike their efficiencies. ${ATTACK}`),
  'basis-ratio': rule('serious', WINDOW, `The beam splitter shares light unlike before. ${ATTACK}`),
  'all-live': rule('serious', WINDOW, `Detectors are dead for too long. ${ATTACK}`),
  'time-shift': rule('serious', WINDOW, `One detector’s photons come at another time. ${ATTACK}`),
  'spatial-mode': rule('serious', WINDOW, `A detector’s share swings as if the spot moved. ${ATTACK}`),
  tracking: rule('serious', WINDOW, 'Ask the station to acquire again; if it cannot, note the time and go on with what comes.'),
  beacon: rule('serious', WINDOW, 'Check the beacon receiver and its threshold; without beacon the photons must lock.'),
  pps: rule('serious', AROUND, 'Check the GNSS receiver and its antenna; the beacon holds the clock while it lasts.'),
  efficiency: rule('caution', WINDOW, 'Compare with tracking and sky: a cloud passes, a wrong focus stays.'),
  silent: rule('serious', AROUND, 'Call the station. It stores what it cannot send; nothing is lost while its disk has room.'),
  gap: rule('caution', FLYING, 'Batches are missing and asked for again. If they do not come, call the station.'),
  weather: rule('caution', [...BEFORE, 'acquiring', 'window'], 'Look at the sky; answer on the list, hold or abort if it does not clear.'),
  'disk-low': rule('caution', 'always', 'Make room: export and remove old passes or scratch files.'),
  'disk-full': rule('critical', 'always', 'Make room now: what stations send waits with them until it can be written.'),
  broker: rule('serious', AROUND, 'Check the broker and the line to it; stations keep what they cannot send.'),
  'clock-jump': rule('caution', 'always', 'Check the workstation’s time service. Records keep the stations’ time and are right.'),
  lag: rule('caution', FLYING, 'The figures are old; the recording is not. Close what else runs on this machine.'),
  elements: rule('caution', BEFORE, 'Import a newer set in Plan: the window’s edges are less sure than they look.'),
  qber: rule('serious', ['window', 'closing'], 'No key comes of this. Check HWP angles against the plan, then the state.'),
};

/** What a message says of one alarm at its moment. */
export interface AlarmSample {
  readonly alarm_id: string;
  readonly kind: AlarmKind;
  readonly station: string | null;
  readonly at_utc_ms: number;
  readonly verdict: Verdict;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  /** What, value, limit: "Delingha B4973 (V) anode 1.31 V, limit 1.20 V". */
  readonly text: string;
}

export type OnDelays = Readonly<Partial<Record<AlarmKind, number>>>;

/** How an alarm of a kind behaves under the mission's delays. */
export function mannerOf(kind: AlarmKind, on_delay_ms: OnDelays): AlarmManner {
  const { latching, off_delay_ms } = ALARM_RULES[kind];
  return { latching, off_delay_ms, on_delay_ms: latching ? 0 : on_delay_ms[kind] ?? 0 };
}

/** Whether an alarm is out of place in this phase of the pass; null: no pass is on. */
export function isSuppressed(kind: AlarmKind, phase: AlarmPhase | null): boolean {
  const { speaks } = ALARM_RULES[kind];
  return speaks !== 'always' && (phase === null || !speaks.includes(phase));
}

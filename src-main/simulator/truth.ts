import { formatUtc } from '../../src-core/utc.ts';
import type { Attack } from './attack.ts';
import { lossOfBoth, windowEnds, type StationFlight } from './flight.ts';
import type { DetectorOptics, Outcomes } from './outcomes.ts';
import { forBoth, type Pair } from './pair.ts';
import { PAIR_UNSEEN, type PairLedger } from './pair-ledger.ts';
import type { Scenario } from './scenario.ts';
import type { StationClock } from './station-clock.ts';
import { ORIGIN, type EventCounts } from './station-events.ts';

interface BasisCount { readonly n: number; readonly e: number }

/** What was done at one station, and what its recorder wrote. */
interface StationTruth {
  readonly id: string;
  /** Records of the tag file, overflows included; and those that are events. */
  readonly records: number;
  readonly events: number;
  /** Clicks, of which `signal` are photons of the source. */
  readonly singles: number;
  readonly signal: number;
  readonly sky: number;
  readonly dark: number;
  readonly attack: number;
  readonly by_detector: readonly number[];
  /** Beacon channel: pulses and false ones together; then the false ones. */
  readonly sync: number;
  readonly sync_false: number;
  readonly pps: number;
  /** Events that are not in the file: in a detector's dead time, or before the recorder was on. */
  readonly dropped: { readonly dead_time: number; readonly before_start: number };
  /** Its clock reads zero this long after the window's start; milliseconds since 1970 would not hold it to 1 ps. */
  readonly recorder_on_s: number;
  readonly first_edge_utc: string;
  readonly range_km: readonly [number, number];
  readonly elevation_deg: readonly [number, number];
}

/** What the recordings hold, known because they were made. */
export interface Truth {
  readonly format: 'twinpass-truth/1';
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly state: 'psi+' | 'phi+';
  readonly visibility: number;
  readonly start_utc: string;
  readonly start_utc_ms: number;
  readonly seconds: number;
  readonly attacks: readonly Attack[];
  readonly scenario: Scenario;
  readonly satellite_phase_s: number;
  /** Pairs that both recorders hold. */
  readonly true_pairs: number;
  /** Of them, both in the same basis, and with the wrong bits; the rest are in different bases. */
  readonly sifted: { readonly Z: BasisCount; readonly X: BasisCount };
  /** E and N in the order ab, ab', a'b, a'b'; a and b are the stations' first analysers. E is null without pairs. */
  readonly e: readonly (number | null)[];
  readonly n: readonly number[];
  /** Mean arrival of B's photon after A's on the satellite's time scale, by the detectors' delays. */
  readonly offset_ns: number;
  /** Least and largest attenuation of both downlinks together, detectors apart. */
  readonly loss_db: readonly [number, number] | null;
  readonly stations: Pair<StationTruth>;
}

interface StationAccount {
  readonly id: string;
  readonly records: number;
  readonly counts: EventCounts;
  readonly clock: StationClock;
  readonly flight: StationFlight;
}

export interface TruthInput {
  readonly options: Pick<Truth, 'seed' | 'brightness' | 'mode' | 'state' | 'visibility' | 'start_utc_ms' | 'seconds'
    | 'attacks' | 'scenario' | 'satellite_phase_s'>;
  readonly outcomes: Outcomes;
  readonly ledger: PairLedger;
  readonly accounts: Pair<StationAccount>;
}

/** Adds up what the recordings hold. */
export function sumTruth(input: TruthInput): Truth {
  const { options, outcomes } = input;
  return {
    format: 'twinpass-truth/1',
    ...options,
    start_utc: formatUtc(options.start_utc_ms),
    ...countPairs(input.ledger, outcomes.detectors, options.state),
    offset_ns: meanDelay(options.scenario, outcomes, 1) - meanDelay(options.scenario, outcomes, 0),
    loss_db: lossOfBoth(forBoth((s) => input.accounts[s].flight), options.seconds),
    stations: forBoth((s) => stationTruth(input.accounts[s], options)),
  };
}

function meanDelay({ detector_delay_ns }: Scenario, outcomes: Outcomes, station: 0 | 1): number {
  const shares = outcomes.detectors[station].map(({ share }) => share);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.reduce((sum, share, i) => sum + share * detector_delay_ns[station][i]!, 0) / total;
}

/** Same bits are an error where the state gives opposite ones: psi+ in Z. */
function isError(state: 'psi+' | 'phi+', a: DetectorOptics, b: DetectorOptics): boolean {
  return (a.bit === b.bit) === (state === 'psi+' && a.basis === 'Z');
}

function countPairs(ledger: PairLedger, detectors: Outcomes['detectors'], state: 'psi+' | 'phi+') {
  const sifted = { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } };
  const n = [0, 0, 0, 0];
  const products = [0, 0, 0, 0];
  let true_pairs = 0;
  for (let pair = 0; pair < ledger.length; pair += 1) {
    const seen = forBoth((s) => ledger.detectors[s][pair]!);
    if (seen[0] === PAIR_UNSEEN || seen[1] === PAIR_UNSEEN) continue;
    const [a, b] = forBoth((s) => detectors[s][seen[s]]!);
    true_pairs += 1;
    const setting = (a.basis === 'X' ? 2 : 0) + (b.basis === 'X' ? 1 : 0);
    n[setting]! += 1;
    products[setting]! += a.outcome * b.outcome;
    if (a.basis !== b.basis) continue;
    sifted[a.basis].n += 1;
    if (isError(state, a, b)) sifted[a.basis].e += 1;
  }
  return { true_pairs, sifted, n, e: n.map((count, i) => (count === 0 ? null : products[i]! / count)) };
}

function stationTruth(account: StationAccount, window: { start_utc_ms: number; seconds: number }): StationTruth {
  const { counts, clock, flight } = account;
  const of = (origin: number) => counts.by_origin[origin]!;
  const singles = counts.by_origin.reduce((sum, count) => sum + count, 0);
  const sync = counts.sync_true + counts.sync_false;
  return {
    id: account.id,
    records: account.records,
    events: singles + sync + counts.pps,
    singles,
    signal: of(ORIGIN.pair) + of(ORIGIN.single),
    sky: of(ORIGIN.sky), dark: of(ORIGIN.dark), attack: of(ORIGIN.attack),
    by_detector: [...counts.by_detector],
    sync, sync_false: counts.sync_false, pps: counts.pps,
    dropped: { dead_time: counts.dead_time, before_start: counts.before_start },
    recorder_on_s: clock.on_s,
    first_edge_utc: formatUtc(window.start_utc_ms + clock.first_edge_s * 1000),
    range_km: windowEnds(flight.range_km, window.seconds),
    elevation_deg: windowEnds(flight.elevation_deg, window.seconds),
  };
}

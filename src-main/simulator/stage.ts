import { attacksOn, type Receiver } from './receiver.ts';
import type { DarkInput, SkyInput } from './background.ts';
import type { BeaconReceiver, SatelliteClock } from './beacon.ts';
import type { StationFlight } from './flight.ts';
import type { SimulateOptions } from './options.ts';
import { createOutcomes, type Outcomes } from './outcomes.ts';
import { forBoth, type Pair, type StationIndex } from './pair.ts';
import { createPairLedger, type PairLedger } from './pair-ledger.ts';
import type { PhotonSource } from './photons.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { createStationClock } from './station-clock.ts';
import { createStationEvents } from './station-events.ts';

/** Everything set up for one pass: source, sky, beacon, both stations, and the book of what was seen. */
export interface Stage {
  readonly scenario: Scenario;
  readonly outcomes: Outcomes;
  readonly satellite: SatelliteClock;
  readonly receivers: Pair<Receiver>;
  readonly source: PhotonSource;
  readonly skies: Pair<SkyInput>;
  readonly darks: Pair<DarkInput>;
  /** Null while the satellite's beacon is off. */
  readonly beacons: Pair<BeaconReceiver> | null;
  readonly ledger: PairLedger;
}

const TICKS_PER_NS = 1000;
const MS_PER_S = 1000;

interface Setting {
  readonly options: SimulateOptions;
  readonly scenario: Scenario;
  readonly outcomes: Outcomes;
  readonly ledger: PairLedger;
}

function createReceiver({ options, scenario, outcomes, ledger }: Setting, s: StationIndex): Receiver {
  const clock = createStationClock({
    model: scenario.recorders[s],
    random: createRandom(options.seed, `clock ${s}`),
    start_ms_in_second: ((options.start_utc_ms % MS_PER_S) + MS_PER_S) % MS_PER_S,
    seconds: options.seconds,
  });
  return {
    clock,
    events: createStationEvents({
      pps_ticks: clock.pps_ticks,
      base: clock.ticksAt(0),
      dead_ticks: options.mission.stations[s].dead_time_ns * TICKS_PER_NS,
      onPair: (pair, detector) => ledger.note(s, pair, detector),
    }),
    detectors: outcomes.detectors[s],
    delay_s: scenario.detector_delay_ns[s].map((delay_ns) => delay_ns * 1e-9),
    // The two stations share the variance of the difference.
    jitter_sigma_s: scenario.pair_jitter_sigma_ns * Math.SQRT1_2 * 1e-9,
    attacks: attacksOn(options.attacks ?? [], s),
    attackRandom: createRandom(options.seed, `attack ${s}`),
    after_pulse_share: scenario.after_pulse_share,
    afterPulseRandom: createRandom(options.seed, `after-pulse ${s}`),
    click: { utc_s: 0, detector: 0, origin: 0, pair: -1 },
  };
}

export function createStage(options: SimulateOptions, scenario: Scenario, flights: Pair<StationFlight>): Stage {
  const { mission, seed } = options;
  const outcomes = createOutcomes(options);
  const ledger = createPairLedger();
  const receivers = forBoth((s) => createReceiver({ options, scenario, outcomes, ledger }, s));
  const beacon = scenario.beacon;
  const satellite = {
    rate_error: scenario.satellite_rate_error,
    phase_s: createRandom(seed, 'satellite phase').uniform() / (beacon?.[0].nominal_rate_hz ?? 1),
  };
  return {
    scenario, outcomes, satellite, receivers, ledger,
    source: {
      pair_rate_hz: mission.source.pair_rate_hz * options.brightness,
      correlated: scenario.correlated,
      flights, outcomes, receivers,
      random: { pairs: createRandom(seed, 'pairs'), singles: forBoth((s) => createRandom(seed, `singles ${s}`)) },
      pairs_sent: 0,
    },
    skies: forBoth((s) => ({
      receiver: receivers[s], sky_cps: flights[s].sky_cps, factor: scenario.background_factor[s],
      sums: outcomes.single_sums[s], random: createRandom(seed, `sky ${s}`),
    })),
    darks: forBoth((s) => ({
      receiver: receivers[s],
      dark_cps: mission.stations[s].detectors.map(({ dark_cps }, i) =>
        dark_cps * scenario.background_factor[s] * (scenario.dark_factor[s][i] ?? 1)),
      random: createRandom(seed, `dark ${s}`),
    })),
    beacons: beacon === null ? null : forBoth((s) => ({
      model: beacon[s], satellite, lightTime: flights[s].lightTime, efficiency: flights[s].efficiency,
      clock: receivers[s].clock, events: receivers[s].events,
      random: createRandom(seed, `beacon ${s}`), cluster_left: 0,
    })),
  };
}

// From what a message, the recorder or the figures say to a verdict for each alarm: value, limit, and a sentence.
import { verdictOf, type Verdict } from './alarm-machine.ts';
import type { AlarmKind, AlarmSample } from './alarm-rules.ts';

export interface JudgeLimits {
  readonly anode_v_max: number;
  readonly dark_factor_max: number;
  readonly dark_extra_cps: number;
  readonly tracking_error_urad_max: number;
  readonly pps_offset_ns_max: number;
  readonly efficiency_sigma_max: number;
  readonly cloud_fraction_max: number;
  readonly wind_m_s_max: number;
  readonly humidity_percent_max: number;
  readonly elements_age_days_max: number;
  readonly disk_low_bytes: number;
  readonly disk_full_bytes: number;
  readonly clock_jump_s_max: number;
  readonly live_lag_s_max: number;
  readonly silent_s_max: number;
  readonly qber_edge: number;
}

export interface DetectorSaid {
  readonly serial: string;
  readonly dark_cps: number;
  readonly anode_v_max: number;
  readonly state: 'off' | 'live' | 'recovering' | 'saturated' | 'damaged';
}

type LockSaid = 'off' | 'searching' | 'locked' | 'lost';

/** One telemetry message, as far as alarms read it. */
export interface StationSaid {
  readonly at_utc_ms: number;
  readonly tracking_error_urad: number | null;
  readonly acquisition: 'parked' | 'slewing' | 'searching' | 'coarse' | 'fine' | 'lost';
  readonly beacon: { readonly state: LockSaid };
  readonly pps: { readonly state: LockSaid; readonly offset_ns: number };
  readonly detectors: readonly DetectorSaid[];
  readonly weather: { readonly cloud_fraction: number; readonly wind_m_s: number; readonly humidity_percent: number } | null;
}

/** The station as the mission has it. */
export interface StationKnown {
  readonly id: string;
  readonly name: string;
  readonly detectors: readonly { readonly serial: string; readonly label: string; readonly dark_cps: number }[];
}

export interface Efficiency { readonly db: number; readonly plan_db: number; readonly sigma_db: number }

interface Told {
  readonly kind: AlarmKind;
  readonly verdict: Verdict;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly text: string;
  /** What of the station it is about, where there are several. */
  readonly part?: string;
}

const when = (is: boolean): Verdict => (is ? 'breach' : 'clear');

/** All that one telemetry message says about its station. */
export function judgeTelemetry(
  station: StationKnown, said: StationSaid, { limits, efficiency }: { limits: JudgeLimits; efficiency: Efficiency | null },
): AlarmSample[] {
  const told: Told[] = [
    ...said.detectors.flatMap((detector) => detectorTold(station, detector, limits)),
    trackingTold(said, limits), beaconTold(said), ppsTold(said, limits), ...weatherTold(said, limits),
    ...(efficiency === null ? [] : [efficiencyTold(said, efficiency, limits)]),
  ];
  return told.map((one) => sampleOf(one, station, said.at_utc_ms));
}

function sampleOf({ part, text, ...told }: Told, { id, name }: StationKnown, at_utc_ms: number): AlarmSample {
  const alarm_id = part === undefined ? `${id}:${told.kind}` : `${id}:${told.kind}:${part.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`;
  return { ...told, alarm_id, station: id, at_utc_ms, text: `${name} ${text}` };
}

function detectorTold({ detectors }: StationKnown, said: DetectorSaid, limits: JudgeLimits): Told[] {
  const { serial, anode_v_max, dark_cps, state } = said;
  const known = detectors.find((one) => one.serial === serial);
  const what = known === undefined ? serial : `${serial} (${known.label})`;
  const dark_limit = limits.dark_factor_max * (known?.dark_cps ?? 0) + limits.dark_extra_cps;
  return [
    {
      kind: 'blinding', part: serial, value: anode_v_max, limit: limits.anode_v_max, unit: 'V',
      verdict: verdictOf(anode_v_max, limits.anode_v_max, 0.05 * limits.anode_v_max),
      text: `${what} anode ${anode_v_max.toFixed(2)} V, limit ${limits.anode_v_max.toFixed(2)} V`,
    },
    {
      kind: 'damage', part: serial, value: null, limit: null, unit: '', verdict: when(state === 'damaged'),
      text: `${what} is damaged, as the station has it`,
    },
    {
      kind: 'dark', part: serial, value: dark_cps, limit: dark_limit, unit: 'cps',
      verdict: verdictOf(dark_cps, dark_limit, 0.1 * dark_limit),
      text: `${what} dark ${dark_cps.toFixed(0)} cps, limit ${dark_limit.toFixed(0)} cps`,
    },
  ];
}

/** Lost, or on the way to it: searching is lost as well once the window has begun. */
function trackingTold({ acquisition, tracking_error_urad: error }: StationSaid, { tracking_error_urad_max: limit }: JudgeLimits): Told {
  const told = { kind: 'tracking', value: error, limit, unit: 'µrad' } as const;
  if (acquisition !== 'fine') return { ...told, verdict: 'breach', text: `does not track: ${acquisition}` };
  if (error === null) return { ...told, verdict: 'hold', text: 'tracks, error not measured' };
  return {
    ...told, verdict: verdictOf(error, limit, 0.2 * limit),
    text: `tracking error ${error.toFixed(2)} µrad, limit ${limit.toFixed(2)} µrad`,
  };
}

/** A beacon nobody points at is not lost: tracking says so already. */
function beaconTold({ beacon: { state }, acquisition }: StationSaid): Told {
  const verdict = acquisition === 'fine' ? when(state !== 'locked') : 'clear';
  return { kind: 'beacon', verdict, value: null, limit: null, unit: '', text: `beacon ${state}` };
}

function ppsTold({ pps: { state, offset_ns } }: StationSaid, { pps_offset_ns_max: limit }: JudgeLimits): Told {
  const off = Math.abs(offset_ns);
  const told = { kind: 'pps', value: state === 'locked' ? off : null, limit, unit: 'ns' } as const;
  if (state !== 'locked') return { ...told, verdict: 'breach', text: `1PPS ${state}` };
  return { ...told, verdict: verdictOf(off, limit, 0.2 * limit), text: `1PPS ${off.toFixed(0)} ns off, limit ${limit} ns` };
}

/** A station that does not track has no efficiency: tracking says so already. */
function efficiencyTold(
  { acquisition }: StationSaid, { db, plan_db, sigma_db }: Efficiency, { efficiency_sigma_max }: JudgeLimits,
): Told {
  const limit = plan_db - efficiency_sigma_max * sigma_db;
  const verdict = acquisition === 'fine' ? verdictOf(-db, -limit, 0.5 * sigma_db) : 'clear';
  const text = `downlink ${db.toFixed(1)} dB, limit ${limit.toFixed(1)} dB (plan ${plan_db.toFixed(1)} ± ${sigma_db.toFixed(1)} dB)`;
  return { kind: 'efficiency', verdict, value: db, limit, unit: 'dB', text };
}

function weatherTold({ weather }: StationSaid, limits: JudgeLimits): Told[] {
  if (weather === null) return [];
  const worst = [
    { value: weather.cloud_fraction, limit: limits.cloud_fraction_max, unit: '1', what: 'cloud' },
    { value: weather.wind_m_s, limit: limits.wind_m_s_max, unit: 'm/s', what: 'wind' },
    { value: weather.humidity_percent, limit: limits.humidity_percent_max, unit: '%', what: 'humidity' },
  ].map((one) => ({ ...one, share: one.value / one.limit })).reduce((a, b) => (b.share > a.share ? b : a));
  const { value, limit, unit, what } = worst;
  const shown = (x: number) => (unit === '1' ? `${(100 * x).toFixed(0)} %` : `${x.toFixed(0)} ${unit}`);
  const text = `${what} ${shown(value)}, limit ${shown(limit)}`;
  return [{ kind: 'weather', verdict: verdictOf(value, limit, 0.1 * limit), value, limit, unit, text }];
}

/** What the console knows of a station without being told by it. */
export interface StationHeard {
  readonly station: StationKnown;
  /** Packet time of its newest message; null before any. */
  readonly heard_utc_ms: number | null;
  readonly batches_missing: number;
}

export interface ConsoleSaid {
  /** The pass's own time. */
  readonly at_utc_ms: number;
  readonly broker: { readonly url: string; readonly connected: boolean };
  readonly disk_free_bytes: number | null;
  /** How far the workstation's clock jumped since the facts before; 0 where it did not. */
  readonly clock_jump_s: number;
  /** Age of the live figures against the newest batch; null while nothing is counted. */
  readonly lag_s: number | null;
  readonly elements_age_days: number | null;
  readonly stations: readonly StationHeard[];
}

/** What the console says of itself and of the lines to the stations. One cause is told once: a dead line, not what it silences. */
export function judgeConsole(said: ConsoleSaid, limits: JudgeLimits): AlarmSample[] {
  const { at_utc_ms, broker, stations } = said;
  const own: Told[] = [
    {
      kind: 'broker', verdict: when(!broker.connected), value: null, limit: null, unit: '', text: `broker ${broker.url} not reached`,
    },
    ...diskTold(said, limits), jumpTold(said, limits), ...lagTold(said, limits), ...elementsTold(said, limits),
  ];
  return [
    ...own.map((told): AlarmSample => ({ ...told, alarm_id: `console:${told.kind}`, station: null, at_utc_ms })),
    ...stations.flatMap((heard) => heardTold(heard, said, limits).map((told) => sampleOf(told, heard.station, at_utc_ms))),
  ];
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function diskTold({ disk_free_bytes: free }: ConsoleSaid, { disk_low_bytes, disk_full_bytes }: JudgeLimits): Told[] {
  if (free === null) return [];
  const full = verdictOf(-free, -disk_full_bytes, 0.1 * disk_full_bytes);
  const low = full === 'breach' ? 'clear' : verdictOf(-free, -disk_low_bytes, 0.1 * disk_low_bytes);
  const of = (kind: 'disk-low' | 'disk-full', verdict: Verdict, limit: number): Told =>
    ({ kind, verdict, value: free, limit, unit: 'B', text: `disk ${gigabytes(free)} free, limit ${gigabytes(limit)}` });
  return [of('disk-full', full, disk_full_bytes), of('disk-low', low, disk_low_bytes)];
}

function jumpTold({ clock_jump_s: jump }: ConsoleSaid, { clock_jump_s_max: limit }: JudgeLimits): Told {
  return {
    kind: 'clock-jump', verdict: when(Math.abs(jump) > limit), value: jump, limit, unit: 's',
    text: `workstation’s clock jumped by ${jump.toFixed(1)} s, limit ${limit} s`,
  };
}

/** Figures wait for both stations: one that is silent or has a hole explains their age. */
function lagTold({ lag_s, stations, at_utc_ms }: ConsoleSaid, { live_lag_s_max: limit, silent_s_max }: JudgeLimits): Told[] {
  if (lag_s === null) return [];
  const explained = stations.some(({ heard_utc_ms, batches_missing }) =>
    batches_missing > 0 || heard_utc_ms === null || at_utc_ms - heard_utc_ms > silent_s_max * 1000);
  const verdict = explained ? 'clear' : verdictOf(lag_s, limit, 0.25 * limit);
  return [{ kind: 'lag', verdict, value: lag_s, limit, unit: 's', text: `live figures ${lag_s.toFixed(1)} s old, limit ${limit} s` }];
}

function elementsTold({ elements_age_days: age }: ConsoleSaid, { elements_age_days_max: limit }: JudgeLimits): Told[] {
  if (age === null) return [];
  const text = `elements ${age.toFixed(1)} d old, limit ${limit} d`;
  return [{ kind: 'elements', verdict: verdictOf(age, limit, 0), value: age, limit, unit: 'd', text }];
}

function heardTold({ heard_utc_ms, batches_missing: missing }: StationHeard, said: ConsoleSaid, limits: JudgeLimits): Told[] {
  const age_s = heard_utc_ms === null ? null : (said.at_utc_ms - heard_utc_ms) / 1000;
  const silent = said.broker.connected && (age_s === null || age_s > limits.silent_s_max);
  const since = age_s === null ? 'not heard in this pass' : `silent for ${age_s.toFixed(0)} s, limit ${limits.silent_s_max} s`;
  return [
    { kind: 'silent', verdict: when(silent), value: age_s, limit: limits.silent_s_max, unit: 's', text: since },
    {
      kind: 'gap', verdict: silent || !said.broker.connected ? 'clear' : when(missing > 0), value: missing, limit: 1, unit: 'batches',
      text: `${missing} ${missing === 1 ? 'batch' : 'batches'} missing`,
    },
  ];
}

/** The pair as counted, as far as alarms read it. */
export interface FiguresSaid {
  readonly at_utc_ms: number;
  readonly qber_95: { readonly value: number; readonly low: number } | null;
  readonly indicators: readonly {
    readonly id: 'detector-balance' | 'basis-ratio' | 'all-live' | 'time-shift' | 'spatial-mode';
    readonly station: StationKnown;
    readonly value: number | null; readonly limit: number; readonly unit: string;
    readonly state: 'normal' | 'serious' | 'unknown';
  }[];
}

const INDICATOR_NAMES = {
  'detector-balance': 'detector balance off by', 'basis-ratio': 'Z/X ratio', 'all-live': 'share of all-live time',
  'time-shift': 'arrival of one detector off by', 'spatial-mode': 'swing of a detector’s share',
} as const;

/** What the figures say: an indicator beyond its limit, or an error rate that is surely over the edge. */
export function judgeFigures({ at_utc_ms, qber_95, indicators }: FiguresSaid, { qber_edge: limit }: JudgeLimits): AlarmSample[] {
  const told = indicators.map(({ id, station, value, limit: own, unit, state }) => {
    const shown = (x: number | null) => `${x === null ? '–' : x.toPrecision(3)}${unit === '1' ? '' : ` ${unit}`}`;
    const verdict = state === 'unknown' ? 'hold' : when(state === 'serious');
    const text = `${INDICATOR_NAMES[id]} ${shown(value)}, limit ${shown(own)}`;
    return sampleOf({ kind: id, verdict, value, limit: own, unit, text }, station, at_utc_ms);
  });
  if (qber_95 === null) return told;
  const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
  return [...told, {
    kind: 'qber', alarm_id: 'pair:qber', station: null, at_utc_ms, verdict: when(qber_95.low > limit), value: qber_95.value,
    limit, unit: '1', text: `QBER ${percent(qber_95.value)}, surely above ${percent(qber_95.low)}, edge ${percent(limit)}`,
  }];
}

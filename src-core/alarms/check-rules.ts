export type CheckSubject =
  'elements' | 'source' | 'sky' | 'dome' | 'detectors' | 'clocks' | 'recorder' | 'hwp-tables' | 'people' | 'other';

/** One line as it stands: what was seen, and who said so where nobody measured it. */
export interface CheckItem {
  readonly item_id: string;
  readonly label: string;
  readonly station: string | null;
  readonly kind: 'automatic' | 'manual';
  readonly answer: 'open' | 'go' | 'no-go' | 'accepted';
  readonly finding: string;
  readonly who: string | null;
  readonly at_utc_ms: number | null;
}

export interface CheckLimits {
  readonly elements_age_days_max: number;
  readonly anode_v_max: number;
  readonly pps_offset_ns_max: number;
  readonly cloud_fraction_max: number;
  readonly wind_m_s_max: number;
  readonly humidity_percent_max: number;
  readonly disk_free_bytes_min: number;
}

export interface DetectorFacts {
  readonly label: string;
  readonly serial: string;
  readonly dark_cps: number;
  /** What this detector may have at most: its own data sheet decides. */
  readonly dark_cps_max: number;
  readonly anode_v_max: number;
  readonly state: 'off' | 'live' | 'recovering' | 'saturated' | 'damaged';
}

export interface StationFacts {
  readonly id: string;
  readonly name: string;
  /** Null before the first message. */
  readonly telemetry: {
    readonly at_utc_ms: number;
    readonly stale: boolean;
    readonly pps: { readonly state: 'off' | 'searching' | 'locked' | 'lost'; readonly offset_ns: number };
    readonly detectors: readonly DetectorFacts[];
    readonly weather: {
      readonly at_utc_ms: number; readonly stale: boolean;
      readonly cloud_fraction: number; readonly wind_m_s: number; readonly humidity_percent: number;
    } | null;
  } | null;
  /** Digest of the HWP table that the station says it has. */
  readonly hwp_digest: string | null;
}

/** What the console knows of itself and of the stations when the list is asked. */
export interface CheckFacts {
  readonly now_utc_ms: number;
  readonly limits: CheckLimits;
  /** Null without a set that fits the pass. */
  readonly elements: { readonly age_days: number; readonly start_sigma_s: number } | null;
  readonly recorder: {
    readonly ready: boolean;
    /** One sentence when it is not ready. */
    readonly text: string;
    readonly broker_connected: boolean;
    readonly disk_free_bytes: number | null;
  };
  /** Digest of the HWP table that was exported for this pass. */
  readonly hwp_digest: string | null;
  readonly stations: readonly StationFacts[];
}

type Judged = Pick<CheckItem, 'answer' | 'finding' | 'who' | 'at_utc_ms'>;

const says = (answer: Judged['answer'], finding: string, at_utc_ms: number): Judged =>
  ({ answer, finding, who: null, at_utc_ms });
const unknown = (finding: string): Judged => ({ answer: 'open', finding, who: null, at_utc_ms: null });

/** Judges one automatic line; what the facts do not say leaves it open with the reason. */
export function judgeItem(about: CheckSubject, facts: CheckFacts, station: StationFacts | null): Judged {
  switch (about) {
    case 'elements': return judgeElements(facts);
    case 'sky': return judgeEach(facts, station, (one) => judgeSky(facts.limits, one));
    case 'detectors': return judgeEach(facts, station, (one) => judgeDetectors(facts.limits, one));
    case 'clocks': return judgeEach(facts, station, (one) => judgeClock(facts.limits, one));
    case 'recorder': return judgeRecorder(facts);
    case 'hwp-tables': return judgeTables(facts);
    case 'source':
    case 'dome':
    case 'people':
    case 'other':
      return unknown('nothing measures this: answer by name');
  }
}

function judgeElements({ elements, limits, now_utc_ms }: CheckFacts): Judged {
  if (elements === null) return unknown('no elements for this pass: import a set in Plan');
  const { age_days, start_sigma_s } = elements;
  const finding = `${age_days.toFixed(1)} d, ± ${start_sigma_s.toFixed(2)} s`;
  if (age_days <= limits.elements_age_days_max) return says('go', finding, now_utc_ms);
  return says('no-go', `${finding}, limit ${limits.elements_age_days_max} d: import a newer set`, now_utc_ms);
}

/** One station, or both in one line: the worse answer, the findings side by side, the older time. */
function judgeEach(facts: CheckFacts, station: StationFacts | null, judge: (one: StationFacts) => Judged): Judged {
  if (station !== null) return judge(station);
  const all = facts.stations.map(judge);
  const order = ['no-go', 'open', 'accepted', 'go'] as const;
  const answer = order.find((one) => all.some((judged) => judged.answer === one)) ?? 'open';
  const times = all.flatMap(({ at_utc_ms }) => (at_utc_ms === null ? [] : [at_utc_ms]));
  return {
    answer, finding: all.map(({ finding }) => finding).join(' and '), who: null,
    at_utc_ms: times.length === 0 ? null : Math.min(...times),
  };
}

const silent = ({ name, telemetry }: StationFacts): Judged =>
  unknown(telemetry === null ? `${name} has sent nothing yet` : `${name} is silent`);

function judgeSky(limits: CheckLimits, station: StationFacts): Judged {
  const { telemetry } = station;
  if (telemetry === null || telemetry.stale) return silent(station);
  const { weather } = telemetry;
  if (weather === null || weather.stale) return unknown(`${station.name} has no fresh weather: look and answer by name`);
  const { cloud_fraction, wind_m_s, humidity_percent } = weather;
  const faults = [
    cloud_fraction > limits.cloud_fraction_max ? `limit ${percent(limits.cloud_fraction_max)}` : '',
    wind_m_s > limits.wind_m_s_max ? `wind limit ${limits.wind_m_s_max} m/s` : '',
    humidity_percent > limits.humidity_percent_max
      ? `humidity ${humidity_percent.toFixed(0)} %, limit ${limits.humidity_percent_max} %` : '',
  ].filter((fault) => fault !== '');
  const sky = cloud_fraction <= 0.1 ? 'clear' : `cloud ${percent(cloud_fraction)}`;
  const finding = [`${sky}, wind ${wind_m_s.toFixed(0)} m/s`, ...faults].join(', ');
  return says(faults.length === 0 ? 'go' : 'no-go', finding, weather.at_utc_ms);
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function judgeDetectors(limits: CheckLimits, station: StationFacts): Judged {
  const { telemetry } = station;
  if (telemetry === null || telemetry.stale) return silent(station);
  const faults = telemetry.detectors.flatMap(({ serial, dark_cps, dark_cps_max, anode_v_max, state }) => {
    if (state !== 'live') return [`${serial} is ${state}`];
    if (dark_cps > dark_cps_max) return [`${serial} dark ${dark_cps.toFixed(0)} cps, limit ${dark_cps_max.toFixed(0)} cps`];
    if (anode_v_max >= limits.anode_v_max) {
      return [`${serial} anode ${anode_v_max.toFixed(2)} V, limit ${limits.anode_v_max.toFixed(2)} V`];
    }
    return [];
  });
  if (faults.length > 0) return says('no-go', faults.join(', '), telemetry.at_utc_ms);
  const dark = telemetry.detectors.map(({ dark_cps }) => dark_cps);
  return says('go', `dark ${Math.min(...dark).toFixed(0)}–${Math.max(...dark).toFixed(0)} cps`, telemetry.at_utc_ms);
}

function judgeClock(limits: CheckLimits, station: StationFacts): Judged {
  const { telemetry, name } = station;
  if (telemetry === null || telemetry.stale) return silent(station);
  const { state, offset_ns } = telemetry.pps;
  if (state !== 'locked') return says('no-go', `${name} 1PPS ${state}`, telemetry.at_utc_ms);
  const finding = `${Math.abs(offset_ns).toFixed(0)} ns`;
  if (Math.abs(offset_ns) <= limits.pps_offset_ns_max) return says('go', finding, telemetry.at_utc_ms);
  return says('no-go', `${name} ${finding}, limit ${limits.pps_offset_ns_max} ns`, telemetry.at_utc_ms);
}

function judgeRecorder({ recorder, limits, now_utc_ms }: CheckFacts): Judged {
  if (!recorder.ready) return says('no-go', recorder.text, now_utc_ms);
  if (!recorder.broker_connected) return says('no-go', 'broker not reached', now_utc_ms);
  if (recorder.disk_free_bytes === null) return says('go', 'ready, disk not measured', now_utc_ms);
  const finding = `${gigabytes(recorder.disk_free_bytes)} free`;
  if (recorder.disk_free_bytes >= limits.disk_free_bytes_min) return says('go', finding, now_utc_ms);
  return says('no-go', `${finding}, needs ${gigabytes(limits.disk_free_bytes_min)}`, now_utc_ms);
}

const gigabytes = (bytes: number) => (bytes >= 1e12 ? `${(bytes / 1e12).toFixed(2)} TB` : `${(bytes / 1e9).toFixed(1)} GB`);

function judgeTables({ hwp_digest, stations, now_utc_ms }: CheckFacts): Judged {
  if (hwp_digest === null) return unknown('no table was exported for this pass');
  const without = stations.filter((station) => station.hwp_digest === null);
  if (without.length > 0) return unknown(`${without.map(({ name }) => name).join(' and ')} named no table: ask, then accept`);
  const other = stations.filter((station) => station.hwp_digest !== hwp_digest);
  if (other.length === 0) return says('go', `same digest ${hwp_digest.slice(0, 4)}`, now_utc_ms);
  return says('no-go', `${other.map(({ name }) => name).join(' and ')} has another table: send it again`, now_utc_ms);
}

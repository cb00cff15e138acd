// Two recordings of a made-up pass, for tests of the lock: a few lines of kinematics with every fault on a switch.
// It shares no code with the simulator and none with detection.
import type { StationInput } from '../../src-core/detection/station-input.ts';

const C_M_S = 299_792_458;
const SYNC = 64;
const PPS = 5;
const DETECTORS = [0, 1, 2, 3];
/** UTC of the pass's second 0. */
export const PASS_UTC_MS = Date.UTC(2018, 8, 14, 18, 14, 0);

export interface StationFaults {
  /** Rate error of the station's clock, and a step of it at a time. */
  readonly rate?: number;
  readonly rate_step?: { readonly at_s: number; readonly by: number };
  readonly starts_s?: number;
  readonly missing?: number;
  readonly false_hz?: number;
  readonly gap_s?: readonly [number, number];
  readonly beacon_jitter_ns?: number;
  readonly pps_offset_s?: number;
  readonly pps_jitter_ns?: number;
  /** Every so many edges one is off by this. */
  readonly pps_glitch?: { readonly every: number; readonly by_s: number };
  readonly pps_false?: number;
  readonly background_cps?: number;
  readonly click_jitter_ns?: number;
  readonly delay_ns?: number;
}

export interface SyntheticPass {
  readonly seed?: number;
  readonly seconds: number;
  readonly pairs_hz: number;
  readonly satellite_rate?: number;
  readonly satellite_phase_s?: number;
  readonly a?: StationFaults;
  readonly b?: StationFaults;
}

export interface MadePass {
  readonly a: StationInput;
  readonly b: StationInput;
  /** Pairs both stations recorded a click of. */
  readonly pairs: number;
}

export interface Draw {
  readonly uniform: () => number;
  readonly normal: () => number;
}

/** Seeded numbers (mulberry32, Box-Muller): the same pass from the same seed on any machine. */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

/** Sorted random times of a constant rate. */
export function poissonTimes(draw: Draw, rate_hz: number, span_s: readonly [number, number]): number[] {
  const times: number[] = [];
  for (let t = span_s[0]; ;) {
    t -= Math.log(1 - draw.uniform()) / rate_hz;
    if (!(t < span_s[1])) return times;
    times.push(t);
  }
}

interface Path { readonly nearest_m: number; readonly speed_m_s: number; readonly nearest_s: number }
const PATHS: Readonly<Record<'a' | 'b', Path>> = {
  a: { nearest_m: 850_000, speed_m_s: 7200, nearest_s: 40 },
  b: { nearest_m: 620_000, speed_m_s: 7300, nearest_s: 15 },
};
const rangeOf = (path: Path, t: number) => Math.hypot(path.nearest_m, path.speed_m_s * (t - path.nearest_s));

export function makePass(pass: SyntheticPass): MadePass {
  const draw = seededDraw(pass.seed ?? 1);
  const pairs = poissonTimes(draw, pass.pairs_hz, [0, pass.seconds]);
  const sides = (['a', 'b'] as const).map((side) => station(side, pass, { draw, pairs }));
  const from_s = Math.max(pass.a?.starts_s ?? 0, pass.b?.starts_s ?? 0);
  return { a: sides[0]!, b: sides[1]!, pairs: pairs.filter((t) => t >= from_s).length };
}

const DEFAULTS: Required<StationFaults> = {
  rate: 0, rate_step: { at_s: 0, by: 0 }, starts_s: 0, missing: 0.38, false_hz: 200, gap_s: [0, 0],
  beacon_jitter_ns: 0.5, pps_offset_s: 0, pps_jitter_ns: 30, pps_glitch: { every: 1, by_s: 0 }, pps_false: 0,
  background_cps: 4000, click_jitter_ns: 0.35, delay_ns: 0,
};

interface Common { readonly draw: Draw; readonly pairs: readonly number[] }
type RecordEvent = (utc: number, channel: number) => void;

function station(side: 'a' | 'b', pass: SyntheticPass, { draw, pairs }: Common): StationInput {
  const faults = { ...DEFAULTS, ...pass[side] };
  const path = PATHS[side];
  const end = pass.seconds + 0.02;
  const arrives = (sent: number) => sent + rangeOf(path, sent) / C_M_S;
  const local = (utc: number) => 0.75 + (utc - faults.starts_s) * (1 + faults.rate)
    + faults.rate_step.by * Math.max(0, utc - faults.rate_step.at_s);
  const keys: number[] = [];
  const record: RecordEvent = (utc, channel) => {
    if (utc < faults.starts_s || utc > end) return;
    // Ticks and a four-bit channel code in one exact number, so that one numeric sort orders both.
    keys.push(Math.round(local(utc) * 1e12) * 16 + (channel === SYNC ? 15 : channel));
  };
  const jitter = (sigma_ns: number) => draw.normal() * sigma_ns * 1e-9;
  const period = 1e-4 * (1 - (pass.satellite_rate ?? 0));
  for (let sent = pass.satellite_phase_s ?? 3.3e-5; sent < pass.seconds; sent += period) {
    const lost = draw.uniform() < faults.missing || (sent >= faults.gap_s[0] && sent < faults.gap_s[1]);
    const late = jitter(faults.beacon_jitter_ns);
    if (!lost) record(arrives(sent) + late, SYNC);
  }
  const span = [faults.starts_s, end] as const;
  for (const utc of poissonTimes(draw, faults.false_hz, span)) record(utc, SYNC);
  for (const sent of pairs) {
    record(arrives(sent) + faults.delay_ns * 1e-9 + jitter(faults.click_jitter_ns), Math.floor(draw.uniform() * 4));
  }
  for (const utc of poissonTimes(draw, faults.background_cps, span)) record(utc, Math.floor(draw.uniform() * 4));
  const first = recordPps({ faults, end, draw, jitter }, record);
  return { ...tagsOf(keys), id: side, first_pps_utc_ms: PASS_UTC_MS + first * 1000, range_m: {
    start_utc_ms: PASS_UTC_MS - 2000, step_ms: 250,
    values: Float64Array.from({ length: (pass.seconds + 5) * 4 }, (_, i) => rangeOf(path, i / 4 - 2)),
  } };
}

interface Edges {
  readonly faults: Required<StationFaults>;
  readonly end: number;
  readonly draw: Draw;
  readonly jitter: (sigma_ns: number) => number;
}

/** Records the 1PPS with its faults; result: the second of the first edge. */
function recordPps({ faults, end, draw, jitter }: Edges, record: RecordEvent): number {
  const first = Math.ceil(faults.starts_s);
  const { every, by_s } = faults.pps_glitch;
  for (let edge = first; edge < end; edge += 1) {
    const off = (edge - first) % every === every - 1 ? by_s : 0;
    record(edge + faults.pps_offset_s + off + Math.abs(jitter(faults.pps_jitter_ns)), PPS);
  }
  for (let i = 0; i < faults.pps_false; i += 1) record(first + 0.5 + draw.uniform() * (end - first - 1), PPS);
  return first;
}

function tagsOf(keys: readonly number[]) {
  const sorted = Float64Array.from(keys).sort();
  return {
    tags: {
      ticks: sorted.map((key) => Math.floor(key / 16)),
      channel: Uint8Array.from(sorted, (key) => (key % 16 === 15 ? SYNC : key % 16)),
      tick_ps: 1, dropped: {},
    },
    detector_channels: DETECTORS, beacon_channel: SYNC, beacon_rate_hz: 10_000, pps_channel: PPS, dead_time_ns: 50,
  };
}

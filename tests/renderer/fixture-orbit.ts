import { linkOf, linkStationOf, missionFile } from '../../src-contract/mission.ts';
import type { InputOf, OutputOf } from '../../src-contract/operations.ts';
import type { DualWindowView, NightView } from '../../src-contract/orbit.ts';
import { encodeFrame, type FrameColumn } from '../../src-contract/frames.ts';
import { expectedPass, rateColumns, type PassColumns } from '../../src-core/link/expected-pass.ts';
import { parseElements } from '../../src-core/orbit/elements.ts';
import { createStation, sampleLook, type LookColumns } from '../../src-core/orbit/look.ts';
import { listNights, type Night, type NoWindowReason } from '../../src-core/orbit/nights.ts';
import { createPropagator, type Propagator } from '../../src-core/orbit/propagate.ts';
import { edgeSigmaS } from '../../src-core/orbit/uncertainty.ts';
import type { DualWindow } from '../../src-core/orbit/windows.ts';
import { formatUtc } from '../../src-core/utc.ts';
import micius from '../../missions/micius.json' with { type: 'json' };

const DEG = Math.PI / 180;
const DAY_MS = 86_400_000;
export const TLE = [
  'QSS (MICIUS)',
  '1 41731U 16051A   18258.22623758  .00000492  00000-0  22724-4 0  9994',
  '2 41731  97.3609 172.0392 0014964 104.4528  64.8735 15.24673830115845',
].join('\n');

export const mission = missionFile.parse(micius);
const masked = mission.stations.map((site) => ({
  station: createStation(site), min_elevation_rad: site.min_elevation_deg * DEG,
}));
const stations = [masked[0]!, masked[1]!] as const;

function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const propagator: Propagator = must(createPropagator(must(parseElements(TLE, 'fixture.tle'))[0]!));
export const EPOCH_UTC_MS = propagator.elements.epoch_utc_ms;

function passColumns(looks: readonly LookColumns[], step_s: number): PassColumns {
  const one = (which: 0 | 1) => ({
    station: linkStationOf(mission.stations[which]),
    range_m: looks[which]!.range_m,
    elevation_rad: looks[which]!.elevation_rad.map((elevation) => Math.max(elevation, DEG)),
    background_cps: looks[which]!.range_m.map(() => mission.link.sky_moonless_cps + 377),
  });
  return { step_s, stations: [one(0), one(1)] };
}

function looksOver(start_utc_ms: number, count: number, step_ms: number): LookColumns[] {
  return stations.map(({ station }) => must(sampleLook(propagator, station, { start_utc_ms, step_ms, count })));
}

const idOf = (which: number | null) => (which === null ? null : mission.stations[which === 0 ? 0 : 1].id);

function windowView(window: DualWindow): DualWindowView {
  const count = Math.max(2, Math.round(window.duration_s) + 1);
  const step_s = window.duration_s / (count - 1);
  const expected =
    expectedPass(linkOf(mission), passColumns(looksOver(window.start_utc_ms, count, step_s * 1000), step_s));
  const { coincidences, coincidences_sigma, qber, qber_sigma, sifted_bits, sifted_bits_sigma } = expected;
  const { loss_db_min, loss_db_max } = expected;
  return {
    start_utc: formatUtc(window.start_utc_ms), end_utc: formatUtc(window.end_utc_ms),
    start_utc_ms: window.start_utc_ms, end_utc_ms: window.end_utc_ms, duration_s: window.duration_s,
    start_sigma_s: edgeSigmaS((window.start_utc_ms - EPOCH_UTC_MS) / DAY_MS), dark: window.dark,
    edges: {
      start: { ...window.start_cause, station: idOf(window.start_cause.station) },
      end: { ...window.end_cause, station: idOf(window.end_cause.station) },
    },
    cut_by: [],
    stations: window.stations.map((station, i) => ({
      id: mission.stations[i === 0 ? 0 : 1].id,
      elevation_deg_max: station.elevation_rad_max / DEG, elevation: 'geometric',
      range_km_min: station.range_m_min / 1000, range_km_max: station.range_m_max / 1000,
      azimuth_deg_start: station.azimuth_rad_start / DEG, azimuth_deg_end: station.azimuth_rad_end / DEG,
      sun_elevation_deg_max: station.sun_elevation_rad_max / DEG,
      loss_terms: { diffraction_db: 19.1, atmosphere_db: 1.3, pointing_db: 0.8, optics_db: 8, detector_db: 2.7 },
    })),
    range_sum_km_min: window.range_sum_m_min / 1000, range_sum_km_max: window.range_sum_m_max / 1000,
    loss_db_min, loss_db_max,
    expected: { coincidences, coincidences_sigma, qber, qber_sigma, sifted_bits, sifted_bits_sigma },
  };
}

function reasonText(reason: NoWindowReason | null): string | null {
  if (reason === null) return null;
  if (reason.type !== 'BelowMask') return `No window: ${reason.type}`;
  return 'No common view: at best (18:48:20 Z) Delingha sees it at 12.3°, below 13°, while Nanshan has 42.5°';
}

function nightView(night: Night): NightView {
  return {
    night: night.night,
    day_of_year: Math.floor((Date.parse(`${night.night}T00:00:00Z`) - Date.UTC(Number(night.night.slice(0, 4)), 0,
      1)) / DAY_MS) + 1,
    dark: night.dark, sun_down: night.sun_down, moon_up: [...night.moon_up], moon_illumination: night.moon_illumination,
    stations: mission.stations.map(({ id }, i) => ({ id, visible: [...night.visible[i === 0 ? 0 : 1]] })),
    windows: night.windows.map(windowView),
    reason: night.windows.length > 0 ? null : reasonText(night.reason),
  };
}

export function nightsOf({ first_night, nights }: InputOf<'orbit.listNights'>,
  now_utc_ms: number): OutputOf<'orbit.listNights'> {
  const found = must(listNights({
    propagator, stations, first_night, count: nights, sun_elevation_rad_max: mission.night.sun_elevation_deg_max * DEG,
  })).map(nightView);
  return {
    elements: { element_set_id: '9c1f23ab', catalog_number: '41731', epoch_utc_ms: EPOCH_UTC_MS,
      age_days: (now_utc_ms - EPOCH_UTC_MS) / DAY_MS },
    min_elevation_deg: mission.stations.map(({ min_elevation_deg }) => min_elevation_deg),
    sun_elevation_deg_max: mission.night.sun_elevation_deg_max,
    computed_in_ms: 21, nights: found,
    windows_found: found.reduce((sum, { windows }) => sum + windows.length, 0),
  };
}

export function curvesOf(input: InputOf<'orbit.readPassCurves'>): Uint8Array<ArrayBuffer> {
  const { start_utc_ms, end_utc_ms, margin_s, step_s } = input;
  const count = Math.floor(((end_utc_ms - start_utc_ms) / 1000 + 2 * margin_s) / step_s) + 1;
  const looks = looksOver(start_utc_ms - margin_s * 1000, count, step_s * 1000);
  const rates = rateColumns(linkOf(mission), passColumns(looks, step_s));
  const t_s = Float64Array.from({ length: count }, (_, i) => i * step_s - margin_s);
  const state = new Float64Array(6);
  const ground = Array.from(t_s, (t) => {
    propagator.writePef((start_utc_ms - EPOCH_UTC_MS) / 1000 + t, state);
    return [Math.asin(state[2]! / Math.hypot(state[0]!, state[1]!, state[2]!)) / DEG,
      Math.atan2(state[1]!, state[0]!) / DEG];
  });
  const column = (name: string, unit: string, values: Float64Array): FrameColumn => ({ name, unit, values });
  const facts = Object.fromEntries([
    ['pointing_db', 0.8], ['optics_db', 8], ['moon_illumination', 0.27],
    ...mission.stations.flatMap(({ id }, i) => [
      [`${id}.detector_db`, 2.7], [`${id}.moon_azimuth_deg`, 250 + i], [`${id}.moon_elevation_deg`, i === 0 ? 12 : -3],
      [`${id}.sun_azimuth_deg`, 5], [`${id}.sun_elevation_deg`, -47],
    ] as const),
  ] as const) as Record<string, number>;
  return encodeFrame({ facts, columns: [
    column('t_s', 's', t_s),
    ...mission.stations.flatMap(({ id }, i) => [
      column(`${id}.elevation_deg`, 'deg', looks[i]!.elevation_rad.map((v) => v / DEG)),
      column(`${id}.azimuth_deg`, 'deg', looks[i]!.azimuth_rad.map((v) => v / DEG)),
      column(`${id}.range_km`, 'km', looks[i]!.range_m.map((v) => v / 1000)),
      column(`${id}.loss_db`, 'dB', rates.channel_db[i === 0 ? 0 : 1]),
      column(`${id}.diffraction_db`, 'dB', rates.channel_db[i === 0 ? 0 : 1].map((db) => db - 12.8)),
      column(`${id}.atmosphere_db`, 'dB', t_s.map(() => 1.3)),
    ]),
    column('range_sum_km', 'km', t_s.map((_, i) => (looks[0]!.range_m[i]! + looks[1]!.range_m[i]!) / 1000)),
    column('loss_db', 'dB', rates.loss_db),
    column('loss_db_sigma', 'dB', t_s.map(() => mission.link.night_sigma_db)),
    column('rate_hz', 'Hz', rates.true_hz.map((v, i) => v + rates.accidental_hz[i]!)),
    column('subpoint_latitude_deg', 'deg', Float64Array.from(ground, ([latitude]) => latitude!)),
    column('subpoint_longitude_deg', 'deg', Float64Array.from(ground, ([, longitude]) => longitude!)),
  ] });
}

import type { OperationError } from '../../src-contract/errors.ts';
import type { Frame } from '../../src-contract/frames.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { rateColumns } from '../../src-core/link/expected-pass.ts';
import { describePropagationError, type Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { lossDb, pointingDb } from '../../src-core/link/downlink.ts';
import { lossTerms } from './loss-terms.ts';
import { missionPair, passGeometry, type StationPair } from './pass-prediction.ts';
import { skyBodies } from './sky-bodies.ts';

const DEG = 180 / Math.PI;

export interface CurvesQuery {
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly margin_s: number;
  readonly step_s: number;
}

/** A downlink's terms that move during a pass; the others are facts. */
const MOVING_TERMS = ['diffraction_db', 'atmosphere_db'] as const;

/** Elevation, azimuth, range and loss around a window; loss and rate only where both stand above the horizon. */
export function passCurves(
  mission: MissionFile,
  propagator: Propagator,
  query: CurvesQuery,
): Result<Frame, OperationError> {
  return pairCurves(missionPair(mission), { propagator, ids: mission.stations.map(({ id }) => id) }, query);
}

/** The same over any pair; each downlink's loss also by its terms. */
export function pairCurves(
  pair: StationPair,
  { propagator, ids }: { readonly propagator: Propagator; readonly ids: readonly string[] },
  query: CurvesQuery,
): Result<Frame, OperationError> {
  const { start_utc_ms, end_utc_ms, margin_s, step_s } = query;
  const from_utc_ms = start_utc_ms - margin_s * 1000;
  const count = Math.floor((end_utc_ms + margin_s * 1000 - from_utc_ms) / (step_s * 1000)) + 1;
  const geometry = passGeometry(pair, propagator, { start_utc_ms: from_utc_ms, step_ms: step_s * 1000, count });
  if (!geometry.ok) {
    return err({ type: 'NotPossible', reason: geometry.error.type, message: describePropagationError(geometry.error) });
  }
  const { looks, columns } = geometry.value;
  const rates = rateColumns(pair.link, columns);
  const seen = (i: number) => looks[0].elevation_rad[i]! > 0 && looks[1].elevation_rad[i]! > 0;
  const shown = (values: Float64Array, visible: (i: number) => boolean) =>
    values.map((value, i) => (visible(i) ? value : Number.NaN));
  const ground = groundTrack(propagator, { from_utc_ms, step_s, count });
  return ok({
    columns: [
      { name: 't_s', unit: 's', values: Float64Array.from({ length: count }, (_, i) => i * step_s - margin_s) },
      ...([0, 1] as const).flatMap((which) => {
        const id = ids[which]!;
        const look = looks[which];
        const terms = lossTerms(pair, geometry.value, which);
        return [
          { name: `${id}.elevation_deg`, unit: 'deg', values: look.elevation_rad.map((rad) => pair.counts[which].shownRad(rad) * DEG) },
          { name: `${id}.azimuth_deg`, unit: 'deg', values: look.azimuth_rad.map((rad) => rad * DEG) },
          { name: `${id}.range_km`, unit: 'km', values: look.range_m.map((metres) => metres / 1000) },
          {
            name: `${id}.loss_db`,
            unit: 'dB',
            values: shown(rates.channel_db[which], (i) => look.elevation_rad[i]! > 0),
          },
          ...MOVING_TERMS.map((term) => ({
            name: `${id}.${term}`,
            unit: 'dB',
            values: Float64Array.from(terms, (at) => at?.[term] ?? Number.NaN),
          })),
        ];
      }),
      {
        name: 'range_sum_km',
        unit: 'km',
        values: looks[0].range_m.map((metres, i) => (metres + looks[1].range_m[i]!) / 1000),
      },
      { name: 'loss_db', unit: 'dB', values: shown(rates.loss_db, seen) },
      { name: 'loss_db_sigma', unit: 'dB', values: shown(rates.loss_db.map(() => pair.link.night_sigma_db), seen) },
      {
        name: 'rate_hz',
        unit: 'Hz',
        values: shown(
          rates.true_hz.map((hz, i) => hz + rates.accidental_hz[i]!),
          seen,
        ),
      },
      { name: 'subpoint_latitude_deg', unit: 'deg', values: ground.latitude_deg },
      { name: 'subpoint_longitude_deg', unit: 'deg', values: ground.longitude_deg },
    ],
    facts: {
      start_utc_ms, end_utc_ms, step_s, ...steadyTerms(pair, ids), ...skyBodies(pair, ids, (start_utc_ms + end_utc_ms) / 2),
    },
  });
}

/** Terms that are the same all pass long, dB: the beam's pointing, the optics, each station's detectors. */
function steadyTerms({ link, link_stations }: StationPair, ids: readonly string[]): Readonly<Record<string, number>> {
  const detectors = link_stations.map(({ detector_efficiency }, which) =>
    [`${ids[which]!}.detector_db`, lossDb(detector_efficiency)] as const);
  return { pointing_db: pointingDb(link), optics_db: link.optics_db, ...Object.fromEntries(detectors) };
}

/** Point below the satellite, geocentric: a map of a continent does not see the Earth's flattening. */
function groundTrack(propagator: Propagator, span: { from_utc_ms: number; step_s: number; count: number }) {
  const latitude_deg = new Float64Array(span.count);
  const longitude_deg = new Float64Array(span.count);
  const state = new Float64Array(6);
  const start_s = (span.from_utc_ms - propagator.elements.epoch_utc_ms) / 1000;
  for (let i = 0; i < span.count; i += 1) {
    const known = propagator.writePef(start_s + i * span.step_s, state);
    const [x, y, z] = [state[0]!, state[1]!, state[2]!];
    latitude_deg[i] = known ? Math.atan2(z, Math.hypot(x, y)) * DEG : Number.NaN;
    longitude_deg[i] = known ? Math.atan2(y, x) * DEG : Number.NaN;
  }
  return { latitude_deg, longitude_deg };
}

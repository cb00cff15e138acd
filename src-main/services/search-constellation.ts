import type { ConstellationSearch } from '../../src-contract/constellation.ts';
import type { OperationError, Reply } from '../../src-contract/errors.ts';
import type { Frame } from '../../src-contract/frames.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { readElementSets } from '../pipeline/element-text.ts';
import {
  EDGE_CAUSES,
  WINDOW_COLUMNS,
  type SatelliteColumns,
  type SearchSatellitesInput,
} from '../pipeline/satellite-windows.ts';
import type { ReportProgress } from './job-service.ts';

/** Runs one share of the satellites in a thread of its own. */
export type RunShare = (
  input: SearchSatellitesInput,
  signal: AbortSignal,
  report: ReportProgress,
) => Promise<Reply<SatelliteColumns[]>>;

export interface ConstellationRun {
  readonly runShare: RunShare;
  /** Threads among which the satellites are dealt; the result does not depend on it. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

/** A search whose input was read and found sound. */
export interface PosedConstellation {
  readonly satellites: readonly ElementSet[];
  readonly share: Omit<SearchSatellitesInput, 'satellites'>;
}

const SATELLITES_MAX = 1000;
/** About a quarter of a window each, of a hundred bytes: half a gigabyte. */
const SATELLITE_PAIR_DAYS_MAX = 20e6;

/** The newest set of each satellite, in order of catalogue number, and the pairs by place. */
export function poseConstellation(search: ConstellationSearch): Result<PosedConstellation, OperationError> {
  const { constellation, elements_text, elements_name, from_utc_ms, days, dark_only } = search;
  const sets = readElementSets(elements_text, elements_name);
  if (!sets.ok) return sets;
  const newest = new Map<string, ElementSet>();
  for (const set of sets.value) {
    const known = newest.get(set.catalog_number);
    if (known === undefined || known.epoch_utc_ms < set.epoch_utc_ms) newest.set(set.catalog_number, set);
  }
  if (newest.size > SATELLITES_MAX) {
    const message = `holds ${newest.size} satellites; a search takes ${SATELLITES_MAX} at most: split the file`;
    return err({ type: 'InvalidFile', where: elements_name, message });
  }
  const { stations, night, windows } = constellation;
  const pairs = pairPlaces(constellation);
  if (newest.size * pairs.length * days > SATELLITE_PAIR_DAYS_MAX) {
    const message =
      `asks for ${newest.size} satellites, ${pairs.length} pairs and ${days} days; the product of the three may be ` +
      `${SATELLITE_PAIR_DAYS_MAX / 1e6} million at most: search fewer days at a time`;
    return err({ type: 'InvalidFile', where: elements_name, message });
  }
  return ok({
    satellites: [...newest.values()].toSorted((a, b) => Number(a.catalog_number) - Number(b.catalog_number)),
    share: {
      stations,
      pairs,
      from_utc_ms,
      to_utc_ms: from_utc_ms + days * MS_PER_DAY,
      sun_elevation_deg_max: night.sun_elevation_deg_max,
      dark_only,
      windows,
    },
  });
}

function pairPlaces({ stations, pairs }: ConstellationSearch['constellation']): [number, number][] {
  const places = new Map(stations.map(({ id }, place) => [id, place]));
  if (pairs !== undefined) return pairs.map(([a, b]) => [places.get(a)!, places.get(b)!]);
  return stations.flatMap((_, a) => stations.slice(a + 1).map((_other, i): [number, number] => [a, a + 1 + i]));
}

/**
 * Every window of every satellite over every pair, as one frame: `catalog_number` and the columns of WINDOW_COLUMNS.
 * Satellites are dealt to the threads in turn, and the parts joined in the satellites' order.
 */
export async function searchConstellation(
  { satellites, share }: PosedConstellation,
  { runShare, workers, signal, report }: ConstellationRun,
): Promise<Reply<Frame>> {
  const threads = Math.max(1, Math.min(workers, satellites.length));
  const fractions = new Float64Array(threads);
  const shares = Array.from({ length: threads }, (_, thread) => ({
    ...share,
    satellites: satellites
      .map((elements, place) => ({ place, elements }))
      .filter(({ place }) => place % threads === thread),
  }));
  const replies = await Promise.all(
    shares.map((input, thread) =>
      runShare(input, signal, (stage, fraction) => {
        fractions[thread] = fraction;
        report(stage, fractions.reduce((sum, one) => sum + one, 0) / threads);
      }),
    ),
  );
  const parts: SatelliteColumns[] = [];
  for (const reply of replies) {
    if (!reply.ok) return reply;
    parts.push(...reply.value);
  }
  return ok(joinParts(parts.toSorted((a, b) => a.place - b.place), { satellites, share }));
}

function joinParts(parts: readonly SatelliteColumns[], { satellites, share }: PosedConstellation): Frame {
  const rows = parts.reduce((sum, { columns }) => sum + columns.dark.length, 0);
  const joined = (write: (part: SatelliteColumns, at: number, values: Float64Array) => void) => {
    const values = new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      write(part, at, values);
      at += part.columns.dark.length;
    }
    return values;
  };
  const catalog_number = joined(({ place, columns }, at, values) =>
    values.fill(Number(satellites[place]!.catalog_number), at, at + columns.dark.length),
  );
  const stopped = parts.flatMap(({ stopped_by }) => (stopped_by === null ? [] : [stopped_by]));
  return {
    columns: [
      { name: 'catalog_number', unit: '', values: catalog_number },
      ...WINDOW_COLUMNS.map((name) => ({
        name,
        unit: /_(deg|km|ms)(_|$)/.exec(name)?.[1] ?? '',
        values: joined(({ columns }, at, values) => values.set(columns[name], at)),
      })),
    ],
    facts: {
      satellites: satellites.length,
      stations: share.stations.length,
      pairs: share.pairs.length,
      edge_causes: EDGE_CAUSES.join(','),
      stopped_satellites: stopped.length,
      stopped_by: stopped[0] ?? null,
    },
  };
}

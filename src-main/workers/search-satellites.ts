import type { Reply } from '../../src-contract/errors.ts';
import {
  satelliteColumns,
  shareSearcher,
  WINDOW_COLUMNS,
  type SatelliteColumns,
  type SearchSatellitesInput,
} from '../pipeline/satellite-windows.ts';
import { CANCELLED, type TaskContext } from './task.ts';

/** Windows of some satellites over every pair, as columns that are moved to the caller. */
export function searchSatellites(input: SearchSatellitesInput, context: TaskContext): Reply<SatelliteColumns[]> {
  const { satellites, ...share } = input;
  const searcher = shareSearcher(share);
  const found: SatelliteColumns[] = [];
  for (const satellite of satellites) {
    if (context.cancelled()) return CANCELLED;
    const part = satelliteColumns(searcher, satellite, share.stations);
    for (const name of WINDOW_COLUMNS) context.transfer(part.columns[name].buffer as ArrayBuffer);
    found.push(part);
    context.report('search', found.length / satellites.length);
  }
  return { ok: true, value: found };
}

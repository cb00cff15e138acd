import type { SearchSatellitesInput } from '../pipeline/satellite-windows.ts';
import { MS_PER_DAY } from '../../src-core/constants.ts';
import type { WorkerPool } from './pool.ts';

/** What a thread needs before it has found anything: its code and the Sun's places of a year. */
const HEAP_MB = 40;
/** Room for the windows of one satellite, which are held until they are packed: a quarter of a window each. */
const HEAP_MB_PER_PAIR_DAY = 2e-4;

/** Searches one share of a constellation in a thread of the pool, with a heap that stays as small as the work. */
export function shareRunner(pool: WorkerPool) {
  return (input: SearchSatellitesInput, signal: AbortSignal, onProgress: (stage: string, fraction: number) => void) => {
    const pair_days = (input.pairs.length * (input.to_utc_ms - input.from_utc_ms)) / MS_PER_DAY;
    const heap_mb_max = Math.ceil(HEAP_MB + HEAP_MB_PER_PAIR_DAY * pair_days);
    return pool.run('constellation.searchSatellites', input, { signal, onProgress, heap_mb_max });
  };
}

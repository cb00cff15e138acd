// A hundred satellites over all pairs of fifty stations for a month, on two threads, as the command line searches them.
import { constellationFile } from '../src-contract/constellation.ts';
import { columnOf } from '../src-contract/frames.ts';
import { poseConstellation, searchConstellation } from '../src-main/services/search-constellation.ts';
import { createWorkerPool } from '../src-main/workers/pool.ts';
import { shareRunner } from '../src-main/workers/search-share.ts';
import { constellationSample } from '../tests/support/constellation-sample.ts';
import type { BenchRow } from './bench-row.ts';

const THREADS = 2;
const MEMORY_INTERVAL_MS = 100;

export default async function benchConstellation(): Promise<BenchRow[]> {
  const { stations, elements_text } = constellationSample({ satellites: 100, stations: 50 });
  const posed = poseConstellation({
    constellation: constellationFile.parse({ format: 'twinpass-constellation/1', stations }),
    elements_text, elements_name: 'sample', from_utc_ms: Date.UTC(2018, 8, 15), days: 30, dark_only: false,
  });
  if (!posed.ok) throw new Error(JSON.stringify(posed.error));
  const pool = createWorkerPool({ concurrent_max: THREADS, reportIncident: String });
  let rss_bytes = 0;
  const look = setInterval(() => { rss_bytes = Math.max(rss_bytes, process.memoryUsage.rss()); }, MEMORY_INTERVAL_MS);
  const [started_ms, cpu] = [performance.now(), process.cpuUsage()];
  const found = await searchConstellation(posed.value, {
    workers: THREADS, signal: new AbortController().signal, report: () => undefined,
    runShare: shareRunner(pool),
  });
  const seconds = (performance.now() - started_ms) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(look);
  await pool.close();
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  const windows = columnOf(found.value, 'dark').length;
  const title = `constellation: 100 satellites, ${posed.value.share.pairs.length} pairs, 30 days, ${windows} windows`;
  return [
    { name: `${title}, ${THREADS} threads`, value: seconds, unit: 's', target: '<= 60' },
    { name: 'constellation: the same, processor time of all threads', value: (user + system) / 1e6, unit: 's' },
    { name: 'constellation: the same, largest memory of the process', value: rss_bytes / 1e6, unit: 'MB', target: '<= 500' },
  ];
}

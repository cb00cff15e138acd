import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogWriter } from '../store/log-store.ts';

export interface FreeFlightsDeps {
  readonly scratch_directory: string;
  readonly log: LogWriter;
  readonly who: string;
  /** The mission's time, for the log; and the machine's, which files are dated by. */
  readonly now_utc_ms: () => number;
  readonly machine_utc_ms: () => number;
}

/** A flight takes a minute or two: what is older belongs to no console that still runs. */
const STALE_MS = 3_600_000;

/** Frees the recordings that a crash left behind while the demo flew a pass, and says so in the log. */
export async function freeFlights(deps: FreeFlightsDeps): Promise<readonly string[]> {
  const names = (await readdir(deps.scratch_directory)).filter((name) => name.startsWith('flight-')).sort();
  const freed: string[] = [];
  for (const name of names) {
    const path = join(deps.scratch_directory, name);
    const found = await stat(path).catch(() => null); // Another console may have freed it a moment ago.
    if (found === null || deps.machine_utc_ms() - found.mtimeMs < STALE_MS) continue;
    await rm(path, { recursive: true, force: true });
    freed.push(name);
  }
  if (freed.length > 0) {
    deps.log.append({
      at_utc_ms: Math.round(deps.now_utc_ms()), who: deps.who, action: 'simulator.freeFlights', subject: 'scratch',
      details: { folders: freed },
    });
  }
  return freed;
}

import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What was touched within this time may be in use. */
const YOUNG_MS = 60_000;

/**
 * Removes the oldest thing in the scratch folder, as when the disk is full while a pass is on; answers with the bytes
 * it held, 0 where nothing can go. Measurements never lie there.
 */
export function freeOldestScratch(directory: string, now_utc_ms: number): number {
  try {
    const aged = readdirSync(directory).map((name) => join(directory, name))
      .map((path) => ({ path, touched_utc_ms: lstatSync(path).mtimeMs }))
      .filter(({ touched_utc_ms }) => now_utc_ms - touched_utc_ms > YOUNG_MS)
      .toSorted((a, b) => a.touched_utc_ms - b.touched_utc_ms);
    const oldest = aged[0];
    if (oldest === undefined) return 0;
    const bytes = bytesIn(oldest.path);
    rmSync(oldest.path, { recursive: true, force: true });
    return bytes;
  } catch {
    return 0; // Gone meanwhile, or not ours to remove: the alarm stays, and the next try looks again.
  }
}

function bytesIn(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

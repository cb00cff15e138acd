import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Whether something built is missing, or older than any file it is built from. Sources are files or folders. */
export function isStale(built: string, sources: readonly string[]): boolean {
  if (!existsSync(built)) return true;
  const built_ms = statSync(built).mtimeMs;
  return sources.filter((source) => existsSync(source)).some((source) => newestMs(source) > built_ms);
}

function newestMs(path: string): number {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  // The folder's own time moves when a file is removed, which a file's time cannot tell.
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), own.mtimeMs);
}

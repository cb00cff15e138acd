import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, one at a time. Node's own recursive call tries again without end on a file system
 * that answers ENOENT to a parent which is there (procfs, some network mounts); here that is an error like any other.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) {
    missing.push(folder);
    if (dirname(folder) === folder) break;
  }
  for (const folder of missing.reverse()) makeOne(folder, mode);
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (cause) {
    // Another process was faster.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { startShell } from './shell.ts';

/** Entry of the desktop shell. Bundled, this file is out/main/electron-main.js. */
const out = fileURLToPath(new URL('..', import.meta.url));
const { app } = electron;

startShell(electron, {
  host_process: join(out, 'main', 'host-process.js'),
  host_arguments: [
    '--mission-file', join(app.getAppPath(), 'missions', 'micius.json'),
    ...(process.argv.includes('--demo') ? ['--demo'] : []),
  ],
  preload: join(out, 'preload', 'preload.cjs'),
  renderer_directory: join(out, 'renderer'),
});

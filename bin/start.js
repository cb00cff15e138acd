import './guard.js';
import { spawnSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `Usage: npm start -- [--web] [--demo] [--port N]

Opens the console: in Electron where its binary and a display exist, else in the web shell,
which prints the address to open in a browser on this machine. Builds what is missing or old.

  --web      the web shell even where Electron could open
  --demo     the demo mission, its clock set to the golden night
  --port N   loopback port of the web shell; 0, the default, takes a free one
  --help     this text

TWINPASS_HOME names the folder that holds the missions, instead of the user's own data folder.
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path) => `${root}${path}`;

function fail(message, exit_code) {
  process.stderr.write(`${message}\n`);
  process.exit(exit_code);
}

function readFlags() {
  const options = {
    web: { type: 'boolean' },
    demo: { type: 'boolean' },
    port: { type: 'string' },
    help: { type: 'boolean' },
  };
  try {
    return parseArgs({ options }).values;
  } catch (cause) {
    return fail(`${cause.message}\n\n${USAGE}`, 2);
  }
}

function build(tool, args) {
  if (!existsSync(inRoot(tool))) fail('The development packages are not installed. Run: npm ci', 1);
  const { status } = spawnSync(process.execPath, [inRoot(tool), ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail('The build failed; its own message stands above.', 1);
}

const flags = readFlags();
if (flags.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const { electronAvailability } = await import('../src-main/shell-electron/availability.ts');
const { isStale } = await import('../src-main/shell-web/freshness.ts');
const machine = { platform: process.platform, env: process.env, uid: process.getuid?.() };
const electron = electronAvailability(root, machine);

/** Electron that ends in failure this soon never opened a window: a library is missing, or the display refused. */
const FAILED_START_MS = 5000;

async function openWebShell(reason) {
  if (reason !== null) process.stderr.write(`Electron cannot open here: ${reason}. Opening the web shell.\n`);
  const sources = ['src-renderer', 'src-contract', 'vite.renderer.config.ts', 'package-lock.json'].map(inRoot);
  if (isStale(inRoot('out/renderer/index.html'), sources)) {
    build('node_modules/vite/bin/vite.js', ['build', '--config', 'vite.renderer.config.ts', '--logLevel', 'warn']);
  }
  const { main } = await import('../src-main/cli/main.ts');
  const optional = [...(flags.demo ? ['--demo'] : []), ...(flags.port === undefined ? [] : ['--port', flags.port])];
  process.exitCode = await main(['serve', ...optional]);
}

function openElectron(binary) {
  const sources = [
    'src-renderer',
    'src-contract',
    'src-core',
    'src-main',
    'electron.vite.config.ts',
    'package-lock.json',
  ];
  if (isStale(inRoot('out/main/electron-main.js'), sources.map(inRoot))) {
    build('node_modules/electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']);
  }
  const started_ms = performance.now();
  const shell = spawn(binary, [root, ...(flags.demo ? ['--demo'] : [])], { stdio: 'inherit' });
  const forward = (signal) => shell.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const end = (code, account) => {
    process.off('SIGINT', forward).off('SIGTERM', forward);
    if (code !== 0 && performance.now() - started_ms < FAILED_START_MS) void openWebShell(account);
    else process.exitCode = code;
  };
  shell.once('error', (cause) => end(1, cause.message));
  shell.once('exit', (code, signal) => end(code ?? 0, signal === null ? `it ended with code ${code}` : signal));
}

if (flags.web) await openWebShell(null);
else if (electron.available) openElectron(electron.binary);
else await openWebShell(electron.reason);

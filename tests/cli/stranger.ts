// The command line as a stranger meets it: arguments in, exit code and two streams out.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { main } from '../../src-main/cli/main.ts';

export interface Told {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of this test file's own, gone when it ends. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-cli-'));
  folders.push(folder);
  return folder;
}

/** Points every place of the program below one fresh folder, for commands that run in this process. */
export function liveIn(folder: string): void {
  process.env['TWINPASS_HOME'] = join(folder, 'home');
  process.env['XDG_CONFIG_HOME'] = join(folder, 'config');
  delete process.env['TWINPASS_PASSPHRASE'];
}

export interface ListenOptions {
  /** Called with all that stderr has said so far; stderr then is a terminal, so that progress shows. */
  readonly onProgress?: (stderr: string) => void;
}

/** Runs a command line in this process: what a stranger sees, without the start of a process. */
export async function twinpass(argv: readonly string[], { onProgress }: ListenOptions = {}): Promise<Told> {
  let [stdout, stderr] = ['', ''];
  const exit_code = await main(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: {
      isTTY: onProgress !== undefined,
      write: (text) => {
        stderr += text;
        onProgress?.(stderr);
      },
    },
  });
  return { exit_code, stdout, stderr };
}

/** The one JSON document of a command that went well. */
export async function twinpassJson<T>(argv: readonly string[]): Promise<T> {
  const { exit_code, stdout, stderr } = await twinpass([...argv, '--json']);
  if (exit_code !== 0) throw new Error(`exit ${exit_code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly ended: Promise<Told>;
  /** Resolves with stdout as soon as it holds a whole line. */
  readonly firstLine: Promise<string>;
}

/** Starts the program as a process of its own, as `npm run twinpass` does. */
export function spawnTwinpass(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Spawned {
  const child = spawn(process.execPath, [resolve('bin/twinpass.js'), ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const line = Promise.withResolvers<string>();
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.includes('\n')) line.resolve(stdout);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Told>((settle) => {
    child.on('close', (code, signal) => settle({ exit_code: code ?? (signal === null ? -1 : -2), stdout, stderr }));
  });
  return { child, ended, firstLine: line.promise };
}

/** Every file below a folder, by its path there. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

export interface Recordings {
  readonly folder: string;
  readonly a: string;
  readonly b: string;
}

const inFolder = (folder: string): Recordings => ({
  folder,
  a: join(folder, 'delingha.json'),
  b: join(folder, 'nanshan.json'),
});

export interface Flight {
  readonly mode?: 'qkd' | 'bell';
  readonly start?: string;
  readonly seed?: number;
}

/** Four seconds of the golden pass, bright enough for a lock. */
export async function fly({
  mode = 'qkd',
  start = '2018-09-14T18:16:10Z',
  seed = 7,
}: Flight = {}): Promise<Recordings> {
  const folder = ownFolder();
  const { exit_code, stderr } = await twinpass([
    'simulate',
    '--out',
    folder,
    '--start',
    start,
    '--seconds',
    '4',
    '--seed',
    String(seed),
    '--brightness',
    '20',
    '--mode',
    mode,
  ]);
  if (exit_code !== 0) throw new Error(stderr);
  return inFolder(folder);
}

export function copyOf(recordings: Recordings): Recordings {
  const folder = ownFolder();
  cpSync(recordings.folder, folder, { recursive: true });
  return inFolder(folder);
}

type Json = Record<string, unknown>;
export const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Json;

/** Changes a manifest in place. */
export function editManifest(path: string, change: (manifest: Json) => Json): void {
  writeFileSync(path, JSON.stringify(change(readJson(path)), null, 2));
}

/** Changes a station's tag file, and its manifest's hash with it, so that only the change itself is wrong. */
export function editTags(manifest_path: string, change: (bytes: Buffer) => Uint8Array): void {
  const tags = readJson(manifest_path)['tags'] as Json;
  const path = join(manifest_path, '..', String(tags['file']));
  const bytes = change(readFileSync(path));
  writeFileSync(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  editManifest(manifest_path, (manifest) => ({ ...manifest, tags: { ...tags, sha256 } }));
}

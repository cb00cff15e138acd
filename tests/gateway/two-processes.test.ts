// Goal: two processes with one recording each make one key, and neither can see the other's outcomes.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { missionFile } from '../../src-contract/mission.ts';
import { recordingManifest } from '../../src-contract/recording.ts';
import type { Role } from '../../src-main/gateway/classical-channel/channel-error.ts';
import { CLOSEST_UTC_MS, micius, simulated } from '../simulator/simulated.ts';
import { freshFolder, hasOpenssl, makeCertificate, type CertificateFiles } from './certificates.ts';
import { settings } from './consoles.ts';
import type { ConsoleReport, ConsoleTask } from './console-process.ts';

const SECONDS = 16;
/** The mission with clearer optics: enough pairs for a key in a quarter of a minute. */
const mission = missionFile.parse({ ...micius, custody: 'operational', link: { ...micius.link, optics_db: 0.5 } });

interface Station { readonly folder: string; readonly manifest: string; readonly tags: string }

/** Manifest and tags of one station in a folder that holds nothing of the other. */
function moveIn(manifest_path: string): Station {
  const folder = freshFolder();
  const { tags } = recordingManifest.parse(JSON.parse(readFileSync(manifest_path, 'utf8')));
  const [manifest, file] = [join(folder, basename(manifest_path)), join(folder, tags.file)];
  copyFileSync(manifest_path, manifest);
  copyFileSync(join(dirname(manifest_path), tags.file), file);
  return { folder, manifest, tags: file };
}

interface Setting {
  readonly stations: Readonly<Record<Role, Station>>;
  readonly certificates: Readonly<Record<Role, CertificateFiles>>;
  readonly secrets: Readonly<Record<Role, Uint8Array>>;
}

function taskOf({ stations, certificates, secrets }: Setting, role: Role, port: number) {
  const other = role === 'alice' ? 'bob' : 'alice';
  const { folder, manifest } = stations[role];
  const place = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(place('mission.json'), JSON.stringify(mission));
  writeFileSync(place('secret'), secrets[role]);
  copyFileSync(certificates[role].certificate, place('own.pem'));
  copyFileSync(certificates[role].private_key, place('own.key'));
  copyFileSync(certificates[other].certificate, place('peer.pem'));
  const task: ConsoleTask = {
    role, port, manifest, foreign: stations[other].tags, mission: place('mission.json'), secret: place('secret'),
    certificate: place('own.pem'), private_key: place('own.key'), peer_certificate: place('peer.pem'),
    report: place('report.json'), settings,
  };
  writeFileSync(place('task.json'), JSON.stringify(task));
  return { task, path: place('task.json'), folder };
}

/** A process that may read the program and its own folder, and nothing else. */
function start(path: string, folder: string) {
  const child = spawn(process.execPath, [
    '--permission', `--allow-fs-read=${resolve('.')}`, `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`,
    '--disable-warning=SecurityWarning', 'tests/gateway/console-process.ts', path,
  ], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr!.on('data', (bytes: Buffer) => { stderr += bytes.toString(); });
  const done = new Promise<string>((settle) => { child.once('close', () => settle(stderr)); });
  const port = new Promise<number>((settle, refuse) => {
    child.once('message', (message) => settle((message as { port: number }).port));
    child.once('close', () => refuse(new Error(stderr)));
  });
  return { done, port };
}

async function meet(setting: Setting) {
  const bob = taskOf(setting, 'bob', 0);
  const listening = start(bob.path, bob.folder);
  const alice = taskOf(setting, 'alice', await listening.port);
  const calling = start(alice.path, alice.folder);
  calling.port.catch(() => undefined);
  const errors = await Promise.all([calling.done, listening.done]);
  expect(errors).toEqual(['', '']);
  const report = ({ task }: typeof bob) => JSON.parse(readFileSync(task.report, 'utf8')) as ConsoleReport;
  return { alice: report(alice), bob: report(bob) };
}

test.skipIf(!hasOpenssl)('one key in two processes, one recording each (needs the openssl program)', async () => {
  const pass = await simulated({ mission, start_utc_ms: CLOSEST_UTC_MS, seconds: SECONDS, brightness: 1 });
  const stations = { alice: moveIn(pass.manifest_paths[0]), bob: moveIn(pass.manifest_paths[1]) };
  const certificates = { alice: makeCertificate('alice'), bob: makeCertificate('bob') };
  const secret = randomBytes(1024);
  const { alice, bob } = await meet({ stations, certificates, secrets: { alice: secret, bob: secret } });

  expect([alice.error, bob.error]).toEqual(['', '']);
  expect([alice.ok, bob.ok]).toEqual([true, true]);
  expect(bob.key_id).toBe(alice.key_id);
  expect(bob.digest).toBe(alice.digest);
  expect(bob.transcript_sha256).toBe(alice.transcript_sha256);
  expect(bob.leaked_bits).toBe(alice.leaked_bits);
  expect(bob.length_bits).toBe(alice.length_bits);
  expect(alice.length_bits).toBeGreaterThan(500);
  expect(alice.seals).toEqual({ alice: 2, bob: 1 });

  // Neither process had the other's outcomes: not on disk, and not by what it was told.
  expect(alice.stations_read).toEqual([mission.stations[0].id]);
  expect(bob.stations_read).toEqual([mission.stations[1].id]);
  for (const side of [alice, bob]) {
    expect(side.foreign_code).toBe('ERR_ACCESS_DENIED');
    expect(side.foreign_detectors).toBe(1);
    // Clicks of whatever detector, beacon pulses and 1PPS edges.
    expect(side.foreign_channels).toBe(3);
  }

  const strangers = await meet({ stations, certificates, secrets: { alice: secret, bob: randomBytes(1024) } });
  expect([strangers.alice.ok, strangers.bob.ok]).toEqual([false, false]);
  expect(strangers.bob.error).toMatch(/seal .* does not fit/);
  expect(strangers.alice.error).toMatch(/ended the exchange .SealRefused/);
});

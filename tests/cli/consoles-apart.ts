// Two consoles of an operational mission, each with one recording, a folder, a key file and a certificate of its own.
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { missionFile } from '../../src-contract/mission.ts';
import { recordingManifest } from '../../src-contract/recording.ts';
import { makeCertificate, type CertificateFiles } from '../gateway/certificates.ts';
import { CLOSEST_UTC_MS, micius, simulated } from '../simulator/simulated.ts';
import { ownFolder, spawnTwinpass, twinpass, type Spawned, type Told } from './stranger.ts';

export const ROLES = ['alice', 'bob'] as const;
export type Role = (typeof ROLES)[number];

/** Clearer optics than the mission's: enough pairs for a key in a quarter of a minute. */
export const mission = missionFile.parse({
  ...micius, custody: 'operational', link: { ...micius.link, optics_db: 0.5 } });

export interface ConsoleApart {
  readonly role: Role;
  readonly folder: string;
  readonly mission: string;
  readonly env: Readonly<Record<string, string>>;
  readonly manifest: string;
  readonly certificate: CertificateFiles;
  /** The flags by which every command finds this console's mission. */
  readonly places: readonly string[];
}

/** Runs a command line in this process as if at that console. */
export async function at({ env, places }: ConsoleApart, argv: readonly string[]): Promise<Told> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await twinpass([...argv, ...places]);
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

export async function jsonAt<T>(console: ConsoleApart, argv: readonly string[]): Promise<T> {
  const { exit_code, stdout, stderr } = await at(console, [...argv, '--json']);
  if (exit_code !== 0) throw new Error(`exit ${exit_code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** The same command as a process of its own. */
export const startAt = ({ env, places }: ConsoleApart, argv: readonly string[]): Spawned =>
  spawnTwinpass([...argv, ...places], env);

function moveIn(role: Role, manifest_path: string, certificate: CertificateFiles): ConsoleApart {
  const folder = ownFolder();
  const { tags } = recordingManifest.parse(JSON.parse(readFileSync(manifest_path, 'utf8')));
  const recording = join(folder, 'recording');
  mkdirSync(recording);
  for (const name of [`${tags.file.replace(/[.]ptu$/, '')}.json`, tags.file]) {
    copyFileSync(join(dirname(manifest_path), name), join(recording, name));
  }
  const mission_file = join(folder, 'mission.json');
  writeFileSync(mission_file, JSON.stringify(mission));
  const mission_folder = join(folder, 'mission');
  return {
    role, folder, certificate, mission: mission_folder,
    env: { XDG_CONFIG_HOME: join(folder, 'config'), TWINPASS_HOME: join(folder, 'home') },
    manifest: join(recording, `${tags.file.replace(/[.]ptu$/, '')}.json`),
    places: ['--mission', mission_folder, '--mission-file', mission_file],
  };
}

export interface Apart {
  readonly alice: ConsoleApart;
  readonly bob: ConsoleApart;
  /** Where each recording was made; nobody but the test sees both. */
  readonly manifest_paths: readonly [string, string];
  readonly secret: Uint8Array;
}

/** Flies a pass, parts its recordings, sets both consoles up for each other and imports what each has. */
export async function consolesApart(seconds = 16, seed?: number): Promise<Apart> {
  const pass = await simulated({
    mission, start_utc_ms: CLOSEST_UTC_MS, seconds, brightness: 1, ...(seed === undefined ? {} : { seed }) });
  const [alice, bob] = ROLES.map((role, i) => moveIn(role, pass.manifest_paths[i]!, makeCertificate(role)));
  const secret = randomBytes(4096);
  for (const [own, other] of [[alice!, bob!], [bob!, alice!]] as const) {
    must(await at(own, ['archive', 'import', own.manifest]));
    const { certificate, private_key } = own.certificate;
    const way = own.role === 'alice' ? ['--peer', '127.0.0.1:1'] : ['--listen', '127.0.0.1:0'];
    must(await at(own, ['channel', 'set', ...way, '--certificate', certificate, '--private-key', private_key,
      '--peer-certificate', other.certificate.certificate]));
    await giveSecret(own, secret);
  }
  return { alice: alice!, bob: bob!, manifest_paths: pass.manifest_paths, secret };
}

export async function giveSecret(console: ConsoleApart, secret: Uint8Array): Promise<void> {
  const path = join(ownFolder(), 'secret.bin');
  writeFileSync(path, secret, { mode: 0o600 });
  must(await at(console, ['channel', 'secret', path]));
}

export function must(told: Told): Told {
  if (told.exit_code !== 0) throw new Error(`exit ${told.exit_code}: ${told.stderr}`);
  return told;
}

/** The port a listening console has said on stderr that it waits at. */
export function portOf({ child, ended }: Spawned): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.on('data', (text: string) => {
      said += text;
      const [, port] = /waiting at 127[.]0[.]0[.]1:(\d+) /.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    void ended.then(({ stderr }) => reject(new Error(stderr)));
  });
}

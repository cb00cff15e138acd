// Goal: a passphrase is changed as a stranger does it; a wrong one, and a store that is gone, say what to do next.
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { fly, liveIn, ownFolder, twinpass, twinpassJson } from './stranger.ts';

const [OLD, NEW] = ['old words of the mission', 'new words of the mission'];
const folder = ownFolder();
liveIn(folder);
const mission = join(folder, 'mission');
const key_path = join(folder, 'config', 'twinpass', 'micius.key');
const PLACE = ['--mission', mission];
let pass_id = '';

async function withPassphrase<T>(passphrase: string, work: () => Promise<T>): Promise<T> {
  process.env['TWINPASS_PASSPHRASE'] = passphrase;
  try {
    return await work();
  } finally {
    delete process.env['TWINPASS_PASSPHRASE'];
  }
}
const verify = () => twinpass(['archive', 'verify', pass_id, ...PLACE]);
const process_again = () => twinpass(['archive', 'process', pass_id, ...PLACE]);

beforeAll(async () => {
  const recordings = await fly();
  const { summary } = await withPassphrase(OLD, () => twinpassJson<{ summary: { pass_id: string } }>(
    ['archive', 'import', recordings.a, recordings.b, '--no-process', ...PLACE]));
  pass_id = summary.pass_id;
}, 120_000);
afterEach(() => { delete process.env['TWINPASS_NEW_PASSPHRASE']; });

test('a wrong passphrase, and none, are refused with what to do', async () => {
  const wrong = await withPassphrase('not the words at all', verify);
  expect(wrong).toMatchObject({ exit_code: 5, stdout: '' });
  expect(wrong.stderr).toMatch(/WrongPassphrase.*Set TWINPASS_PASSPHRASE to this mission's passphrase/);
  const none = await verify();
  expect(none.exit_code).toBe(5);
  expect(none.stderr).toContain('Set TWINPASS_PASSPHRASE');
}, 60_000);

test('a new passphrase that is missing, short, readable by others or not there changes nothing', async () => {
  const before = readFileSync(key_path, 'utf8');
  const rotate = (...extra: readonly string[]) => withPassphrase(OLD, () => twinpass(['key', 'rotate', ...extra, ...PLACE]));
  expect((await rotate()).stderr).toContain('--passphrase-file or TWINPASS_NEW_PASSPHRASE');
  process.env['TWINPASS_NEW_PASSPHRASE'] = 'short';
  expect((await rotate()).stderr).toContain('5 characters');
  process.env['TWINPASS_NEW_PASSPHRASE'] = OLD;
  expect((await rotate()).stderr).toContain('is the old one');
  const open_to_all = join(folder, 'open.txt');
  writeFileSync(open_to_all, NEW);
  chmodSync(open_to_all, 0o644);
  if (process.platform !== 'win32') {
    expect((await rotate('--passphrase-file', open_to_all)).stderr).toContain(`chmod 600 ${open_to_all}`);
  }
  expect((await rotate('--passphrase-file', join(folder, 'gone.txt'))).stderr).toContain('ENOENT');
  process.env['TWINPASS_NEW_PASSPHRASE'] = NEW;
  expect((await withPassphrase('not the words at all', () => twinpass(['key', 'rotate', ...PLACE]))).exit_code).toBe(5);
  expect(readFileSync(key_path, 'utf8')).toBe(before);
}, 60_000);

test('rotated, the new words open the same outcomes, the old ones nothing, and neither is anywhere', async () => {
  const file = join(folder, 'new.txt');
  writeFileSync(file, `${NEW}\n`, { mode: 0o600 });
  const told = await withPassphrase(OLD, () => twinpass(['key', 'rotate', '--passphrase-file', file, ...PLACE]));
  expect(told, told.stderr).toMatchObject({ exit_code: 0 });
  expect(told.stdout).toContain('Copies of the key file made earlier');
  expect((await withPassphrase(OLD, verify)).exit_code).toBe(5);
  const processed = await withPassphrase(NEW, process_again);
  expect(processed.exit_code, processed.stderr).toBe(0);
  for (const bytes of [readFileSync(key_path), readFileSync(join(mission, 'mission.db')), Buffer.from(told.stdout + told.stderr)]) {
    for (const words of [OLD, NEW]) expect(bytes.includes(words)).toBe(false);
  }
}, 120_000);

test('a store whose key is gone is said to be lost, nothing is made in its place, and its copy brings it back', async () => {
  renameSync(key_path, `${key_path}.away`);
  const gone = await withPassphrase(NEW, verify);
  expect(gone.exit_code).toBe(5);
  expect(gone.stderr).toContain(`is not at ${key_path}. Copy it back`);
  renameSync(`${key_path}.away`, key_path);
  expect((await withPassphrase(NEW, verify)).exit_code).toBe(0);
}, 60_000);

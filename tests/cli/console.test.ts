// Goal: serve, demo and simulate run as processes, stop when told to, and leave nothing behind that nobody asked for.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dualWindow } from '../../src-contract/orbit.ts';
import { processVerdict } from '../../src-contract/pass.ts';
import { filesBelow, liveIn, ownFolder, spawnTwinpass, twinpass, twinpassJson } from './stranger.ts';

const NO_PAGES = !existsSync('out/renderer/index.html');
const PASS = ['--start', '2018-09-14T18:16:10Z', '--seed', '5'];

/** A machine of its own: home, settings and temporary files, to be looked through afterwards. */
function freshMachine() {
  const root = ownFolder();
  const [home, temporary] = [join(root, 'home'), join(root, 'tmp')];
  for (const folder of [home, temporary]) mkdirSync(folder);
  const env = { HOME: home, TMPDIR: temporary, TWINPASS_HOME: '', XDG_DATA_HOME: '', XDG_CONFIG_HOME: '' };
  return { root, env, left: () => filesBelow(root) };
}

/** Waits for a condition that another process brings about. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i += 1) await wait(20);
  expect(holds()).toBe(true);
}

beforeAll(() => liveIn(ownFolder()));

describe.skipIf(NO_PAGES)('serve (needs the built pages: npm run build:renderer)', () => {
  test("says its URL once it answers, keeps its mission in the user's data, ends with 0 when told to", async () => {
    const machine = freshMachine();
    const { child, firstLine, ended } = spawnTwinpass(['serve', '--json'], machine.env);
    const { url } = JSON.parse(await firstLine) as { url: string };
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGINT');
    const { exit_code, stdout, stderr } = await ended;
    expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ url });
    await expect(fetch(url)).rejects.toThrow();
    expect(machine.left().map((name) => name.slice('home/'.length))).toEqual([
      '.config/twinpass/micius.key',
      '.local/share/twinpass/micius/mission.db',
    ]);
  });

  test('refuses a port that is taken, with 5 and the way out', async () => {
    const squatter = createServer();
    await new Promise<void>((listening) => squatter.listen(0, '127.0.0.1', listening));
    const { port } = squatter.address() as AddressInfo;
    const { exit_code, stdout, stderr } = await twinpass([
      'serve',
      '--port',
      String(port),
      '--mission',
      ownFolder(),
      '--json',
    ]);
    squatter.close();
    expect({ exit_code, stdout }).toEqual({ exit_code: 5, stdout: '' });
    expect(stderr).toMatch(new RegExp(`Port ${port} is taken.*--port`));
  });
});

/** Thirteen seconds on an idle machine. */
const DEMO_PATIENCE_MS = 180_000;

describe('demo', () => {
  interface Account {
    readonly [name: string]: unknown;
  }

  test(
    'accounts for one night and leaves no file in home or temporary folder',
    async () => {
      const machine = freshMachine();
      const { exit_code, stdout, stderr } = await spawnTwinpass(['demo', '--json'], machine.env).ended;
      expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
      const account = JSON.parse(stdout) as Account;
      expect(dualWindow.parse(account['window']).start_utc).toBe('2018-09-14T18:14:01.799Z');
      const qkd = processVerdict.parse(account['qkd']);
      const bell = processVerdict.parse(account['bell']);
      // Figures of the published pass, within what one simulated night scatters.
      expect(qkd.coincidences / qkd.seconds).toBeGreaterThan(1.7);
      expect(qkd.coincidences / qkd.seconds).toBeLessThan(2.7);
      expect(qkd.qber!).toBeLessThan(0.08);
      expect(Math.abs(bell.bell!.s - 2.56)).toBeLessThan(4 * bell.bell!.s_sigma);
      expect(account['passes']).toMatchObject([{ intact: true }, { intact: true }]);
      expect(machine.left()).toEqual([]);
    },
    DEMO_PATIENCE_MS,
  );

  test('stopped on its way, it leaves nothing either and ends with 130', async () => {
    const machine = freshMachine();
    const { child, ended } = spawnTwinpass(['demo'], machine.env);
    await until(() => machine.left().some((name) => name.endsWith('.ptu.partial')));
    child.kill('SIGINT');
    const { exit_code, stdout, stderr } = await ended;
    expect({ exit_code, stdout }).toEqual({ exit_code: 130, stdout: '' });
    expect(stderr).toMatch(/cancelled/);
    expect(machine.left()).toEqual([]);
  });
});

describe('simulate', () => {
  interface Made {
    readonly manifest_paths: readonly string[];
    readonly truth_path: string;
    readonly truth: object;
  }

  test('tells its files and the truth; the same seed gives the same bytes', async () => {
    const [one, two] = [ownFolder(), ownFolder()];
    const command = (out: string) => ['simulate', '--out', out, ...PASS, '--seconds', '2'];
    const made = await twinpassJson<Made>(command(one));
    await twinpassJson<Made>(command(two));
    expect(filesBelow(one)).toEqual(['delingha.json', 'delingha.ptu', 'nanshan.json', 'nanshan.ptu', 'truth.json']);
    expect(made.manifest_paths).toEqual([join(one, 'delingha.json'), join(one, 'nanshan.json')]);
    expect(JSON.parse(readFileSync(made.truth_path, 'utf8'))).toEqual(made.truth);
    for (const name of filesBelow(one)) {
      expect(readFileSync(join(one, name)).equals(readFileSync(join(two, name))), name).toBe(true);
    }
  });

  test('stopped by a signal, it leaves no file and ends with 130', async () => {
    const out = ownFolder();
    const { child, ended } = spawnTwinpass(['simulate', '--out', out, ...PASS, '--seconds', '140', '--json']);
    await until(() => filesBelow(out).length > 0);
    child.kill('SIGINT');
    const { exit_code, stdout, stderr } = await ended;
    expect({ exit_code, stdout }).toEqual({ exit_code: 130, stdout: '' });
    expect(stderr).toMatch(/Cancelled/);
    expect(filesBelow(out)).toEqual([]);
  });

  test('where the satellite is below the horizon: 4; where it may not write: 5; nothing is made', async () => {
    const out = mkdtempSync(join(ownFolder(), 'x-'));
    rmSync(out, { recursive: true });
    const day = await twinpass([
      'simulate',
      '--out',
      out,
      '--start',
      '2018-09-14T12:00:00Z',
      '--seconds',
      '3',
      '--seed',
      '1',
    ]);
    expect(day).toMatchObject({ exit_code: 4, stdout: '' });
    expect(day.stderr).toMatch(/delingha -?[\d.]+ degrees.*twinpass windows/);
    expect(existsSync(out)).toBe(false);
    writeFileSync(out, 'a file where the folder should be');
    const blocked = await twinpass(['simulate', '--out', out, ...PASS, '--seconds', '3']);
    expect(blocked).toMatchObject({ exit_code: 5, stdout: '' });
    expect(blocked.stderr).toMatch(/cannot be written.*name another directory/);
    expect(readFileSync(out, 'utf8')).toBe('a file where the folder should be');
  });
});

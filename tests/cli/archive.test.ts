// Goal: the archive keeps what was measured, adds verdicts and never changes one; every place is the one named.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operations, type OutputOf } from '../../src-contract/operations.ts';
import type { PassDetail, ProcessVerdict, Verdict } from '../../src-contract/pass.ts';
import { composeHost } from '../../src-main/compose.ts';
import { SHIPPED_ELEMENTS } from '../../src-main/services/shipped-files.ts';
import {
  copyOf,
  editManifest,
  filesBelow,
  fly,
  liveIn,
  ownFolder,
  spawnTwinpass,
  twinpass,
  twinpassJson,
  type Recordings,
} from './stranger.ts';

let qkd: Recordings;
let mission = '';
beforeAll(async () => {
  qkd = await fly();
});
beforeEach(() => {
  const folder = ownFolder();
  liveIn(folder);
  mission = join(folder, 'mission');
  mkdirSync(mission); // An empty folder is one that somebody prepared.
});

type List = OutputOf<'archive.listPasses'>;
const PASS = '2018-09-14-1816-qkd';
const imported = (...flags: readonly string[]) =>
  twinpassJson<PassDetail>(['archive', 'import', qkd.a, qkd.b, '--mission', mission, ...flags]);
const list = () => twinpassJson<List>(['archive', 'list', '--mission', mission]);
const show = (pass_id: string) => twinpassJson<PassDetail>(['archive', 'show', pass_id, '--mission', mission]);

/** What does not depend on the random bits of double clicks. */
function settled({ lock, stations, coincidences, accidentals, snr, seconds, sifted }: ProcessVerdict) {
  return { lock, stations, coincidences, accidentals, snr, seconds, rows: sifted.Z.n + sifted.X.n };
}

test("a process of its own imports, and the replies are the contract's", async () => {
  const told = await spawnTwinpass(['archive', 'import', qkd.a, qkd.b, '--mission', mission, '--json']).ended;
  expect({ exit_code: told.exit_code, stderr: told.stderr }).toEqual({ exit_code: 0, stderr: '' });
  const detail = operations['archive.readPass'].output.parse(JSON.parse(told.stdout));
  expect(detail.summary).toMatchObject({ pass_id: PASS, state: 'processed', night: '2018-09-14', verdicts: 1 });
  for (const { file_name, sha256 } of detail.recordings) {
    expect(sha256).toBe(
      createHash('sha256')
        .update(readFileSync(join(qkd.folder, file_name)))
        .digest('hex'),
    );
  }
  const { passes } = operations['archive.listPasses'].output.parse(await list());
  expect(passes).toEqual([detail.summary]);
  expect(await show(PASS)).toEqual(detail);
  const verified = await twinpassJson<{ passes: readonly unknown[] }>(['archive', 'verify', '--mission', mission]);
  expect(verified.passes).toMatchObject([{ pass_id: PASS, intact: true, findings: [] }]);
  expect(filesBelow(mission)).toEqual(['mission.db', `passes/${PASS}.tpass`]);
});

test('the archived verdict is what process finds in the same recordings', async () => {
  const { verdicts } = await imported();
  const direct = await twinpassJson<ProcessVerdict>(['process', qkd.a, qkd.b]);
  const archived = verdicts[0]!.result;
  expect(settled(archived)).toEqual(settled(direct));
  // A double click draws its bit anew each time; there are at most a few of them.
  for (const basis of ['Z', 'X'] as const) {
    expect(Math.abs(archived.sifted[basis].n - direct.sifted[basis].n)).toBeLessThanOrEqual(5);
    expect(Math.abs(archived.sifted[basis].e - direct.sifted[basis].e)).toBeLessThanOrEqual(5);
  }
});

test('processing again adds a verdict and changes none; verify follows the chain', async () => {
  const first = (await imported()).verdicts;
  const host = await composeHost({ mission_file: 'missions/micius.json', mission_directory: mission, demo: false });
  if (!host.ok) throw new Error(JSON.stringify(host.error));
  for (const gate_ns of [1.5, 2.5]) {
    const ended = new Promise<string>((resolve) => {
      host.value.events.subscribe((event) => {
        if (event.type === 'job.changed' && event.job.state !== 'running') resolve(event.job.state);
      });
    });
    expect(await host.value.dispatch('detection.processPass', { pass_id: PASS, gate_ns })).toMatchObject({ ok: true });
    expect(await ended).toBe('done');
  }
  await host.value.close();
  const { verdicts } = await show(PASS);
  expect(verdicts.map(({ verdict_id }) => verdict_id)).toEqual([1, 2, 3]);
  expect(verdicts.slice(0, 1)).toEqual(first);
  const [wide, narrow, again] = verdicts as [Verdict, Verdict, Verdict];
  expect(narrow.parameters['gate_ns']).toBe(1.5);
  expect(narrow.result.coincidences).toBeLessThan(wide.result.coincidences);
  expect(settled(again.result)).toEqual(settled(wide.result));
  const { passes } = await twinpassJson<{ passes: readonly { intact: boolean }[] }>([
    'archive',
    'verify',
    PASS,
    '--mission',
    mission,
  ]);
  expect(passes.map(({ intact }) => intact)).toEqual([true]);
});

describe('refusals', () => {
  test('the same recordings twice, in either order or from another folder, with 5', async () => {
    await imported('--no-process');
    const before = await list();
    const elsewhere = copyOf(qkd);
    for (const pair of [
      [qkd.a, qkd.b],
      [qkd.b, qkd.a],
      [elsewhere.a, elsewhere.b],
    ]) {
      const { exit_code, stdout, stderr } = await twinpass([
        'archive',
        'import',
        ...pair,
        '--mission',
        mission,
        '--json',
      ]);
      expect({ exit_code, stdout }).toEqual({ exit_code: 5, stdout: '' });
      expect(stderr).toMatch(new RegExp(`are pass ${PASS} already`));
    }
    expect(await list()).toEqual(before);
    expect(before.passes).toMatchObject([{ state: 'recorded', verdicts: 0 }]);
  });

  test('a pass that is not there, with 3', async () => {
    for (const command of ['show', 'verify']) {
      const { exit_code, stdout, stderr } = await twinpass(['archive', command, 'no-such-pass', '--mission', mission]);
      expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
      expect(stderr).toMatch(/No pass no-such-pass/);
    }
  });

  test("a mission folder that is a file, or holds another program's database, with 3", async () => {
    const file = join(ownFolder(), 'file');
    writeFileSync(file, 'text');
    const foreign = ownFolder();
    writeFileSync(join(foreign, 'mission.db'), 'no database');
    for (const place of [file, foreign]) {
      const { exit_code, stdout, stderr } = await twinpass(['archive', 'list', '--mission', place]);
      expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^twinpass: ${place}[^\\n]+\\n$`));
    }
  });

  test.each([['list'], ['show', 'no-such-pass'], ['verify']])(
    'a mistyped mission folder for %s, with 3, and makes nothing there', async (...command) => {
      const typed = join(ownFolder(), 'mi', 'cius');
      const { exit_code, stdout, stderr } = await twinpass(['archive', ...command, '--mission', typed]);
      expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
      expect(stderr).toBe(`twinpass: ${typed} holds no mission: check --mission. Nothing was made there.\n`);
      expect(existsSync(join(typed, '..'))).toBe(false);
    });

  test.skipIf(!existsSync('/proc/self'))('a mission on a file system that takes no folders, with 3, at once', async () => {
    const { exit_code, stdout, stderr } = await twinpass(['elements', 'import', SHIPPED_ELEMENTS, '--mission', '/proc/micius']);
    expect({ exit_code, stdout }).toEqual({ exit_code: 3, stdout: '' });
    expect(stderr).toMatch(/^twinpass: \/proc\/micius[^\n]*: there is no such file or folder; check the path[^\n]*\n$/);
  });

  test('a damaged pass file is a finding, with 3; the others are checked all the same', async () => {
    await imported('--no-process');
    const path = join(mission, 'passes', `${PASS}.tpass`);
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(path, bytes);
    const { exit_code, stdout, stderr } = await twinpass(['archive', 'verify', '--mission', mission, '--json']);
    expect(exit_code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ passes: [{ pass_id: PASS, intact: false }] });
    expect(stderr).toMatch(/1 of 1 pass files are damaged/);
  });

  test('an archive whose key is gone, with 5 and the place it belongs', async () => {
    await imported('--no-process');
    liveIn(ownFolder());
    const { exit_code, stderr } = await twinpass(['archive', 'list', '--mission', mission]);
    expect(exit_code).toBe(5);
    expect(stderr).toMatch(/key of mission micius is not at .*micius\.key\. Copy it back/);
  });
});

test('recordings without a lock are kept, and the message says so', async () => {
  const dark = copyOf(qkd);
  editManifest(dark.a, ({ beacon, ...rest }) => (beacon === undefined ? {} : rest));
  const { exit_code, stderr } = await twinpass(['archive', 'import', dark.a, dark.b, '--mission', mission]);
  expect(exit_code).toBe(4);
  expect(stderr).toMatch(new RegExp(`no beacon pulse[\\s\\S]*archived as ${PASS}, without a verdict`));
  const { summary } = await show(PASS);
  expect(summary).toMatchObject({ state: 'failed', failure: expect.stringMatching(/no beacon pulse/) as string });
});

describe('an interrupt', () => {
  test.each(['reading', 'writing'])('while %s leaves no pass and no file, and ends with 130', async (stage) => {
    await list();
    const before = filesBelow(mission);
    let struck = false;
    const argv = ['archive', 'import', qkd.a, qkd.b, '--mission', mission];
    const { exit_code, stdout, stderr } = await twinpass(argv, {
      onProgress: (shown) => {
        if (struck || !shown.includes(stage)) return;
        struck = true;
        process.emit('SIGINT');
      },
    });
    expect({ struck, exit_code, stdout }).toEqual({ struck: true, exit_code: 130, stdout: '' });
    expect(stderr).toMatch(/cancelled; nothing was changed/);
    expect(filesBelow(mission)).toEqual(before);
    expect((await list()).passes).toEqual([]);
  });

  test('after the import keeps the recordings and says so', async () => {
    let struck = false;
    const argv = ['archive', 'import', qkd.a, qkd.b, '--mission', mission];
    const { exit_code, stderr } = await twinpass(argv, {
      onProgress: (shown) => {
        if (struck || !/reading the pass file|locking/.test(shown)) return;
        struck = true;
        process.emit('SIGINT');
      },
    });
    expect({ struck, exit_code }).toEqual({ struck: true, exit_code: 130 });
    expect(stderr).toMatch(new RegExp(`cancelled\\nThe recordings are archived as ${PASS}, without a verdict`));
    expect((await list()).passes).toMatchObject([{ pass_id: PASS, verdicts: 0 }]);
  });
});

describe('places', () => {
  const listIn = async (env: Readonly<Record<string, string>>) => {
    const { exit_code, stderr } = await spawnTwinpass(['archive', 'list', '--json'], env).ended;
    expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
  };

  test("TWINPASS_HOME, else XDG_DATA_HOME, else the user's folder; the key elsewhere, for its owner only", async () => {
    const home = ownFolder();
    const own = { HOME: home, XDG_CONFIG_HOME: '', XDG_DATA_HOME: '', TWINPASS_HOME: '' };
    await listIn({ ...own, XDG_DATA_HOME: join(home, 'data'), TWINPASS_HOME: join(home, 'chosen') });
    expect(filesBelow(home)).toEqual(['.config/twinpass/micius.key', 'chosen/micius/mission.db']);
    await listIn({ ...own, XDG_DATA_HOME: join(home, 'data') });
    expect(filesBelow(home)).toContain('data/twinpass/micius/mission.db');
    await listIn({ ...own, XDG_DATA_HOME: 'relative/is/ignored', XDG_CONFIG_HOME: join(home, 'settings') });
    expect(filesBelow(home)).toContain('.local/share/twinpass/micius/mission.db');
    for (const key of ['.config/twinpass/micius.key', 'settings/twinpass/micius.key']) {
      expect(statSync(join(home, key)).mode & 0o777).toBe(0o600);
    }
  });

  test('a key that others may read is refused', async () => {
    await list();
    const key = join(process.env['XDG_CONFIG_HOME']!, 'twinpass', 'micius.key');
    chmodSync(key, 0o644);
    const { exit_code, stderr } = await twinpass(['archive', 'list', '--mission', mission]);
    expect(exit_code).toBe(5);
    expect(stderr).toContain(`chmod 600 ${key}`);
  });
});

// Goal: every command explains itself with an example, and every example works as it stands.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenTle } from '../support/golden-orbit.ts';
import { fly, liveIn, ownFolder, twinpass } from './stranger.ts';

/** What a fresh checkout with two pairs of recordings can run at once. Of the rest the flags are read here. */
const RUNS = [
  'windows',
  'keyrate',
  'process',
  'bell',
  'archive import',
  'archive list',
  'archive show',
  'archive verify',
  'archive export',
  'archive backup',
  'archive restore',
];

const helpOf = async (command: readonly string[]) => (await twinpass([...command, '--help'])).stdout;

/** Every command and subcommand, as the help itself lists them. */
async function commandsBelow(command: readonly string[]): Promise<string[][]> {
  const [, listed = ''] = (await helpOf(command)).split('\nCommands:\n');
  const names = [...listed.split('\n\n')[0]!.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*)\b/gm)].map(([, name]) => name!);
  const below: string[][] = [];
  for (const name of names) if (name !== 'help') below.push(...(await commandsBelow([...command, name])));
  return [[...command], ...below];
}

/** The command lines of a help text, continued lines joined. */
function examplesOf(help: string): string[][] {
  const shown = help.slice(help.search(/^Examples?\b/m)).replaceAll(/\\\n\s*/g, '');
  return [...shown.matchAll(/^ {2}twinpass (.*)$/gm)].map(([, line]) =>
    [...line!.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word),
  );
}

const COMMANDS = await commandsBelow([]);
const nameOf = (argv: readonly string[]) =>
  COMMANDS.map((command) => command.join(' '))
    .filter((name) => `${argv.join(' ')} `.startsWith(`${name} `))
    .at(-1)!;
const shown: string[][] = [];
for (const command of COMMANDS) shown.push(...examplesOf(await helpOf(command)));
/** Runs as it stands; an archived pass has to be there first. */
/** A pass file would have to be one that this archive has made. */
const needsPass = (argv: readonly string[]) =>
  argv.includes('--pass') || (argv[0] === 'process' && argv.some((word) => word.endsWith('.tpass')));
const runs = (argv: readonly string[]) => RUNS.includes(nameOf(argv)) && !needsPass(argv);
const examples = [...new Map(shown.map((argv) => [argv.join(' '), argv])).values()];

describe('--help', () => {
  test('lists the commands', () => {
    const names = COMMANDS.map((command) => command.join(' '));
    expect(names).toEqual(expect.arrayContaining([...RUNS, 'simulate', 'serve', 'demo']));
  });

  test.each(COMMANDS.map((command) => [command.join(' '), command] as const))('twinpass %s', async (_, command) => {
    const { exit_code, stdout, stderr } = await twinpass([...command, '--help']);
    expect({ exit_code, stderr }).toEqual({ exit_code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: twinpass/);
    const own = examplesOf(stdout);
    expect(own.length).toBeGreaterThan(0);
    const [name] = command;
    if (name !== undefined) expect(own.every(([first]) => first === name)).toBe(true);
  });
});

describe('every example', () => {
  const home = process.cwd();
  const place = ownFolder();
  beforeAll(async () => {
    liveIn(place);
    const key = await fly({ start: '2018-09-14T18:14:40Z' });
    const bell = await fly({ mode: 'bell' });
    cpSync(key.folder, join(place, 'key'), { recursive: true });
    cpSync(bell.folder, join(place, 'bell'), { recursive: true });
    writeFileSync(join(place, 'key', 'golden_2018.tle'), goldenTle());
    writeFileSync(
      join(place, 'key', 'set.json'),
      JSON.stringify({
        OBJECT_NAME: 'QSS',
        NORAD_CAT_ID: 41731,
        EPOCH: '2018-09-15T05:25:46.926432',
        MEAN_MOTION: 15.2467383,
        ECCENTRICITY: 0.0014964,
        INCLINATION: 97.3609,
        RA_OF_ASC_NODE: 172.0392,
        ARG_OF_PERICENTER: 104.4528,
        MEAN_ANOMALY: 64.8735,
        BSTAR: 2.2724e-5,
        MEAN_MOTION_DOT: 4.92e-6,
        MEAN_MOTION_DDOT: 0,
      }),
    );
  });
  afterAll(() => process.chdir(home));

  test('of what needs nothing more runs as it stands, in the order it is shown', async () => {
    const ran = new Set<string>();
    for (const argv of examples.filter(runs)) {
      process.chdir(join(place, argv[0] === 'bell' ? 'bell' : 'key'));
      const { exit_code, stderr } = await twinpass(argv);
      expect({ argv, exit_code, stderr }).toMatchObject({ argv, exit_code: 0 });
      ran.add(nameOf(argv));
    }
    expect([...ran].toSorted()).toEqual(RUNS.toSorted());
  });

  const rest = examples.filter((argv) => !runs(argv));
  test.each(rest.map((argv) => [argv.join(' '), argv] as const))(
    'is accepted to its last flag: %s',
    async (_, argv) => {
      const { exit_code, stderr } = await twinpass([...argv, '--no-such-flag']);
      expect(exit_code).toBe(2);
      // Values and mandatory flags are checked first, so this is all there is to complain about.
      expect(stderr).toMatch(/^error: unknown option '--no-such-flag'/);
    },
  );
});

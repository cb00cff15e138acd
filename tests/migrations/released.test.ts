// Goal: a migration that was released is never edited: archives already went through it as it was.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const LEDGER = 'tests/migrations/released.json';
const released = JSON.parse(readFileSync(LEDGER, 'utf8')) as Readonly<Record<string, string>>;

interface Tree {
  readonly names: readonly string[];
  readonly read: (name: string) => string;
}

const onDisk: Tree = {
  names: ['mission', 'pass']
    .flatMap((folder) =>
      readdirSync(`migrations/${folder}`)
        .filter((name) => name.endsWith('.sql'))
        .map((name) => `${folder}/${name}`),
    )
    .sort(),
  read: (name) => readFileSync(`migrations/${name}`, 'utf8'),
};

/** The text as git keeps it: line ends are the checkout's business. */
const sha256Of = (text: string) => createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

/** What is wrong with a tree of migrations, and what to do about each. */
function faults({ names, read }: Tree): string[] {
  const gone = Object.keys(released)
    .filter((name) => !names.includes(name))
    .map((name) => `migrations/${name} was released and is gone: restore it`);
  const wrong = names.flatMap((name) => {
    const sha256 = sha256Of(read(name));
    if (released[name] === sha256) return [];
    if (released[name] === undefined) return [`migrations/${name} is new: enter "${name}": "${sha256}" in ${LEDGER}`];
    const [folder] = name.split('/') as [string];
    const next = String(names.filter((other) => other.startsWith(`${folder}/`)).length + 1).padStart(4, '0');
    return [
      `migrations/${name} was released and has changed: restore it, write migrations/${folder}/${next}-….sql instead`,
    ];
  });
  return [...gone, ...wrong];
}

test('every migration is the one that was released', () => {
  expect(faults(onDisk)).toEqual([]);
});

describe('the check sees', () => {
  const [first] = onDisk.names as [string];

  test('an edited migration, and says to add a new one', () => {
    const edited: Tree = { ...onDisk, read: (name) => `${onDisk.read(name)}${name === first ? '-- touched\n' : ''}` };
    expect(faults(edited)).toEqual([
      expect.stringMatching(/0001-.*has changed: restore it, write migrations\/mission\/\d{4}-/),
    ]);
  });

  test('a removed one, and one that nobody entered', () => {
    const fresh = 'pass/0099-fresh.sql';
    const other: Tree = {
      names: [...onDisk.names.slice(1), fresh],
      read: (name) => (name === fresh ? '-- Why: new\n' : onDisk.read(name)),
    };
    expect(faults(other)).toEqual([
      `migrations/${first} was released and is gone: restore it`,
      expect.stringContaining(`migrations/${fresh} is new: enter`),
    ]);
  });

  test("no difference in another checkout's line ends", () => {
    expect(faults({ ...onDisk, read: (name) => onDisk.read(name).replaceAll('\n', '\r\n') })).toEqual([]);
  });
});

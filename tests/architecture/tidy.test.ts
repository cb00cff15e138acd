// Goal: hold the house rules that a linter cannot know, and see each of them fire on a planted violation.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operations } from '../../src-contract/operations.ts';
import { TIDY_RULES } from './tidy-rules.ts';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '');
const sources = tracked.filter((file) => /^(src-[a-z]+|tests|bench|bin|scripts)\/.*\.(ts|js|svelte)$/.test(file));
const text = (file: string) => readFileSync(file, 'utf8');

/** rule → a file that breaks it, and only that rule. */
const plants: Readonly<Record<keyof typeof TIDY_RULES, { readonly path: string; readonly text: string }>> = {
  'every exported physics function carries the six tags': {
    path: 'src-core/orbit/plant.ts', text: '/** Speed. @units m/s */\nexport function speed() { return 1; }\n',
  },
  'no file is longer than 300 lines and no line than 140 columns': { path: 'src-core/plant.ts', text: 'x\n'.repeat(301) },
  'every test file opens with its goal': { path: 'tests/plant.test.ts', text: 'import x;\n' },
  'no work is left as a note and no rule is switched off in passing': { path: 'src-core/plant.ts', text: ['// TO', 'DO: later'].join('') },
  'file names are kebab-case, components PascalCase, and no room is called utils': { path: 'src-core/string-utils.ts', text: '' },
  'no path of one machine': { path: 'src-core/plant.ts', text: ['/ho', 'me/someone/data'].join('') },
};

describe.each(Object.entries(TIDY_RULES))('%s', (name, rule) => {
  test('holds in every source file', () => {
    expect(sources.flatMap((path) => rule({ path, text: text(path) }).map((finding) => `${path}: ${finding}`))).toEqual([]);
  });
  test('fires on its plant, and no other rule does', () => {
    const plant = plants[name]!;
    expect(rule(plant).length).toBeGreaterThan(0);
    const others = Object.entries(TIDY_RULES).filter(([other]) => other !== name);
    expect(others.filter(([, other]) => other(plant).length > 0).map(([other]) => other)).toEqual([]);
  });
});

test('a golden test named by a physics function exists', () => {
  const missing = sources.filter((file) => file.startsWith('src-core/')).flatMap((file) =>
    [...text(file).matchAll(/@golden\s+(tests\/[\w./-]+)/g)].flatMap(([, path]) =>
      tracked.some((candidate) => candidate.startsWith(path!.replace(/[.,]$/, ''))) ? [] : [`${file}: ${path ?? ''}`]));
  expect(missing).toEqual([]);
});

test('every operation is named domain.verbNoun and exercised over both carriers', () => {
  const suites = sources.filter((file) => file.startsWith('tests/contract/')).map(text).join('\n');
  for (const name of Object.keys(operations)) {
    expect(name).toMatch(
      new RegExp(
        '^(mission|orbit|constellation|elements|weather|notices|schedule|archive|detection|distillation|session|bell|keys|delivery|'
          + 'live|alarms|outlook|simulator|jobs)'
          + '\\.[a-z]+[A-Z]\\w+$'));
    expect(suites, `${name} in tests/contract`).toContain(`'${name}'`);
  }
});

test('migrations are numbered without a gap and open with their reason', () => {
  for (const folder of ['mission', 'pass']) {
    const files = tracked.filter((file) => file.startsWith(`migrations/${folder}/`)).sort();
    expect(files.length).toBeGreaterThan(0);
    for (const [index, file] of files.entries()) {
      expect(file).toMatch(new RegExp(`/${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.sql$`));
      expect(text(file)).toMatch(/^-- Why: /);
    }
  }
});

test('nothing tracked is an address of a package registry or a path of one machine', () => {
  const lock = JSON.parse(text('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
  expect(Object.values(lock.packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
  const rule = TIDY_RULES['no path of one machine']!;
  const prose = tracked.filter((file) => /\.(md|json|yml|ya?ml|cjs|sql|sh)$/.test(file));
  expect(prose.filter((path) => rule({ path, text: text(path) }).length > 0)).toEqual([]);
});

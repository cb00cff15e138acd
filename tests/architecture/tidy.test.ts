// Goal: hold the house rules that a linter cannot know.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operations } from '../../src-contract/operations.ts';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '');
const sources = tracked.filter((file) => /^(src-[a-z]+|tests|bench|bin)\/.*\.(ts|js|svelte)$/.test(file));
const text = (file: string) => readFileSync(file, 'utf8');
const PHYSICS = /^src-core\/(orbit|link|detection|distillation|bell)\//;
const TAGS = ['@units', '@shape', '@errors', '@validity', '@source', '@golden'];

test('every exported physics function carries the six tags', () => {
  const exported = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\r?\nexport (?:async )?function (\w+)/g;
  const incomplete = sources
    .filter((file) => PHYSICS.test(file))
    .flatMap((file) =>
      [...text(file).matchAll(exported)].flatMap(([, doc, name]) =>
        TAGS.filter((tag) => doc?.includes(tag) !== true).map((tag) => `${file}: ${name ?? ''} lacks ${tag}`),
      ),
    );
  expect(incomplete).toEqual([]);
});

test('a golden test named by a physics function exists', () => {
  const missing = sources
    .filter((file) => PHYSICS.test(file))
    .flatMap((file) =>
      [...text(file).matchAll(/@golden\s+(tests\/[\w./-]+)/g)].flatMap(([, path]) =>
        tracked.some((candidate) => candidate.startsWith(path!.replace(/[.,]$/, ''))) ? [] : [`${file}: ${path ?? ''}`],
      ),
    );
  expect(missing).toEqual([]);
});

test('no file is longer than 300 lines and no line than 140 columns', () => {
  const long = sources.flatMap((file) => {
    const lines = text(file).split('\n');
    return [
      ...(lines.length > 301 ? [`${file}: ${lines.length} lines`] : []),
      ...lines.flatMap((line, i) => (line.length > 140 ? [`${file}:${i + 1}: ${line.length} columns`] : [])),
    ];
  });
  expect(long).toEqual([]);
});

test('every test file opens with its goal', () => {
  const silent = sources
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => !text(file).startsWith('// Goal: '));
  expect(silent).toEqual([]);
});

test('no work is left as a note and no rule is switched off in passing', () => {
  // Spelled in two halves, so that this file does not find itself.
  const marks = new RegExp(
    [
      'TO' + 'DO',
      'FIX' + 'ME',
      '@ts-' + 'ignore',
      'eslint-' + 'disable',
      '\\bas ' + 'any[;,)\\]>]',
      '(?:test|it|describe)[.]' + '(?:only|todo)',
    ].join('|'),
  );
  expect(sources.filter((file) => marks.test(text(file)))).toEqual([]);
});

test('every operation is named domain.verbNoun and exercised over both carriers', () => {
  const suites = sources
    .filter((file) => file.startsWith('tests/contract/'))
    .map(text)
    .join('\n');
  for (const name of Object.keys(operations)) {
    expect(name).toMatch(
      /^(mission|orbit|schedule|archive|detection|distillation|keys|bell|simulator|jobs)\.[a-z]+[A-Z]\w+$/,
    );
    expect(suites, `${name} in tests/contract`).toContain(`'${name}'`);
  }
});

test('file names are kebab-case, components PascalCase, and no room is called utils', () => {
  const odd = sources.filter((file) => {
    const base = file.split('/').at(-1)!;
    const named = base.endsWith('.svelte') ? /^[A-Z]\w+\.svelte$/ : /^[a-z0-9]+(?:[-.][a-z0-9]+)*\.(?:ts|js)$/;
    return !named.test(base) || /(^|[/-])(utils?|helpers?|manager|misc|common)([/.-]|$)/.test(file);
  });
  expect(odd).toEqual([]);
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
  const machine = new RegExp(['/wo' + 'rk/', '/ro' + 'ot/', '/ho' + 'me/\\w+/'].join('|'));
  const prose = tracked.filter((file) => /\.(md|json|yml|ya?ml|ts|js|cjs|svelte|sql|sh)$/.test(file));
  expect(prose.filter((file) => machine.test(text(file)))).toEqual([]);
});

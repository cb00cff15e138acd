// Goal: each lint and compiler rule of the house is seen to fire once on a planted violation.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { ESLint } from 'eslint';
import { afterAll, expect, test } from 'vitest';

const eslint = new ESLint();
const lines = (n: number) => Array.from({ length: n }, (_, i) => `  total += ${i};`).join('\n');
const branches = Array.from({ length: 14 }, (_, i) => `  if (x === ${i}) return ${i + 1};`).join('\n');

/** rule → an existing file whose text is replaced in memory, and the text that breaks the rule there. */
const plants: readonly (readonly [string, string, string])[] = [
  [
    'max-lines-per-function',
    'src-core/assert.ts',
    `export function f() {\n  let total = 0;\n${lines(75)}\n  return total;\n}`,
  ],
  [
    'max-params',
    'src-core/assert.ts',
    'export const f = (a: number, b: number, c: number, d: number) => a + b + c + d;',
  ],
  ['complexity', 'src-core/assert.ts', `export function f(x: number): number {\n${branches}\n  return 0;\n}`],
  ['no-console', 'src-main/compose.ts', "console.log('loud');"],
  ['no-restricted-globals', 'src-core/assert.ts', 'export const f = () => Date.now();'],
  ['no-restricted-properties', 'src-core/assert.ts', 'export const f = () => Math.random();'],
  ['no-restricted-syntax', 'src-main/compose.ts', 'export const f = (x: Date) => x.getHours();'],
  ['no-restricted-syntax', 'src-renderer/shared/console-context.ts', 'export const f = () => new Date(2018, 8, 14);'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    'src-core/assert.ts',
    "export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a': return 1;\n  }\n  return 0;\n}",
  ],
  ['@typescript-eslint/naming-convention', 'src-core/assert.ts', 'export function bad_name() { return 1; }'],
  ['@typescript-eslint/no-floating-promises', 'src-main/compose.ts', 'Promise.resolve(1);'],
  ['@typescript-eslint/no-explicit-any', 'src-core/assert.ts', 'export const f = (x: any) => x as string;'],
  ['svelte/no-at-html-tags', 'src-renderer/shared/Panel.svelte', '<script lang="ts">const x = "y";</script>\n{@html x}'],
];

test.each(plants)('%s fires', async (rule, file, text) => {
  const [result] = await eslint.lintText(text, { filePath: file });
  expect(result!.messages.map(({ ruleId }) => ruleId)).toContain(rule);
});

const PLANT = '.tmp/pure-plant';
afterAll(() => rmSync(PLANT, { recursive: true, force: true }));

test('the compiler settings of the pure layers know neither Node nor a browser', () => {
  mkdirSync(PLANT, { recursive: true });
  writeFileSync(`${PLANT}/impure.ts`, 'export const a = process.env;\nexport const b = document.title;\n');
  writeFileSync(
    `${PLANT}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.core.json', include: ['impure.ts'] }),
  );
  let output = '';
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', PLANT], { encoding: 'utf8' });
  } catch (cause) {
    output = (cause as { stdout: string }).stdout;
  }
  expect(output).toContain("Cannot find name 'process'");
  expect(output).toContain("Cannot find name 'document'");
});

// Goal: the dead-code check finds a planted unused export, an unused file and an undeclared package.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let tree = '';
let report = '';

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'twinpass-dead-'));
  mkdirSync(join(tree, 'src-main/cli'), { recursive: true });
  cpSync('knip.json', join(tree, 'knip.json'));
  const write = (file: string, text: string) => writeFileSync(join(tree, file), text);
  write('package.json', JSON.stringify({ name: 'dead', type: 'module' }));
  write('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'NodeNext', allowImportingTsExtensions: true } }));
  write('src-main/cli/main.ts', "import { used } from './lively.ts';\nimport 'nowhere-declared';\nused();\n");
  write('src-main/cli/lively.ts', 'export const used = () => 1;\nexport const forgotten = () => 2;\n');
  write('src-main/cli/orphan.ts', 'export const alone = 3;\n');
  try {
    report = execFileSync(process.execPath, [resolve('node_modules/knip/bin/knip.js')], { cwd: tree, encoding: 'utf8' });
  } catch (cause) {
    report = (cause as { stdout: string }).stdout; // Findings end in exit code 1.
  }
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

test.each([
  ['an unused export', /forgotten/],
  ['an unused file', /orphan\.ts/],
  ['an undeclared package', /nowhere-declared/],
])('%s is found', (_name, finding) => {
  expect(report).toMatch(finding);
});

test('what is used is not', () => {
  expect(report).not.toMatch(/\bused\b +function/);
});

// Goal: a layer rule that never fires is decoration: plant one violation per rule and see each fire.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Rule {
  readonly name: string;
}
interface Report {
  readonly summary: { readonly violations: readonly { readonly rule: Rule; readonly from: string }[] };
}

const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: readonly Rule[] };

/** rule → the file that breaks it and the line that does. Every other file of the tree is innocent. */
const plants: Readonly<Record<string, readonly [string, string]>> = {
  'core-is-pure': ['src-core/orbit/reads-a-file.ts', "import 'node:fs';"],
  'satellite-js-only-in-orbit': ['src-core/link/knows-sgp4.ts', "import 'satellite.js';"],
  'core-domains-are-siblings': ['src-core/link/knows-bell.ts', "import '../bell/innocent.ts';"],
  'contract-is-a-leaf': ['src-contract/knows-core.ts', "import '../src-core/bell/innocent.ts';"],
  'services-know-no-host': ['src-main/services/knows-host.ts', "import '../host/innocent.ts';"],
  'services-see-store-types-only': ['src-main/services/opens-store.ts', "import { x } from '../store/innocent.ts'; x;"],
  'store-is-below-services': ['src-main/store/asks-service.ts', "import '../services/innocent.ts';"],
  'host-only-names-services': ['src-main/host/opens-store.ts', "import '../store/innocent.ts';"],
  'pipeline-combines-core': ['src-main/pipeline/reads-a-file.ts', "import 'node:fs';"],
  'cli-speaks-for-people': ['src-main/cli/queries.ts', "import '../store/innocent.ts';"],
  'sqlite-only-in-store': ['src-main/workers/queries.ts', "import 'better-sqlite3';"],
  'electron-only-in-its-shell': ['src-main/host/knows-electron.ts', "import 'electron';"],
  'http-only-in-its-shell': ['src-main/host/listens.ts', "import 'node:http';"],
  'shells-see-only-the-host': ['src-main/shell-web/calls-service.ts', "import '../services/innocent.ts';"],
  'shells-are-strangers': ['src-main/shell-web/visits.ts', "import '../shell-electron/innocent.ts';"],
  'mqtt-only-in-gateway': ['src-main/host/dials.ts', "import 'mqtt';"],
  'gateway-speaks-to-other-consoles': ['src-main/gateway/calls-service.ts', "import '../services/innocent.ts';"],
  'workers-compute-only': ['src-main/workers/subscribes.ts', "import '../services/innocent.ts';"],
  'simulator-is-a-stranger': ['src-main/simulator/peeks.ts', "import '../store/innocent.ts';"],
  'renderer-sees-only-the-contract': ['src-renderer/shared/computes.ts', "import '../../src-core/bell/innocent.ts';"],
  'features-are-siblings': ['src-renderer/features/plan/visits.ts', "import '../passes/innocent.ts';"],
  'shared-knows-no-feature': ['src-renderer/shared/reaches-up.ts', "import '../features/passes/innocent.ts';"],
  'no-cycles': ['src-core/bell/ring-a.ts', "import './ring-b.ts';"],
  resolvable: ['src-main/host/lost.ts', "import './no-such-file.ts';"],
};
const innocent = [
  'src-core/bell',
  'src-main/host',
  'src-main/store',
  'src-main/services',
  'src-main/shell-electron',
  'src-renderer/features/passes',
];
const packages = ['satellite.js', 'better-sqlite3', 'electron', 'mqtt'];

let tree = '';
let report: Report;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'twinpass-plants-'));
  const write = (file: string, text: string) => {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  };
  for (const folder of innocent) write(`${folder}/innocent.ts`, 'export const x = 1;\n');
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  for (const [file, line] of Object.values(plants)) write(file, `${line}\n`);
  write('src-core/bell/ring-b.ts', "import './ring-a.ts';\n");
  write('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'NodeNext', allowImportingTsExtensions: true } }));
  write(
    'package.json',
    JSON.stringify({
      name: 'plants',
      type: 'module',
      dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])),
    }),
  );
  cpSync('.dependency-cruiser.cjs', join(tree, '.dependency-cruiser.cjs'));
  const cruiser = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [
    cruiser,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'src-core',
    'src-contract',
    'src-main',
    'src-renderer',
  ];
  // The json reporter exits 0 and reports; the gate in `npm run check` uses the failing one.
  report = JSON.parse(
    execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 26 }),
  ) as Report;
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

test('every layer rule has a plant', () => {
  expect(Object.keys(plants).sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
});

test.each(Object.keys(plants))('%s fires on its plant', (name) => {
  const fired = report.summary.violations.filter(({ rule }) => rule.name === name).map(({ from }) => from);
  expect(fired).toContain(plants[name]![0]);
});

test('innocent files stay clear of every rule', () => {
  expect(report.summary.violations.filter(({ from }) => from.endsWith('innocent.ts'))).toEqual([]);
});

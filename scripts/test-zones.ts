// Runs the tests in whose subject dates stand with the workstation in other time zones: `npm run test:zones`;
// with `-- --all` the whole suite. What `npm test` ran in the zone of this machine is not run again.
import { spawnSync } from 'node:child_process';

const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York'];
const DATED = ['tests/core/orbit', 'tests/core/schedule', 'tests/core/exports', 'tests/core/alarms', 'tests/pipeline', 'tests/renderer',
  'tests/services/schedule', 'tests/services/weather', 'tests/services/pass-notices', 'tests/services/choose',
  'tests/cli/windows', 'tests/cli/schedule', 'tests/cli/weather', 'tests/cli/element'];

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const folders = process.argv.includes('--all') ? [] : DATED;
let failed = false;
for (const zone of ZONES.filter((name) => name !== here)) {
  process.stdout.write(`TZ=${zone}\n`);
  const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...folders],
    { stdio: 'inherit', env: { ...process.env, TZ: zone } });
  failed ||= run.status !== 0;
}
process.exitCode = failed ? 1 : 0;

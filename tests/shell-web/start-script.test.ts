// Goal: `npm start` explains itself, and refuses a mistyped flag instead of ignoring it.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const start = (...args: string[]) => spawnSync(process.execPath, ['bin/start.js', ...args], { encoding: 'utf8' });

test('--help names every flag and the environment it reads', () => {
  const { status, stdout, stderr } = start('--help');
  expect([status, stderr]).toEqual([0, '']);
  for (const word of ['--web', '--demo', '--port N', 'TWINPASS_HOME']) expect(stdout).toContain(word);
});

test.each([['--prot', '7310'], ['extra'], ['--port']])('%s %s is a usage error', (...args) => {
  const { status, stdout, stderr } = start(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: npm start');
});

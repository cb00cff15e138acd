// Goal: `station run` says what is wrong with its flags and files, and flies a pass from the command line.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openBroker } from '../../src-main/gateway/mqtt/embedded-broker.ts';
import { ownFolder, twinpass, twinpassJson } from './stranger.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const SHORT = ['--start', '2018-09-14T18:16:10Z', '--seconds', '2', '--lead', '5', '--speed', '60', '--linger', '0'];
const NOWHERE = 'mqtt://127.0.0.1:1';

interface Flown {
  readonly pass_id: string;
  readonly ended: string;
  readonly pairs: number;
  readonly stations: readonly { readonly station: string; readonly sent: { readonly tags: number }; readonly unstored: number }[];
}

test('a pass flies to the embedded broker; without a console nothing is stored, and that is said', async () => {
  const broker = await openBroker({
    host: '127.0.0.1', port: 0, mission_id: 'micius', stations: ['delingha', 'nanshan'], access: { type: 'loopback' }, tls: null,
  });
  if (!broker.ok) throw new Error(JSON.stringify(broker.error));
  open.push(broker.value.close);
  const flown = await twinpassJson<Flown>(['station', 'run', broker.value.url, ...SHORT, '--seed', '7']);
  expect([flown.pass_id, flown.ended]).toEqual(['2018-09-14-1816', 'flown']);
  // 17 s in steps of half a second: a batch and a line of telemetry each, and some events.
  for (const { unstored } of flown.stations) expect(unstored).toBeGreaterThanOrEqual(2 * 34);
  const page = await twinpass(['station', 'run', broker.value.url, ...SHORT, '--seed', '7']);
  expect(page.stdout).toMatch(/delingha +\d+ batches, .* not stored/);
  expect(page.stderr).toContain('2018-09-14-1816 begins, scenario clean');
});

describe('errors', () => {
  test('a broker address that is none', async () => {
    const told = await twinpass(['station', 'run', 'http://127.0.0.1', ...SHORT]);
    expect(told).toMatchObject({ exit_code: 2 });
    expect(told.stderr).toContain('write mqtt: or mqtts:');
  });

  test('a scenario that does not exist, and one with a wrong field', async () => {
    expect((await twinpass(['station', 'run', NOWHERE, '--scenario', 'snow', ...SHORT])).exit_code).toBe(3);
    const path = join(ownFolder(), 'mine.json');
    writeFileSync(path, JSON.stringify({ format: 'twinpass-scenario/1', name: 'mine', description: 'x', cuts: [{ station: 'nanshan' }] }));
    const told = await twinpass(['station', 'run', NOWHERE, '--scenario', path, ...SHORT]);
    expect([told.exit_code, told.stderr]).toEqual([3, expect.stringMatching(/mine\.json.*from_s/s)]);
  });

  test('a certificate without its key', async () => {
    const told = await twinpass(['station', 'run', NOWHERE, '--certificate', 'x.pem', ...SHORT]);
    expect([told.exit_code, told.stderr]).toEqual([2, expect.stringContaining('go together')]);
  });

  test('a window in which nobody sees the satellite', async () => {
    const told = await twinpass(['station', 'run', NOWHERE, '--start', '2018-09-14T06:00:00Z', '--seconds', '10', '--lead', '5']);
    expect([told.exit_code, told.stderr]).toEqual([4, expect.stringContaining('At no time')]);
  });
});

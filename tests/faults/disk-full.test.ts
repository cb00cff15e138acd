// Goal: on a real disk that is full the recorder says so, frees the oldest scratch, loses nothing, and goes on when there is room.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BROKERS } from '../gateway/mqtt/brokers.ts';
import { ownFolder } from '../store/pass-fixture.ts';
import { BATCHES, recordFlight } from './recorded-flight.ts';

const KB = 1024;

/** A small disk of its own; null where this account may mount none. */
function smallDisk(kilobytes: number) {
  const folder = join(ownFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    process.stderr.write('skipped: a full disk, which needs the right to mount a small one\n');
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return { folder, grow: (to: number) => execFileSync('mount', ['-o', `remount,size=${to}k`, folder]) };
}

test('full, scratch freed, full again, room again: every batch is there', { timeout: 240_000 }, async (context) => {
  const disk = smallDisk(1200);
  if (disk === null) return context.skip();
  const place = { directory: join(disk.folder, 'passes'), scratch_directory: join(disk.folder, 'scratch') };
  mkdirSync(place.scratch_directory);
  const old = join(place.scratch_directory, 'old.bin');
  writeFileSync(old, new Uint8Array(400 * KB));
  utimesSync(old, 1, 1);
  const broker = await BROKERS[0]!.start();
  onTestFinished(async () => broker.stop());
  const flight = await recordFlight(broker.url, place);
  await flight.until(({ disk: { state } }) => state === 'full', 'said to be full');
  expect(existsSync(old)).toBe(false);
  expect(flight.said().disk).toMatchObject({ why: expect.stringContaining('full') as string });
  disk.grow(64 * KB);
  await flight.until(({ disk: { state } }) => state === 'writing', 'going on');
  expect(await flight.landed).toEqual([0, 0]);
  await flight.until(({ completeness }) => Object.values(completeness).every(({ batches }) => batches === BATCHES), 'whole');
  expect(await flight.seal()).toEqual([{ batches: BATCHES, missing: 0 }, { batches: BATCHES, missing: 0 }]);
});

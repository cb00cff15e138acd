// Goal: when the disk is full the oldest scratch goes first, one at a time, and nothing that may be in use.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeOldestScratch } from '../../../src-main/workers/recorder/free-scratch.ts';
import { ownFolder } from '../../store/pass-fixture.ts';

const NOW_UTC_MS = 1_600_000_000_000;

function entry(folder: string, name: string, age_s: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'tags.ptu'), Buffer.alloc(1000));
  utimesSync(path, (NOW_UTC_MS / 1000) - age_s, (NOW_UTC_MS / 1000) - age_s);
  return path;
}

test('the oldest goes, then the next; what was touched in the last minute stays', () => {
  const folder = ownFolder();
  const [old, older, young] = [entry(folder, 'flight-b', 3600), entry(folder, 'flight-a', 7200), entry(folder, 'flight-c', 10)];
  expect(freeOldestScratch(folder, NOW_UTC_MS)).toBe(1000);
  expect([existsSync(older), existsSync(old)]).toEqual([false, true]);
  expect([freeOldestScratch(folder, NOW_UTC_MS), freeOldestScratch(folder, NOW_UTC_MS)]).toEqual([1000, 0]);
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

test('without a scratch folder there is nothing to free', () => {
  expect(freeOldestScratch(join(ownFolder(), 'none'), NOW_UTC_MS)).toBe(0);
});

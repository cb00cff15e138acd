// Goal: a migration that was given out is never edited: what it made lies on disks we cannot reach.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Add a line with each new migration. A line that changes is a mistake: write the next migration instead. */
const RELEASED: Readonly<Record<string, string>> = {
  'mission/0001-elements-schedule-passes-log.sql': '95916f43c1a89f58c74b092cf749305e',
  'mission/0002-keys.sql': '63493bab29fcab64bfc88b7f6610e004',
  'pass/0001-recordings-and-verdicts.sql': '959c49cc296b663fc7bd00377508357f',
};

test('every migration is as it was released, and every one is listed', () => {
  const found = Object.fromEntries(['mission', 'pass'].flatMap((folder) => readdirSync(`migrations/${folder}`)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => {
      const text = readFileSync(`migrations/${folder}/${name}`, 'utf8').replaceAll('\r\n', '\n');
      return [`${folder}/${name}`, createHash('sha256').update(text).digest('hex').slice(0, 32)];
    })));
  expect(found).toEqual(RELEASED);
});

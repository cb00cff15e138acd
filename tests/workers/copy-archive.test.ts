// Goal: a backup is a mission folder that opens as one, and nothing is ever overwritten.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMissionDb } from '../../src-main/store/open.ts';
import { copyArchive, exportPass } from '../../src-main/workers/copy-archive.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twinpass-copy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a copied mission opens, and a second copy onto it is refused', async () => {
  const from_directory = join(folder, 'mission');
  const made = openMissionDb(join(from_directory, 'mission.db'));
  if (!made.ok) throw new Error(made.error.type);
  made.value.close();
  const to_directory = join(folder, 'backup');
  expect(await copyArchive({ from_directory, to_directory }, {})).toEqual({ ok: true, value: { files: ['mission.db'] } });
  const opened = openMissionDb(join(to_directory, 'mission.db'), { readonly: true });
  expect(opened.ok).toBe(true);
  if (opened.ok) opened.value.close();
  expect(await copyArchive({ from_directory, to_directory }, {})).toMatchObject({ ok: false, error: { type: 'Refused' } });
});

test('a folder without a mission, and a pass that is not there, are named', async () => {
  expect(await copyArchive({ from_directory: folder, to_directory: join(folder, 'b') }, {})).toMatchObject({
    ok: false, error: { type: 'InvalidFile', where: folder },
  });
  expect(exportPass(folder, '2018-09-14-1814-qkd', join(folder, 'x.tpass'))).toEqual({
    ok: false, error: { type: 'NotFound', what: 'pass', id: '2018-09-14-1814-qkd' },
  });
});

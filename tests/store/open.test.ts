// Goal: a database is opened, made or migrated; one that is damaged, foreign or newer is refused with what to do.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openMissionDb, openPassFile } from '../../src-main/store/open.ts';
import { appendVerdict } from '../../src-main/store/pass-file-verdicts.ts';
import { createPassFileWriter } from '../../src-main/store/pass-file-writer.ts';
import { containing, matching } from '../support/messages.ts';
import { freshArchive, importPass, META, must, ownFolder, stationColumns, VERDICT } from './pass-fixture.ts';

function missionFile() {
  const path = join(ownFolder(), 'deep', 'mission.db');
  must(openMissionDb(path)).close();
  return path;
}

const refusalOf = (opened: ReturnType<typeof openMissionDb>) => (opened.ok ? null : opened.error);

test('a new mission database is made in a folder of its own, durable and with foreign keys', () => {
  const db = must(openMissionDb(missionFile()));
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(db.pragma('busy_timeout', { simple: true })).toBe(5000);
  db.close();
});

test('a second connection reads while the first one writes', () => {
  const path = missionFile();
  const writer = must(openMissionDb(path));
  const reader = must(openMissionDb(path, { readonly: true }));
  writer.exec('BEGIN IMMEDIATE');
  expect(reader.prepare('SELECT count(*) FROM pass').pluck().get()).toBe(0);
  expect(() => reader.exec('DELETE FROM pass')).toThrow('readonly');
  writer.close();
  reader.close();
});

test('a text file, a foreign database and a pass file are refused by name', async () => {
  const folder = ownFolder();
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'Not a database, but long enough to be mistaken for the header of one. '.repeat(20));
  expect(refusalOf(openMissionDb(text))).toMatchObject({ type: 'InvalidFile', where: text });
  expect(refusalOf(openPassFile(text))).toMatchObject({ type: 'InvalidFile', where: text });
  expect(readFileSync(text, 'utf8')).toContain('Not a database');

  const foreign = join(folder, 'songs.db');
  new Database(foreign).exec('CREATE TABLE song (name TEXT); PRAGMA user_version = 1').close();
  expect(refusalOf(openMissionDb(foreign))).toMatchObject({ message: containing('another program') });
  expect(refusalOf(openPassFile(foreign))).toMatchObject({ message: containing('not a pass file') });

  const archive = await freshArchive(folder);
  const pass = archive.files.pathOf(importPass(archive, [stationColumns('delingha', 100, 1)]));
  expect(refusalOf(openMissionDb(pass))).toMatchObject({ message: containing('this is a pass file') });
  expect(refusalOf(openPassFile(archive.db.name))).toMatchObject({ message: containing('a mission database') });
});

test('an empty file, a missing file and a folder are no pass file', () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'empty.tpass'), '');
  mkdirSync(join(folder, 'folder.tpass'));
  for (const name of ['empty.tpass', 'missing.tpass', 'folder.tpass']) {
    expect(refusalOf(openPassFile(join(folder, name))), name).toMatchObject({ type: 'InvalidFile' });
  }
  const nowhere = openMissionDb(join(folder, 'none', 'mission.db'), { readonly: true });
  expect(refusalOf(nowhere)).toMatchObject({ type: 'InvalidFile' });
});

test('a database of a newer console is refused and left as it is', () => {
  const path = missionFile();
  const db = new Database(path);
  db.pragma('user_version = 99');
  db.close();
  for (const readonly of [false, true]) {
    expect(refusalOf(openMissionDb(path, { readonly })))
      .toMatchObject({ type: 'Refused', message: matching(/newer console \(schema 99.*install/) });
  }
  const after = new Database(path, { readonly: true });
  expect(after.pragma('user_version', { simple: true })).toBe(99);
  after.close();
});

test('a damaged page is found when the database is opened', () => {
  const path = missionFile();
  const bytes = readFileSync(path);
  rmSync(`${path}-wal`, { force: true });
  writeFileSync(path, bytes.fill(0xa5, 4096, 12_288));
  expect(refusalOf(openMissionDb(path))).toMatchObject({
    type: 'InvalidFile', where: path, message: containing('restore a backup'),
  });
});

test('a folder that cannot be made is an answer, not a crash', () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(refusalOf(openMissionDb(join(folder, 'file', 'mission.db')))).toMatchObject({ type: 'InvalidFile' });
});

test('a schema that is behind is migrated, and read-only refused with what to do', () => {
  const folder = ownFolder();
  const migrations = join(folder, 'migrations');
  mkdirSync(migrations);
  const step = (name: string, sql: string) => writeFileSync(join(migrations, name), `-- Why: a step.\n${sql}`);
  step('0001-first.sql', 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);');
  const path = join(folder, 'mission.db');
  must(openMissionDb(path, { migrations })).close();
  step('0002-second.sql', 'ALTER TABLE a ADD COLUMN y INTEGER;');
  expect(refusalOf(openMissionDb(path, { migrations, readonly: true })))
    .toMatchObject({ message: containing('open the file for writing once') });
  const db = must(openMissionDb(path, { migrations }));
  expect(db.prepare('SELECT x, y FROM a').all()).toEqual([{ x: 7, y: null }]);
  db.close();

  step('0003-broken.sql', 'CREATE TABLE b (z INTEGER) STRICT; SELECT nothing;');
  expect(() => openMissionDb(path, { migrations })).toThrow('nothing');
  rmSync(join(migrations, '0003-broken.sql'));
  const after = must(openMissionDb(path, { migrations }));
  expect(after.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'b'`).pluck().get()).toBe(0);
  after.close();
});

test('a sealed pass of an older schema is read as it is, and its digest stands after it was brought up', async () => {
  const archive = await freshArchive();
  const steps = ownFolder();
  copyFileSync('migrations/pass/0001-recordings-and-verdicts.sql', join(steps, '0001-recordings-and-verdicts.sql'));
  const { directory } = archive.files;
  const writer = must(createPassFileWriter({ directory, meta: META, vault: archive.vault, migrations: steps }));
  must(writer.addStation(stationColumns('delingha', 100, 1)));
  const { content_sha256 } = must(writer.seal());
  const path = join(directory, must(writer.publish()));
  const version = () => {
    const db = new Database(path, { readonly: true });
    const found = db.pragma('user_version', { simple: true });
    db.close();
    return found;
  };
  expect(must(await archive.files.verify(`${META.pass_id}.tpass`))).toMatchObject({ intact: true });
  expect(version()).toBe(1);
  must(appendVerdict(path, VERDICT));
  expect(version()).toBe(2);
  const reader = must(archive.files.open(`${META.pass_id}.tpass`));
  expect(reader.pass.content_sha256).toBe(content_sha256);
  reader.close();
  expect(must(await archive.files.verify(`${META.pass_id}.tpass`))).toMatchObject({ findings: [] });
});

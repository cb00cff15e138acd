// Goal: a pass file whose tables, or the counts that columns are sized by, are damaged is refused before a row is read.
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openPassReader } from '../../src-main/store/pass-file-reader.ts';
import { freshArchive, importPass, stationColumns } from './pass-fixture.ts';

async function archivedPath(): Promise<string> {
  const { files, ...archive } = await freshArchive();
  const file_name = importPass({ files, ...archive }, [stationColumns('delingha', 300, 1), stationColumns('nanshan', 300, 2)]);
  return files.pathOf(file_name);
}

const refusal = (path: string) => {
  const opened = openPassReader(path);
  if (opened.ok) opened.value.close();
  return opened.ok ? 'opened' : 'message' in opened.error ? opened.error.message : opened.error.type;
};

test.each([
  ['a column of another name', ['chunk_index  INTEGER', 'chunk_iNdex  INTEGER']],
  ['a CHECK that is gone', ['detectors BETWEEN 1 AND 256', 'detectors BETWEEN 0 AND 999']],
] as const)('in the text of its tables: %s', async (_, [from, to]) => {
  const path = await archivedPath();
  expect(refusal(path)).toBe('opened');
  const bytes = readFileSync(path);
  expect(bytes.includes(from)).toBe(true);
  // A page may keep a stale copy beside the row's.
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at)) bytes.write(to, at);
  writeFileSync(path, bytes);
  expect(refusal(path)).toMatch(/tables are not those of a pass file/);
});

test.each([
  ['no detectors', `UPDATE recording SET detectors = 0`, /detectors of a recording/],
  ['a tick of no length', `UPDATE recording SET tick_ps = -1`, /tick_ps of a recording/],
  ['more events than memory', `UPDATE tag_chunk SET events = 1e15`, /counts more events than it can hold/],
])('in a row: %s', async (_, sql, message) => {
  const path = await archivedPath();
  const db = new Database(path);
  db.pragma('ignore_check_constraints = ON');
  for (const name of db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all() as string[]) {
    db.exec(`DROP TRIGGER ${name}`);
  }
  db.exec(sql);
  db.close();
  expect(refusal(path)).toMatch(message);
});

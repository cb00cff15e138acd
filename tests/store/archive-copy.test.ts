// Goal: a pass travels as one file and comes back with its verdicts; a backup is a mission that opens.
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchive } from '../../src-main/store/archive.ts';
import { copyMission, exportPassFile } from '../../src-main/store/archive-copy.ts';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { appendVerdict } from '../../src-main/store/pass-file-verdicts.ts';
import { containing } from '../support/messages.ts';
import { freshArchive, importPass, META, must, ownFolder, stationColumns, VERDICT } from './pass-fixture.ts';

const STATION = stationColumns('delingha', 5000, 1);

async function archived() {
  const archive = await freshArchive();
  const file_name = importPass(archive, [STATION]);
  must(archive.files.appendVerdict(file_name, VERDICT));
  return { ...archive, file_name, mission: join(archive.folder, 'mission') };
}

/** Another mission folder of the same mission: the key was carried over, the archive is empty. */
async function otherConsole(from: { folder: string }) {
  const folder = ownFolder();
  const archive = await freshArchive(folder);
  archive.db.close();
  copyFileSync(join(from.folder, 'config', 'micius.key'), join(folder, 'config', 'micius.key'));
  return freshArchive(folder);
}

test('an exported pass is taken in elsewhere with its verdicts, and reads the same', async () => {
  const from = await archived();
  const file = must(exportPassFile(from.files.pathOf(from.file_name), join(ownFolder(), 'out', 'one-pass.tpass')));
  const to = await otherConsole(from);
  expect(must(await to.files.adopt(file, 5))).toEqual({ pass_id: META.pass_id, known: false, verdicts_added: 1 });
  expect(to.archive.find(META.pass_id))
    .toMatchObject({ state: 'processed', verdicts: 1, qber: 0.045, imported_at_utc_ms: 5 });
  expect(must(await to.files.verify(from.file_name)).findings).toEqual([]);
  const reader = must(to.files.open(from.file_name));
  expect(must(reader.readStreams('delingha', to.vault)).clicks).toEqual(STATION.clicks);
  reader.close();
});

test('a file that comes back from a batch job adds its verdicts, once', async () => {
  const archive = await archived();
  const file = must(exportPassFile(archive.files.pathOf(archive.file_name), join(ownFolder(), 'job.tpass')));
  const made = must(appendVerdict(file, { ...VERDICT, qber: 0.05 }));
  expect(must(await archive.files.adopt(file))).toEqual({ pass_id: META.pass_id, known: true, verdicts_added: 1 });
  expect(must(await archive.files.adopt(file))).toMatchObject({ verdicts_added: 0 });
  expect(archive.archive.verdicts(META.pass_id).at(-1)).toEqual(made);
  expect(must(await archive.files.verify(archive.file_name)).findings).toEqual([]);
});

test('a damaged file and one under another key are not taken in', async () => {
  const from = await archived();
  const file = must(exportPassFile(from.files.pathOf(from.file_name), join(ownFolder(), 'x.tpass')));
  const stranger = await freshArchive();
  expect(await stranger.files.adopt(file))
    .toMatchObject({ error: { type: 'InvalidFile', message: containing('sealed under key') } });
  writeFileSync(file, 'damaged');
  expect(await stranger.files.adopt(file)).toMatchObject({ error: { type: 'InvalidFile', where: file } });
  expect(stranger.archive.list()).toEqual([]);
});

test('nothing is overwritten by an export', async () => {
  const { files, file_name } = await archived();
  const there = join(ownFolder(), 'there.tpass');
  writeFileSync(there, 'precious');
  expect(exportPassFile(files.pathOf(file_name), there)).toMatchObject({ error: { type: 'Refused' } });
});

test('a backup taken while the console runs opens as a mission, and restores into a new folder', async () => {
  const archive = await archived();
  archive.db.exec('BEGIN'); // Somebody is reading or writing meanwhile.
  archive.db.prepare('SELECT count(*) FROM pass').get();
  const backup = join(ownFolder(), 'backup');
  const progress: string[] = [];
  const copied = must(await copyMission({
    from_directory: archive.mission, to_directory: backup,
    onProgress: (done, total) => progress.push(`${done}/${total}`),
  }));
  archive.db.exec('COMMIT');
  expect(copied.files).toEqual(['mission.db', `passes/${archive.file_name}`]);
  expect(progress).toEqual(['0/1', '1/1']);
  expect(await copyMission({ from_directory: archive.mission, to_directory: backup }))
    .toMatchObject({ error: { type: 'Refused' } });

  const restored = join(ownFolder(), 'restored');
  must(await copyMission({ from_directory: backup, to_directory: restored }));
  const opened = must(await openArchive({
    directory: restored, mission_id: 'micius', wrapping: bareWrapping,
    key_path: join(archive.folder, 'config', 'micius.key'),
  }));
  expect(opened.passes.list()).toEqual(archive.archive.list());
  expect(must(await opened.files.verify(archive.file_name)).findings).toEqual([]);
  opened.close();
});

test('a backup can be stopped, and one of nothing says so', async () => {
  const { mission } = await archived();
  const stopped = { from_directory: mission, to_directory: join(ownFolder(), 'b'), signal: AbortSignal.abort() };
  expect(await copyMission(stopped)).toMatchObject({ error: { type: 'Cancelled' } });
  expect(await copyMission({ from_directory: ownFolder(), to_directory: join(ownFolder(), 'c') }))
    .toMatchObject({ error: { type: 'InvalidFile', message: containing('no mission database') } });
});

test('an archive that opens takes in strays, and tells of those it cannot', async () => {
  const from = await archived();
  const folder = ownFolder();
  const options = {
    directory: folder, mission_id: 'micius', wrapping: bareWrapping,
    key_path: join(from.folder, 'config', 'micius.key'),
  };
  must(await openArchive(options)).close();
  copyFileSync(from.files.pathOf(from.file_name), join(folder, 'passes', from.file_name));
  writeFileSync(join(folder, 'passes', 'broken.tpass'), 'broken');
  writeFileSync(join(folder, 'passes', 'half.tpass.partial'), 'half');
  const opened = must(await openArchive(options));
  expect(opened.strays).toEqual([
    { file_name: 'broken.tpass', refusal: containing('not a SQLite database') },
    { file_name: from.file_name, refusal: null },
  ]);
  expect(opened.passes.list().map(({ pass_id, verdicts }) => [pass_id, verdicts])).toEqual([[META.pass_id, 1]]);
  expect(readdirSync(join(folder, 'passes')).sort()).toEqual(['broken.tpass', from.file_name]);
  opened.close();
});

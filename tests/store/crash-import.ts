// Imports a pass for a test that kills this process: endlessly writing, or stopped between rename and commit.
import { join } from 'node:path';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import { openKeyVault } from '../../src-main/store/outcome-keys.ts';
import { createPassFileWriter } from '../../src-main/store/pass-file-writer.ts';
import { createPassStore } from '../../src-main/store/pass-store.ts';
import { META, must, stationColumns } from './pass-columns.ts';

const [folder = '', moment = ''] = process.argv.slice(2);
const vault = must(await openKeyVault({
  path: join(folder, 'config', 'micius.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: false,
}));
const writer = must(createPassFileWriter({ directory: join(folder, 'mission', 'passes'), meta: META, vault }));
const columns = stationColumns('delingha', 70_000, 1);

/** Says where it is, and stays there until it is killed. */
function stop(): never {
  process.stdout.write(moment);
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

if (moment === 'writing') {
  const station = must(writer.beginStation(columns));
  for (let batch = 0; batch < 40; batch += 1) {
    must(station.appendBeacon(Float64Array.from({ length: 65_536 }, (_, i) => (batch * 65_536 + i) * 1e8)));
  }
  must(station.appendClicks(columns.clicks));
  stop();
}
must(writer.addStation(columns));
const sealed = must(writer.seal());
const archive = createPassStore(must(openMissionDb(join(folder, 'mission', 'mission.db'))));
archive.insert({ sealed, file_name: `${META.pass_id}.tpass`, imported_at_utc_ms: META.created_at_utc_ms }, () => {
  must(writer.publish());
  return stop();
});

import type { MissionFile } from '../../src-contract/mission.ts';
import type { GateWish } from '../../src-contract/quantities.ts';
import type { Reply } from '../../src-contract/errors.ts';
import { err } from '../../src-core/result.ts';
import type { KeyVault } from '../store/outcome-keys.ts';
import { openPassReader } from '../store/pass-file-reader.ts';
import { processPassFile, type ProcessedPass } from './process-pass-file.ts';
import type { Watch } from './process-recordings.ts';
import { CANCELLED } from './task.ts';

export interface PassFileRequest {
  readonly path: string;
  readonly mission: MissionFile;
  readonly gate_ns: GateWish;
  readonly beacon: boolean;
  readonly vault: KeyVault;
}

/** A verdict on a pass file wherever it lies: it stands in no list afterwards, and the file stays as it is. */
export async function processPassAt(request: PassFileRequest, watch: Watch): Promise<Reply<ProcessedPass>> {
  const { path, vault } = request;
  const opened = openPassReader(path);
  if (!opened.ok) return opened;
  const { meta, stations } = opened.value.pass;
  opened.value.close();
  if (stations.length < 2) {
    const message = `${path}: an operational pass holds one station's recording; it is processed with the other console`;
    return err({ type: 'NotPossible', reason: 'OneRecording', message });
  }
  const processed = await processPassFile(
    { ...request, vault: { key_id: vault.key_id, key: vault.keyFor(meta.pass_id) } },
    {
      cancelled: () => watch.signal?.aborted === true,
      report: (stage, fraction) => watch.onProgress?.(stage, fraction),
      transfer: () => undefined,
    },
  );
  return watch.signal?.aborted === true ? CANCELLED : processed;
}

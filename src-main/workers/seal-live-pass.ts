import type { KeyObject } from 'node:crypto';
import { openLiveFile } from '../store/live-file.ts';
import type { SealedPass } from '../store/pass-types.ts';
import { sealLivePass } from '../store/seal-live.ts';
import type { Task } from './task.ts';

export interface SealOrder {
  readonly directory: string;
  readonly pass_id: string;
  readonly vault: { readonly key_id: string; readonly key: KeyObject };
}

/** Makes of what was recorded live a pass file without a name yet; the live file is only read. */
export const sealRecordedPass: Task<SealOrder, SealedPass> = ({ directory, pass_id, vault }, { cancelled, report }) => {
  const options = { directory, vault: { key_id: vault.key_id, keyFor: () => vault.key } };
  const live = openLiveFile(pass_id, options);
  if (!live.ok) return live;
  try {
    return sealLivePass(live.value, { ...options, cancelled, onProgress: (fraction) => report('sealing', fraction) });
  } finally {
    live.value.close();
  }
};

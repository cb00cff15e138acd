import type { HostEvent } from '../src-contract/events.ts';
import type { MissionFile } from '../src-contract/mission.ts';
import { rewrapKey, type VaultOptions } from './compose-vault.ts';
import { splitSecret } from './gateway/classical-channel/secret-pool.ts';
import { startKeyServer } from './gateway/key-delivery/key-server.ts';
import { createDeliveryService } from './services/delivery-service.ts';
import { createDistillationService } from './services/distillation-service.ts';
import type { Job } from './services/job-service.ts';
import { createKeyService } from './services/key-service.ts';
import { createSessionService } from './services/session-service.ts';
import type { OpenArchive } from './store/archive.ts';
import { exportKey } from './store/key-export.ts';
import type { WorkerPool } from './workers/pool.ts';

interface KeyParts {
  readonly options: VaultOptions;
  readonly archive: OpenArchive;
  readonly pool: WorkerPool;
  readonly meetings: WorkerPool;
  readonly reportIncident: (cause: unknown) => string;
}

/** What most services need of the mission. */
interface Shared {
  readonly mission: MissionFile;
  readonly now_utc_ms: () => number;
  readonly publish: (event: HostEvent) => void;
  readonly startJob: (job: Job) => string;
  readonly code_version: string;
  readonly archive: OpenArchive['passes'];
  readonly files: OpenArchive['files'];
  readonly vault: OpenArchive['vault'];
  readonly log: OpenArchive['log'];
  readonly who: string;
}

/** Distillation, alone or with the other console, the store that keeps what it makes, and the way out of it. */
export function composeKeys({ options, archive, pool, meetings, reportIncident }: KeyParts, shared: Shared) {
  return {
    distillation: createDistillationService({
      ...shared,
      keys: archive.keys,
      runDistillation: (input, signal, onProgress) =>
        pool.run('distillation.distilPass', input, { signal, onProgress }),
    }),
    session: createSessionService({
      ...shared,
      ...archive.channel,
      splitSecret,
      keys: archive.keys,
      database_path: archive.database_path,
      runSession: (input, signal, onProgress) => meetings.run('session.distilWithPeer', input, { signal, onProgress }),
    }),
    keys: createKeyService({
      ...shared,
      keys: archive.keys,
      writeKeyFile: (request) => exportKey(archive.keys, archive.vault, request),
      rewrapKey: (passphrase) => rewrapKey(options, shared.mission.id, passphrase),
    }),
    delivery: createDeliveryService({
      ...shared,
      ...archive.delivery,
      settings: archive.channel.settings,
      startServer: (desk, { listen, sae_ids, kme_id, peer_kme_id }, credentials) => startKeyServer({
        ...listen,
        credentials,
        desk,
        sae_ids,
        kme: { source_KME_ID: kme_id, target_KME_ID: peer_kme_id },
        reportIncident,
      }),
    }),
  };
}

export type Keys = ReturnType<typeof composeKeys>;

import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { Verdict } from '../../src-contract/pass.ts';
import { poolCounts } from '../../src-core/distillation/pooling.ts';
import type { SiftedCounts } from '../../src-core/distillation/sift.ts';
import { err, ok } from '../../src-core/result.ts';
import { viewKeyOutlook, type CampaignCounts } from '../pipeline/key-outlook.ts';
import type { PassFiles } from '../store/pass-files.ts';
import type { ArchiveReader, ListedPass } from '../store/pass-store.ts';
import type { OutlookPort } from './ports.ts';

export interface OutlookServiceDeps {
  readonly mission: MissionFile;
  readonly archive: ArchiveReader;
  readonly files: Pick<PassFiles, 'open'>;
  readonly windowAt: (utc_ms: number) => DualWindowView | null;
}

type Sifted = Verdict['result']['sifted'];

const NO_WINDOW =
  'No window of the current elements holds this moment: take one from the list of nights, or newer elements.';

const TOO_BRIGHT = 'So much sky light falls into this window that it holds no key: take a window in darkness.';

/** What a window adds to the key of the passes that the archive holds. */
export function createOutlookService({ mission, archive, files, windowAt }: OutlookServiceDeps): OutlookPort {
  /** Verdicts are appended, never changed: what was read of the newest holds until there is a newer one. */
  const read = new Map<string, Sifted | null>();

  function siftedOf({ pass_id, verdicts, file_name }: ListedPass): SiftedCounts | null {
    const place = `${pass_id} ${verdicts}`;
    const known = read.get(place);
    if (known !== undefined) return known;
    const opened = files.open(file_name);
    if (!opened.ok) return null;
    const listed = opened.value.listVerdicts();
    opened.value.close();
    const newest = listed.ok ? listed.value.at(-1) : undefined;
    const sifted = newest === undefined ? null : (JSON.parse(newest.result_json) as Verdict['result']).sifted;
    read.set(place, sifted);
    return sifted;
  }

  /** Processed passes in key mode and the mission's custody; one flown in the window itself is in no sum with it. */
  function campaignBeside(window: DualWindowView): CampaignCounts {
    const sifted = archive
      .list()
      .filter(({ mode, custody, verdicts }) => mode === 'qkd' && custody === mission.custody && verdicts > 0)
      .filter(({ start_utc_ms, seconds }) =>
        start_utc_ms > window.end_utc_ms || start_utc_ms + seconds * 1000 < window.start_utc_ms)
      .flatMap((pass) => siftedOf(pass) ?? []);
    return { passes: sifted.length, sifted: poolCounts(sifted) };
  }

  return {
    projectKey: ({ at_utc_ms }) => {
      const window = windowAt(at_utc_ms);
      if (window === null) return err({ type: 'NotPossible', reason: 'NoWindow', message: NO_WINDOW });
      const outlook = viewKeyOutlook(mission, campaignBeside(window), window.expected);
      return outlook === null ? err({ type: 'NotPossible', reason: 'TooBright', message: TOO_BRIGHT }) : ok(outlook);
    },
  };
}
